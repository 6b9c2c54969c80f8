using System.Collections.Frozen;
using System.Text;
using System.Text.Json;
using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Schemas;
using ControlPlane.Domain.Shared;
using ControlPlane.Runtime.Persistence;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Runtime.Schemas;

/// <summary>
/// The schemas that documents have to fit before they are worked with: those whose subject says <see cref="SchemaUse.Enforce"/>. Held in
/// memory and read anew every few seconds, so that a document without one costs a look into a table that is mostly empty.
/// </summary>
public sealed class SchemaGate(IControlPlaneDb db)
{
    private const int MostTold = 5;

    private FrozenDictionary<(string Connector, string Topic), (string Name, JsonSchema Schema)> _enforced = FrozenDictionary<(string, string), (string, JsonSchema)>.Empty;

    public bool IsEmpty => _enforced.Count == 0;

    public async Task LoadAsync(TenantScope tenant, CancellationToken ct)
    {
        await using var context = db.CreateContext(tenant);
        var subjects = await context.SchemaSubjects.AsNoTracking().Where(s => s.Use == SchemaUse.Enforce && s.Connector != null && s.Topic != null).ToListAsync(ct);
        var found = new Dictionary<(string, string), (string, JsonSchema)>();
        foreach (var subject in subjects)
        {
            var active = await context.SchemaVersions.AsNoTracking().Where(v => v.Subject == subject.Name && v.State == SchemaState.Active).OrderByDescending(v => v.Version).FirstOrDefaultAsync(ct);
            if (active is not null && JsonSchema.Parse(Encoding.UTF8.GetBytes(active.Document), out _) is { } schema)
                found[(subject.Connector!, subject.Topic!)] = ($"{subject.Name} version {active.Version}", schema);
        }

        _enforced = found.ToFrozenDictionary();
    }

    /// <summary>Null when the document may be worked with.</summary>
    /// <param name="topic">As the receiver read it: schemas are bound to what messages are shown with. The topic of the address counts, too.</param>
    public InboundEvent.Refused? Check(Connection connection, InboundRequest request, string? topic = null)
    {
        if (_enforced.Count == 0 || (!_enforced.TryGetValue((connection.Connector, topic ?? request.Topic), out var entry) && !_enforced.TryGetValue((connection.Connector, request.Topic), out entry)))
            return null;
        try
        {
            using var document = JsonDocument.Parse(request.Body, new() { MaxDepth = JsonSchema.MostDepth });
            var violations = entry.Schema.Validate(document.RootElement, MostTold);
            return violations.Count == 0 ? null : new([.. violations.Select(v => new Refusal("schema.violated", v.At, $"{v.Message} Expected by {entry.Name}, {v.Rule}."))]);
        }
        catch (JsonException)
        {
            // What is no JSON at all is told by the receiver, better than here.
            return null;
        }
    }
}

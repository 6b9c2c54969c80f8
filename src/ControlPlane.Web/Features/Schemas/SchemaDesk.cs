using System.Text;
using System.Text.Json;
using Connectors;
using Connectors.Protocols.Http;
using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Schemas;
using ControlPlane.Domain.Schemas.Compatibility;
using ControlPlane.Domain.Schemas.Impact;
using ControlPlane.Domain.Shared;
using ControlPlane.Runtime.Connections;
using ControlPlane.Runtime.Flows;
using ControlPlane.Runtime.Objectives;
using ControlPlane.Runtime.Persistence;
using ControlPlane.Runtime.Schemas;

namespace ControlPlane.Web.Features.Schemas;

/// <param name="Open">Findings of drift that nobody has settled yet.</param>
public sealed record SchemaListView(IReadOnlyList<SchemaSubjectItem> Subjects, IReadOnlyList<DriftItem> Drift, DateTimeOffset ReadAt)
{
    public int Open => Drift.Count(d => d.State == DriftState.Open);
}

/// <param name="Active">Newest active version; null when there is none.</param>
public sealed record SchemaSubjectItem(string Name, string Title, string Owner, string Mode, string Use, int? Active, int Versions, DateTimeOffset? ChangedAt, long Checked = 0, long Broken = 0, Guid? BrokenMessage = null, string? BrokenBy = null);

/// <summary>A field of a subject's documents, who reads it, and how often it comes.</summary>
/// <param name="Share">Of the documents of the last 30 days in which it could have been, 0 to 1; null when none came.</param>
/// <param name="Documents">In which it could have been.</param>
public sealed record FieldImpact(string Field, double? Share, int Documents, IReadOnlyList<FieldRead> Reads);

/// <summary>What a change of fields reaches.</summary>
/// <param name="Objectives">Names of those that are held over one of the connections, or over all of them.</param>
public sealed record Impact(IReadOnlyList<FieldImpact> Fields, IReadOnlyList<string> Connectors, IReadOnlyList<string> Connections, IReadOnlyList<string> Flows, IReadOnlyList<string> Objectives);

/// <summary>What people do with schemas: read, compare, see what a change reaches.</summary>
public sealed class SchemaDesk(SchemaRegistry registry, DriftDesk drift, ConnectorCatalog catalog, IConnectionRegistry connections, IFlowCatalog flows, IObjectives objectives, TimeProvider clock)
{
    public async Task<SchemaListView> ListAsync(TenantScope tenant, CancellationToken ct)
    {
        var items = new List<SchemaSubjectItem>();
        foreach (var (subject, versions) in await registry.OverviewAsync(tenant, ct))
            items.Add(new(subject.Name, subject.Title, subject.Owner, subject.Mode.Word(), subject.Use.ToString().ToLowerInvariant(),
                versions.Where(v => v.State == SchemaState.Active).Select(v => (int?)v.Version).Max(), versions.Count, versions.Count == 0 ? null : Instant.FromMicroseconds(versions.Max(v => v.ChangedAt)), subject.Checked, subject.Broken, subject.BrokenMessage, subject.BrokenBy));
        return new(items, await drift.ListAsync(tenant, null, null, null, DriftDesk.PageSize, ct), clock.GetUtcNow());
    }

    /// <summary>What stands behind each field of a partner's subject; of the canonical ones every connector writes them.</summary>
    /// <param name="fields">Null = all that are read or came.</param>
    public async Task<Impact> ImpactAsync(TenantScope tenant, string subject, IReadOnlyCollection<string>? fields, CancellationToken ct)
    {
        var parts = subject.Split('/', 2);
        var (connector, topic) = (parts[0], parts.Length > 1 ? parts[1] : "");
        var reads = Reads(connector, topic);
        var use = await drift.UseAsync(tenant, connector, topic, ct);
        var wanted = (fields ?? [.. reads.Select(r => r.Field).Concat(use.Select(u => u.Field))]).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToList();
        var keys = connections.All.Where(c => c.Connector == connector).ToList();
        return new(
            [.. wanted.Select(field => Field(field, reads, use))],
            reads.Count > 0 ? [connector] : [],
            [.. keys.Select(c => c.Key).Order(StringComparer.Ordinal)],
            [.. keys.Select(c => flows.ForEvent("order.created", c.Key)?.Name).OfType<string>().Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)],
            keys.Count == 0 ? [] : [.. (await objectives.AllAsync(ct)).Where(o => Over(o.Scope, keys)).Select(o => o.Objective.Name).Order(StringComparer.Ordinal)]);
    }

    /// <summary>The places that findings name, for the impact of a proposed change.</summary>
    public static IReadOnlyCollection<string> Places(IEnumerable<VersionFindings> found) => [.. found.SelectMany(f => f.Findings).Select(f => f.At).Distinct(StringComparer.Ordinal)];

    public static bool IsSchema(string document, out IReadOnlyList<SchemaProblem> problems) => JsonSchema.Parse(Encoding.UTF8.GetBytes(document), out problems) is not null;

    /// <summary>A document that is not understood any more is an order that comes late: whatever is promised over these systems is at stake.</summary>
    private static bool Over(ObjectiveScope scope, List<Connection> keys) =>
        (scope.Connection ?? scope.Warehouse) is null || keys.Exists(c => c.Key == scope.Connection || c.Key == scope.Warehouse);

    private static FieldImpact Field(string field, IReadOnlyList<FieldRead> reads, IReadOnlyList<FieldUse> use)
    {
        var (of, held) = (use.Where(u => u.Field == field).Sum(u => u.Of), use.Where(u => u.Field == field).Sum(u => u.Held));
        return new(field, of == 0 ? null : (double)held / of, of, [.. reads.Where(r => MappingReads.Touches(field, r.Field))]);
    }

    private List<FieldRead> Reads(string connector, string topic) => catalog.Find(connector) is DeclarativeConnector { Definition.Receive: { } receive }
        ? [.. receive.Documents.Where(d => d.Fits(topic)).SelectMany(d => new[] { d.Order, d.Shipment }.OfType<Domain.Mappings.Incoming.CompiledIncoming>().SelectMany(m => MappingReads.Of(m.Template, d.At?.Text)))
            .Concat(receive.Documents.Where(d => d.Fits(topic)).SelectMany(d => d.Correlate.Concat(d.Identifiers).Select(c => new FieldRead(MappingReads.Pointer(c.Path.Text, d.At is null ? "" : MappingReads.Pointer(d.At.Text, "", ""), ""), c.Kind, 0))))
            .Distinct()]
        : [];
}

using System.Collections.Frozen;
using ControlPlane.Domain.Objectives;
using ControlPlane.Domain.Shared.Calendars;
using ControlPlane.Runtime.Estate;
using ControlPlane.Runtime.Ownership;
using ControlPlane.Runtime.Persistence;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;

namespace ControlPlane.Runtime.Objectives;

/// <summary>A stored definition, read.</summary>
public sealed record StoredDefinition(ObjectiveDefinition Definition, int Version, string Author, string Reason, DateTimeOffset At, string Document);

/// <summary>Every version of every definition of one company, newest last.</summary>
public sealed class ObjectiveSet(int count, IEnumerable<StoredDefinition> all)
{
    public static readonly ObjectiveSet Empty = new(0, []);

    private readonly FrozenDictionary<(ObjectiveDocumentKind, string), StoredDefinition[]> _versions =
        all.GroupBy(d => (d.Definition.Kind, d.Definition.Name)).ToFrozenDictionary(g => g.Key, g => g.OrderBy(d => d.Version).ToArray());

    /// <summary>Stored rows, those too that cannot be read.</summary>
    public int Count => count;

    public IReadOnlyList<StoredDefinition> Versions(ObjectiveDocumentKind kind, string name) => _versions.GetValueOrDefault((kind, name)) ?? [];

    public IEnumerable<StoredDefinition> Newest(ObjectiveDocumentKind kind) => _versions.Where(v => v.Key.Item1 == kind).Select(v => v.Value[^1]).OrderBy(d => d.Definition.Name, StringComparer.Ordinal);

    public Indicator? Indicator(string name, int version) =>
        Versions(ObjectiveDocumentKind.Indicator, name).FirstOrDefault(v => v.Version == version)?.Definition is ObjectiveDefinition.OfIndicator of ? of.Indicator with { Version = version } : null;
}

/// <summary>Definitions in memory, and the calendars that they name. Few and small; read again only when there are more.</summary>
public sealed partial class ObjectiveBoard(IControlPlaneDb db, OwnershipBoard ownership, ILogger<ObjectiveBoard> log)
{
    private volatile FrozenDictionary<int, ObjectiveSet> _byTenant = FrozenDictionary<int, ObjectiveSet>.Empty;

    public IEnumerable<int> Tenants => _byTenant.Keys;

    public ObjectiveSet Of(int tenantId) => _byTenant.GetValueOrDefault(tenantId) ?? ObjectiveSet.Empty;

    /// <summary>The calendar that an indicator names; null where it names none, or one that is not there: then every hour counts.</summary>
    public BusinessCalendar? Hours(int tenantId, Indicator indicator) =>
        indicator.Calendar is { } name ? ownership.Of(tenantId).CalendarNamed(name) : null;

    public async Task RefreshAsync(CancellationToken ct)
    {
        await using var context = db.CreateContext();
        var counts = await context.ObjectiveDocuments.IgnoreQueryFilters().GroupBy(d => d.TenantId).Select(g => new { g.Key, Count = g.Count() }).ToListAsync(ct);
        if (counts.Count == _byTenant.Count && counts.TrueForAll(c => Of(c.Key).Count == c.Count))
            return;
        var rows = await context.ObjectiveDocuments.IgnoreQueryFilters().AsNoTracking().OrderBy(d => d.Version).ToListAsync(ct);
        _byTenant = rows.GroupBy(r => r.TenantId).ToFrozenDictionary(g => g.Key, g => new ObjectiveSet(g.Count(), g.Select(Stored).OfType<StoredDefinition>()));
    }

    private StoredDefinition? Stored(ObjectiveDocumentRow row)
    {
        var (definition, problems) = Read(row.Document, $"{row.Name} version {row.Version}");
        if (definition is null)
            Unreadable(log, row.Name, row.Version, problems.Count == 0 ? "" : problems[0].ToString());
        return definition is null ? null : new(definition, row.Version, row.Author, row.Reason, Domain.Shared.Instant.FromMicroseconds(row.CreatedAt), row.Document);
    }

    /// <summary>One document alone; null with the problems where it is not sound.</summary>
    public static (ObjectiveDefinition? Definition, IReadOnlyList<EstateProblem> Problems) Read(string text, string source)
    {
        var problems = new List<EstateProblem>();
        ObjectiveDefinition? read = null;
        var roots = StrictYaml.Documents(text, source, problems);
        if (problems.Count == 0 && roots.Count != 1)
            problems.Add(new(source, 0, "", "Expected one document with kind, metadata and spec."));
        foreach (var root in roots.Take(1))
        {
            var kind = root.Text("kind");
            if (!ObjectiveReader.Kinds.Contains(kind))
                root.Problem("kind", $"Expected {string.Join(", ", ObjectiveReader.Kinds)}.");
            var (metadata, spec) = (root.Child("metadata"), root.Child("spec"));
            if (metadata is null)
                root.Problem("metadata", "This key is required: {name: …}.");
            if (spec is null)
                root.Problem("spec", "This key is required.");
            if (metadata is not null && spec is not null)
                read = ObjectiveReader.Read(kind, metadata.Text("name"), metadata, spec);
            metadata?.Done();
            root.Done();
        }

        return (problems.Count == 0 ? read : null, problems);
    }

    [LoggerMessage(2751, LogLevel.Error, "The stored definition {Name} version {Version} cannot be read and counts nothing: {Problem}")]
    private static partial void Unreadable(ILogger logger, string name, int version, string problem);
}

using System.Collections.Frozen;
using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Faults;
using ControlPlane.Domain.Ownership;
using ControlPlane.Domain.Shared;
using ControlPlane.Domain.Shared.Calendars;
using ControlPlane.Runtime.Engine;
using ControlPlane.Runtime.Persistence;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Runtime.Ownership;

/// <summary>A setup in service.</summary>
public sealed class OwnershipInForce(int version, OwnershipSetup setup, IReadOnlyDictionary<Guid, string> caseOwners)
{
    private readonly FrozenDictionary<string, BusinessCalendar> _calendars =
        setup.Calendars.Select(c => c.Build().Calendar).OfType<BusinessCalendar>().DistinctBy(c => c.Name).ToFrozenDictionary(c => c.Name);

    /// <summary>0 = as the product comes.</summary>
    public int Version => version;

    public OwnershipSetup Setup => setup;

    public CompiledOwnership Table { get; } = CompiledOwnership.Of(setup);

    /// <summary>By case: what a person decided.</summary>
    public IReadOnlyDictionary<Guid, string> CaseOwners => caseOwners;

    /// <summary>Null where there is none by that name.</summary>
    public BusinessCalendar? CalendarNamed(string name) => _calendars.GetValueOrDefault(name);

    public BusinessCalendar CalendarOf(Team? team) => _calendars.GetValueOrDefault(team?.Calendar ?? "", BusinessCalendar.Default);
}

/// <summary>
/// The tables in memory, read by every step that fails without asking the database. What a node decides before it knows of a new version is
/// put right within seconds by <see cref="OwnershipKeeper"/>.
/// </summary>
public sealed class OwnershipBoard(IControlPlaneDb db)
{
    private static readonly OwnershipInForce First = new(0, OwnershipSetup.First, new Dictionary<Guid, string>());

    private volatile FrozenDictionary<int, OwnershipInForce> _byTenant = FrozenDictionary<int, OwnershipInForce>.Empty;

    public OwnershipInForce Of(int tenantId) => _byTenant.GetValueOrDefault(tenantId) ?? First;

    /// <summary>Two small reads; setups that are known already are not read again.</summary>
    public async Task RefreshAsync(CancellationToken ct)
    {
        await using var context = db.CreateContext();
        var newest = await context.OwnershipVersions.IgnoreQueryFilters().GroupBy(v => v.TenantId).Select(g => new { Tenant = g.Key, Version = g.Max(v => v.Version) }).ToListAsync(ct);
        var cases = (await context.CaseOwners.IgnoreQueryFilters().AsNoTracking().ToListAsync(ct)).ToLookup(o => o.TenantId);
        var before = _byTenant;
        var now = new Dictionary<int, OwnershipInForce>();
        foreach (var tenant in newest.Select(n => n.Tenant).Union(cases.Select(c => c.Key)))
        {
            var version = newest.Find(n => n.Tenant == tenant)?.Version ?? 0;
            var owners = cases[tenant].ToDictionary(o => o.CaseId, o => o.Team);
            if (before.GetValueOrDefault(tenant) is { } known && known.Version == version && known.CaseOwners.Count == owners.Count && owners.All(o => known.CaseOwners.GetValueOrDefault(o.Key) == o.Value))
            {
                now[tenant] = known;
                continue;
            }

            var document = await context.OwnershipVersions.IgnoreQueryFilters().Where(v => v.TenantId == tenant && v.Version == version).Select(v => v.Document).FirstOrDefaultAsync(ct);
            now[tenant] = new(version, document is null ? OwnershipSetup.First : OwnershipJson.Read(document), owners);
        }

        _byTenant = now.ToFrozenDictionary();
    }

    /// <summary>The team of an order that comes to be stuck now; null = nobody's.</summary>
    /// <param name="caseId">The case that it goes into: a person's decision about it goes before the rules.</param>
    internal string? Decide(Activation a, Fault fault, Guid caseId, Connection? channel)
    {
        var force = Of(a.Work.TenantId);
        if (force.CaseOwners.TryGetValue(caseId, out var team) && force.Setup.FindTeam(team) is not null)
            return team;
        var row = a.Transaction;
        return force.Table.Decide(new()
        {
            Channel = row.Connection, Connector = channel?.Connector, System = row.PartyConnection, Kind = fault.Kind, Code = fault.Code, Step = row.Step, Stage = row.Stage,
            Total = row.TotalMinor is { } minor && Currencies.IsKnown(row.Currency) ? new Money(minor, row.Currency) : null, Order = a.Order,
        }).Team;
    }
}

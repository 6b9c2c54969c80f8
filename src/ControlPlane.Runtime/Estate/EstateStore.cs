using System.Security.Cryptography;
using System.Text;
using ControlPlane.Domain.Shared;
using ControlPlane.Runtime.Connections;
using ControlPlane.Runtime.Flows;
using ControlPlane.Runtime.Mappings;
using ControlPlane.Runtime.Persistence;
using ControlPlane.Runtime.Worklist;
using ControlPlane.Runtime.Silence;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Runtime.Estate;

public enum EstateChange
{
    Unchanged,
    Create,
    Change,
}

/// <summary>What applying would do, or did, to one object.</summary>
/// <param name="Before">The document in service, empty for a new one.</param>
public sealed record EstatePlanItem(string Kind, string Name, EstateChange Change, string Source, string Before, string After);

/// <summary>Writes configuration: everything of one apply in one database transaction, each with author and reason.</summary>
public sealed class EstateStore(IControlPlaneDb db, TimeProvider clock)
{
    public async Task<IReadOnlyList<EstatePlanItem>> PlanAsync(TenantScope tenant, IReadOnlyList<EstateObject> objects, CancellationToken ct)
    {
        await using var context = db.CreateContext(tenant);
        return await PlanAsync(context, objects, ct);
    }

    /// <summary>The same content again changes nothing and makes no new version.</summary>
    public async Task<IReadOnlyList<EstatePlanItem>> ApplyAsync(TenantScope tenant, IReadOnlyList<EstateObject> objects, string author, string reason, string? waiver, CancellationToken ct)
    {
        await using var context = db.CreateContext(tenant);
        var plan = await PlanAsync(context, objects, ct);
        var now = clock.GetUtcNow().ToMicroseconds();
        foreach (var (item, target) in plan.Zip(objects).Where(p => p.First.Change != EstateChange.Unchanged))
            switch (target)
            {
                case EstateObject.OfFlow flow:
                    var newest = await context.FlowVersions.Where(f => f.Name == flow.Name).MaxAsync(f => (int?)f.Version, ct) ?? 0;
                    context.FlowVersions.Add(new() { TenantId = tenant.TenantId, Name = flow.Name, Version = newest + 1, Digest = Digest(flow.Text), Document = flow.Text.Trim(), CreatedAt = now, CreatedBy = author, Reason = reason });
                    break;
                case EstateObject.OfPenaltyRules penalties:
                    var latest = await context.PenaltyRules.Where(p => p.Name == penalties.Name).MaxAsync(p => (int?)p.Version, ct) ?? 0;
                    context.PenaltyRules.Add(new() { TenantId = tenant.TenantId, Name = penalties.Name, Version = latest + 1, Digest = Digest(penalties.Text), Document = penalties.Text.Trim(), CreatedAt = now, CreatedBy = author, Reason = Ingestion.PayloadRows.Cut(reason, ColumnLengths.Summary)! });
                    break;
                case EstateObject.OfConnection of:
                    var row = await context.Connections.FirstOrDefaultAsync(c => c.Key == of.Name, ct);
                    if (row is null)
                        context.Connections.Add(row = new() { TenantId = tenant.TenantId, Key = of.Name });
                    (row.Connector, row.Role, row.DisplayName, row.Enabled) = (of.Connection.Connector, of.Connection.Role, of.Connection.DisplayName, of.Connection.Enabled);
                    (row.Document, row.UpdatedAt, row.UpdatedBy, row.Revision) = (of.Text.Trim(), now, author, row.Revision + 1);
                    break;
                case EstateObject.OfCalendar:
                    var calendar = await context.CarrierCalendars.FirstOrDefaultAsync(c => c.Name == target.Name, ct);
                    if (calendar is null)
                        context.CarrierCalendars.Add(calendar = new() { TenantId = tenant.TenantId, Name = target.Name });
                    (calendar.Document, calendar.UpdatedAt, calendar.UpdatedBy, calendar.Revision) = (target.Text.Trim(), now, author, calendar.Revision + 1);
                    break;
                case EstateObject.OfConnector connector:
                    var document = await context.ConnectorDocuments.FirstOrDefaultAsync(c => c.Name == connector.Name, ct);
                    if (document is null)
                        context.ConnectorDocuments.Add(document = new() { TenantId = tenant.TenantId, Name = connector.Name });
                    else if (!await context.ConnectorVersions.AnyAsync(v => v.Name == connector.Name, ct))
                        // Published before versions were kept: what is replaced stays to go back to.
                        context.ConnectorVersions.Add(Version(tenant, document, document.UpdatedAt, document.UpdatedBy, "published before versions were kept", null));
                    (document.Document, document.UpdatedAt, document.UpdatedBy, document.Revision) = (connector.Text.Trim(), now, author, document.Revision + 1);
                    context.ConnectorVersions.Add(Version(tenant, document, now, author, reason, waiver));
                    break;
            }

        await context.SaveChangesAsync(ct);
        return plan;
    }

    /// <summary>Everything in service, as documents.</summary>
    public async Task<(List<FlowVersionRow> Flows, List<ConnectionRow> Connections, List<ConnectorDocumentRow> Connectors)> ReadAsync(TenantScope tenant, CancellationToken ct)
    {
        await using var context = db.CreateContext(tenant);
        return (await context.FlowVersions.AsNoTracking().OrderBy(f => f.Name).ThenBy(f => f.Version).ToListAsync(ct),
            await context.Connections.AsNoTracking().OrderBy(c => c.Key).ToListAsync(ct),
            await context.ConnectorDocuments.AsNoTracking().OrderBy(c => c.Name).ToListAsync(ct));
    }

    /// <summary>The penalty rules in service: the newest version of each document, by name.</summary>
    public async Task<IReadOnlyList<PenaltyRulesRow>> PenaltiesAsync(TenantScope tenant, CancellationToken ct)
    {
        await using var context = db.CreateContext(tenant);
        var rows = await context.PenaltyRules.AsNoTracking().OrderBy(p => p.Name).ThenBy(p => p.Version).ToListAsync(ct);
        return [.. rows.GroupBy(r => r.Name, StringComparer.Ordinal).Select(g => g.Last())];
    }

    public async Task<List<CarrierCalendarRow>> ReadCalendarsAsync(TenantScope tenant, CancellationToken ct)
    {
        await using var context = db.CreateContext(tenant);
        return await context.CarrierCalendars.AsNoTracking().OrderBy(c => c.Name).ToListAsync(ct);
    }

    private static async Task<IReadOnlyList<EstatePlanItem>> PlanAsync(ControlPlaneDbContext context, IReadOnlyList<EstateObject> objects, CancellationToken ct)
    {
        var plan = new List<EstatePlanItem>(objects.Count);
        foreach (var target in objects)
        {
            var (kind, before) = target switch
            {
                EstateObject.OfFlow => ("Flow", await context.FlowVersions.Where(f => f.Name == target.Name).OrderByDescending(f => f.Version).Select(f => f.Document).FirstOrDefaultAsync(ct)),
                EstateObject.OfPenaltyRules => ("PenaltyRules", await context.PenaltyRules.Where(p => p.Name == target.Name).OrderByDescending(p => p.Version).Select(p => p.Document).FirstOrDefaultAsync(ct)),
                EstateObject.OfConnection => ("Connection", await context.Connections.Where(c => c.Key == target.Name).Select(c => c.Document).FirstOrDefaultAsync(ct)),
                EstateObject.OfCalendar => ("CarrierCalendar", await context.CarrierCalendars.Where(c => c.Name == target.Name).Select(c => c.Document).FirstOrDefaultAsync(ct)),
                _ => ("Connector", await context.ConnectorDocuments.Where(c => c.Name == target.Name).Select(c => c.Document).FirstOrDefaultAsync(ct)),
            };
            var change = before is null ? EstateChange.Create : before.Trim() == target.Text.Trim() ? EstateChange.Unchanged : EstateChange.Change;
            plan.Add(new(kind, target.Name, change, target.Source, before?.Trim() ?? "", target.Text.Trim()));
        }

        return plan;
    }

    private static ConnectorVersionRow Version(TenantScope tenant, ConnectorDocumentRow row, long at, string author, string reason, string? waiver) => new()
    {
        TenantId = tenant.TenantId,
        Name = row.Name,
        Version = row.Revision,
        Digest = Digest(row.Document),
        Document = row.Document,
        CreatedAt = at,
        CreatedBy = author,
        Reason = Ingestion.PayloadRows.Cut(reason, ColumnLengths.Summary)!,
        Waiver = Ingestion.PayloadRows.Cut(waiver, ColumnLengths.Summary),
    };

    private static string Digest(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.Trim())));
}

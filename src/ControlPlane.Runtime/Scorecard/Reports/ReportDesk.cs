using System.Text;
using ControlPlane.Domain.Objectives;
using ControlPlane.Domain.Scorecard;
using ControlPlane.Domain.Shared;
using ControlPlane.Runtime.Connections;
using ControlPlane.Runtime.Engine;
using ControlPlane.Runtime.Estate;
using ControlPlane.Runtime.Persistence;
using Hangfire;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Runtime.Scorecard;

/// <inheritdoc cref="IReports"/>
public sealed class ReportDesk(IControlPlaneDb db, ReportMaker maker, PdfPrinter printer, IConnectionRegistry connections, TimeProvider clock, EstateVersions? versions = null) : IReports
{
    /// <summary>By whom those are made that a plan asks for.</summary>
    public const string BySchedule = "schedule";

    /// <summary>So long after its period a report waits for outcomes to be final.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromDays(1);

    private readonly ReportPlanBook _plans = new(db, versions);

    public async Task<IReadOnlyList<ReportPlanItem>> PlansAsync(TenantScope tenant, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        return [.. (await _plans.AllAsync(tenant, ct)).Select(p => new ReportPlanItem(p.Plan, p.At, p.By, ReportPlans.Window(p.Plan).At(now).To, p.Document, ReportPeriods.Last(ReportPlans.Window(p.Plan), now)))];
    }

    public async Task<IReadOnlyList<ReportProblem>> SaveAsync(TenantScope tenant, ReportPlan plan, string by, CancellationToken ct)
    {
        if (ReportPlans.Check(plan, connections) is { Count: > 0 } problems)
            return problems;
        if (await _plans.FindAsync(tenant, plan.Name, ct) is { Document: true })
            return [new("name", $"{plan.Name} is a document of the estate: change it there, or give this one another name.")];
        await using var context = db.CreateContext(tenant);
        var row = await context.ReportPlans.FirstOrDefaultAsync(p => p.Name == plan.Name, ct);
        if (row is null)
            context.ReportPlans.Add(row = new() { TenantId = tenant.TenantId, Name = plan.Name });
        ReportPlans.Fill(row, plan);
        (row.UpdatedAt, row.UpdatedBy) = (clock.GetUtcNow().ToMicroseconds(), by);
        await context.SaveChangesAsync(ct);
        return [];
    }

    public async Task<bool> RemoveAsync(TenantScope tenant, string name, CancellationToken ct)
    {
        await using var context = db.CreateContext(tenant);
        return await context.ReportPlans.Where(p => p.Name == name).ExecuteDeleteAsync(ct) == 1;
    }

    public async Task<IReadOnlyList<ReportItem>> ListAsync(TenantScope tenant, Guid? before, int size, CancellationToken ct)
    {
        await using var context = db.CreateContext(tenant);
        var rows = context.Reports.AsNoTracking();
        if (before is { } id)
            rows = rows.Where(r => r.Id.CompareTo(id) < 0);
        // The files themselves are not read for a list.
        return [.. (await rows.OrderByDescending(r => r.Id).Take(Math.Clamp(size, 1, 200)).Select(r => new ReportRow
        {
            Id = r.Id, Name = r.Name, From = r.From, To = r.To, AsOf = r.AsOf, MadeAt = r.MadeAt, MadeBy = r.MadeBy, Basis = r.Basis, Digest = r.Digest, Note = r.Note, SentAt = r.SentAt, SendAt = r.SendAt, Attempts = r.Pdf == null ? 0 : 1,
        }).ToListAsync(ct)).Select(r => Item(r, hasPdf: r.Attempts == 1))];
    }

    public async Task<ReportItem?> MakeAsync(TenantScope tenant, string name, string by, CancellationToken ct)
    {
        return await _plans.FindAsync(tenant, name, ct) is not { Plan: var plan } ? null : await MakeAsync(tenant, plan, ReportPeriods.Last(ReportPlans.Window(plan), clock.GetUtcNow()), by, ct);
    }

    /// <summary>Makes what plans ask for and is not there yet. A period is reported once its outcomes are final, or a day after its end.</summary>
    [OneAtATime]
    [AutomaticRetry(Attempts = 0)]
    public async Task MakeDueAsync(CancellationToken ct)
    {
        foreach (var tenant in await _plans.TenantsAsync(ct))
            foreach (var kept in (await _plans.AllAsync(tenant, ct)).Where(p => p.Plan.Enabled))
                await MakeIfDueAsync(tenant, kept, ct);
    }

    private async Task MakeIfDueAsync(TenantScope tenant, KeptPlan kept, CancellationToken ct)
    {
        var (plan, now) = (kept.Plan, clock.GetUtcNow());
        var period = ReportPeriods.Last(ReportPlans.Window(plan), now);
        var (from, to) = (period.From.ToMicroseconds(), period.To.ToMicroseconds());
        await using var context = db.CreateContext(tenant);
        // A plan that is made today does not report the time before it on its own.
        if (kept.At >= period.To || await context.Reports.AnyAsync(r => r.Name == plan.Name && r.From == from && r.To == to, ct))
            return;
        if (now < period.To + Patience && !await maker.IsFinalAsync(period, ct))
            return;
        await MakeAsync(tenant, plan, period, BySchedule, ct);
    }

    public async Task<(byte[] Bytes, string Type, string FileName)?> FileAsync(TenantScope tenant, Guid id, string format, CancellationToken ct)
    {
        await using var context = db.CreateContext(tenant);
        if (await context.Reports.AsNoTracking().FirstOrDefaultAsync(r => r.Id == id, ct) is not { } row)
            return null;
        var name = $"{ReportText.FileName(ReportBasis.Read(row.Basis))}.{format}";
        return format switch
        {
            "html" => (Encoding.UTF8.GetBytes(row.Html), "text/html; charset=utf-8", name),
            "csv" => (Encoding.UTF8.GetBytes(row.Csv), "text/csv; charset=utf-8", name),
            "pdf" when row.Pdf is not null => (row.Pdf, "application/pdf", name),
            _ => null,
        };
    }

    public async Task<ReportCheck?> CheckAsync(TenantScope tenant, Guid id, CancellationToken ct)
    {
        await using var context = db.CreateContext(tenant);
        if (await context.Reports.AsNoTracking().FirstOrDefaultAsync(r => r.Id == id, ct) is not { } row)
            return null;
        try
        {
            var again = await maker.MakeAsync(tenant, ReportBasis.Read(row.Basis), ct);
            var same = again.Html == row.Html && again.Csv == row.Csv && again.Digest == row.Digest;
            return new(same, same ? $"Made again from the same events, it is the same, byte for byte (digest {again.Digest[..12]}…)." : again.Digest == row.Digest ? "The same events give another text now: this version of the product writes reports differently." : "Other events are counted now: outcomes came later than it was made, or events were removed by retention.");
        }
        catch (InvalidDataException e)
        {
            return new(false, e.Message);
        }
    }

    private async Task<ReportItem> MakeAsync(TenantScope tenant, ReportPlan plan, ObjectivePeriod period, string by, CancellationToken ct)
    {
        var basis = await maker.BasisAsync(tenant, plan.Name, plan.Title, period, plan.Zone, plan.Scope, plan.Recipients, ct);
        var made = await maker.MakeAsync(tenant, basis, ct);
        var (pdf, note) = await printer.PrintAsync(made.Html, ct);
        var now = clock.GetUtcNow().ToMicroseconds();
        var row = new ReportRow
        {
            Id = EntityId.New(clock), TenantId = tenant.TenantId, Name = plan.Name, From = period.From.ToMicroseconds(), To = period.To.ToMicroseconds(), AsOf = basis.AsOf.ToMicroseconds(), MadeAt = now, MadeBy = by,
            Basis = basis.Write(), Digest = made.Digest, Html = made.Html, Csv = made.Csv, Pdf = pdf, Note = note, SendAt = plan.Recipients.Count > 0 ? now : null,
        };
        await using var context = db.CreateContext(tenant);
        // Two who ask within a second get the same one.
        if (await context.Reports.AsNoTracking().FirstOrDefaultAsync(r => r.Name == row.Name && r.From == row.From && r.To == row.To && r.AsOf == row.AsOf, ct) is { } there)
            return Item(there, there.Pdf is not null);
        context.Reports.Add(row);
        await context.SaveChangesAsync(ct);
        return Item(row, pdf is not null);
    }

    private static ReportItem Item(ReportRow row, bool hasPdf)
    {
        var basis = ReportBasis.Read(row.Basis);
        return new(
            row.Id, row.Name, basis.Title, basis.From, basis.To, basis.AsOf, basis.Zone, Instant.FromMicroseconds(row.MadeAt), row.MadeBy, basis.Final, hasPdf, row.Digest, row.Note,
            row.SentAt is { } sent ? Instant.FromMicroseconds(sent) : null, basis.Recipients.Count, row.SendAt is not null);
    }
}

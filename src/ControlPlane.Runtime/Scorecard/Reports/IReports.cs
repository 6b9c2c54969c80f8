using ControlPlane.Domain.Objectives;
using ControlPlane.Domain.Scorecard;
using ControlPlane.Runtime.Objectives;
using ControlPlane.Runtime.Persistence;

namespace ControlPlane.Runtime.Scorecard;

/// <summary>A report that is made again and again.</summary>
/// <param name="Name">Key, lower-case with hyphens, 1 to 40 characters.</param>
/// <param name="Zone">IANA name.</param>
/// <param name="RetailYear">First day of a retail year; for 4-4-5 alone.</param>
/// <param name="Recipients">Mail addresses; none = it is kept and sent to nobody.</param>
public sealed record ReportPlan(string Name, string Title, ReportRhythm Rhythm, string Zone, DateOnly? RetailYear, IReadOnlyList<string> Recipients, ObjectiveScope Scope, bool Enabled);

/// <param name="Next">End of the period that runs: then it is made.</param>
/// <param name="Document">True: it is a document of the estate, and changed there.</param>
/// <param name="Last">The last whole period: what it is of when it is made now.</param>
public sealed record ReportPlanItem(ReportPlan Plan, DateTimeOffset UpdatedAt, string UpdatedBy, DateTimeOffset Next, bool Document = false, ObjectivePeriod? Last = null);

/// <param name="Field">Of the plan.</param>
public sealed record ReportProblem(string Field, string Message);

/// <param name="Note">What is to be said of it; empty = nothing.</param>
public sealed record ReportItem(Guid Id, string Name, string Title, DateTimeOffset From, DateTimeOffset To, DateTimeOffset AsOf, string Zone, DateTimeOffset MadeAt, string MadeBy, bool Final, bool HasPdf, string Digest, string Note, DateTimeOffset? SentAt, int Recipients, bool Sending);

/// <param name="Same">HTML and CSV are the same, byte for byte.</param>
/// <param name="Message">For people.</param>
public sealed record ReportCheck(bool Same, string Message);

/// <summary>Reports: their plans, what was made, and making one again.</summary>
public interface IReports
{
    Task<IReadOnlyList<ReportPlanItem>> PlansAsync(TenantScope tenant, CancellationToken ct);

    /// <returns>What is wrong; empty = it is saved.</returns>
    Task<IReadOnlyList<ReportProblem>> SaveAsync(TenantScope tenant, ReportPlan plan, string by, CancellationToken ct);

    Task<bool> RemoveAsync(TenantScope tenant, string name, CancellationToken ct);

    /// <summary>Newest first, at most <paramref name="size"/>.</summary>
    Task<IReadOnlyList<ReportItem>> ListAsync(TenantScope tenant, Guid? before, int size, CancellationToken ct);

    /// <summary>Makes one of the last whole period of a plan, as things are now.</summary>
    /// <returns>Null = there is no such plan.</returns>
    Task<ReportItem?> MakeAsync(TenantScope tenant, string name, string by, CancellationToken ct);

    /// <param name="format">html, csv or pdf.</param>
    /// <returns>Null = there is no such report, or not in that form.</returns>
    Task<(byte[] Bytes, string Type, string FileName)?> FileAsync(TenantScope tenant, Guid id, string format, CancellationToken ct);

    /// <summary>Makes it again from what it was made of, and compares.</summary>
    Task<ReportCheck?> CheckAsync(TenantScope tenant, Guid id, CancellationToken ct);
}

using ControlPlane.Domain.Objectives;
using ControlPlane.Runtime.Persistence;
using ControlPlane.Runtime.Transactions;

namespace ControlPlane.Runtime.Budgets;

/// <summary>What a budget keeps from being published.</summary>
/// <param name="Code"><c>budget.fixes_only</c> or <c>budget.frozen</c>.</param>
/// <param name="Message">What, why, and what to do.</param>
public sealed record BudgetRefusal(string Code, string Objective, string? Connection, BudgetMeasure Measure, string Message);

/// <param name="Connection">Key; null = all connections.</param>
public sealed record BudgetWaiver(Guid Id, string? Connection, string By, string Reason, DateTimeOffset From, DateTimeOffset Until, string? EndedBy)
{
    public static readonly TimeSpan Longest = TimeSpan.FromDays(30);

    public bool Covers(string? connection, DateTimeOffset at) => EndedBy is null && at >= From && at < Until && (Connection is null || Connection == connection);
}

/// <summary>How an objective's budget stands, for a page.</summary>
/// <param name="Spent">Share; null without data.</param>
/// <param name="Connection">Key of the connection that it holds for; null = all.</param>
public sealed record BudgetLine(string Objective, string Title, string? Connection, decimal? Spent, BudgetMeasure Measure, DateTimeOffset? Since, DateTimeOffset JudgedUpTo, string? Team);

public sealed record BudgetNote(Guid Id, string Objective, string Title, string Text, DateTimeOffset At);

/// <param name="Waivers">Those that hold and the last ones, newest first.</param>
/// <param name="Notes">Newest first.</param>
public sealed record BudgetBoard(IReadOnlyList<BudgetLine> Lines, IReadOnlyList<BudgetWaiver> Waivers, IReadOnlyList<BudgetNote> Notes, DateTimeOffset ReadAt);

/// <summary>Holds back what is published while an error budget is spent, and keeps who waived that.</summary>
public interface IBudgetGate
{
    const int LongestReason = 300;

    /// <summary>Null: it may be published.</summary>
    /// <param name="connections">Keys of the connections that the change serves; without one, objectives over everything count alone.</param>
    /// <param name="fix">What it mends, where it is declared as a fix; null = it is none.</param>
    Task<BudgetRefusal?> AgainstAsync(TenantScope tenant, IReadOnlyCollection<string> connections, string? fix, CancellationToken ct);

    Task<BudgetBoard> ReadAsync(TenantScope tenant, CancellationToken ct);

    /// <param name="id">Made when the dialog opens: fifteen clicks are one waiver.</param>
    Task<CommandOutcome> WaiveAsync(TenantScope tenant, Guid id, string? connection, TimeSpan length, string reason, string by, CancellationToken ct);

    Task<CommandOutcome> EndWaiverAsync(TenantScope tenant, Guid id, string by, CancellationToken ct);
}

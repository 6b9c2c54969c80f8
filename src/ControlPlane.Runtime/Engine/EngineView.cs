using ControlPlane.Domain.Flows;
using ControlPlane.Domain.Outbound;
using ControlPlane.Domain.Transactions;

namespace ControlPlane.Runtime.Engine;

/// <summary>What the engine does at one moment, over all nodes.</summary>
public sealed record EngineView
{
    public required IReadOnlyList<LaneStanding> Lanes { get; init; }

    /// <summary>Most work first.</summary>
    public required IReadOnlyList<HeldWork> Held { get; init; }

    /// <summary>Living ones first, then by start, the newest first.</summary>
    public required IReadOnlyList<NodeStanding> Nodes { get; init; }

    /// <summary>Open ones, and those that closed within the last ten minutes.</summary>
    public required IReadOnlyList<BreakerStanding> Breakers { get; init; }

    /// <summary>Where orders wait for the one ahead of them, the longest queues first; at most <see cref="MostQueues"/>.</summary>
    public IReadOnlyList<TurnQueue> Turns { get; init; } = [];

    public const int MostQueues = 20;

    public required IReadOnlyList<MaintenanceWindow> Windows { get; init; }

    public required IReadOnlyList<BudgetStanding> Budgets { get; init; }

    /// <summary>Closed per minute over the last ten full minutes.</summary>
    public required double ClosedPerMinute { get; init; }

    public required double ReceivedPerMinute { get; init; }

    public required DateTimeOffset ReadAt { get; init; }
}

/// <param name="Ready">May be taken now or later.</param>
/// <param name="Due">Of these, what is due now.</param>
/// <param name="Running">Leased by a node.</param>
/// <param name="Waiting">For an event.</param>
/// <param name="Dead">Needs a person.</param>
/// <param name="Oldest">Age of the oldest work that is due; null when none is.</param>
/// <param name="Concurrency">At the same moment on this node; 0 where it runs no flows.</param>
public sealed record LaneStanding(Lane Lane, int Ready, int Due, int Running, int Waiting, int Held, int Dead, TimeSpan? Oldest, int Concurrency);

/// <param name="Key">See <see cref="Hold.Key"/>.</param>
/// <param name="System">As people call it.</param>
/// <param name="Text">Why, and when it goes on.</param>
public sealed record HeldWork(string Key, string System, int Count, DateTimeOffset OldestDue, string Text, DateTimeOffset? Until);

/// <summary>Orders that have to keep their order, behind one that is not done.</summary>
/// <param name="Head">The one whose turn it is.</param>
public sealed record TurnQueue(Guid Head, string Number, TransactionState State, string Flow, int Behind, DateTimeOffset Since);

/// <param name="Alive">Gave a sign of life in time and did not say good-bye.</param>
/// <param name="Leases">Transactions that it holds.</param>
public sealed record NodeStanding(Guid Id, string Name, string Roles, string Version, DateTimeOffset StartedAt, DateTimeOffset SeenAt, DateTimeOffset? StoppedAt, bool Alive, bool Self, int Leases);

public sealed record BreakerStanding(string Key, string System, bool Open, DateTimeOffset OpenedAt, DateTimeOffset? ClosedAt, string Message, DateTimeOffset? NextProbe, int Probes);

/// <param name="Operation">Its name, or the name of the pool that several draw on.</param>
/// <param name="Burst">Most calls at once, or points where calls are weighed.</param>
/// <param name="Left">Calls that it allows at this moment, or points where calls are weighed.</param>
/// <param name="FullIn">Until the budget is whole again if nothing is sent.</param>
/// <param name="UsedPerMinute">Over all nodes where <paramref name="Shared"/>, else on this one.</param>
/// <param name="ShortIn">At this pace; null = it lasts.</param>
/// <param name="Learned">The limits are what the system told; otherwise what its connector declares.</param>
/// <param name="Reserve">Share that polling leaves to others.</param>
/// <param name="Held">Orders that wait for it.</param>
/// <param name="Weighed">True when calls cost a number of points each.</param>
public sealed record BudgetStanding(
    string System, string Operation, double PerSecond, double Burst, int Left, TimeSpan FullIn, TimeSpan? ClosedFor, double UsedPerMinute, TimeSpan? ShortIn, bool Learned, double Reserve, bool Shared, int Held, bool Weighed = false);

using ControlPlane.Domain.Ownership;
using ControlPlane.Runtime.Persistence;

namespace ControlPlane.Runtime.Ownership;

public enum QueueAlarm
{
    None,

    /// <summary>The first step of the ladder is past.</summary>
    Late,

    /// <summary>The last step is past, or a deadline is near, or it is nobody's.</summary>
    Red,
}

/// <param name="Team">Null where nobody owns it, or the team was removed.</param>
/// <param name="Key">Key of the team; null = nobody's.</param>
/// <param name="Stuck">Orders that are stuck.</param>
/// <param name="Unclaimed">Of them, those that nobody has taken.</param>
/// <param name="OldestSince">Since when the oldest is stuck.</param>
/// <param name="Waited">Working time for which the oldest that nobody has taken waits.</param>
/// <param name="Deadline">The nearest deadline (of the worklist, else the promised ship-by) of those that nobody has taken.</param>
/// <param name="Open">False outside the team's working hours.</param>
public sealed record TeamQueue(Team? Team, string? Key, int Stuck, int Unclaimed, DateTimeOffset? OldestSince, TimeSpan Waited, DateTimeOffset? Deadline, bool Open, QueueAlarm Alarm)
{
    public string Name => Team?.Name ?? Key ?? "Nobody";
}

/// <param name="Queues">Those of nobody first, then every team, the worst first.</param>
public sealed record TeamQueues(IReadOnlyList<TeamQueue> Queues, DateTimeOffset ReadAt)
{
    public int Stuck => Queues.Sum(q => q.Stuck);

    public int Unowned => Queues.Where(q => q.Key is null).Sum(q => q.Stuck);

    public int Unclaimed => Queues.Sum(q => q.Unclaimed);
}

/// <summary>Each team's queue with its age: no queue without an owner, none without an alarm.</summary>
public interface ITeamQueues
{
    Task<TeamQueues> ReadAsync(TenantScope tenant, CancellationToken ct);
}

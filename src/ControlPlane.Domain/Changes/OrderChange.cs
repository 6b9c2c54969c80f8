using ControlPlane.Domain.Connections;

namespace ControlPlane.Domain.Changes;

/// <summary>What the channel wants of an order that has begun. Stored; do not renumber.</summary>
public enum ChangeKind : short
{
    Cancellation = 1,

    /// <summary>A newer version of the order that says something else.</summary>
    Content = 2,
}

/// <summary>How far a change is. Stored; do not renumber.</summary>
public enum ChangeState : short
{
    /// <summary>The systems that have the order are being asked.</summary>
    Requested = 1,

    /// <summary>A system cannot be asked, or said no: somebody has to see to it there.</summary>
    NeedsPerson = 2,

    /// <summary>Every system that had the order took it.</summary>
    Done = 3,

    /// <summary>The goods leave as they were ordered first: a return was begun.</summary>
    TooLate = 4,

    /// <summary>A person let the order run on as it was.</summary>
    Declined = 5,

    /// <summary>It was made on a version that is not the newest any more: nothing of it was done.</summary>
    Outdated = 6,
}

/// <summary>What one system made of a change. Stored; do not renumber.</summary>
public enum SystemAnswer : short
{
    /// <summary>To be asked, or being asked.</summary>
    Requested = 1,

    Accepted = 2,

    /// <summary>It works on the order already, or has shipped it.</summary>
    TooLate = 3,

    /// <summary>It said no for another reason.</summary>
    Refused = 4,

    /// <summary>Its connector has no operation for it, or it is not known whether it has the order.</summary>
    NotOffered = 5,

    /// <summary>It had never been told of the order: nothing to take back.</summary>
    NotTold = 6,

    /// <summary>Not asked, because the goods leave anyway.</summary>
    Kept = 7,

    /// <summary>A person did it there.</summary>
    ByHand = 8,

    /// <summary>Its copy of the order is another version by now, so that it was not overwritten.</summary>
    Moved = 9,
}

/// <param name="Connection">Key of the system's connection.</param>
/// <param name="Operation">With which it is asked: <c>cancelFulfilment</c>; empty where there is none.</param>
/// <param name="Version">Of the order, counted from 1, as the system was told it; 0 = never.</param>
/// <param name="Message">A sentence for people.</param>
/// <param name="At">When the answer came.</param>
public sealed record SystemChange(string Connection, SystemRole Role, string Operation, int Version, SystemAnswer Answer, string Message, DateTimeOffset At)
{
    public bool Ships => Role is SystemRole.Wms or SystemRole.ThreePl;

    public bool IsFinal => Answer != SystemAnswer.Requested;

    public SystemChange With(SystemAnswer answer, string message, DateTimeOffset at) => this with { Answer = answer, Message = message, At = at };
}

/// <summary>A change or cancellation that is being carried out: kept with the order's position, so that it goes on after a crash where it was.</summary>
public sealed record OpenChange
{
    public required Guid Id { get; init; }

    /// <summary>Counts the changes of an order from 1; part of the idempotency key of each call.</summary>
    public required int Number { get; init; }

    public required ChangeKind Kind { get; init; }

    /// <summary>The signal that brought it; consumed when the change ends.</summary>
    public required Guid Signal { get; init; }

    /// <summary>Version of the order on which it was made.</summary>
    public required int Base { get; init; }

    public required DateTimeOffset RequestedAt { get; init; }

    public required string Summary { get; init; }

    /// <summary>What it says otherwise, for people; empty for a cancellation.</summary>
    public IReadOnlyList<string> Differences { get; init; } = [];

    /// <summary>Those that ship come first: what they say decides about the others.</summary>
    public IReadOnlyList<SystemChange> Systems { get; init; } = [];

    /// <summary>A person decided that the order runs on as it was.</summary>
    public string? DeclinedBy { get; init; }

    public OpenChange Put(SystemChange system) => this with { Systems = [.. Systems.Select(s => s.Connection == system.Connection ? system : s)] };
}

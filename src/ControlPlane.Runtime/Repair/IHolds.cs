using ControlPlane.Domain.Repair;
using ControlPlane.Runtime.Persistence;
using ControlPlane.Runtime.Transactions;

namespace ControlPlane.Runtime.Repair;

/// <summary>An order that a person put aside.</summary>
/// <param name="Waits">For people, after "until".</param>
public sealed record HoldItem(Guid Id, Guid TransactionId, string Number, string Channel, string Reason, string By, DateTimeOffset At, HoldCondition Condition, string Waits)
{
    /// <summary>The last figure seen, or why there was none; null where it waits for none.</summary>
    public string? LastFigure { get; init; }

    public DateTimeOffset? LookedAt { get; init; }
}

/// <summary>A look-up that an order can wait for.</summary>
/// <param name="Asks">What it has to be told.</param>
/// <param name="Figures">What it answers.</param>
public sealed record HoldLookUp(string Connection, string Name, string Operation, string Title, IReadOnlyList<string> Asks, IReadOnlyList<string> Figures);

/// <param name="NextLook">When it is looked again whether something came.</param>
public sealed record HoldList(IReadOnlyList<HoldItem> Items, int Total, DateTimeOffset NextLook, DateTimeOffset ReadAt);

/// <param name="Held">Null when nobody holds it.</param>
/// <param name="Events">That can still come for it.</param>
/// <param name="Closed">Systems that cannot be called now.</param>
public sealed record HoldChoices(HoldItem? Held, IReadOnlyList<string> Events, IReadOnlyList<(string Key, string Name)> Closed)
{
    public IReadOnlyList<HoldLookUp> LookUps { get; init; } = [];

    /// <summary>Of the order's first line, as a proposal.</summary>
    public string Sku { get; init; } = "";
}

/// <summary>Puts orders aside until something comes, and lets them go.</summary>
public interface IHolds
{
    const int Most = 200;

    /// <summary>What an order could wait for, and what it waits for already.</summary>
    Task<HoldChoices?> ChoicesAsync(TenantScope tenant, Guid transaction, CancellationToken ct);

    /// <summary>What a figure is now, as a sentence, or why it cannot be told. The system is asked for it; what the figure is held against does not matter.</summary>
    Task<string> LookAsync(TenantScope tenant, FigureCondition figure, CancellationToken ct);

    /// <summary>Oldest first, at most <see cref="Most"/>.</summary>
    Task<HoldList> ListAsync(TenantScope tenant, CancellationToken ct);

    /// <summary>While it is held nothing is sent. A condition that can never come true is refused before anything is saved.</summary>
    Task<CommandOutcome> HoldAsync(TenantScope tenant, Guid transaction, HoldCondition condition, string reason, Person who, Guid operation, CancellationToken ct);

    /// <summary>
    /// As it was before, as if it had never been held; nothing is sent by it. For whoever held it a moment ago: what stood there is kept in
    /// the memory of the node that held it, for <see cref="UndoFor"/>.
    /// </summary>
    /// <param name="hold">The operation by which it was held.</param>
    Task<CommandOutcome> UndoAsync(TenantScope tenant, Guid transaction, Guid hold, Person who, Guid operation, CancellationToken ct);

    /// <summary>Longer than it is offered: whoever clicks at the last moment is heard.</summary>
    static readonly TimeSpan UndoFor = TimeSpan.FromSeconds(20);

    /// <summary>Goes on now.</summary>
    Task<CommandOutcome> WakeAsync(TenantScope tenant, Guid transaction, string reason, Person who, Guid operation, CancellationToken ct);
}

using ControlPlane.Domain.Repair;
using ControlPlane.Runtime.Persistence;
using ControlPlane.Runtime.Transactions;

namespace ControlPlane.Runtime.Repair;

/// <summary>An order that a person put aside.</summary>
/// <param name="Waits">For people, after "until".</param>
public sealed record HoldItem(Guid Id, Guid TransactionId, string Number, string Channel, string Reason, string By, DateTimeOffset At, HoldCondition Condition, string Waits);

/// <param name="NextLook">When it is looked again whether something came.</param>
public sealed record HoldList(IReadOnlyList<HoldItem> Items, int Total, DateTimeOffset NextLook, DateTimeOffset ReadAt);

/// <param name="Held">Null when nobody holds it.</param>
/// <param name="Events">That can still come for it.</param>
/// <param name="Closed">Systems that cannot be called now.</param>
public sealed record HoldChoices(HoldItem? Held, IReadOnlyList<string> Events, IReadOnlyList<(string Key, string Name)> Closed);

/// <summary>Puts orders aside until something comes, and lets them go.</summary>
public interface IHolds
{
    const int Most = 200;

    /// <summary>What an order could wait for, and what it waits for already.</summary>
    Task<HoldChoices?> ChoicesAsync(TenantScope tenant, Guid transaction, CancellationToken ct);

    /// <summary>Oldest first, at most <see cref="Most"/>.</summary>
    Task<HoldList> ListAsync(TenantScope tenant, CancellationToken ct);

    /// <summary>While it is held nothing is sent. A condition that can never come true is refused before anything is saved.</summary>
    Task<CommandOutcome> HoldAsync(TenantScope tenant, Guid transaction, HoldCondition condition, string reason, Person who, Guid operation, CancellationToken ct);

    /// <summary>Goes on now.</summary>
    Task<CommandOutcome> WakeAsync(TenantScope tenant, Guid transaction, string reason, Person who, Guid operation, CancellationToken ct);
}

using ControlPlane.Domain.Turns;
using ControlPlane.Runtime.Engine;
using ControlPlane.Runtime.Persistence;

namespace ControlPlane.Runtime.Turns;

/// <summary>
/// One key whose order is kept. The row is the lock: whoever commits something of the key holds it until the commit, so
/// that nodes agree on who came first.
/// </summary>
public sealed class TurnRow : ITenantRow
{
    public int TenantId { get; set; }

    /// <summary>Keyed hash of what is kept in order; says nothing to someone who has the table.</summary>
    public string Key { get; set; } = "";

    /// <summary>The turn given last; counts from 1.</summary>
    public long Last { get; set; }

    /// <summary>The newest state known under <see cref="TurnPolicy.Newest"/>, microseconds UTC; 0 = none.</summary>
    public long Version { get; set; }

    public long TouchedAt { get; set; }
}

/// <summary>What a new transaction asks of the order of its key.</summary>
/// <param name="Version">How new the state is that it reports, microseconds UTC.</param>
/// <param name="Words">"of the same customer".</param>
/// <param name="Wish">What the work would be if nobody were before it; kept, because a batch may be written twice.</param>
internal sealed record TurnRequest(string Key, TurnPolicy Policy, long Version, string Words, WorkState Wish, Guid? Owner, long LeaseUntil);

/// <summary>A person lets those behind a transaction pass.</summary>
internal sealed record TurnPass(int TenantId, Guid TransactionId, string Key);

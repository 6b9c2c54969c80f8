using System.Collections.Concurrent;
using ControlPlane.Domain.Transactions;

namespace ControlPlane.Runtime.Live;

/// <summary>"This changed": enough to decide whether to look, never the data itself.</summary>
/// <param name="Elsewhere">Committed by another node: counted there.</param>
public sealed record ChangeNote(int TenantId, Guid TransactionId, TransactionState State, string Connection, bool IsNew, bool Elsewhere = false)
{
    /// <summary>Anything may have changed, in any tenant: another node did something that cannot be named, or was not heard.</summary>
    public static readonly ChangeNote Anything = new(0, Guid.Empty, TransactionState.Running, "", false, Elsewhere: true);

    public bool IsAnything => TransactionId == Guid.Empty;
}

/// <summary>Tells this node's listeners what was just committed, here or on another node. Listeners must return at once: they only take note.</summary>
public interface IChangeFeed
{
    /// <summary>Notes of this node or of another, never mixed.</summary>
    void Publish(IReadOnlyList<ChangeNote> notes);

    /// <summary>Notes of this node since its start.</summary>
    long Published { get; }

    IDisposable Subscribe(Action<IReadOnlyList<ChangeNote>> listener);
}

public sealed class ChangeFeed : IChangeFeed
{
    private readonly ConcurrentDictionary<Subscription, Action<IReadOnlyList<ChangeNote>>> _listeners = new();

    private long _published;

    public long Published => Interlocked.Read(ref _published);

    public void Publish(IReadOnlyList<ChangeNote> notes)
    {
        if (notes.Count == 0)
            return;
        if (!notes[0].Elsewhere)
            Interlocked.Add(ref _published, notes.Count);
        foreach (var listener in _listeners.Values)
            listener(notes);
    }

    public IDisposable Subscribe(Action<IReadOnlyList<ChangeNote>> listener)
    {
        var subscription = new Subscription(this);
        _listeners[subscription] = listener;
        return subscription;
    }

    private sealed class Subscription(ChangeFeed feed) : IDisposable
    {
        public void Dispose() => feed._listeners.TryRemove(this, out _);
    }
}

using System.Collections.Concurrent;
using ControlPlane.Domain.Transactions;

namespace ControlPlane.Runtime.Live;

/// <summary>"This changed": enough to decide whether to look, never the data itself.</summary>
public sealed record ChangeNote(int TenantId, Guid TransactionId, TransactionState State, string Connection, bool IsNew);

/// <summary>Tells this node's listeners what was just committed. Listeners must return at once: they only take note.</summary>
public interface IChangeFeed
{
    void Publish(IReadOnlyList<ChangeNote> notes);

    IDisposable Subscribe(Action<IReadOnlyList<ChangeNote>> listener);
}

public sealed class ChangeFeed : IChangeFeed
{
    private readonly ConcurrentDictionary<Subscription, Action<IReadOnlyList<ChangeNote>>> _listeners = new();

    public void Publish(IReadOnlyList<ChangeNote> notes)
    {
        if (notes.Count == 0)
            return;
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

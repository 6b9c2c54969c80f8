namespace ControlPlane.Runtime.Engine;

/// <summary>
/// A queue that serves its sources in turn: a channel that sends a hundred times as much as another waits behind itself
/// only.
/// </summary>
internal sealed class FairQueue<T> : IDisposable
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, Queue<T>> _queues = new(StringComparer.Ordinal);
    private readonly Queue<string> _turns = new();
    private readonly SemaphoreSlim _items = new(0);
    private int _count;

    public int Count => Volatile.Read(ref _count);

    public int CountOf(string source)
    {
        lock (_lock)
            return _queues.TryGetValue(source, out var queue) ? queue.Count : 0;
    }

    /// <summary>Sources that have something waiting.</summary>
    public int Sources
    {
        get
        {
            lock (_lock)
                return _turns.Count;
        }
    }

    public void Enqueue(string source, T item)
    {
        lock (_lock)
        {
            if (!_queues.TryGetValue(source, out var queue))
                _queues[source] = queue = new();
            queue.Enqueue(item);
            if (queue.Count == 1)
                _turns.Enqueue(source);
            _count++;
        }

        _items.Release();
    }

    public async ValueTask<T> DequeueAsync(CancellationToken ct)
    {
        await _items.WaitAsync(ct);
        return Take();
    }

    /// <summary>At once, or not at all.</summary>
    public bool TryDequeue(out T item)
    {
        if (!_items.Wait(0, CancellationToken.None))
        {
            item = default!;
            return false;
        }

        item = Take();
        return true;
    }

    private T Take()
    {
        lock (_lock)
        {
            var source = _turns.Dequeue();
            var queue = _queues[source];
            var item = queue.Dequeue();
            if (queue.Count > 0)
                _turns.Enqueue(source);
            else
                _queues.Remove(source);
            _count--;
            return item;
        }
    }

    public void Dispose() => _items.Dispose();
}

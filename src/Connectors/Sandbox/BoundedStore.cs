using System.Diagnostics.CodeAnalysis;

namespace Connectors.Sandbox;

/// <summary>
/// Keeps the newest <paramref name="capacity"/> entries by key, those counted too that were removed since. Not safe from
/// several threads: its owner locks. Keys are not used a second time.
/// </summary>
/// <param name="forgotten">Told about each entry that had to go, so that indexes beside it can follow.</param>
internal sealed class BoundedStore<TKey, TValue>(int capacity, Action<TValue>? forgotten = null)
    where TKey : notnull
{
    private readonly Dictionary<TKey, TValue> _byKey = [];
    private readonly Queue<TKey> _order = new();

    public int Count => _byKey.Count;

    public IEnumerable<TValue> Values => _byKey.Values;

    public IEnumerable<KeyValuePair<TKey, TValue>> Entries => _byKey;

    public bool TryGet(TKey key, [MaybeNullWhen(false)] out TValue value) => _byKey.TryGetValue(key, out value);

    public TValue? Find(TKey key) => _byKey.GetValueOrDefault(key);

    /// <summary>Adds an entry under a key that is not in use.</summary>
    public void Add(TKey key, TValue value)
    {
        _byKey.Add(key, value);
        _order.Enqueue(key);
        while (_order.Count > capacity)
            if (_byKey.Remove(_order.Dequeue(), out var gone))
                forgotten?.Invoke(gone);
    }

    /// <summary>Its place in the order stays taken until it is the oldest: a store that is emptied all the time stays bounded too.</summary>
    public bool Remove(TKey key)
    {
        if (!_byKey.Remove(key, out var gone))
            return false;
        forgotten?.Invoke(gone);
        return true;
    }
}

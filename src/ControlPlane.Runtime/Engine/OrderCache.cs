using System.Collections.Concurrent;
using ControlPlane.Domain.Orders;

namespace ControlPlane.Runtime.Engine;

/// <summary>
/// Canonical orders that were worked on lately: an order whose shipment comes within minutes is not read and parsed again.
/// A payload never changes, so nothing is ever stale. Two generations: when the young one is full it becomes the old one.
/// </summary>
internal sealed class OrderCache
{
    private const int Generation = 4000;

    private ConcurrentDictionary<Guid, CanonicalOrder> _young = new();
    private ConcurrentDictionary<Guid, CanonicalOrder> _old = new();

    public bool TryGet(Guid payloadId, out CanonicalOrder order) => _young.TryGetValue(payloadId, out order!) || _old.TryGetValue(payloadId, out order!);

    public void Put(Guid payloadId, CanonicalOrder order)
    {
        if (_young.Count >= Generation)
        {
            _old = _young;
            _young = new();
        }

        _young[payloadId] = order;
    }
}

using ControlPlane.Domain.Connections;
using ControlPlane.Runtime.Persistence;

namespace ControlPlane.Runtime.Ingestion;

/// <summary>The way in for the outside of this assembly: a document whose sender is proven.</summary>
public sealed class ReceivePort
{
    private readonly Receiver _receiver;
    private readonly DoorPressure _door;

    internal ReceivePort(Receiver receiver, DoorPressure door) => (_receiver, _door) = (receiver, door);

    public async Task<ReceiveOutcome> ReceiveAsync(TenantScope tenant, Connection connection, IReceiver receiver, InboundRequest request, CancellationToken ct)
    {
        _door.Enter();
        try
        {
            return await _receiver.ReceiveAsync(tenant, connection, receiver, request, ct);
        }
        finally
        {
            _door.Leave();
        }
    }
}

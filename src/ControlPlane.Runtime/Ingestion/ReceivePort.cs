using ControlPlane.Domain.Connections;
using ControlPlane.Runtime.Persistence;

namespace ControlPlane.Runtime.Ingestion;

/// <summary>The way in for the outside of this assembly: a document whose sender is proven.</summary>
public sealed class ReceivePort
{
    private readonly Receiver _receiver;

    internal ReceivePort(Receiver receiver) => _receiver = receiver;

    public Task<ReceiveOutcome> ReceiveAsync(TenantScope tenant, Connection connection, IReceiver receiver, InboundRequest request, CancellationToken ct) =>
        _receiver.ReceiveAsync(tenant, connection, receiver, request, ct);
}

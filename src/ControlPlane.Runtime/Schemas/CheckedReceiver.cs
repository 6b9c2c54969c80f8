using ControlPlane.Domain.Connections;

namespace ControlPlane.Runtime.Schemas;

/// <summary>A receiver whose documents have to fit the schemas in force before they mean anything.</summary>
internal sealed class CheckedReceiver(IReceiver inner, SchemaGate gate) : IReceiver
{
    public IReadOnlyCollection<string> Reads => inner.Reads;

    public IReadOnlyCollection<string> MediaTypes => inner.MediaTypes;

    public int? MappingVersion => inner.MappingVersion;

    public bool Verify(InboundRequest request, Connection connection) => inner.Verify(request, connection);

    public SenderKey? KeyOf(InboundRequest request) => inner.KeyOf(request);

    public string? SubscriptionSecret => inner.SubscriptionSecret;

    public string? DeliveryId(InboundRequest request) => inner.DeliveryId(request);

    public string TopicOf(InboundRequest request) => inner.TopicOf(request);

    public string? Challenge(Func<string, string?> query, Connection connection, Uri endpoint) => inner.Challenge(query, connection, endpoint);

    public Unpacked? Unpack(InboundRequest request, Connection connection) => inner.Unpack(request, connection);

    public InboundEvent Translate(InboundRequest request, Connection connection) => (gate.IsEmpty ? null : gate.Check(connection, request, inner.TopicOf(request))) ?? inner.Translate(request, connection);
}

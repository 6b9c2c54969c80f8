using Connectors.Protocols.Http;
using Connectors.Protocols.Manifests;
using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Faults;
using ControlPlane.Domain.Mappings;
using ControlPlane.Domain.Shared;

namespace Connectors.Catalog.RabbitMq;

/// <summary>
/// Publishes the order, with its shipment where the step is about one. The message id is the idempotency key: after a lost
/// confirmation the same message is sent again, and its readers tell the repeat by the id.
/// </summary>
internal sealed class Publish(ConnectorDefinition definition) : IOperation
{
    private readonly CompiledMapping _mapping = definition.Mapping("event");

    public OperationDescriptor Descriptor { get; } = definition.Descriptor("publish");

    public MappedDocument Map(OperationRequest request)
    {
        var mapped = _mapping.Map(MappingInput.From(request, definition.SettingDefaults));
        var settings = RabbitMqSettings.Of(request.Connection);
        if (settings.Exchange is null)
            return mapped with { Refusals = [.. mapped.Refusals, new Refusal("rabbitmq.exchange_not_set", "settings.exchange", "The connection names no exchange to publish to. Set settings.exchange.")] };
        return RoutingKey(request, settings, out var missing) is not null
            ? mapped
            : mapped with { Refusals = [.. mapped.Refusals, new Refusal("mapping.missing", missing, "The routing key needs a value that the order does not have. Complete it, or change settings.routingKey.")] };
    }

    public async Task<OperationResult> ExecuteAsync(OperationRequest request, ReadOnlyMemory<byte> document, IExchange exchange, CancellationToken ct)
    {
        var settings = RabbitMqSettings.Of(request.Connection);
        if (settings.Exchange is not { } to || RoutingKey(request, settings, out _) is not { } key)
            return new OperationResult.Failed(new(FaultKind.Internal, "rabbitmq.exchange_not_set", "The connection names no exchange, or no routing key that fits this order. Set settings.exchange and settings.routingKey."));
        var call = new ExchangeRequest
        {
            Method = HttpMethod.Post,
            Path = PublishTransport.PathOf(to, key),
            Body = document,
            ContentType = CompiledMapping.ContentType,
            Writes = true,
            Operation = Descriptor.Name,
            Headers = { [QueueMessage.IdHeader] = request.IdempotencyKey, ["correlation-id"] = request.CorrelationId, ["type"] = request.Shipment is null ? "order" : "shipment" },
        };
        var answer = await exchange.SendAsync(call, ct);
        return answer.IsSuccess
            ? new OperationResult.Confirmed($"{request.Connection.DisplayName} has it: {to}, {key}", [], new Dictionary<string, string>())
            : new OperationResult.Failed(Fault(answer.Status, request.Connection, to, key));
    }

    /// <summary>The descriptor says that it cannot be asked: a broker does not tell what went through it.</summary>
    public Task<LookUpResult> LookUpAsync(OperationRequest request, IExchange exchange, CancellationToken ct) =>
        throw new InvalidOperationException("A broker cannot be asked for what was published.");

    private static Fault Fault(int status, Connection connection, string to, string key) => status switch
    {
        PublishTransport.NoExchange => RabbitMqFaults.Closed(404, "no exchange", connection, RabbitMqSettings.Of(connection)),
        PublishTransport.NotAllowed => RabbitMqFaults.Closed(403, null, connection, RabbitMqSettings.Of(connection)),
        PublishTransport.TooLarge => RabbitMqFaults.Closed(406, "size", connection, RabbitMqSettings.Of(connection)),
        PublishTransport.Unroutable => new(FaultKind.Internal, "rabbitmq.unroutable", $"No queue takes what {to} is given with the routing key {key}, so the broker has dropped it. Bind a queue, or correct settings.routingKey."),
        _ => new(FaultKind.Transient, "rabbitmq.not_taken", $"{connection.DisplayName} did not take the message, as a broker does whose queue is full. It is tried again."),
    };

    private string? RoutingKey(OperationRequest request, RabbitMqSettings settings, out string missing)
    {
        missing = "settings.routingKey";
        return Placeholders.TryParse(settings.RoutingKey, out _)?.Render(MappingInput.From(request, definition.SettingDefaults), PlaceholderUse.Header, out missing) is { Length: > 0 } key ? key : null;
    }
}

using Connectors.Protocols.Http;
using Connectors.Protocols.Manifests;
using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Faults;

namespace Connectors.Catalog.Amazon;

/// <summary>How Amazon has the order now, as output <c>amazonStatus</c>. In code because a refused token is renewed there.</summary>
internal sealed class GetOrder(ConnectorDefinition definition, AmazonApi api) : IOperation
{
    private static readonly JsonPath Status = JsonPath.TryParse("$.order.fulfillment.fulfillmentStatus")!;

    public OperationDescriptor Descriptor { get; } = definition.Descriptor(AmazonApi.GetOrderOperation);

    public MappedDocument Map(OperationRequest request) => MappedDocument.None;

    public async Task<OperationResult> ExecuteAsync(OperationRequest request, ReadOnlyMemory<byte> document, IExchange exchange, CancellationToken ct)
    {
        using var answer = await api.ReadAsync(AmazonApi.GetOrder(request.Order.ExternalId, "FULFILLMENT"), exchange, ct);
        if (answer.Fault is { } fault)
            return new OperationResult.Failed(fault);
        return Status.Read(answer.Body.Root) is { } status
            ? new OperationResult.Confirmed($"Amazon has the order as {status}", [], new Dictionary<string, string>(StringComparer.Ordinal) { ["amazonStatus"] = status })
            : new OperationResult.Failed(new(FaultKind.Internal, "amazon.order_unreadable", "Amazon's answer has no status of the order."));
    }

    public Task<LookUpResult> LookUpAsync(OperationRequest request, IExchange exchange, CancellationToken ct) =>
        throw new InvalidOperationException("Reading leaves nothing to look up; the descriptor says so.");
}

using System.Text.Json;
using System.Text.Json.Nodes;
using Connectors.Protocols.GraphQl;
using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Faults;
using ControlPlane.Domain.Mappings;

namespace Connectors.Catalog.Shopify;

/// <summary>Closes (archives) the order. One that is closed already is as wanted.</summary>
internal sealed class CloseOrder(ShopifyApi api) : IOperation
{
    private const string Name = "closeOrder";

    private readonly CompiledMapping _mapping = api.Definition.Mapping("close-order");

    public OperationDescriptor Descriptor { get; } = api.Definition.Descriptor(Name);

    public MappedDocument Map(OperationRequest request) => _mapping.Map(MappingInput.From(request, api.Definition.SettingDefaults));

    public async Task<OperationResult> ExecuteAsync(OperationRequest request, ReadOnlyMemory<byte> document, IExchange exchange, CancellationToken ct)
    {
        var gid = ShopifyApi.Gid("Order", request.Order.ExternalId);
        var variables = new JsonObject { ["input"] = new JsonObject { ["id"] = gid } };
        var answer = await api.SendAsync(request.Connection, ShopifyQueries.CloseOrder, variables, Name, Descriptor.Write, exchange, ct);
        if (answer.Fault is not null)
            return new OperationResult.Failed(answer.Fault);
        var payload = answer.Field("orderClose");
        if (GraphQlUserErrors.Read(payload, api.System, "shopify.close_refused") is { } refused)
            return await IsClosedAsync(request.Connection, gid, exchange, ct) ? Closed("was closed in Shopify already") : new OperationResult.Failed(refused);
        return ShopifyApi.Text(ShopifyApi.Object(payload, "order"), "id") is null
            ? new OperationResult.Failed(new(FaultKind.Transient, "shopify.close_not_told", "Shopify did not say whether it closed the order."))
            : Closed("is closed in Shopify");
    }

    public Task<LookUpResult> LookUpAsync(OperationRequest request, IExchange exchange, CancellationToken ct) =>
        throw new InvalidOperationException("Closing may be repeated, so nothing is looked up; the descriptor says so.");

    private async Task<bool> IsClosedAsync(Connection connection, string gid, IExchange exchange, CancellationToken ct)
    {
        var answer = await api.AskAsync(connection, ShopifyQueries.IsClosed, new() { ["id"] = gid }, Name, exchange, ct);
        var order = answer.Field("order");
        return order.ValueKind == JsonValueKind.Object && order.TryGetProperty("closed", out var closed) && closed.ValueKind == JsonValueKind.True;
    }

    private static OperationResult.Confirmed Closed(string how) => new($"The order {how}", [], new Dictionary<string, string>());
}

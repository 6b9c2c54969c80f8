using System.Text.Json;
using Connectors.Protocols.Manifests;
using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Effects;
using ControlPlane.Domain.Faults;

namespace Connectors.Catalog.BusinessCentral;

/// <summary>
/// Looks for the customer of an order, by the number the channel holds (reference <c>customer-number</c>) or else by mail
/// address. In code because several hits are not one: output <c>customerMatch</c> says found, none or ambiguous, and only
/// a single hit yields <c>customerNumber</c>.
/// </summary>
internal sealed class FindCustomer(ConnectorDefinition definition, TimeProvider clock) : IOperation
{
    private readonly BusinessCentralApi _api = new(definition, clock, "findCustomer", WriteKind.Read);

    public OperationDescriptor Descriptor { get; } = definition.Descriptor("findCustomer");

    public MappedDocument Map(OperationRequest request) => MappedDocument.None;

    public async Task<OperationResult> ExecuteAsync(OperationRequest request, ReadOnlyMemory<byte> document, IExchange exchange, CancellationToken ct)
    {
        if (Filter(request) is not { } filter)
            return Match("none", "The order names no customer");
        var answer = await _api.GetAsync(BusinessCentralApi.Path(request, $"customers?$filter={filter}&$select=id,number,blocked&$top=2"), exchange, ct);
        if (answer.Fault is not null)
            return new OperationResult.Failed(answer.Fault);
        if (!answer.Root.TryGetProperty("value", out var found) || found.ValueKind != JsonValueKind.Array)
            return new OperationResult.Failed(new(FaultKind.Internal, "erp.customers_unreadable", "Business Central's list of customers is not readable."));
        return found.GetArrayLength() switch
        {
            0 => Match("none", "Business Central knows no such customer"),
            1 => One(found[0]),
            _ => Match("ambiguous", "Business Central has several such customers"),
        };
    }

    public Task<LookUpResult> LookUpAsync(OperationRequest request, IExchange exchange, CancellationToken ct) =>
        throw new InvalidOperationException("Reading leaves nothing to look up; the descriptor says so.");

    private static string? Filter(OperationRequest request) =>
        request.Order.References.GetValueOrDefault("customer-number") is { Length: > 0 } number ? $"number%20eq%20{BusinessCentralApi.Literal(number)}"
        : request.Order.Customer?.Email is { Length: > 0 } email ? $"email%20eq%20{BusinessCentralApi.Literal(email)}"
        : null;

    private static OperationResult One(JsonElement customer)
    {
        if (SalesOrder.Text(customer, "number") is not { } number)
            return new OperationResult.Failed(new(FaultKind.Internal, "erp.customers_unreadable", "Business Central's list of customers is not readable."));
        // The option is written with its caption: a blank for "not blocked", in JSON as _x0020_.
        if (SalesOrder.Text(customer, "blocked")?.Trim() is { Length: > 0 } blocked and not "_x0020_")
            return new OperationResult.Failed(new(
                FaultKind.Data, "erp.customer_blocked", $"Customer {number} is blocked in Business Central ({blocked}). Unblock it there, or cancel the order.", "customer", blocked));
        return Match("found", $"Business Central knows the customer as {number}", number);
    }

    private static OperationResult.Confirmed Match(string match, string summary, string? number = null)
    {
        var outputs = new Dictionary<string, string>(StringComparer.Ordinal) { ["customerMatch"] = match };
        if (number is not null)
            outputs["customerNumber"] = number;
        return new(summary, [], outputs);
    }
}

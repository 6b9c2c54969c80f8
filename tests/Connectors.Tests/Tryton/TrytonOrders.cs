using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Flows;
using ControlPlane.Domain.Orders;

namespace Connectors.Tests.Tryton;

/// <summary>Orders of products that the seeded Tryton has; each with numbers of its own, since the server keeps what earlier runs left.</summary>
internal static class TrytonOrders
{
    private static long _last = TimeProvider.System.GetTimestamp();

    public static string NewReference() => $"SHOP-{Interlocked.Increment(ref _last):x}".ToUpperInvariant();

    /// <summary>2 x 19.90 and 3 x 59.00 with 20 % tax in it: 216.80.</summary>
    public static CanonicalOrder Order(string reference) => new()
    {
        ExternalId = reference,
        Number = "#" + reference,
        PlacedAt = TimeProvider.System.GetUtcNow(),
        Currency = "EUR",
        TotalMinor = 21680,
        PricesIncludeTax = true,
        Customer = new() { Email = $"{reference}@example.org", Name = "Mia Öztürk", Phone = "+49 221 1234" },
        ShipTo = new() { Name = "Mia Öztürk", Line1 = "Lange Straße 5", Line2 = "Hinterhaus", City = "Köln", PostalCode = "50667", CountryCode = "DE" },
        Lines =
        [
            new() { ChannelLineRef = "L1", Sku = "SKU-1001", Title = "Cotton T-shirt", Quantity = 2, UnitPriceMinor = 1990 },
            new() { ChannelLineRef = "L2", Sku = "SKU-1002", Title = "Denim jeans", Quantity = 3, UnitPriceMinor = 5900 },
        ],
    };

    public static Shipment Shipment(string id, params (string Line, string Sku, int Quantity)[] lines) => new()
    {
        ExternalId = id,
        ShippedAt = TimeProvider.System.GetUtcNow(),
        Carrier = "DHL",
        TrackingNumber = "TRK-" + id,
        Lines = [.. lines.Select(l => new ShipmentLine(l.Line, l.Sku, l.Quantity))],
    };

    public static OperationRequest Request(TrytonServer server, string reference, CanonicalOrder order, params Shipment[] shipments) => new()
    {
        Connection = server.Connection,
        TransactionId = new("01937b6e-0000-7000-8000-000000000001"),
        Reference = reference,
        CorrelationId = "corr-1",
        IdempotencyKey = "key-1",
        Order = order,
        Variables = new FlowVariables { Shipments = [.. shipments], Occurrence = shipments.Length },
    };

    private static Task? _restocked;

    public static async Task<OperationResult> RunAsync(this TrytonServer server, string operation, OperationRequest request)
    {
        if (operation == "createSalesOrder")
            await (_restocked ??= server.Person.RestockAsync());
        var found = server.Connector.Operation(operation)!;
        var document = found.Map(request);
        Assert.Empty(document.Refusals);
        return await found.ExecuteAsync(request, document.Content, server, TestContext.Current.CancellationToken);
    }

    public static OperationResult.Confirmed Done(OperationResult result) =>
        result is OperationResult.Confirmed confirmed ? confirmed : throw new Xunit.Sdk.XunitException(result.ToString());

    public static ControlPlane.Domain.Faults.Fault Fault(OperationResult result) => Assert.IsType<OperationResult.Failed>(result).Fault;
}

using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Flows;
using ControlPlane.Domain.Orders;

namespace Connectors.Tests;

/// <summary>A small order, a connection and a request about them; tests change what they are about.</summary>
public static class Given
{
    public static readonly DateTimeOffset Now = new(2026, 11, 23, 10, 0, 0, TimeSpan.Zero);

    public static CanonicalOrder Order => new()
    {
        ExternalId = "5123",
        Number = "#1001",
        PlacedAt = new(2026, 11, 22, 23, 30, 0, TimeSpan.Zero),
        Currency = "EUR",
        TotalMinor = 12640,
        TaxMinor = 2018,
        ShippingMinor = 490,
        PricesIncludeTax = true,
        Customer = new() { Email = "mia@example.org", Name = "Mia Öztürk" },
        ShipTo = new() { Name = "Mia Öztürk", Line1 = "Lange Straße 5", City = "Köln", PostalCode = "50667", CountryCode = "DE" },
        ShippingService = "standard",
        Lines =
        [
            new() { ChannelLineRef = "L1", Sku = "TEE-M", Title = "Tee, medium", Quantity = 2, UnitPriceMinor = 2500, DiscountMinor = 500 },
            new() { ChannelLineRef = "L2", Sku = "GIFT-50", Title = "Gift card", Quantity = 1, UnitPriceMinor = 5000, RequiresShipping = false },
            new() { ChannelLineRef = "L3", Sku = "CAP", Title = "Cap", Quantity = 1, UnitPriceMinor = 2650 },
        ],
    };

    public static Shipment Shipment => new()
    {
        ExternalId = "SHP-1",
        ShippedAt = new(2026, 11, 23, 9, 0, 0, TimeSpan.Zero),
        Carrier = "DHL",
        TrackingNumber = "00340434161094042557",
        Lines = [new("L1", "TEE-M", 2), new("L3", "CAP", 1)],
    };

    public static Connection Connection(
        string connector = "test", IReadOnlyDictionary<string, string>? settings = null, IReadOnlyDictionary<string, string>? secrets = null) => new()
    {
        Key = "erp-a",
        Connector = connector,
        Role = SystemRole.Erp,
        DisplayName = "ERP A",
        BaseAddress = new("https://erp.example.org/api"),
        Settings = settings ?? new Dictionary<string, string>(),
        Secrets = secrets ?? new Dictionary<string, string>(),
    };

    public static OperationRequest Request(
        CanonicalOrder? order = null, Connection? connection = null, IReadOnlyDictionary<string, string>? outputs = null, params Shipment[] shipments) => new()
    {
        Connection = connection ?? Connection(),
        TransactionId = new("01937b6e-0000-7000-8000-000000000001"),
        Reference = "SHOPIFY-EU-1001",
        CorrelationId = "corr-1",
        IdempotencyKey = "key-1",
        Order = order ?? Order,
        Variables = new FlowVariables
        {
            Outputs = new(outputs ?? new Dictionary<string, string>(), StringComparer.Ordinal),
            Shipments = [.. shipments],
            Occurrence = shipments.Length,
        },
    };

    /// <summary>The same under another idempotency key.</summary>
    public static OperationRequest With(this OperationRequest request, string key) => new()
    {
        Connection = request.Connection, TransactionId = request.TransactionId, Reference = request.Reference, CorrelationId = request.CorrelationId, IdempotencyKey = key, Order = request.Order, Variables = request.Variables,
    };
}

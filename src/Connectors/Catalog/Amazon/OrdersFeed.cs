using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using Connectors.Protocols.Http;
using Connectors.Protocols.Http.Feeds;
using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Faults;
using ControlPlane.Domain.Mappings;

namespace Connectors.Catalog.Amazon;

/// <summary>
/// Orders that changed, by searchOrders of v2026-01-01: the truth path beside the notifications. One call in three
/// minutes is allowed for good, so only what can concern us is asked for.
/// </summary>
internal sealed class OrdersFeed(AmazonApi api) : IFeed
{
    public const string FeedName = "orders-feed";

    /// <summary>The data sets that an order is made of. Without BUYER and RECIPIENT there is nobody to ship to.</summary>
    public const string IncludedData = "BUYER,RECIPIENT,PROCEEDS,PROMOTION,CANCELLATION,FULFILLMENT";

    /// <summary>An order shows up in the list a little after its own time of change; the next walk begins this much earlier.</summary>
    public static readonly TimeSpan Overlap = TimeSpan.FromMinutes(5);

    /// <summary>The most the model allows.</summary>
    private const int PageSize = 100;

    /// <summary>All but SHIPPED and UNFULFILLABLE: each order that we confirm would come back as one of them.</summary>
    private const string Statuses = "PENDING_AVAILABILITY,PENDING,UNSHIPPED,PARTIALLY_SHIPPED,CANCELLED";

    public string Name => FeedName;

    public RateBudget? Budget { get; } = new(0.0056, 20);

    public async Task<FeedPage> ReadAsync(Connection connection, string? cursor, DateTimeOffset now, IExchange exchange, CancellationToken ct)
    {
        var position = FeedPosition.Read(cursor) ?? FeedPosition.Start(now - (AmazonSettings.LookBack(connection) ?? TimeSpan.FromDays(1)));
        using var answer = await api.ReadAsync(Search(connection, position), exchange, ct);
        // A token lives for a day and belongs to its parameters: the walk begins anew, and what came already is recognised.
        if (answer.Answer.Status == 400 && position.Token is not null)
            return new([], FeedPosition.Start(position.After).ToString(), More: false);
        if (answer.Fault is { } fault)
            throw new ExchangeException(fault);
        var root = answer.Body.Root;
        if (!root.TryGetProperty("orders", out var orders) || orders.ValueKind != JsonValueKind.Array)
            throw new ExchangeException(new Fault(FaultKind.Internal, "amazon.orders_unreadable", "Amazon's list of orders is not readable. Check the address of the connection."));
        var documents = new List<ReadOnlyMemory<byte>>(orders.GetArrayLength());
        foreach (var order in orders.EnumerateArray())
            documents.Add(JsonMarshal.GetRawUtf8Value(order).ToArray());
        var next = position.Next(JsonPaths.NextToken.Read(root), Instant(JsonPaths.UpdatedBefore.Read(root)), now, Overlap);
        return new(documents, next.ToString(), More: next.Token is not null);
    }

    public async Task<ReadOnlyMemory<byte>?> ReadOneAsync(Connection connection, string externalId, IExchange exchange, CancellationToken ct)
    {
        if (!OrderId.IsOne(externalId))
            return null;
        using var answer = await api.ReadAsync(AmazonApi.GetOrder(externalId, IncludedData), exchange, ct);
        if (answer.IsGone)
            return null;
        if (answer.Fault is { } fault)
            throw new ExchangeException(fault);
        return answer.Answer.Body;
    }

    private static ExchangeRequest Search(Connection connection, FeedPosition position)
    {
        var path = $"/orders/2026-01-01/orders?lastUpdatedAfter={Uri.EscapeDataString(position.After.ToString(SourceValue.InstantFormat, CultureInfo.InvariantCulture))}"
            + $"&marketplaceIds={string.Join(',', AmazonSettings.Marketplaces(connection).Select(Uri.EscapeDataString))}"
            + $"&fulfilledBy=MERCHANT&fulfillmentStatuses={Statuses}&maxResultsPerPage={PageSize.ToString(CultureInfo.InvariantCulture)}&includedData={IncludedData}";
        if (position.Token is not null)
            path += $"&paginationToken={Uri.EscapeDataString(position.Token)}";
        return new() { Method = HttpMethod.Get, Path = path, Operation = FeedName, Headers = { ["Accept"] = "application/json" } };
    }

    private static DateTimeOffset? Instant(string? text) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var read) ? read : null;

    private static class JsonPaths
    {
        public static readonly JsonPath NextToken = JsonPath.TryParse("$.pagination.nextToken")!;
        public static readonly JsonPath UpdatedBefore = JsonPath.TryParse("$.lastUpdatedBefore")!;
    }
}

using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Connectors.Sandbox.Http;

namespace Connectors.Sandbox.Amazon;

/// <summary>The parameters of <c>searchOrders</c>, checked as the model says.</summary>
internal sealed record AmazonSearch(DateTimeOffset From, DateTimeOffset? Before, bool ByUpdate, IReadOnlySet<string> Statuses, int PageSize, IReadOnlySet<string> Data, (long At, long Sequence)? After)
{
    private static readonly TimeSpan Reserve = TimeSpan.FromMinutes(2);

    private static readonly string[] Statuses2026 = ["PENDING_AVAILABILITY", "PENDING", "UNSHIPPED", "PARTIALLY_SHIPPED", "SHIPPED", "CANCELLED", "UNFULFILLABLE"];

    public static (AmazonSearch? Search, SandboxAnswer? Refused) Read(SandboxCall call, string marketplaceId, DateTimeOffset now)
    {
        string? created = call.Query["createdAfter"], updated = call.Query["lastUpdatedAfter"];
        if (string.IsNullOrEmpty(created) == string.IsNullOrEmpty(updated))
            return Refuse("You must provide exactly one of createdAfter and lastUpdatedAfter.");
        var byUpdate = !string.IsNullOrEmpty(updated);
        string? before = call.Query[byUpdate ? "lastUpdatedBefore" : "createdBefore"], other = call.Query[byUpdate ? "createdBefore" : "lastUpdatedBefore"];
        if (!string.IsNullOrEmpty(other))
            return Refuse($"{(byUpdate ? "createdBefore" : "lastUpdatedBefore")} may not be provided with {(byUpdate ? "lastUpdatedAfter" : "createdAfter")}.");
        if (!AmazonTime.TryRead(byUpdate ? updated : created, out var from))
            return Refuse("The date must be in ISO 8601 format.");
        DateTimeOffset? until = null;
        if (!string.IsNullOrEmpty(before))
        {
            if (!AmazonTime.TryRead(before, out var end) || end < from || end > now - Reserve)
                return Refuse("The end of the period must be an ISO 8601 date at or after its beginning and at least two minutes before the time of the request.");
            until = end;
        }

        var size = 100;
        if (call.Query["maxResultsPerPage"].ToString() is { Length: > 0 } text && (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out size) || size is < 1 or > 100))
            return Refuse("maxResultsPerPage must be between 1 and 100.");
        var statuses = List(call, "fulfillmentStatuses");
        if (!statuses.IsSubsetOf(Statuses2026))
            return Refuse("fulfillmentStatuses has a value that is not defined.");
        var sellers = List(call, "fulfilledBy");
        if (!sellers.IsSubsetOf(["MERCHANT", "AMAZON"]))
            return Refuse("fulfilledBy has a value that is not defined.");
        // Every order here is the seller's to ship; whoever asks for Amazon's alone finds none.
        if (sellers.Count > 0 && !sellers.Contains("MERCHANT"))
            until = DateTimeOffset.MinValue;
        var data = List(call, "includedData");
        if (!data.IsSubsetOf(AmazonOrderDocument.DataSets))
            return Refuse("includedData has a value that is not defined.");
        if (List(call, "marketplaceIds") is { Count: > 0 } marketplaces && !marketplaces.Contains(marketplaceId))
            return Refuse("marketplaceIds holds no marketplace of this seller.");
        var token = call.Query["paginationToken"].ToString();
        if (token.Length == 0)
            return (new(from, until, byUpdate, statuses, size, data, null), null);
        return Place(token, from, byUpdate) is { } place ? (new(from, until, byUpdate, statuses, size, data, place), null) : Refuse("The paginationToken is invalid, has expired, or belongs to other parameters.");
    }

    public static HashSet<string> List(SandboxCall call, string name) =>
        [.. call.Query[name].SelectMany(v => (v ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))];

    public long At(AmazonOrder order) => (ByUpdate ? order.UpdatedAt : order.CreatedAt).ToUnixTimeSeconds();

    public bool Fits(AmazonOrder order) =>
        At(order) >= From.ToUnixTimeSeconds()
        && (Before is null || At(order) <= Before.Value.ToUnixTimeSeconds())
        && (Statuses.Count == 0 || Statuses.Contains(order.Status))
        && (After is null || (At(order), order.Sequence).CompareTo(After.Value) > 0);

    /// <summary>Where the next page begins, bound to the parameters of this one.</summary>
    public string Token(AmazonOrder last) => Convert.ToBase64String(Encoding.ASCII.GetBytes(
        new JsonArray(From.ToUnixTimeSeconds(), ByUpdate, At(last), last.Sequence).ToJsonString()));

    private static (long, long)? Place(string token, DateTimeOffset from, bool byUpdate)
    {
        var bytes = new byte[256];
        if (!Convert.TryFromBase64String(token, bytes, out var length))
            return null;
        try
        {
            return JsonNode.Parse(bytes.AsSpan(0, length)) is JsonArray { Count: 4 } parts
                && parts[0]!.GetValue<long>() == from.ToUnixTimeSeconds()
                && parts[1]!.GetValue<bool>() == byUpdate
                    ? (parts[2]!.GetValue<long>(), parts[3]!.GetValue<long>())
                    : null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException or NullReferenceException)
        {
            return null;
        }
    }

    private static (AmazonSearch?, SandboxAnswer?) Refuse(string message) => (null, AmazonErrors.Invalid(message));
}

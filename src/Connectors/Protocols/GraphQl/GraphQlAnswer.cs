using System.Globalization;
using System.Text.Json;
using Connectors.Protocols.Http;
using ControlPlane.Domain.Faults;
using ControlPlane.Domain.Outbound;

namespace Connectors.Protocols.GraphQl;

/// <summary>Either data, which outlives the answer, or a fault.</summary>
/// <param name="OverCost">How many times over the limit a query was that was refused for its cost; null otherwise.</param>
public sealed record GraphQlAnswer(JsonElement Data, Fault? Fault, double? OverCost)
{
    public static GraphQlAnswer Failed(Fault fault) => new(default, fault, null);

    /// <summary>What a root field returned; undefined when it is null.</summary>
    public JsonElement Field(string name) =>
        Data.ValueKind == JsonValueKind.Object && Data.TryGetProperty(name, out var found) && found.ValueKind == JsonValueKind.Object ? found : default;
}

/// <summary>The convention that mutations return what they refuse as <c>userErrors</c>, with HTTP 200 and no error at the top.</summary>
public static class GraphQlUserErrors
{
    private const int LongestMessage = 300;

    /// <summary>Null when the payload holds none. Several are told as one, with the field of the first.</summary>
    /// <param name="code">Our own code for what this mutation refuses.</param>
    public static Fault? Read(JsonElement payload, string system, string code)
    {
        if (payload.ValueKind != JsonValueKind.Object || !payload.TryGetProperty("userErrors", out var errors) || errors.ValueKind != JsonValueKind.Array || errors.GetArrayLength() == 0)
            return null;
        var told = string.Join(" ", errors.EnumerateArray().Select(e => Text(e, "message")).OfType<string>());
        if (told.Length > LongestMessage)
            told = told[..LongestMessage] + "…";
        return new(FaultKind.Data, code, told.Length == 0 ? $"{system} refused it and gave no reason." : $"{system} refused it: {told}", Path(errors[0]), Text(errors[0], "code"));
    }

    private static string? Path(JsonElement error) =>
        error.ValueKind == JsonValueKind.Object && error.TryGetProperty("field", out var field) && field.ValueKind == JsonValueKind.Array && field.GetArrayLength() > 0
            ? string.Join('.', field.EnumerateArray().Where(f => f.ValueKind == JsonValueKind.String).Select(JsonText.String))
            : null;

    private static string? Text(JsonElement error, string name) =>
        error.ValueKind == JsonValueKind.Object && error.TryGetProperty(name, out var text) && text.ValueKind == JsonValueKind.String ? JsonText.String(text) : null;
}

/// <summary>
/// Rate limits by calculated cost, as Shopify tells them: a bucket of points that is refilled at a rate, and a limit for
/// a single query.
/// </summary>
public static class GraphQlCost
{
    /// <summary>A bucket is never that far from full; a longer wait is a strange answer.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(60);

    private static readonly JsonPath Requested = JsonPath.TryParse("$.extensions.cost.requestedQueryCost")!;
    private static readonly JsonPath Available = JsonPath.TryParse("$.extensions.cost.throttleStatus.currentlyAvailable")!;
    private static readonly JsonPath Rate = JsonPath.TryParse("$.extensions.cost.throttleStatus.restoreRate")!;
    private static readonly JsonPath Most = JsonPath.TryParse("$.extensions.cost.throttleStatus.maximumAvailable")!;
    private static readonly JsonPath QueryCost = JsonPath.TryParse("$.errors[0].extensions.cost")!;
    private static readonly JsonPath MostCost = JsonPath.TryParse("$.errors[0].extensions.maxCost")!;

    /// <summary>Until the bucket holds what the query needs, at least a quarter of a second; null when the answer does not say.</summary>
    public static TimeSpan? Wait(JsonElement root)
    {
        if (Number(Requested, root) is not { } requested || Number(Available, root) is not { } available || Number(Rate, root) is not ({ } rate and > 0))
            return null;
        var seconds = Math.Clamp((requested - available) / rate, 0.25, Longest.TotalSeconds);
        return TimeSpan.FromMilliseconds(Math.Ceiling(seconds * 1000));
    }

    /// <summary>What the bucket is and holds; null when the answer does not say.</summary>
    public static BudgetReading? Reading(JsonElement root) =>
        Number(Rate, root) is ({ } rate and > 0) && Number(Most, root) is ({ } most and >= 1) ? new(rate, most, Number(Available, root)) : null;

    /// <summary>Cost of a refused query divided by what one may cost; null when it was not refused for that.</summary>
    public static double? Limit(JsonElement root) =>
        Number(QueryCost, root) is ({ } cost and > 0) && Number(MostCost, root) is ({ } most and > 0) && cost > most ? cost / most : null;

    private static double? Number(JsonPath path, JsonElement root) =>
        double.TryParse(path.Read(root), NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) ? number : null;
}

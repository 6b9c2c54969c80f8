using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Connectors.Sandbox.Faults;
using Connectors.Sandbox.Http;
using Connectors.Sandbox.Shop.GraphQl;

namespace Connectors.Sandbox.Shop;

/// <summary>The Admin GraphQL endpoint: token, cost bucket, and answers in Shopify's envelope.</summary>
internal sealed partial class ShopAdminApi(ShopSystem shop, string token, TokenBucket bucket)
{
    /// <summary>Shopify refuses a single query above it.</summary>
    private const int MostCost = 1_000;

    private static readonly GraphQlEngine Engine = new(ShopSchema.Query, ShopSchema.Mutation);

    public SandboxAnswer Answer(SandboxCall call)
    {
        if (call.Header("X-Shopify-Access-Token") != token)
            return shop.CredentialsRefused(call);
        if (!Version().IsMatch(call.Route("version")))
            return shop.NotFound(call);
        var body = call.JsonObject();
        if (body["query"] is not JsonValue query || !query.TryGetValue<string>(out var text))
            return shop.Unreadable(call);
        var (plan, refused) = Engine.Check(text, body["operationName"]?.ToString(), body["variables"] as JsonObject ?? []);
        if (plan is null)
            return SandboxAnswer.Of(200, new JsonObject { ["errors"] = refused });
        if (plan.Cost > MostCost)
            return TooExpensive(plan.Cost);
        if (!bucket.TryTake(plan.Cost, out var left))
        {
            shop.Counters.Count(Counter.Throttled);
            return Throttled(plan.Cost, left);
        }

        return Run(plan).With("X-Shopify-API-Version", call.Route("version"));
    }

    /// <summary>As the throttle dial wants it, whatever the bucket holds.</summary>
    public SandboxAnswer Throttled() => Throttled(10, 0);

    private SandboxAnswer Run(GraphQlPlan plan)
    {
        var session = new ShopSession(shop);
        var errors = new JsonArray();
        var data = shop.Locked(() => GraphQlEngine.Run(plan, session, errors));
        var actual = Math.Min(plan.Cost, plan.Operation.Kind == "mutation" ? plan.Cost : Objects(data));
        var left = bucket.GiveBack(plan.Cost - actual);
        var body = new JsonObject { ["data"] = data };
        if (errors.Count > 0)
            body["errors"] = errors;
        var extensions = new JsonObject { ["cost"] = Cost(plan.Cost, actual, left) };
        if (session.SearchWarnings.Count > 0)
            extensions["search"] = session.SearchWarnings;
        body["extensions"] = extensions;
        return SandboxAnswer.Of(200, body, session.Committed);
    }

    private SandboxAnswer Throttled(int cost, double left) => SandboxAnswer.Of(200, new JsonObject
    {
        ["errors"] = new JsonArray(new JsonObject
        {
            ["message"] = "Throttled",
            ["extensions"] = new JsonObject { ["code"] = "THROTTLED", ["documentation"] = "https://shopify.dev/api/usage/rate-limits" },
        }),
        ["extensions"] = new JsonObject { ["cost"] = Cost(cost, null, left) },
    });

    private static SandboxAnswer TooExpensive(int cost) => SandboxAnswer.Of(200, new JsonObject
    {
        ["errors"] = new JsonArray(new JsonObject
        {
            ["message"] = string.Create(CultureInfo.InvariantCulture, $"Query cost is {cost}, which exceeds the single query max cost limit ({MostCost})."),
            ["extensions"] = new JsonObject { ["code"] = "MAX_COST_EXCEEDED", ["cost"] = cost, ["maxCost"] = MostCost, ["documentation"] = "https://shopify.dev/api/usage/rate-limits" },
        }),
    });

    private JsonObject Cost(int requested, int? actual, double left) => new()
    {
        ["requestedQueryCost"] = requested,
        ["actualQueryCost"] = actual,
        ["throttleStatus"] = new JsonObject
        {
            ["maximumAvailable"] = bucket.Burst,
            ["currentlyAvailable"] = Math.Floor(left),
            ["restoreRate"] = bucket.PerSecond,
        },
    };

    private static int Objects(JsonNode? node) => node switch
    {
        JsonObject o => 1 + o.Sum(p => Objects(p.Value)),
        JsonArray a => a.Sum(Objects),
        _ => 0,
    };

    [GeneratedRegex(@"^(\d{4}-(01|04|07|10)|unstable)$")]
    private static partial Regex Version();
}

/// <summary>One request: the root of its queries, and what it left behind.</summary>
internal sealed class ShopSession(ShopSystem shop)
{
    public ShopSystem Shop => shop;

    /// <summary>Something was created or changed.</summary>
    public bool Committed { get; set; }

    public JsonArray SearchWarnings { get; } = [];
}

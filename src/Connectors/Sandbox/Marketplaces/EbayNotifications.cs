using System.Globalization;
using System.Text.Json.Nodes;
using Connectors.Sandbox.Http;

namespace Connectors.Sandbox.Marketplaces;

/// <summary>Destinations and subscriptions of eBay's Notification API v1. It calls no address that it is given, and so tries none with a challenge. Its owner locks.</summary>
/// <param name="refuse">An answer in eBay's words about a parameter.</param>
internal sealed class EbayNotifications(Func<SandboxCall, string, SandboxAnswer> refuse, Func<SandboxCall, SandboxAnswer> unknown)
{
    public const string Root = "/commerce/notification/v1";

    private readonly HookRegistry _destinations = new();
    private readonly HookRegistry _subscriptions = new();

    /// <summary>True for what is done in the name of the application.</summary>
    public static bool IsOfApplication(string path) => path.Contains(Root + "/destination", StringComparison.Ordinal) || path.Contains(Root + "/public_key", StringComparison.Ordinal);

    public void Map(SystemRoutes routes, Func<Func<SandboxCall, SandboxAnswer>, Func<SandboxCall, SandboxAnswer>> guarded)
    {
        routes.Get(Root + "/destination", guarded(_ => SandboxAnswer.Of(200, new JsonObject { ["destinations"] = Listed(_destinations.All.Select(Destination)) })));
        routes.Post(Root + "/destination", guarded(AddDestination));
        routes.Put(Root + "/destination/{id}", guarded(PutDestination));
        routes.Get(Root + "/subscription", guarded(_ => SandboxAnswer.Of(200, new JsonObject { ["subscriptions"] = Listed(_subscriptions.All.Select(Subscription)) })));
        routes.Post(Root + "/subscription", guarded(AddSubscription));
        routes.Put(Root + "/subscription/{id}", guarded(PutSubscription));
        routes.Post(Root + "/subscription/{id}/disable", guarded(call => _subscriptions.Find(call.Route("id")) is { } hook && _subscriptions.Put(hook with { Active = false }) is not null ? SandboxAnswer.Empty(204, committed: true) : unknown(call)));
        routes.Delete(Root + "/subscription/{id}", guarded(call => _subscriptions.Remove(call.Route("id")) is not null ? SandboxAnswer.Empty(204, committed: true) : unknown(call)));
    }

    private SandboxAnswer AddDestination(SandboxCall call)
    {
        var wish = call.JsonObject();
        if (Text(wish["deliveryConfig"], "verificationToken") is not { Length: >= 32 and <= 80 })
            return refuse(call, "verificationToken");
        return Text(wish["deliveryConfig"], "endpoint") is { Length: > 0 } endpoint && _destinations.Add("", endpoint) is { } made
            ? Created(call, made) : refuse(call, "endpoint");
    }

    private SandboxAnswer PutDestination(SandboxCall call)
    {
        if (_destinations.Find(call.Route("id")) is not { } hook)
            return unknown(call);
        var wish = call.JsonObject();
        _destinations.Put(hook with { Active = Text(wish, "status") == "ENABLED", Address = Text(wish["deliveryConfig"], "endpoint") ?? hook.Address });
        return SandboxAnswer.Empty(204, committed: true);
    }

    private SandboxAnswer AddSubscription(SandboxCall call)
    {
        var wish = call.JsonObject();
        if (Text(wish, "topicId") is not { Length: > 0 } topic || _subscriptions.OfTopic(topic) is not null)
            return refuse(call, "topicId");
        return Text(wish, "destinationId") is { } destination && _destinations.Find(destination) is not null && _subscriptions.Add(topic, destination) is { } made
            ? Created(call, _subscriptions.Put(made with { Active = Text(wish, "status") == "ENABLED" })) : refuse(call, "destinationId");
    }

    private SandboxAnswer PutSubscription(SandboxCall call)
    {
        if (_subscriptions.Find(call.Route("id")) is not { } hook)
            return unknown(call);
        var wish = call.JsonObject();
        if (Text(wish, "destinationId") is not { } destination || _destinations.Find(destination) is null)
            return refuse(call, "destinationId");
        _subscriptions.Put(hook with { Active = Text(wish, "status") == "ENABLED", Address = destination });
        return SandboxAnswer.Empty(204, committed: true);
    }

    /// <summary>201 without a body: the id is the end of the header.</summary>
    private static SandboxAnswer Created(SandboxCall call, Hook hook) => SandboxAnswer.Empty(201, committed: true).With("Location", $"{call.Origin}{call.Path}/{Id(hook)}");

    private static JsonObject Destination(Hook hook) => new()
    {
        ["destinationId"] = Id(hook), ["name"] = "ControlPlane", ["status"] = hook.Active ? "ENABLED" : "DISABLED", ["deliveryConfig"] = new JsonObject { ["endpoint"] = hook.Address },
    };

    private static JsonObject Subscription(Hook hook) => new() { ["subscriptionId"] = Id(hook), ["topicId"] = hook.Topic, ["status"] = hook.Active ? "ENABLED" : "DISABLED", ["destinationId"] = hook.Address };

    private static string Id(Hook hook) => hook.Id.ToString(CultureInfo.InvariantCulture);

    private static string? Text(JsonNode? holder, string name) => holder is JsonObject map && map[name] is JsonValue value ? value.ToString() : null;

    private static JsonArray Listed(IEnumerable<JsonObject> items) => new([.. items]);
}

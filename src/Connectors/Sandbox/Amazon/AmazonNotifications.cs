using System.Globalization;
using System.Text.Json.Nodes;
using Connectors.Sandbox.Http;
using Connectors.Sandbox.Marketplaces;

namespace Connectors.Sandbox.Amazon;

/// <summary>Destinations and subscriptions of the Notifications API v1: queues of the application, and one subscription for each kind. Its owner locks.</summary>
internal sealed class AmazonNotifications
{
    private readonly HookRegistry _destinations = new();
    private readonly HookRegistry _subscriptions = new();

    public SandboxAnswer Destinations(SandboxCall call) => Payload(new JsonArray([.. _destinations.All.Select(Destination)]));

    public SandboxAnswer AddDestination(SandboxCall call)
    {
        var wish = call.JsonObject();
        if ((wish["resourceSpecification"] as JsonObject)?["sqs"] is not JsonObject sqs || (string?)sqs["arn"] is not { } arn || !arn.StartsWith("arn:aws:sqs:", StringComparison.Ordinal) || (string?)wish["name"] is not { Length: > 0 })
            return AmazonErrors.Invalid("resourceSpecification is invalid.");
        return _destinations.All.Any(d => d.Address == arn) ? AmazonErrors.Of(409, "Conflict", "The destination exists.")
            : _destinations.Add("", arn) is { } made ? Payload(Destination(made), committed: true) : AmazonErrors.Invalid("There are too many destinations.");
    }

    public SandboxAnswer Subscription(SandboxCall call) =>
        _subscriptions.OfTopic(call.Route("type")) is { } hook ? Payload(Subscription(hook)) : AmazonErrors.NotFound("There is no subscription.");

    public SandboxAnswer Subscribe(SandboxCall call)
    {
        if (call.Route("type") != "ORDER_CHANGE")
            return AmazonErrors.Invalid("notificationType is not defined.");
        if (_subscriptions.OfTopic("ORDER_CHANGE") is not null)
            return AmazonErrors.Of(409, "Conflict", "The subscription exists.");
        var wish = call.JsonObject();
        return (string?)wish["payloadVersion"] == "1.0" && (string?)wish["destinationId"] is { } id && _destinations.Find(id) is not null && _subscriptions.Add("ORDER_CHANGE", id) is { } made
            ? Payload(Subscription(made), committed: true) : AmazonErrors.Invalid("destinationId is invalid.");
    }

    public SandboxAnswer Unsubscribe(SandboxCall call) =>
        _subscriptions.Remove(call.Route("id")) is not null ? SandboxAnswer.Of(200, new JsonObject(), committed: true) : AmazonErrors.NotFound("There is no subscription.");

    private static SandboxAnswer Payload(JsonNode payload, bool committed = false) => SandboxAnswer.Of(200, new JsonObject { ["payload"] = payload }, committed);

    private static JsonObject Destination(Hook hook) => new() { ["destinationId"] = Id(hook), ["name"] = "ControlPlane", ["resource"] = new JsonObject { ["sqs"] = new JsonObject { ["arn"] = hook.Address } } };

    private static JsonObject Subscription(Hook hook) => new() { ["subscriptionId"] = Id(hook), ["payloadVersion"] = "1.0", ["destinationId"] = hook.Address };

    private static string Id(Hook hook) => hook.Id.ToString(CultureInfo.InvariantCulture);
}

using System.Text.Json.Nodes;
using Connectors.Protocols.Http.Subscriptions;
using ControlPlane.Domain.Mappings.Incoming;

namespace Connectors.Protocols.Manifests;

/// <summary>Reads <c>webhooks:</c>: which topics are wanted, and how the system's subscriptions are listed, made, renewed and deleted.</summary>
internal static class WebhookReader
{
    /// <param name="feeds">Null where code may bring others.</param>
    public static WebhookSpec? Read(YamlMap? map, IReadOnlyCollection<string>? feeds)
    {
        if (map is null)
            return null;
        var topics = map.Texts("topics");
        if (topics.Count == 0)
            map.Problem("topics", "At least one topic is needed.");
        if (map.Text("feed") is { } feed && feeds?.Contains(feed) == false)
            map.Problem("feed", $"There is no feed '{feed}'. Known: {string.Join(", ", feeds)}.");
        var lifetime = map.Number("expiresAfterHours", 1, 24 * 366);
        var spec = new WebhookSpec
        {
            Topics = [.. topics.Select(t => new WebhookText(t))],
            Feed = map.Text("feed"),
            Lifetime = lifetime is { } hours ? TimeSpan.FromHours(hours) : null,
            Handshake = map.Text("handshake"),
            List = List(map),
            Create = Call(map, "create", HttpMethod.Post, required: true)!,
            Renew = Call(map, "renew", HttpMethod.Patch, required: false),
            Delete = Call(map, "delete", HttpMethod.Delete, required: true)!,
        };
        if (spec is { Renew: not null, Lifetime: null })
            map.Problem("expiresAfterHours", "What is renewed has a lifetime. Give it in hours.");
        map.Done();
        return spec;
    }

    private static WebhookListSpec List(YamlMap map)
    {
        var list = map.Map("list");
        var call = Call(map, "list", HttpMethod.Get, required: true, done: false)!;
        if (list is null)
            return new(call, Nowhere, Nowhere, Nowhere, Nowhere, null, [], null);
        var active = list.Map("active");
        var spec = new WebhookListSpec(
            call, Path(list, "items", required: true)!, Path(list, "id", required: true)!, Path(list, "topic", required: true)!, Path(list, "address", required: true)!,
            active is null ? null : Path(active, "at", required: true), active?.Texts("is") ?? [], Path(list, "expires", required: false));
        if (!spec.Items.Many && spec.Items != Nowhere)
            list.Problem("items", $"'{spec.Items.Text}' is no path to a list. Write $.webhooks[], or $[] when the answer is the list.");
        if (active is not null && spec.ActiveIs.Count == 0)
            active.Problem("is", "A value that means active is missing.");
        active?.Done();
        // What Call read before is read again, so that it counts as understood.
        Call(list);
        list.Done();
        return spec;
    }

    private static readonly DocumentPath Nowhere = DocumentPath.TryParse("$")!;

    private static DocumentPath? Path(YamlMap map, string key, bool required)
    {
        var text = required ? map.Required(key) : map.Text(key);
        if (string.IsNullOrEmpty(text))
            return required ? Nowhere : null;
        var path = DocumentPath.TryParse(text);
        if (path is null)
            map.Problem(key, $"'{text}' is no path. Allowed: {DocumentPath.Allowed}.");
        return path ?? Nowhere;
    }

    private static WebhookCall? Call(YamlMap map, string key, HttpMethod method, bool required, bool done = true)
    {
        if (map.Map(key) is not { } call)
        {
            if (required)
                map.Problem(key, "It is missing. Give at least the path.");
            return required ? new(method, new(""), null, "application/json", [], null) : null;
        }

        var read = new WebhookCall(
            call.Choice("method", method, ("GET", HttpMethod.Get), ("POST", HttpMethod.Post), ("PUT", HttpMethod.Put), ("PATCH", HttpMethod.Patch), ("DELETE", HttpMethod.Delete)),
            new(call.Required("path")), call.Json("body"), call.Text("contentType") ?? "application/json", [.. call.Pairs("headers").Select(h => KeyValuePair.Create(h.Key, new WebhookText(h.Value)))],
            Path(call, "failed", required: false));
        if (done)
            call.Done();
        return read;
    }

    private static void Call(YamlMap call)
    {
        foreach (var key in new[] { "method", "path", "body", "contentType", "headers", "failed" })
            call.Has(key);
    }
}

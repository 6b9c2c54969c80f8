using System.Text.Json.Nodes;
using Connectors.Protocols.Http.Subscriptions;
using ControlPlane.Domain.Mappings.Incoming;

namespace Connectors.Protocols.Manifests;

/// <summary>Reads <c>webhooks:</c>: which topics are wanted, and how the system's subscriptions are listed, made, renewed and deleted.</summary>
internal static class WebhookReader
{
    /// <param name="feeds">Null where code may bring others.</param>
    /// <param name="application">True where the authentication can speak for the application alone.</param>
    public static WebhookSpec? Read(YamlMap? map, IReadOnlyCollection<string>? feeds, bool application)
    {
        if (map is null)
            return null;
        var topics = map.Texts("topics");
        if (topics.Count == 0)
            map.Problem("topics", "At least one topic is needed.");
        if (map.Text("feed") is { } feed && feeds?.Contains(feed) == false)
            map.Problem("feed", $"There is no feed '{feed}'. Known: {string.Join(", ", feeds)}.");
        var lifetime = map.Number("expiresAfterHours", 1, 24 * 366);
        var create = map.Map("create");
        var spec = new WebhookSpec
        {
            Topics = [.. topics.Select(t => new WebhookText(t))],
            Feed = map.Text("feed"),
            Address = map.Text("address") is { } address ? new(address) : null,
            OnePerTopic = map.Flag("onePerTopic"),
            Destination = Destination(map.Map("destination"), application),
            Lifetime = lifetime is { } hours ? TimeSpan.FromHours(hours) : null,
            Handshake = map.Text("handshake"),
            List = List(map, application),
            Secret = create is null ? null : Path(create, "secret", required: false),
            Create = Call(map, "create", HttpMethod.Post, required: true, application)!,
            Renew = Call(map, "renew", HttpMethod.Patch, required: false, application),
            Enable = Call(map, "enable", HttpMethod.Post, required: false, application),
            Delete = Call(map, "delete", HttpMethod.Delete, required: true, application)!,
        };
        if (spec is { Renew: not null, Lifetime: null })
            map.Problem("expiresAfterHours", "What is renewed has a lifetime. Give it in hours.");
        if (spec is { Enable: not null, List.Active: null, Destination.List.Active: null } or { Enable: not null, List.Active: null, Destination: null })
            map.Problem("enable", "Nothing tells what is switched off. Give list.active.");
        map.Done();
        return spec;
    }

    private static WebhookListSpec List(YamlMap map, bool application)
    {
        var (items, list) = (Items(map, application), map.Map("list"));
        var each = list?.Flag("perTopic") ?? false;
        var spec = new WebhookListSpec
        {
            Call = items.Call,
            Items = items.Items,
            Id = items.Id,
            Address = items.Address,
            Active = items.Active,
            Topic = list is null ? Nowhere : each ? null : Path(list, "topic", required: true),
            ExpiresAt = list is null ? null : Path(list, "expires", required: false),
            None = list?.Has("none") == true ? list.Statuses("none") : [],
            Only = list?.Map("only") is { } only ? Only(only) : null,
        };
        if (list is null)
            return spec;
        if (each && !spec.Call.Path.Text.Contains("{topic}", StringComparison.Ordinal) && spec.Call.Body is null)
            list.Problem("path", "It is asked for each topic and names none. Put {topic} into it.");
        if (!each && !spec.Items.Many && spec.Items != Nowhere)
            list.Problem("items", $"'{spec.Items.Text}' is no path to a list. Write $.webhooks[], or $[] when the answer is the list.");
        Finish(list);
        return spec;
    }

    private static WebhookDestinationSpec? Destination(YamlMap? map, bool application)
    {
        if (map is null)
            return null;
        var spec = new WebhookDestinationSpec
        {
            List = Items(map, application),
            Create = Call(map, "create", HttpMethod.Post, required: true, application)!,
            Enable = Call(map, "enable", HttpMethod.Post, required: false, application),
        };
        if (map.Map("list") is { } list)
            Finish(list);
        map.Done();
        return spec;
    }

    /// <summary>What is in <c>list</c> of subscriptions and of destinations alike; whoever asks finishes it.</summary>
    private static WebhookItemsSpec Items(YamlMap map, bool application)
    {
        var call = Call(map, "list", HttpMethod.Get, required: true, application, done: false)!;
        return map.Map("list") is not { } list ? new() { Call = call, Items = Nowhere, Id = Nowhere, Address = Nowhere } : new()
        {
            Call = call,
            Items = Path(list, "items", required: true)!,
            Id = Path(list, "id", required: true)!,
            Address = Path(list, "address", required: true)!,
            Active = State(list),
        };
    }

    private static (DocumentPath, WebhookText) Only(YamlMap map)
    {
        var only = (Path(map, "at", required: true)!, new WebhookText(map.Required("is")));
        map.Done();
        return only;
    }

    private static WebhookState? State(YamlMap list)
    {
        if (list.Map("active") is not { } active)
            return null;
        var state = new WebhookState(Path(active, "at", required: true)!, active.Texts("is"));
        if (state.Is.Count == 0)
            active.Problem("is", "A value that means active is missing.");
        active.Done();
        return state;
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

    private static WebhookCall? Call(YamlMap map, string key, HttpMethod method, bool required, bool application, bool done = true)
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
            Path(call, "failed", required: false), call.Choice("by", false, ("account", false), ("application", true)));
        if (read.ByApplication && !application)
            call.Problem("by", "The authentication has no applicationScope, so that nobody can speak for the application alone. Give authentication.applicationScope.");
        // Read by its owner, from a view of its own.
        if (key == "create")
            call.Has("secret");
        if (done)
            call.Done();
        return read;
    }

    /// <summary>What the call within a list, and what all lists have, was read before from views of their own: here it counts as understood.</summary>
    private static void Finish(YamlMap list)
    {
        foreach (var key in new[] { "method", "path", "body", "contentType", "headers", "failed", "by", "items", "id", "address", "active" })
            list.Has(key);
        list.Done();
    }
}

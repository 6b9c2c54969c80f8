using ControlPlane.Domain.Mappings.Suggestions;

namespace Connectors.Protocols.OpenApi;

/// <summary>What an operation may be good for in a connector.</summary>
/// <param name="Name">Stable: <c>list-orders</c>; the connector's own word for writes stands in <paramref name="Operation"/>.</param>
/// <param name="Operation">Name of the operation in flows; empty for what is part of a feed or a webhook.</param>
public sealed record OpenApiPurpose(string Name, string Title, string Operation)
{
    public static OpenApiPurpose ListOrders { get; } = new("list-orders", "Ask for changed orders", "");

    public static OpenApiPurpose GetOrder { get; } = new("get-order", "Ask for one order", "");

    public static OpenApiPurpose OrderWebhook { get; } = new("order-webhook", "Be told of orders by webhook", "");

    public static OpenApiPurpose ConfirmShipment { get; } = new("confirm-shipment", "Confirm a shipment", "confirmShipment");

    public static OpenApiPurpose CreateOrder { get; } = new("create-order", "Create an order", "createSalesOrder");

    public static OpenApiPurpose CancelOrder { get; } = new("cancel-order", "Cancel an order", "cancelOrder");

    public static OpenApiPurpose AcknowledgeOrder { get; } = new("acknowledge-order", "Acknowledge an order", "acknowledgeOrder");

    public static OpenApiPurpose SetStock { get; } = new("set-stock", "Set stock", "setStock");

    /// <summary>Anything else that a person chooses; it gets a name from its operationId.</summary>
    public static OpenApiPurpose Other { get; } = new("other", "Something else", "");

    public static IReadOnlyList<OpenApiPurpose> All { get; } = [ListOrders, GetOrder, OrderWebhook, ConfirmShipment, CreateOrder, CancelOrder, AcknowledgeOrder, SetStock];

    public static OpenApiPurpose? Find(string? name) => All.Append(Other).FirstOrDefault(p => p.Name == name);
}

/// <summary>An operation that may be meant for a purpose.</summary>
/// <param name="Score">0 to 100; more is likelier.</param>
/// <param name="Reason">Why, for people.</param>
public sealed record OpenApiProposal(OpenApiPurpose Purpose, OpenApiOperation Operation, int Score, string Reason);

/// <summary>Ranks the operations of a description for each purpose, by method, path and words. Pure; the same document gives the same order.</summary>
public static class OpenApiProposals
{
    public const int MostForEach = 5;

    /// <summary>Below it a guess would cost more than it saves.</summary>
    public const int Least = 50;

    public static IReadOnlyList<OpenApiProposal> For(OpenApiDescription description)
    {
        var known = description.Operations.Select(o => (Operation: o, Words: new OperationWords(o, description.Schemas))).ToList();
        return [.. OpenApiPurpose.All.SelectMany(p => known.Select(k => Rank(p, k.Operation, k.Words)).OfType<OpenApiProposal>()
            .OrderByDescending(x => x.Score).ThenBy(x => x.Operation.Path.Length).ThenBy(x => x.Operation.Id, StringComparer.Ordinal).Take(MostForEach))];
    }

    /// <summary>The likeliest of each purpose: what an import takes unless a person says otherwise. No operation twice.</summary>
    public static IReadOnlyList<OpenApiProposal> Best(IReadOnlyList<OpenApiProposal> proposals)
    {
        var taken = new HashSet<OpenApiOperation>();
        return [.. OpenApiPurpose.All.Select(p => proposals.FirstOrDefault(x => x.Purpose == p && !taken.Contains(x.Operation)) is { } best && taken.Add(best.Operation) ? best : null).OfType<OpenApiProposal>()];
    }

    private static OpenApiProposal? Rank(OpenApiPurpose purpose, OpenApiOperation operation, OperationWords words)
    {
        var score = 0;
        var why = new List<string>();
        void Add(int points, string reason)
        {
            score += points;
            if (points > 0)
                why.Add(reason);
        }

        var method = operation.Method;
        // What it is about is the last word of its path; what it does, its method and its name.
        bool About(params string[] all) => words.Subject(all);
        bool Says(params string[] all) => words.Says(all);
        switch (purpose.Name)
        {
            case "list-orders" when method == "GET" && !words.EndsInParameter && words.Named("order", "purchase"):
                Add(About("order") ? 60 : 35, About("order") ? $"{operation.Path} is a list of orders" : "its name says orders");
                Add(words.Since is not null ? 25 : 0, $"it can be asked since a time ({words.Since})");
                Add(Says("list", "search", "all", "released") || operation.Id.StartsWith("get", StringComparison.OrdinalIgnoreCase) ? 5 : 0, "its name says that it lists");
                Add(words.Depth == 1 ? 10 : 0, "it stands by itself");
                Add(About("line", "item", "shipment", "refund", "return", "invoice") ? -40 : 0, "");
                break;
            case "get-order" when method == "GET" && words.EndsInParameter && About("order"):
                Add(70, $"{operation.Path} is one order");
                Add(words.Parameters == 1 ? 15 : 0, "it needs nothing but the order's id");
                break;
            case "order-webhook" when method == "WEBHOOK" && Says("order"):
                Add(60, "the system sends it, and its name says order");
                Add(Says("create", "created", "new", "placed") ? 25 : 0, "it is of new orders");
                break;
            case "confirm-shipment" when method is "POST" or "PUT" or "PATCH" && Says("ship", "shipment", "shipping", "fulfillment", "fulfilment", "tracking", "dispatch", "despatch"):
                Add(About("shipment", "shipping", "ship", "fulfillment", "fulfilment", "tracking", "confirmation", "dispatch", "despatch") ? 45 : 20, "its path is about shipping");
                Add(Says("order") ? 25 : 0, "it is of an order");
                Add(Says("confirm", "confirmation", "create", "update", "add") || words.Ends("shipping", "shipment", "fulfillment", "fulfilment", "ship") ? 15 : 0, "its name says that something was shipped");
                Add(words.Fields.Overlaps(["tracking", "carrier"]) ? 15 : 0, "it takes carrier or tracking number");
                Add(Says("rate", "label", "cancel", "refund", "quote", "estimate", "return") ? -40 : 0, "");
                break;
            case "create-order" when method is "POST" or "PUT" && About("order") && !words.EndsInParameter:
                Add(60, $"{operation.Path} takes orders");
                Add(Says("create", "add", "new", "post", "place", "submit") ? 20 : 0, "its name says that it makes one");
                Add(words.Fields.Overlaps(["line", "item"]) ? 10 : 0, "it takes lines");
                Add(About("line", "item") ? -40 : 0, "");
                Add(Says("search", "query", "cancel", "acknowledge", "batch") ? -40 : 0, "");
                break;
            case "cancel-order" when method is "POST" or "PUT" or "PATCH" or "DELETE" && Says("cancel", "cancellation") && Says("order"):
                Add(75, "its name says that it cancels an order");
                Add(words.EndsWith("cancel", "cancellation") ? 10 : 0, "its path ends so");
                break;
            case "acknowledge-order" when method is "POST" or "PUT" or "PATCH" && Says("acknowledge", "acknowledgement", "acknowledgment", "accept") && Says("order"):
                Add(75, "its name says that it acknowledges an order");
                Add(words.EndsWith("acknowledge", "acknowledgement", "acknowledgment", "accept") ? 10 : 0, "its path ends so");
                break;
            case "set-stock" when method is "POST" or "PUT" or "PATCH" && Says("inventory", "stock", "availability") && !Says("search", "query", "report"):
                Add(About("inventory", "stock", "availability") ? 60 : 40, "its path is about stock");
                Add(Says("update", "set", "submit", "put") || method == "PUT" ? 15 : 0, "its name says that it sets something");
                Add(words.Fields.Overlaps(["quantity"]) ? 15 : 0, "it takes a quantity");
                Add(Says("batch", "bulk") ? -5 : 0, "");
                break;
        }

        if (operation.Deprecated)
            score -= 30;
        return score < Least ? null : new(purpose, operation, Math.Min(score, 100), Sentence(why, operation.Deprecated));
    }

    private static string Sentence(List<string> why, bool deprecated)
    {
        var text = string.Join("; ", why) + (deprecated ? "; it is marked as deprecated" : "");
        return text.Length == 0 ? "" : char.ToUpperInvariant(text[0]) + text[1..] + ".";
    }
}

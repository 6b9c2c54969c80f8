using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;

namespace Connectors.Tests.Peers;

/// <summary>Extensiv 3PL Warehouse Manager as far as the connector uses it: tokens for basic credentials and a JSON body, HAL with addresses as names, RQL, versions by ETag.</summary>
internal sealed partial class ExtensivPeer : Peer
{
    private const string Rel = "http://api.3plCentral.com/rels/orders/order";

    private int _version = 1;

    public List<(string Id, DateTimeOffset Processed, JsonObject Record)> Shipped { get; } = [];

    public Action? BetweenPages { get; set; }

    /// <summary>Before each of so many cancellations, somebody else changes the order.</summary>
    public int Meddle { get; set; }

    public List<string> Cancelled { get; } = [];

    protected override string TokenPath => "/AuthServer/api/Token";

    protected override Reply Give(HttpRequest request, string body)
    {
        var document = JsonNode.Parse(body)!;
        return request.Headers.Authorization == "Basic " + Convert.ToBase64String(Encoding.ASCII.GetBytes("client-1:secret-1")) && (string?)document["grant_type"] == "client_credentials" && (string?)document["user_login_id"] == "5"
            ? Granted(new() { ["expires_in"] = 3600, ["token_type"] = "Bearer" })
            : new(401, new JsonObject { ["error"] = "invalid_client" });
    }

    protected override Reply Handle(HttpRequest request, string body)
    {
        var path = request.Path.Value!;
        if (request.Method == "POST" && path == "/orders")
            return Create(request, JsonNode.Parse(body)!.AsObject());
        if (request.Method == "POST" && path.EndsWith("/canceler", StringComparison.Ordinal))
            return Cancel(request, path.Split('/')[2]);
        if (path == "/orders")
            return Reference().Match(request.Query["rql"]!) is { Success: true } match ? Find(match.Groups[1].Value) : List(request);
        return new(200, new JsonObject { ["readOnly"] = new JsonObject { ["orderId"] = 51001 } }) { Headers = { ["ETag"] = Etag } };
    }

    private Reply Create(HttpRequest request, JsonObject document)
    {
        if (request.ContentType != "application/hal+json")
            return new(415, null);
        if ((string?)document["orderItems"]![0]!["itemIdentifier"]!["sku"] == "UNKNOWN")
            return new(400, new JsonObject { ["ErrorCode"] = "ValueNotSupported", ["Hint"] = "Item UNKNOWN does not exist.", ["Properties"] = "orderItems[0].itemIdentifier" });
        Orders.Add(((string)document["referenceNum"]!, document));
        return new(201, Order(Orders.Count - 1));
    }

    private Reply Find(string reference) => Page([.. Orders.Select((o, i) => (o.Reference, Node: Order(i))).Where(o => o.Reference == reference).Select(o => o.Node)], Orders.Count(o => o.Reference == reference));

    private Reply List(HttpRequest request)
    {
        var since = DateTimeOffset.Parse(Since().Match(request.Query["rql"]!).Groups[1].Value, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
        var (size, number) = (int.Parse(request.Query["pgsiz"]!, CultureInfo.InvariantCulture), int.Parse(request.Query["pgnum"]!, CultureInfo.InvariantCulture));
        var found = Shipped.Where(s => s.Processed >= since).OrderBy(s => s.Processed).ToList();
        var page = found.Skip(size * (number - 1)).Take(size).Select(s => (JsonNode)s.Record.DeepClone()).ToArray();
        if (size * (number - 1) + page.Length < found.Count)
            BetweenPages?.Invoke();
        return Page(page, found.Count);
    }

    private Reply Cancel(HttpRequest request, string id)
    {
        if (Meddle-- > 0)
            _version++;
        if (request.Headers.IfMatch != Etag)
            return new(412, new JsonObject { ["ErrorCode"] = "PreconditionFailed" });
        Cancelled.Add(id);
        return new(204, null);
    }

    private string Etag => $"\"{_version.ToString(CultureInfo.InvariantCulture)}\"";

    private JsonObject Order(int index) => new() { ["readOnly"] = new JsonObject { ["orderId"] = 51001 + index }, ["referenceNum"] = Orders[index].Reference };

    private static Reply Page(JsonNode[] orders, int total) => new(200, new JsonObject { ["totalResults"] = total, ["_embedded"] = new JsonObject { [Rel] = new JsonArray(orders) } });

    [GeneratedRegex("^referenceNum==([^;]+);readOnly.customerIdentifier.id==7$")]
    private static partial Regex Reference();

    [GeneratedRegex("readOnly.processDate=ge=([0-9T:-]+)")]
    private static partial Regex Since();
}

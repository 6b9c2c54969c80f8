using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using System.Xml.Linq;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Connectors.Tests.Starts;

/// <summary>
/// A system over real HTTP that speaks as the templates expect: REST, GraphQL, OData, SOAP and JSON-RPC over one stock of orders and shipments. It
/// keeps what is written, and can lose the answer of a write.
/// </summary>
internal sealed class ProtocolDouble : IAsyncDisposable
{
    private readonly WebApplication _server;
    private readonly Lock _lock = new();
    private readonly HashSet<string> _keys = new(StringComparer.Ordinal);
    private int _sessions;

    private ProtocolDouble(WebApplication server) => _server = server;

    public Uri Address => new(_server.Urls.First());

    /// <summary>Orders of the system, as its lists give them.</summary>
    public List<JsonObject> Listed { get; } = [];

    /// <summary>What was written to it: reference or shipment number, and the document.</summary>
    public List<(string Id, string Document)> Written { get; } = [];

    public List<string> Calls { get; } = [];

    /// <summary>The next write is done, and its answer does not arrive.</summary>
    public bool LoseNextWrite { get; set; }

    /// <summary>Sessions that were given are no longer worth anything.</summary>
    public void EndSessions() => _sessions++;

    public static async Task<ProtocolDouble> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var system = new ProtocolDouble(builder.Build());
        system._server.Run(system.AnswerAsync);
        await system._server.StartAsync(TestContext.Current.CancellationToken);
        return system;
    }

    private async Task AnswerAsync(HttpContext http)
    {
        using var reader = new StreamReader(http.Request.Body, Encoding.UTF8);
        var body = await reader.ReadToEndAsync(http.RequestAborted);
        (int Status, string Type, string Body) reply;
        bool lose;
        lock (_lock)
        {
            Calls.Add($"{http.Request.Method} {http.Request.Path}{Uri.UnescapeDataString(http.Request.QueryString.Value ?? "")}");
            var before = Written.Count;
            reply = http.Request.Path.Value switch
            {
                "/graphql" => Json(200, GraphQl(JsonNode.Parse(body)!)),
                "/service" => (200, "text/xml", Soap(XDocument.Load(new StringReader(body)))),
                "/rpc" => Rpc(http.Request, JsonNode.Parse(body)!),
                "/Shipments" or "/SalesOrders" => OData(http.Request, body),
                _ => Rest(http.Request, body),
            };
            lose = LoseNextWrite && Written.Count > before;
            LoseNextWrite &= !lose;
        }

        if (lose)
        {
            http.Abort();
            return;
        }

        http.Response.StatusCode = reply.Status;
        http.Response.ContentType = reply.Type;
        await http.Response.WriteAsync(reply.Body);
    }

    private static (int, string, string) Json(int status, JsonNode body) => (status, "application/json", body.ToJsonString());

    private static int Number(HttpRequest request, string name) => int.Parse(request.Query[name].ToString(), CultureInfo.InvariantCulture);

    private JsonArray Page(int skip, int take) => new([.. Listed.Skip(skip).Take(take).Select(o => o.DeepClone())]);

    private (int, string, string) Rest(HttpRequest request, string body)
    {
        if (request.Headers.Authorization != "Bearer k")
            return Json(401, new JsonObject());
        if (request.Path == "/orders")
            return Json(200, new JsonObject { ["orders"] = Page((Number(request, "page") - 1) * Number(request, "per_page"), Number(request, "per_page")) });
        var parts = request.Path.Value!.Split('/', StringSplitOptions.RemoveEmptyEntries);
        if (parts is ["orders", var id] && Listed.Find(o => (string?)o["id"] == id) is { } order)
            return Json(200, order.DeepClone());
        if (parts is not ["orders", var of, "shipments"] || request.Method != "POST")
            return Json(404, new JsonObject());
        if (Listed.TrueForAll(o => (string?)o["id"] != of))
            return Json(422, new JsonObject { ["error"] = new JsonObject { ["code"] = "unknown_order", ["message"] = $"There is no order {of}." } });
        // The same key is the same shipment.
        if (_keys.Add(request.Headers["Idempotency-Key"].ToString()))
            Written.Add((of, body));
        return Json(201, new JsonObject { ["ok"] = true });
    }

    private JsonObject GraphQl(JsonNode call)
    {
        var (query, variables) = ((string)call["query"]!, call["variables"]!);
        if (query.Contains("shipmentCreate", StringComparison.Ordinal))
        {
            var input = variables["input"]!;
            if (Listed.TrueForAll(o => (string?)o["id"] != (string?)input["orderId"]))
                return new() { ["data"] = new JsonObject { ["shipmentCreate"] = new JsonObject { ["shipment"] = null, ["problems"] = new JsonArray(new JsonObject { ["code"] = "NOT_FOUND", ["message"] = "No such order." }) } } };
            Written.Add(((string)input["reference"]!, input.ToJsonString()));
            return new() { ["data"] = new JsonObject { ["shipmentCreate"] = new JsonObject { ["shipment"] = new JsonObject { ["id"] = $"s-{Written.Count}" }, ["problems"] = new JsonArray() } } };
        }

        if (query.Contains("order(id", StringComparison.Ordinal))
            return new() { ["data"] = new JsonObject { ["order"] = new JsonObject { ["shipments"] = new JsonArray([.. Written.Select((w, i) => new JsonObject { ["id"] = $"s-{i + 1}", ["reference"] = w.Id })]) } } };
        var skip = int.Parse((string?)variables["after"] ?? "0", CultureInfo.InvariantCulture);
        var first = (int)variables["first"]!;
        return new()
        {
            ["data"] = new JsonObject
            {
                ["orders"] = new JsonObject { ["pageInfo"] = new JsonObject { ["hasNextPage"] = skip + first < Listed.Count, ["endCursor"] = (skip + first).ToString(CultureInfo.InvariantCulture) }, ["nodes"] = Page(skip, first) },
            },
        };
    }

    private (int, string, string) OData(HttpRequest request, string body)
    {
        if (request.Path == "/Shipments")
            return Json(200, new JsonObject { ["@odata.count"] = Listed.Count, ["value"] = Page(Number(request, "$skip"), Number(request, "$top")) });
        if (request.Method == "POST")
        {
            var order = JsonNode.Parse(body)!;
            if (order["Lines"]!.AsArray().Any(l => (string?)l!["ItemNumber"] == "NOBODY"))
                return Json(400, new JsonObject { ["error"] = new JsonObject { ["code"] = "UnknownItem", ["message"] = "No such item." } });
            Written.Add(((string)order["ExternalReference"]!, body));
            return Json(201, new JsonObject { ["Id"] = $"id-{Written.Count}", ["Number"] = $"SO-{Written.Count}" });
        }

        var asked = request.Query["$filter"].ToString().Split('\'')[1];
        return Json(200, new JsonObject { ["value"] = new JsonArray([.. Written.Select((w, i) => (w, i)).Where(x => x.w.Id == asked).Select(x => new JsonObject { ["Id"] = $"id-{x.i + 1}", ["Number"] = $"SO-{x.i + 1}" })]) });
    }

    private string Soap(XDocument envelope)
    {
        XNamespace ns = "urn:example:warehouse";
        var call = envelope.Root!.Elements().Single(e => e.Name.LocalName == "Body").Elements().Single();
        XElement Answer() => call.Name.LocalName switch
        {
            "PlaceOrder" => Place(call),
            "FindOrder" => new(ns + "FindOrderResponse", Written.FindIndex(w => w.Id == (string)call.Element(ns + "Reference")!) is var at and >= 0 ? new XElement(ns + "OrderId", $"W-{at + 1}") : null),
            _ => new(ns + "ListShipmentsResponse", (int)call.Element(ns + "Page")! == 1 ? Listed.Select(o => XElement.Load(new StringReader((string)o["xml"]!))) : null),
        };
        XElement Place(XElement order)
        {
            Written.Add(((string)order.Element(ns + "Reference")!, order.ToString()));
            return new(ns + "PlaceOrderResponse", new XElement(ns + "OrderId", $"W-{Written.Count}"));
        }

        XNamespace soap = "http://schemas.xmlsoap.org/soap/envelope/";
        return new XElement(soap + "Envelope", new XElement(soap + "Body", Answer())).ToString();
    }

    private (int, string, string) Rpc(HttpRequest request, JsonNode call)
    {
        JsonNode? result;
        var method = (string)call["method"]!;
        var parameters = call["params"]!.AsArray();
        if (method == "session.open")
            result = new JsonObject { ["token"] = $"t{_sessions}" };
        else if (request.Headers.Authorization != $"Session t{_sessions}")
            return Json(401, new JsonObject());
        else
            switch (method)
            {
                case "shipment.changed":
                    result = Page((int)parameters[0]!["offset"]!, (int)parameters[0]!["limit"]!);
                    break;
                case "sale.create":
                    Written.Add(((string)parameters[0]!["reference"]!, parameters[0]!.ToJsonString()));
                    result = JsonValue.Create(Written.Count);
                    break;
                case "sale.confirm":
                    _keys.Add(parameters[0]!.ToJsonString());
                    result = JsonValue.Create(true);
                    break;
                default:
                    var asked = (string)parameters[0]!["reference"]!;
                    result = new JsonArray([.. Written.Select((w, i) => (w, Id: i + 1)).Where(x => x.w.Id == asked).Select(x => new JsonObject
                    {
                        ["id"] = x.Id, ["number"] = $"S{x.Id}", ["state"] = _keys.Contains(x.Id.ToString(CultureInfo.InvariantCulture)) ? "confirmed" : "draft",
                    })]);
                    break;
            }

        return Json(200, new JsonObject { ["jsonrpc"] = "2.0", ["id"] = call["id"]!.DeepClone(), ["result"] = result });
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();
}

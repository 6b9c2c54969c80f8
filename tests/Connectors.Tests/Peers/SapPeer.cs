using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;

namespace Connectors.Tests.Peers;

/// <summary>
/// SAP Gateway as far as the connector uses it: basic authentication, CSRF tokens that hold only with their session cookie, deep insert, search by
/// purchase order, deliveries in pages, changes with If-Match only.
/// </summary>
internal sealed partial class SapPeer : Peer
{
    private int _session;
    private int _version = 1;

    public List<(string Id, DateTimeOffset Moved, JsonObject Record)> Deliveries { get; } = [];

    public Action? BetweenPages { get; set; }

    public int TokensFetched { get; private set; }

    /// <summary>Before each of so many changes, somebody else changes the order.</summary>
    public int Meddle { get; set; }

    public string? ChangedTo { get; private set; }

    /// <summary>The session lands on a server that does not know it.</summary>
    public void LoseSession() => _session++;

    protected override string TokenPath => "";

    protected override Reply Give(HttpRequest request, string body) => throw new InvalidOperationException();

    protected override bool IsAllowed(HttpRequest request) => !RefuseCredentials && request.Headers.Authorization == "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes("COMM:secret"));

    protected override Reply Throttled(int seconds)
    {
        var reply = Error(429, "SRT_429", "Too many requests");
        reply.Headers["Retry-After"] = seconds.ToString(CultureInfo.InvariantCulture);
        return reply;
    }

    protected override Reply Handle(HttpRequest request, string body)
    {
        var path = request.Path.Value!["/sap/opu/odata/sap".Length..];
        if (request.Method == "GET" && request.Headers["x-csrf-token"] == "Fetch")
        {
            TokensFetched++;
            return new(200, new JsonObject { ["d"] = new JsonObject() }) { Headers = { ["x-csrf-token"] = $"csrf-{_session}", ["Set-Cookie"] = $"SAP_SESSIONID_S4_100=s{_session}; path=/; expires=Wed, 21 Oct 2099 07:28:00 GMT; HttpOnly" } };
        }

        if (request.Method != "GET" && (request.Headers["x-csrf-token"] != $"csrf-{_session}" || !request.Headers.Cookie.ToString().Contains($"SAP_SESSIONID_S4_100=s{_session}", StringComparison.Ordinal)))
            return new(403, new JsonObject { ["error"] = "CSRF token validation failed" }) { Headers = { ["x-csrf-token"] = "Required" } };
        return (request.Method, path) switch
        {
            ("POST", "/API_SALES_ORDER_SRV/A_SalesOrder") => Create(JsonNode.Parse(body)!.AsObject()),
            ("GET", "/API_SALES_ORDER_SRV/A_SalesOrder") => Find(request.Query["$filter"]!),
            ("GET", var p) when p.StartsWith("/API_SALES_ORDER_SRV/A_SalesOrder('", StringComparison.Ordinal) => Version(),
            ("PATCH", _) => Change(request, body),
            ("GET", "/API_OUTBOUND_DELIVERY_SRV;v=0002/A_OutbDeliveryHeader") => List(request),
            _ => Error(404, "/IWFND/MED/170", "No service found"),
        };
    }

    private Reply Create(JsonObject document)
    {
        if ((string?)document["to_Item"]![0]!["Material"] == "UNKNOWN")
            return Error(400, "V1/382", "Material UNKNOWN is not defined for sales org.");
        // Gateway is strict: Edm.DateTime without an offset, Edm.Decimal and item numbers as text.
        if (((string)document["CustomerPurchaseOrderDate"]!).EndsWith('Z') || document["to_Item"]!.AsArray().Any(i => i!["RequestedQuantity"]!.GetValueKind() != System.Text.Json.JsonValueKind.String || i["SalesOrderItem"] is not null))
            return Error(400, "CX_SXML_PARSE_ERROR/001", "Error while parsing an XML stream");
        Orders.Add(((string)document["PurchaseOrderByCustomer"]!, document));
        return new(201, new JsonObject { ["d"] = new JsonObject { ["SalesOrder"] = Id(Orders.Count - 1) } });
    }

    private Reply Find(string filter)
    {
        var match = Filter().Match(filter);
        if (!match.Success)
            return Error(400, "/IWBEP/CM_MGW/082", "Invalid filter");
        var reference = match.Groups[1].Value.Replace("''", "'", StringComparison.Ordinal);
        var found = Orders.FindIndex(o => o.Reference == reference && (string?)o.Document["SoldToParty"] == match.Groups[2].Value);
        return new(200, new JsonObject { ["d"] = new JsonObject { ["results"] = found < 0 ? [] : new JsonArray(new JsonObject { ["SalesOrder"] = Id(found), ["PurchaseOrderByCustomer"] = reference }) } });
    }

    private Reply Version() => new(200, new JsonObject { ["d"] = new JsonObject { ["SalesOrder"] = "4500001" } }) { Headers = { ["ETag"] = Etag } };

    private Reply Change(HttpRequest request, string body)
    {
        if (Meddle-- > 0)
            _version++;
        if (request.Headers.IfMatch != Etag)
            return Error(412, "/IWBEP/CM_MGW_RT/022", "Precondition failed");
        ChangedTo = (string?)JsonNode.Parse(body)!["RequestedDeliveryDate"];
        return new(204, null);
    }

    private string Etag => $"W/\"datetimeoffset'{_version}'\"";

    private Reply List(HttpRequest request)
    {
        var since = DateTimeOffset.Parse(Since().Match(request.Query["$filter"]!).Groups[1].Value, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
        var (top, skip) = (int.Parse(request.Query["$top"]!, CultureInfo.InvariantCulture), int.Parse(request.Query["$skip"]!, CultureInfo.InvariantCulture));
        var found = Deliveries.Where(d => d.Moved >= since).OrderBy(d => d.Id, StringComparer.Ordinal).ToList();
        var page = found.Skip(skip).Take(top).Select(d => d.Record.DeepClone()).ToArray();
        if (skip + page.Length < found.Count)
            BetweenPages?.Invoke();
        return new(200, new JsonObject { ["d"] = new JsonObject { ["__count"] = found.Count.ToString(CultureInfo.InvariantCulture), ["results"] = new JsonArray(page) } });
    }

    private static string Id(int index) => (4500001 + index).ToString(CultureInfo.InvariantCulture);

    private static Reply Error(int status, string code, string message) =>
        new(status, new JsonObject { ["error"] = new JsonObject { ["code"] = code, ["message"] = new JsonObject { ["lang"] = "en", ["value"] = message } } });

    [GeneratedRegex("^PurchaseOrderByCustomer eq '((?:[^']|'')*)' and SoldToParty eq '([^']*)'$")]
    private static partial Regex Filter();

    [GeneratedRegex(@"ActualGoodsMovementDate ge datetime'([0-9T:-]+)'")]
    private static partial Regex Since();
}

using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Xml;
using System.Xml.Linq;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;

namespace Connectors.Tests.Xml;

/// <summary>
/// SuiteTalk as far as the connector uses it, over real HTTP, with state: upsert and get by external id, search in pages, token passports
/// whose signature and nonce are checked, and faults on demand. Written from the service's published behaviour, with a reader of its own.
/// </summary>
public sealed class NetSuitePeer : IAsyncDisposable
{
    private static readonly XNamespace Soap = "http://schemas.xmlsoap.org/soap/envelope/";
    private static readonly XNamespace Messages = "urn:messages_2020_2.platform.webservices.netsuite.com";
    private static readonly XNamespace Core = "urn:core_2020_2.platform.webservices.netsuite.com";
    private static readonly XNamespace Xsi = "http://www.w3.org/2001/XMLSchema-instance";

    private readonly WebApplication _app;
    private readonly Dictionary<(string Type, string ExternalId), (int Id, XElement Record)> _records = [];
    private readonly HashSet<string> _nonces = [];
    private readonly List<XElement> _fulfilments = [];
    private readonly Lock _gate = new();
    private int _next = 88_412;

    private NetSuitePeer(WebApplication app) => _app = app;

    public Uri Address { get; private set; } = new("http://127.0.0.1");

    public int Calls { get; private set; }

    /// <summary>How many records were created, as opposed to changed.</summary>
    public int Created { get; private set; }

    /// <summary>Codes of faults for the next calls.</summary>
    public Queue<string> Faults { get; } = new();

    /// <summary>The next write is done and its answer is lost.</summary>
    public bool LoseAnswer { get; set; }

    /// <summary>SKUs that it does not know.</summary>
    public HashSet<string> UnknownItems { get; } = [];

    public HashSet<string> ExpiredSearches { get; } = [];

    public int PageSize { get; set; } = 2;

    public XElement Record(string type, string externalId) => _records[(type, externalId)].Record;

    public static async Task<NetSuitePeer> StartAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new() { ApplicationName = "NetSuitePeer" });
        builder.WebHost.UseKestrelCore().ConfigureKestrel(k => k.Listen(IPAddress.Loopback, 0));
        builder.Services.AddRoutingCore();
        var app = builder.Build();
        var peer = new NetSuitePeer(app);
        app.MapPost("/services/NetSuitePort_2020_2", (RequestDelegate)peer.AnswerAsync);
        await app.StartAsync();
        peer.Address = new(app.Services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>().Addresses.First());
        return peer;
    }

    public void Fulfilled(int id, int order, string status, string at) => _fulfilments.Add(XElement.Load(Reader($"""
        <record xmlns="{Core}" xmlns:xsi="{Xsi}" xmlns:s="urn:sales_2020_2.transactions.webservices.netsuite.com" internalId="{id}" xsi:type="s:ItemFulfillment"><s:lastModifiedDate>{at}</s:lastModifiedDate><s:createdFrom internalId="{order}"/><s:shipStatus>{status}</s:shipStatus>
        <s:itemList><s:item><s:item internalId="1"><name>TEE-M</name></s:item><s:orderLine>1</s:orderLine><s:quantity>1.0</s:quantity></s:item></s:itemList></record>
        """)));

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task AnswerAsync(HttpContext context)
    {
        using var buffer = new MemoryStream();
        await context.Request.Body.CopyToAsync(buffer, context.RequestAborted);
        XElement answer;
        var status = 200;
        var lose = false;
        lock (_gate)
        {
            Calls++;
            var envelope = XElement.Load(Reader(Encoding.UTF8.GetString(buffer.ToArray())));
            var body = envelope.Element(Soap + "Body")!.Elements().Single();
            if (Refusal(envelope, context.Request.Headers["SOAPAction"].ToString(), body) is { } code)
            {
                (status, answer) = (500, Fault(code));
            }
            else
            {
                answer = Operation(body);
                lose = LoseAnswer && body.Name.LocalName == "upsert";
                LoseAnswer &= !lose;
            }
        }

        if (lose)
        {
            context.Abort();
            return;
        }

        context.Response.StatusCode = status;
        context.Response.ContentType = "text/xml; charset=utf-8";
        await context.Response.WriteAsync(new XElement(Soap + "Envelope", new XAttribute(XNamespace.Xmlns + "soapenv", Soap), new XElement(Soap + "Body", answer)).ToString(SaveOptions.DisableFormatting), context.RequestAborted);
    }

    private string? Refusal(XElement envelope, string action, XElement body)
    {
        if (envelope.Element(Soap + "Header")?.Element(Messages + "tokenPassport") is not { } passport)
            return "INVALID_LOGIN_CREDENTIALS";
        string Part(string name) => passport.Element(Core + name)!.Value;
        var signed = $"{Part("account")}&{Part("consumerKey")}&{Part("token")}&{Part("nonce")}&{Part("timestamp")}";
        var expected = Convert.ToBase64String(HMACSHA256.HashData("cs&ts"u8, Encoding.UTF8.GetBytes(signed)));
        if (Part("signature") != expected || Part("account") != "1234567_SB1" || !_nonces.Add(Part("nonce")))
            return "INVALID_LOGIN_ATTEMPT";
        if (action.Trim('"') != (body.Name.LocalName == "searchMoreWithId" ? "search" : body.Name.LocalName))
            return "UNEXPECTED_ERROR";
        return Faults.TryDequeue(out var fault) ? fault : null;
    }

    private XElement Operation(XElement body) => body.Name.LocalName switch
    {
        "upsert" => Upsert(body.Element(Messages + "record")!),
        "get" => Get(body.Element(Messages + "baseRef")!),
        "search" => Search("WS_1", 1),
        _ => ExpiredSearches.Remove(body.Element(Messages + "searchId")!.Value)
            ? new(Messages + "searchMoreWithIdResponse", new XElement(Core + "searchResult", Status("INVALID_SEARCH_MORE")))
            : Search(body.Element(Messages + "searchId")!.Value, int.Parse(body.Element(Messages + "pageIndex")!.Value, CultureInfo.InvariantCulture)),
    };

    private XElement Upsert(XElement record)
    {
        var type = record.Attribute(Xsi + "type")!.Value.Split(':')[1];
        var key = (type, record.Attribute("externalId")!.Value);
        if (record.Descendants().Any(e => e.Name.LocalName == "item" && UnknownItems.Contains(e.Attribute("externalId")?.Value ?? "")))
            return new(Messages + "upsertResponse", new XElement(Messages + "writeResponse", Status("INVALID_KEY_OR_REF")));
        if (!_records.TryGetValue(key, out var known))
            Created++;
        var id = known.Id > 0 ? known.Id : _next++;
        _records[key] = (id, record);
        return new(Messages + "upsertResponse", new XElement(Messages + "writeResponse", Status(null), new XElement(Messages + "baseRef", new XAttribute("internalId", id), new XAttribute("externalId", key.Item2), new XAttribute(Xsi + "type", "RecordRef"))));
    }

    private XElement Get(XElement reference)
    {
        var type = reference.Attribute("type")!.Value == "salesOrder" ? "SalesOrder" : "ItemFulfillment";
        return new(Messages + "getResponse", new XElement(Messages + "readResponse", _records.TryGetValue((type, reference.Attribute("externalId")!.Value), out var known)
            ? [Status(null), new XElement(Messages + "record", new XAttribute("internalId", known.Id), new XElement("tranId", $"SO-{known.Id}"))]
            : new object[] { Status("RCRD_DSNT_EXIST") }));
    }

    private XElement Search(string id, int page) => new(Messages + (page == 1 ? "searchResponse" : "searchMoreWithIdResponse"), new XElement(Core + "searchResult", Status(null),
        new XElement(Core + "totalPages", (_fulfilments.Count + PageSize - 1) / PageSize), new XElement(Core + "pageIndex", page), new XElement(Core + "searchId", id),
        new XElement(Core + "recordList", _fulfilments.Skip((page - 1) * PageSize).Take(PageSize))));

    /// <param name="code">Null: it was done, with a warning, as NetSuite often adds one.</param>
    private static XElement Status(string? code) => new(Core + "status", new XAttribute("isSuccess", code is null ? "true" : "false"),
        new XElement(Core + "statusDetail", new XAttribute("type", code is null ? "WARN" : "ERROR"), new XElement(Core + "code", code ?? "SOME_WARNING"), new XElement(Core + "message", "It is so.")));

    private static XElement Fault(string code) => new(Soap + "Fault", new XElement("faultcode", "soapenv:Server.userException"), new XElement("faultstring", "It is so"),
        new XElement("detail", new XElement("someFault", new XElement("code", code), new XElement("message", "It is so"))));

    private static XmlReader Reader(string text) => XmlReader.Create(new StringReader(text), new() { DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null });
}

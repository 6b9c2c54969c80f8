using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Faults;

namespace Connectors.Tests.BusinessCentral;

/// <summary>
/// Business Central in memory, for one order: versions of lines, posting with partial quantities, deletion of what is
/// shipped and invoiced in full, as its published page sources describe it.
/// </summary>
internal sealed class SmallBusinessCentral : IExchange
{
    private int _version = 1;

    public sealed record Line(string Id, int Sequence, string Type, string Item, decimal Quantity)
    {
        public decimal Shipped { get; set; }

        /// <summary>What is open, as Business Central proposes it.</summary>
        public decimal ToShip { get; set; } = Quantity;

        public int Version { get; set; } = 1;
    }

    public List<Line> Lines { get; } = [];

    public bool Exists { get; set; } = true;

    public List<(string Number, string Shipped)> Shipments { get; } = [];

    public List<string> Calls { get; } = [];

    /// <summary>Changes a line behind the caller's back before this many writes to lines.</summary>
    public int Meddle { get; set; }

    public bool LoseNextPosting { get; set; }

    public int StaleStatus { get; set; } = 409;

    public Func<ExchangeRequest, ExchangeAnswer?> Before { get; set; } = _ => null;

    public Task<ExchangeAnswer> SendAsync(ExchangeRequest request, CancellationToken ct)
    {
        Calls.Add($"{request.Method} {request.Path}");
        return Task.FromResult(Before(request) ?? Answer(request));
    }

    private ExchangeAnswer Answer(ExchangeRequest request)
    {
        if (request.Path.Contains("/salesShipments?", StringComparison.Ordinal))
            return Json(200, new { value = Shipments.AsEnumerable().Reverse().Take(1).Select(s => new { id = "x", number = s.Number }) });
        if (!Exists)
            return Error(404, "BadRequest_ResourceNotFound");
        if (request.Method == HttpMethod.Patch)
            return Patch(request);
        return request.Path.EndsWith("/Microsoft.NAV.shipAndInvoice", StringComparison.Ordinal) ? Post() : Json(200, Order());
    }

    private Dictionary<string, object> Order() => new()
    {
        ["@odata.etag"] = "W/\"o\"",
        ["id"] = "order-guid",
        ["number"] = "101005",
        ["salesOrderLines"] = Lines.Select(l => new Dictionary<string, object>
        {
            ["@odata.etag"] = Etag(l),
            ["id"] = l.Id,
            ["sequence"] = l.Sequence,
            ["lineType"] = l.Type,
            ["lineObjectNumber"] = l.Item,
            ["quantity"] = l.Quantity,
            ["shipQuantity"] = l.ToShip,
            ["shippedQuantity"] = l.Shipped,
        }),
    };

    private ExchangeAnswer Patch(ExchangeRequest request)
    {
        var id = Regex.Match(request.Path, @"salesOrders\(order-guid\)/salesOrderLines\((.+)\)$").Groups[1].Value;
        var line = Lines.Single(l => l.Id == id);
        if (Meddle-- > 0)
            line.Version = ++_version;
        if (request.Headers.GetValueOrDefault("If-Match") != Etag(line))
            return Error(StaleStatus, StaleStatus == 409 ? "Request_EntityChanged" : "");
        using var body = JsonDocument.Parse(request.Body);
        line.ToShip = body.RootElement.GetProperty("shipQuantity").GetDecimal();
        line.Version = ++_version;
        return Json(200, new { });
    }

    private ExchangeAnswer Post()
    {
        var shipped = Lines.Where(l => l.ToShip > 0).Select(l => string.Create(CultureInfo.InvariantCulture, $"{l.Item}x{l.ToShip}")).ToList();
        if (shipped.Count == 0)
            return Error(400, "Application_DialogException", "There is nothing to post.");
        foreach (var line in Lines)
        {
            line.Shipped += line.ToShip;
            line.ToShip = line.Quantity - line.Shipped;
            line.Version = ++_version;
        }

        Shipments.Add(($"S-{Shipments.Count + 1}", string.Join(' ', shipped)));
        Exists = Lines.Any(l => l.Shipped < l.Quantity);
        if (!LoseNextPosting)
            return new() { Status = 204 };
        LoseNextPosting = false;
        throw new ExchangeException(new Fault(FaultKind.UnknownOutcome, "outbound.timeout", "No answer."));
    }

    private static string Etag(Line line) => $"W/\"{line.Id}-{line.Version}\"";

    private static ExchangeAnswer Json(int status, object body) => new() { Status = status, ContentType = "application/json", Body = JsonSerializer.SerializeToUtf8Bytes(body) };

    public static ExchangeAnswer Error(int status, string code, string message = "No.") =>
        new() { Status = status, ContentType = "application/json", Body = Encoding.UTF8.GetBytes($"{{\"error\":{{\"code\":\"{code}\",\"message\":\"{message}\"}}}}") };
}

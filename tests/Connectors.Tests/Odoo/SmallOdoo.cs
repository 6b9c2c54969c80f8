using System.Text.Json.Nodes;
using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Faults;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Connectors.Tests.Odoo;

/// <summary>
/// A stateful stand-in for Odoo over real HTTP, written from the public documentation of its external API: <c>common.authenticate</c> and
/// <c>execute_kw</c> on the few models that the connector needs, errors with 200 as Odoo has them. It is no Odoo.
/// </summary>
public sealed class SmallOdoo(WebApplication app) : IAsyncDisposable
{
    private readonly Dictionary<string, List<JsonObject>> _records = new()
    {
        ["product.product"] = [Json("""{"id":11,"default_code":"TEE","taxes_id":[5],"sale_ok":true}"""), Json("""{"id":12,"default_code":"SHIP","taxes_id":[5],"sale_ok":true}""")],
        ["account.tax"] = [Json("""{"id":5,"amount":20.0,"amount_type":"percent","price_include":false}""")],
        ["res.country"] = [Json("""{"id":57,"code":"DE"}""")],
        ["res.partner"] = [], ["sale.order"] = [], ["sale.order.line"] = [], ["stock.picking"] = [], ["stock.move"] = [],
    };

    private readonly Lock _lock = new();
    private int _next = 100;

    public Uri Address => new(app.Urls.First());

    public List<string> Calls { get; } = [];

    /// <summary>The next confirmation answers true and does nothing.</summary>
    public bool IgnoresConfirm { get; set; }

    public static async Task<SmallOdoo> StartAsync()
    {
        var builder = WebApplication.CreateBuilder();
        builder.Logging.ClearProviders();
        var app = builder.Build();
        app.Urls.Add("http://127.0.0.1:0");
        var odoo = new SmallOdoo(app);
        app.MapPost("/jsonrpc", async (HttpRequest request) =>
        {
            using var reader = new StreamReader(request.Body);
            var call = JsonNode.Parse(await reader.ReadToEndAsync())!;
            var answer = new JsonObject { ["jsonrpc"] = "2.0", ["id"] = call["id"]!.DeepClone() };
            lock (odoo._lock)
                try
                {
                    Assert.Equal(("2.0", "call"), ((string?)call["jsonrpc"], (string?)call["method"]));
                    answer["result"] = odoo.Answer((string)call["params"]!["service"]!, (string)call["params"]!["method"]!, call["params"]!["args"]!.AsArray());
                }
                catch (OdooException e)
                {
                    answer["error"] = new JsonObject { ["code"] = 200, ["message"] = "Odoo Server Error", ["data"] = new JsonObject { ["name"] = e.Name, ["message"] = e.Message, ["debug"] = "Traceback" } };
                }

            return Results.Json(answer);
        });
        await app.StartAsync(TestContext.Current.CancellationToken);
        return odoo;
    }

    public List<JsonObject> this[string model] => _records[model];

    /// <summary>The warehouse: ships what is given of the open delivery, and makes a new one of the rest.</summary>
    public void Ship(string tracking, int quantity)
    {
        lock (_lock)
        {
            var picking = this["stock.picking"].Single(p => (string?)p["state"] != "done");
            var move = this["stock.move"].Single(m => m["picking_id"]![0]!.GetValue<int>() == (int)picking["id"]!);
            var left = (int)move["product_uom_qty"]! - quantity;
            (picking["state"], picking["carrier_tracking_ref"], picking["date_done"], move["state"], move["product_uom_qty"]) = ("done", tracking, "2026-11-23 09:00:00", "done", quantity);
            if (left > 0)
                Deliver(picking["sale_id"]!, move, left);
        }
    }

    private JsonNode? Answer(string service, string method, JsonArray args)
    {
        if (service == "common")
        {
            Calls.Add(method);
            return (string?)args[0] == "shop" && (string?)args[1] == "api" && (string?)args[2] == "key" ? 7 : false;
        }

        if ((string?)args[0] != "shop" || (int)args[1]! != 7 || (string?)args[2] != "key")
            throw new OdooException("odoo.exceptions.AccessDenied", "Access Denied");
        var (model, does) = ((string)args[3]!, (string)args[4]!);
        Calls.Add($"{model}.{does}");
        if (!_records.TryGetValue(model, out var records))
            throw new OdooException("builtins.KeyError", model);
        var positional = args[5]!.AsArray();
        var named = args.Count > 6 ? args[6] : null;
        return does switch
        {
            "search_read" => Shown(records.Where(r => Fits(r, positional[0]!.AsArray())).Skip((int?)named?["offset"] ?? 0).Take((int?)named?["limit"] ?? 1_000), named),
            "read" => Shown(positional[0]!.AsArray().Select(i => records.Single(r => (int)r["id"]! == (int)i!)).Distinct(), named),
            "create" => Create(model, positional[0]!.AsObject()),
            "action_confirm" => Confirm(records.Single(r => (int)r["id"]! == (int)positional[0]![0]!)),
            _ => throw new OdooException("builtins.AttributeError", $"The method '{model}.{does}' does not exist"),
        };
    }

    private int Create(string model, JsonObject values)
    {
        var record = values.DeepClone().AsObject();
        var id = ++_next;
        record["id"] = id;
        if (model == "sale.order")
        {
            var lines = record["order_line"]!.AsArray();
            record.Remove("order_line");
            (record["name"], record["state"], record["currency_id"]) = ($"S{id:00000}", "draft", new JsonArray(1, "EUR"));
            var untaxed = lines.Sum(l => Math.Round((decimal)l![2]!["product_uom_qty"]! * (decimal)l[2]!["price_unit"]!, 2));
            record["amount_total"] = untaxed + Math.Round(untaxed * 0.20m, 2);
            foreach (var line in lines)
            {
                var made = line![2]!.DeepClone().AsObject();
                (made["id"], made["order_id"]) = (++_next, id);
                this["sale.order.line"].Add(made);
            }
        }

        this[model].Add(record);
        return id;
    }

    private bool Confirm(JsonObject order)
    {
        if (IgnoresConfirm)
            return true;
        if ((string?)order["state"] != "draft")
            throw new OdooException("odoo.exceptions.UserError", "It is not allowed to confirm an order in the following states: sale");
        order["state"] = "sale";
        foreach (var line in this["sale.order.line"].Where(l => (int)l["order_id"]! == (int)order["id"]! && (int)l["product_id"]! == 11))
            Deliver(new JsonArray((int)order["id"]!, (string?)order["name"]), new JsonObject { ["product_id"] = new JsonArray(11, "[TEE] Tee"), ["sale_line_id"] = new JsonArray((int)line["id"]!, "S - Tee") }, (int)line["product_uom_qty"]!);
        return true;
    }

    private void Deliver(JsonNode order, JsonObject like, int quantity)
    {
        var id = ++_next;
        this["stock.picking"].Add(new JsonObject
        {
            ["id"] = id, ["name"] = $"WH/OUT/{id}", ["state"] = "assigned", ["date_done"] = false, ["write_date"] = "2026-11-23 08:00:00", ["sale_id"] = order.DeepClone(),
            ["carrier_id"] = false, ["carrier_tracking_ref"] = false, ["picking_type_code"] = "outgoing",
        });
        this["stock.move"].Add(new JsonObject
        {
            ["id"] = ++_next, ["picking_id"] = new JsonArray(id, $"WH/OUT/{id}"), ["product_id"] = like["product_id"]!.DeepClone(), ["sale_line_id"] = like["sale_line_id"]!.DeepClone(), ["product_uom_qty"] = quantity, ["state"] = "assigned",
        });
    }

    private JsonArray Shown(IEnumerable<JsonObject> records, JsonNode? named)
    {
        var fields = named!["fields"]!.AsArray().Select(f => (string)f!).Append("id").Distinct().ToList();
        return [.. records.Select(r => (JsonNode)new JsonObject(fields.Select(f => KeyValuePair.Create(f, r.TryGetPropertyValue(f, out var value) ? value?.DeepClone() : false))))];
    }

    /// <summary>And-lists, with one "|" in front of two.</summary>
    private bool Fits(JsonObject record, JsonArray domain)
    {
        if (domain.Count == 3 && domain[0] is JsonValue first && (string?)first == "|")
            return Holds(record, domain[1]!.AsArray()) || Holds(record, domain[2]!.AsArray());
        return domain.All(t => Holds(record, t!.AsArray()));
    }

    private bool Holds(JsonObject record, JsonArray term)
    {
        var name = (string)term[0]!;
        var value = name == "sale_id.client_order_ref" ? this["sale.order"].Single(o => (int)o["id"]! == (int)record["sale_id"]![0]!)["client_order_ref"] : record[name];
        if (value is JsonArray { Count: 2 } many && term[2] is not JsonArray { Count: 0 } && name.EndsWith("_id", StringComparison.Ordinal))
            value = many[0];
        return (string)term[1]! switch
        {
            "=" => Same(value, term[2]),
            "!=" => !Same(value, term[2]),
            "in" => term[2]!.AsArray().Any(t => Same(value, t)),
            ">=" => string.CompareOrdinal((string?)value, (string?)term[2]) >= 0,
            _ => throw new OdooException("builtins.ValueError", "Invalid operator"),
        };
    }

    /// <summary>Nothing, null and false are one in Odoo.</summary>
    private static bool Same(JsonNode? a, JsonNode? b) => (a?.ToJsonString() ?? "false") == (b?.ToJsonString() ?? "false");

    private static JsonObject Json(string text) => JsonNode.Parse(text)!.AsObject();

    public ValueTask DisposeAsync() => app.DisposeAsync();

    private sealed class OdooException(string name, string message) : Exception(message)
    {
        public string Name => name;
    }
}

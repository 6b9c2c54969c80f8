using System.Globalization;
using System.Text.Json.Nodes;
using Connectors.Sandbox.Http;

namespace Connectors.Sandbox.Erp;

/// <summary>The system query options of a call.</summary>
internal sealed record ErpQuery(IReadOnlyList<ErpComparison> Filter, IReadOnlyList<string> Select, IReadOnlyList<string> Expand, int Top, int Skip, string? OrderBy, bool Descending, bool Count)
{
    /// <summary>Business Central sends no more in one page.</summary>
    private const int MostPerPage = 20_000;

    private static readonly string[] Known = ["$filter", "$select", "$expand", "$top", "$skip", "$orderby", "$count"];

    public static ErpQuery Read(SandboxCall call, ErpEntity entity, params string[] expandable)
    {
        if (call.Query.Keys.FirstOrDefault(k => k.StartsWith('$') && !Known.Contains(k)) is { } unknown)
            throw ErpRefusalException.BadRequest($"The query parameter '{unknown}' is not supported.");
        var expand = List(call.Query["$expand"]);
        if (expand.FirstOrDefault(e => !expandable.Contains(e)) is { } wrong)
            throw new ErpRefusalException(400, "BadRequest_NotFound", $"Could not find a property named '{wrong}' on type 'Microsoft.NAV.{entity.TypeName}'.");
        var order = call.Query["$orderby"].ToString().Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (order.Length > 0 && entity.IndexOf(order[0]) < 0)
            throw new ErpRefusalException(400, "BadRequest_NotFound", $"Could not find a property named '{order[0]}' on type 'Microsoft.NAV.{entity.TypeName}'.");
        return new(
            ErpFilter.Parse(call.Query["$filter"], entity),
            List(call.Query["$select"]),
            expand,
            Math.Min(Number(call, "$top") ?? MostPerPage, MostPerPage),
            Number(call, "$skip") ?? 0,
            order.FirstOrDefault(),
            order.Length > 1 && order[1] == "desc",
            call.Query["$count"] == "true");
    }

    /// <summary>A collection in OData's envelope.</summary>
    public SandboxAnswer Answer<T>(SandboxCall call, string set, IEnumerable<T> rows, Func<T, JsonObject> write)
        where T : ErpRow
    {
        var fitting = rows.Where(r => Filter.All(c => c.Fits(r)));
        if (OrderBy is not null)
            fitting = Descending ? fitting.OrderByDescending(r => (IComparable)r[OrderBy]) : fitting.OrderBy(r => (IComparable)r[OrderBy]);
        var found = Count ? fitting.ToList() : fitting;
        var body = new JsonObject { ["@odata.context"] = Context(call, set) };
        if (Count)
            body["@odata.count"] = found.Count();
        body["value"] = new JsonArray([.. found.Skip(Skip).Take(Top).Select(write)]);
        return SandboxAnswer.Of(200, body, contentType: ContentType);
    }

    public const string ContentType = "application/json; odata.metadata=minimal; odata.streaming=true";

    public static string Context(SandboxCall call, string set) => $"{call.Origin}/erp/api/v2.0/$metadata#companies({call.Route("company")})/{set}";

    private static string[] List(string? text) => text?.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) ?? [];

    private static int? Number(SandboxCall call, string name)
    {
        var text = call.Query[name].ToString();
        if (text.Length == 0)
            return null;
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : throw ErpRefusalException.BadRequest($"Invalid value '{text}' for {name} query option found.");
    }
}

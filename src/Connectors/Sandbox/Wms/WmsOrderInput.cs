using System.Text.Json.Nodes;
using Connectors.Sandbox.Http;

namespace Connectors.Sandbox.Wms;

/// <summary>Reads the body of a new order. All that is wrong is told at once, field by field.</summary>
internal static class WmsOrderInput
{
    private const int MostLines = 1_000;

    public static (string Reference, IReadOnlyList<WmsLine> Lines, JsonObject? ShipTo, SandboxAnswer? Refused) Read(JsonObject body)
    {
        var wrong = new List<(string, string)>();
        var reference = Text(body, "reference", "reference", 64, wrong);
        var lines = new List<WmsLine>();
        if (body["lines"] is not JsonArray { Count: > 0 and <= MostLines } nodes)
            wrong.Add(("lines", $"must hold 1 to {MostLines} lines"));
        else
            for (var i = 0; i < nodes.Count; i++)
                if (Line(nodes[i] as JsonObject ?? [], $"lines[{i}]", wrong) is { } line)
                    lines.Add(line);
        foreach (var twice in lines.GroupBy(l => l.LineRef).Where(g => g.Count() > 1))
            wrong.Add(("lines", $"lineRef {twice.Key} is used more than once"));
        if (body["shipTo"] is not (null or JsonObject))
            wrong.Add(("shipTo", "must be an object"));
        return wrong.Count > 0
            ? ("", [], null, WmsDocuments.Error(422, "validation_failed", "The order cannot be taken.", wrong))
            : (reference, lines, body["shipTo"]?.DeepClone() as JsonObject, null);
    }

    private static WmsLine? Line(JsonObject node, string path, List<(string, string)> wrong)
    {
        var before = wrong.Count;
        var lineRef = Text(node, "lineRef", $"{path}.lineRef", 64, wrong);
        var sku = Text(node, "sku", $"{path}.sku", 40, wrong);
        if (node["quantity"] is not JsonValue value || !value.TryGetValue<int>(out var quantity) || quantity is < 1 or > 100_000)
        {
            wrong.Add(($"{path}.quantity", "must be a whole number from 1 to 100000"));
            return null;
        }

        return wrong.Count > before ? null : new() { LineRef = lineRef, Sku = sku, Quantity = quantity };
    }

    private static string Text(JsonObject node, string name, string path, int mostLength, List<(string, string)> wrong)
    {
        if (node[name] is JsonValue value && value.TryGetValue<string>(out var text) && text.Length > 0 && text.Length <= mostLength)
            return text;
        wrong.Add((path, $"must be a text of 1 to {mostLength} characters"));
        return "";
    }
}

using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Connectors.Tests.Shopify;

/// <summary>What real shops, clients and tools wrote. Parts of an order are put into a plain order around them.</summary>
public static class RealDocuments
{
    /// <summary>Name and bytes of every document, in a stable sequence.</summary>
    public static IReadOnlyList<(string Name, byte[] Body)> All()
    {
        var folder = Path.GetDirectoryName(Samples.Find("shopify/go-shopify/order.json"))!;
        var root = Path.GetFullPath(Path.Combine(folder, ".."));
        return [.. Directory.EnumerateFiles(root, "*", SearchOption.AllDirectories)
            .Where(f => f.EndsWith(".json", StringComparison.Ordinal) || f.EndsWith(".csv", StringComparison.Ordinal))
            .Select(f => (Path.GetRelativePath(root, f).Replace('\\', '/'), File.ReadAllBytes(f)))
            .OrderBy(d => d.Item1, StringComparer.Ordinal)
            .Select(d => (d.Item1, Whole(d.Item1, d.Item2)))];
    }

    private static byte[] Whole(string name, byte[] body) =>
        name.Contains("/orderlineitems/", StringComparison.Ordinal) ? Around(LineAround(body), null)
        : name.Contains("/shippinglines/", StringComparison.Ordinal) ? Around("{}", body)
        : body;

    /// <summary>Most of the samples are a line's properties alone; what they leave out is a plain line's.</summary>
    private static string LineAround(byte[] body)
    {
        const string Plain = """{"id":7001,"sku":"PLAIN","title":"Plain","quantity":1,"price":"10.00"}""";
        try
        {
            var line = JsonNode.Parse(Plain)!.AsObject();
            foreach (var (name, value) in JsonNode.Parse(body)!.AsObject())
                line[name] = value?.DeepClone();
            return line.ToJsonString();
        }
        catch (JsonException)
        {
            return Encoding.UTF8.GetString(body); // As it is: no JSON.
        }
    }

    private static byte[] Around(string line, byte[]? shippingLine) => Encoding.UTF8.GetBytes(
        $$"""
        {"id":5001,"name":"#5001","order_number":5001,"currency":"{{(shippingLine is null ? "EUR" : "USD")}}","total_price":"10.00","created_at":"2026-11-23T10:00:00+01:00",
        "line_items":[{{(shippingLine is null ? line : """{"id":7001,"sku":"PLAIN","title":"Plain","quantity":1,"price":"10.00"}""")}}],
        "shipping_lines":[{{(shippingLine is null ? "" : Encoding.UTF8.GetString(shippingLine))}}]}
        """);
}

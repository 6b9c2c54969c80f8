using System.Text.Json;

namespace ControlPlane.EndToEnd.Tests.Telemetry;

/// <summary>A receiver of OTLP that decodes with OpenTelemetry's own generated code and writes down what came, one request a line.</summary>
internal sealed class OtlpSink
{
    private readonly string _received;

    private OtlpSink(string address, string received) => (Address, _received) = (address, received);

    public string Address { get; }

    /// <summary>Skips the test where there is none.</summary>
    public static OtlpSink Find()
    {
        var (address, received) = (Environment.GetEnvironmentVariable("CONTROLPLANE_TEST_OTLP"), Environment.GetEnvironmentVariable("CONTROLPLANE_TEST_OTLP_RECEIVED"));
        if (address is not { Length: > 0 } || received is not { Length: > 0 })
        {
            Assert.False(Environment.GetEnvironmentVariable("CI") == "true", "CI must run the tests at a real receiver of telemetry: CONTROLPLANE_TEST_OTLP is not set.");
            Assert.Skip("There is no receiver of OTLP: CONTROLPLANE_TEST_OTLP is not set.");
        }

        return new(address!, received!);
    }

    /// <summary>Everything of one service that came so far, of one signal.</summary>
    /// <param name="kind"><c>traces</c>, <c>metrics</c> or <c>logs</c>.</param>
    public async Task<OtlpBatch> ReadAsync(string kind, string service, CancellationToken ct)
    {
        var items = new List<(JsonElement Item, JsonElement Resource)>();
        var text = new List<string>();
        if (!File.Exists(_received))
            return new(items, text);
        await using var file = new FileStream(_received, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using var reader = new StreamReader(file);
        var (outer, scope, inner) = kind switch { "traces" => ("resourceSpans", "scopeSpans", "spans"), "metrics" => ("resourceMetrics", "scopeMetrics", "metrics"), _ => ("resourceLogs", "scopeLogs", "logRecords") };
        while (await reader.ReadLineAsync(ct) is { } line)
        {
            // The last line may be half written.
            if (!line.Contains($"\"kind\":\"{kind}\"", StringComparison.Ordinal) || !line.Contains(service, StringComparison.Ordinal) || !line.EndsWith('}'))
                continue;
            var body = JsonDocument.Parse(line).RootElement.GetProperty("body");
            foreach (var resource in List(body, outer).Where(r => Attribute(r.GetProperty("resource"), "service.name") == service))
            {
                text.Add(resource.GetRawText());
                items.AddRange(List(resource, scope).SelectMany(s => List(s, inner)).Select(i => (i, resource.GetProperty("resource"))));
            }
        }

        return new(items, text);
    }

    public static IEnumerable<JsonElement> List(JsonElement from, string name) => from.TryGetProperty(name, out var list) && list.ValueKind == JsonValueKind.Array ? list.EnumerateArray() : [];

    /// <summary>As text, whatever its type; null where it is missing.</summary>
    public static string? Attribute(JsonElement of, string key) =>
        List(of, "attributes").FirstOrDefault(a => a.GetProperty("key").GetString() == key) is { ValueKind: JsonValueKind.Object } found
            ? found.GetProperty("value").EnumerateObject().FirstOrDefault(p => p.Value.ValueKind is not JsonValueKind.Null).Value.ToString() : null;

    /// <summary>An id of a trace or span in hexadecimal digits; it comes as those or as base64.</summary>
    public static string Id(JsonElement of, string name) =>
        of.GetProperty(name).GetString() is { Length: 32 or 16 } text && text.All(char.IsAsciiHexDigitLower) ? text : Convert.ToHexStringLower(Convert.FromBase64String(of.GetProperty(name).GetString()!));

    public static IEnumerable<string> Keys(JsonElement of) => List(of, "attributes").Select(a => a.GetProperty("key").GetString()!);
}

/// <param name="Text">Resources as they came, for what must not be in them.</param>
internal sealed record OtlpBatch(IReadOnlyList<(JsonElement Item, JsonElement Resource)> Items, IReadOnlyList<string> Text)
{
    public IEnumerable<string> Names => Items.Select(i => i.Item.GetProperty("name").GetString()!);
}

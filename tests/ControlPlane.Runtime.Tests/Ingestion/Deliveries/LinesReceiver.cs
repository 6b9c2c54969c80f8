using System.Text;
using System.Text.Json;
using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Flows;
using ControlPlane.Runtime.Tests.Engine;

namespace ControlPlane.Runtime.Tests.Ingestion.Deliveries;

/// <summary>
/// A format of the tests' own: one document a line. A line that begins with <c>!</c> cannot be used, one that begins with <c>?</c> no
/// store takes, <c>ANSWER name</c> asks for an answer, and a text that begins with <c>BROKEN</c> cannot be read at all.
/// </summary>
internal sealed class LinesReceiver : IReceiver
{
    private readonly ScriptedReceiver _inner = new();

    /// <summary>As a corrected connector: takes what begins with <c>!</c> without it.</summary>
    public bool Lenient { get; init; }

    /// <summary>The process dies when so many documents were translated; 0 = it does not.</summary>
    public int DiesAt { get; init; }

    private int _translated;

    public IReadOnlyCollection<string> MediaTypes => ["text/plain"];

    public bool Verify(InboundRequest request, Connection connection) => _inner.Verify(request, connection);

    public string? DeliveryId(InboundRequest request) => _inner.DeliveryId(request);

    public Unpacked? Unpack(InboundRequest request, Connection connection)
    {
        if (request.ContentType != "text/plain")
            return null;
        var text = Encoding.UTF8.GetString(request.Body.Span);
        if (text.StartsWith("BROKEN", StringComparison.Ordinal))
            return new("Broken", []) { Refusals = [new("lines.broken", "", "The text is broken.")], Answers = [new("reject", "reject", "text/plain", "no"u8.ToArray())] };
        var parts = new List<InboundPart>();
        var answers = new List<DeliveryAnswer>();
        foreach (var (line, number) in text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select((l, i) => (l, i + 1)))
            if (line.StartsWith("ANSWER ", StringComparison.Ordinal))
                answers.Add(new(line[7..], line[7..], "text/plain", Encoding.UTF8.GetBytes("thanks for " + line[7..])));
            else
                parts.Add(new($"line {number}", new()
                {
                    Topic = line[0] == '?' ? null! : "line", ContentType = "application/json", Headers = request.Headers, Body = Encoding.UTF8.GetBytes(Lenient ? line.TrimStart('!') : line.TrimStart('?')),
                    ReceivedAt = request.ReceivedAt, Polled = request.Polled, Queued = request.Queued, Part = true,
                }, line[0] == '!' && !Lenient ? [new("lines.bad", "field 3", "The line is bad.")] : []));
        return new($"{parts.Count} lines", parts) { Answers = answers };
    }

    public InboundEvent Translate(InboundRequest request, Connection connection) =>
        ++_translated == DiesAt ? throw new InvalidOperationException("The process died.") : _inner.Translate(request, connection);

    public static string Order(int n) => JsonSerializer.Serialize(Orders.Order(n), FlowJson.Default.CanonicalOrder);

    public static InboundRequest File(string text, DateTimeOffset at, string name = "orders.txt", bool polled = true, string? deliveryId = null)
    {
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase) { ["File-Name"] = name };
        if (deliveryId is not null)
            headers["delivery-id"] = deliveryId;
        return new() { Topic = "inbox", ContentType = "text/plain", Headers = headers, Body = Encoding.UTF8.GetBytes(text), ReceivedAt = at, Polled = polled };
    }
}

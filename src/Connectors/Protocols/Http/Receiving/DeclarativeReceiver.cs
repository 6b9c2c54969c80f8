using System.Text.Json;
using Connectors.Protocols.Formats;
using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Mappings.Incoming;
using ControlPlane.Domain.Orders;
using ControlPlane.Domain.Shared;
using ControlPlane.Domain.Transactions;

namespace Connectors.Protocols.Http.Receiving;

/// <summary>Reads what a system sends as its manifest describes it. Pure.</summary>
/// <param name="version">Of the document that describes it; null for a built-in one.</param>
/// <param name="secretTold">True: the system tells the secret of its signatures when it is subscribed to.</param>
public sealed class DeclarativeReceiver(ReceiveSpec spec, int? version = null, bool secretTold = false) : IReceiver
{
    private static readonly Connection Nobody = new() { Key = "", Connector = "", Role = SystemRole.Storefront, DisplayName = "" };

    public ReceiveSpec Spec => spec;

    public int? MappingVersion => version;

    public IReadOnlyCollection<string> Reads { get; } = [.. new[] { spec.Topic?.Header, spec.DeliveryId?.Header }.OfType<string>().Concat((spec.Format as IReadsHeaders)?.ReadsHeaders ?? [])];

    public IReadOnlyCollection<string> MediaTypes => spec.Format?.MediaTypes ?? [];

    public bool Verify(InboundRequest request, Connection connection) => request.Polled || spec.Signature?.Verify(request, connection) == true;

    public SenderKey? KeyOf(InboundRequest request) => request.Polled ? null : spec.Signature?.KeyOf(request);

    public string? SubscriptionSecret => secretTold ? spec.Signature?.Secret : null;

    public string? Challenge(Func<string, string?> query, Connection connection, Uri endpoint) => spec.Challenge?.Of(query, connection, endpoint);

    public string? DeliveryId(InboundRequest request)
    {
        if (request.Polled || request.Part)
            return null;
        if (spec.DeliveryId is not { } from)
            return (spec.Format as IReadsHeaders)?.DeliveryId(request);
        if (from.Header is { } header)
            return request.Header(header);
        using var document = Decode(request, null, out _, out _);
        return document is null ? null : from.Path!.Read(document.RootElement);
    }

    public string TopicOf(InboundRequest request)
    {
        // A delivery of a format of its own is not read twice for this: each of its documents says its own.
        if (request.Polled || request.Part || spec.Topic is not { } from || (from.Header is null && spec.FormatOf(request) is not null && !IsJson(request)))
            return request.Topic;
        if (from.Header is { } header)
            return request.Header(header) ?? "";
        using var document = StrictJson.Parse(request.Body, out _);
        return document is null ? "" : from.Path!.Read(document.RootElement) ?? "";
    }

    public Unpacked? Unpack(InboundRequest request, Connection connection)
    {
        if (spec.FormatOf(request) is not { } format || IsJson(request))
            return null;
        var reading = format is IReadsHeaders whole ? whole.Read(request) : format.Read(request.Body, connection, request.ReceivedAt);
        return reading.Container || reading.Refusals.Count > 0
            ? new(reading.Summary, [.. reading.Documents.Select(d => Part(d, request))]) { Refusals = reading.Refusals, Answers = reading.Answers }
            : null;
    }

    public InboundEvent Translate(InboundRequest request, Connection connection) => Explain(request, connection, null);

    /// <summary>As <see cref="Translate(InboundRequest, Connection)"/>, and says where each value came from.</summary>
    /// <param name="trace">Filled, when given.</param>
    public InboundEvent Explain(InboundRequest request, Connection connection, List<MappedValue>? trace)
    {
        using var document = Decode(request, connection, out var kind, out var refusal);
        if (document is null)
            return new InboundEvent.Refused([refusal!]);
        var topic = Topic(request, document.RootElement);
        var ofTopic = spec.Documents.Where(d => d.Fits(topic) || kind.Length > 0 && d.Fits(kind)).ToList();
        if (ofTopic.Count == 0)
            return new InboundEvent.Ignored("The document is of a kind that the connector does not use.");
        foreach (var rule in ofTopic)
            if ((rule.At is null ? document.RootElement : rule.At.First(document.RootElement)) is { } at && rule.Only.Hold(at))
                return Translate(rule, new IncomingInput(at, connection, request.ReceivedAt) { SettingDefaults = spec.SettingDefaults }, trace);
        return ofTopic.Exists(r => r.At is null || r.At.First(document.RootElement) is not null)
            ? new InboundEvent.Ignored("The document does not meet the conditions under which the connector takes it.")
            : new InboundEvent.Refused([new("receive.no_document", ofTopic[0].At!.Text, $"There is no document at {ofTopic[0].At!.Text}. Send it there, or correct the connector.")]);
    }

    /// <summary>The document as rows read it: JSON, whatever the format; for people to look at and to pick paths from. Null when it cannot be read.</summary>
    public string? Readable(InboundRequest request, Connection? connection)
    {
        using var document = Decode(request, connection, out _, out _);
        return document?.RootElement.GetRawText();
    }

    /// <summary>A delivery of one document is read by its format; what was polled as JSON, or unpacked, is JSON already.</summary>
    /// <param name="kind">What the document itself says that it is: the name of its root, its message type; empty when it says nothing.</param>
    private JsonDocument? Decode(InboundRequest request, Connection? connection, out string kind, out Refusal? refusal)
    {
        kind = "";
        if (spec.FormatOf(request) is not { } format || IsJson(request))
            return StrictJson.Parse(request.Body, out refusal);
        var reading = format is IReadsHeaders whole ? whole.Read(request) : format.Read(request.Body, connection ?? Nobody);
        refusal = reading.Refusals.Concat(reading.Documents.SelectMany(d => d.Refusals)).FirstOrDefault();
        if (refusal is null && reading.Documents.Count != 1)
            refusal = new("receive.not_one_document", "", $"The delivery holds {reading.Documents.Count} documents, and one is expected here.");
        if (refusal is not null)
            return null;
        kind = reading.Documents[0].Topic;
        return StrictJson.Parse(reading.Documents[0].Json, out refusal);
    }

    private bool IsJson(InboundRequest request) =>
        request.Part || (request.Polled || spec.Format is not IReadsHeaders) && request.ContentType?.StartsWith("application/json", StringComparison.OrdinalIgnoreCase) == true;

    private static InboundPart Part(FormatDocument document, InboundRequest of) => new(document.Place, new()
    {
        Topic = document.Topic.Length > 0 ? document.Topic : of.Topic,
        ContentType = "application/json",
        Headers = of.Headers,
        Body = document.Json,
        ReceivedAt = of.ReceivedAt,
        Polled = of.Polled,
        Queued = of.Queued,
        Part = true,
    }, document.Refusals);

    private static InboundEvent Translate(DocumentRule rule, IncomingInput input, List<MappedValue>? trace)
    {
        if (rule.Ignore is { } why)
            return new InboundEvent.Ignored(why) { Code = rule.IgnoreCode };
        if (rule.FetchFeed is { } feed)
            return rule.FetchId!.Read(input.Document) is { } id
                ? new InboundEvent.FetchNeeded(feed, id)
                : new InboundEvent.Refused([new("receive.no_id", rule.FetchId.Text, "The notification names no document that could be fetched.")]);
        var refusals = new List<Refusal>();
        var meaning = rule.Order is { } order ? Order(rule, order, input, refusals, trace) : News(rule, input, refusals, trace);
        return refusals.Count > 0 ? new InboundEvent.Refused(refusals) : meaning!;
    }

    private static InboundEvent? Order(DocumentRule rule, CompiledIncoming mapping, IncomingInput input, List<Refusal> refusals, List<MappedValue>? trace)
    {
        var values = mapping.Map(input, refusals, trace);
        if (refusals.Count > 0 || IncomingDocuments.Order(values, refusals) is not { } order)
            return null;
        if (order.Lines.Count == 0 && order.Status != OrderStatus.Cancelled)
        {
            refusals.Add(new("order.no_lines", mapping.Template.Lines?.At ?? "lines", "The order has no lines. An order needs at least one line."));
            return null;
        }

        // Each comes once: pending, then released or cancelled. Later versions of a released order change nothing.
        var step = order.Status switch { OrderStatus.Pending => "pending", OrderStatus.Cancelled => "cancelled", _ => "created" };
        return new InboundEvent.OrderReceived(order) { BusinessKey = $"order/{order.ExternalId}/{step}", Event = rule.Event };
    }

    private static InboundEvent.Happened? News(DocumentRule rule, IncomingInput input, List<Refusal> refusals, List<MappedValue>? trace)
    {
        var about = Identifiers(rule.Correlate, input.Document, refusals);
        if (about.Count == 0)
            refusals.Add(new("receive.names_no_order", rule.Correlate[0].Path.Text, $"The document names no order. It is looked for at {string.Join(" and ", rule.Correlate.Select(c => c.Path.Text))}."));
        var numbers = Identifiers(rule.Identifiers, input.Document, refusals);
        var shipment = rule.Shipment is { } mapping && mapping.Map(input, refusals, trace) is var values && refusals.Count == 0 ? IncomingDocuments.Shipment(values, refusals) : null;
        if (refusals.Count > 0)
            return null;
        if (shipment is not null)
        {
            numbers.Add(new(IdentifierKinds.Shipment, shipment.ExternalId));
            if (shipment.TrackingNumber is { } tracking)
                numbers.Add(new(IdentifierKinds.Tracking, tracking));
        }

        var reason = rule.Reason?.Read(input.Document);
        return new(rule.Event, about)
        {
            BusinessKey = shipment is null ? $"{about[0].Kind}/{about[0].Value}/{rule.Event}" : $"shipment/{shipment.ExternalId}",
            Shipment = shipment,
            Identifiers = numbers,
            Outputs = rule.Outputs.Select(o => (o.Name, Text: o.Path.Read(input.Document))).Where(o => o.Text is not null).ToDictionary(o => o.Name, o => o.Text!, StringComparer.Ordinal),
            Reason = reason is { Length: > 300 } ? reason[..300] : reason,
            Summary = rule.Summary ?? (shipment is not null
                ? $"{input.Connection.DisplayName} shipped {shipment.ExternalId}{(shipment.Carrier is { } carrier ? $" with {carrier}" : "")}"
                : $"{input.Connection.DisplayName} says: {rule.Event}"),
        };
    }

    private static List<Identifier> Identifiers(IReadOnlyList<(string Kind, DocumentPath Path)> places, JsonElement document, List<Refusal> refusals)
    {
        var found = new List<Identifier>();
        foreach (var (kind, path) in places)
            if (path.Read(document) is { } value)
            {
                if (value.Length > Identifier.LongestValue)
                    refusals.Add(new("json.too_long", path.Text, $"The value is longer than {Identifier.LongestValue} characters."));
                else
                    found.Add(new(kind, value));
            }

        return found;
    }

    private string Topic(InboundRequest request, JsonElement root) =>
        request.Polled || request.Part || spec.Topic is null ? request.Topic
        : (spec.Topic.Header is { } header ? request.Header(header) : spec.Topic.Path!.Read(root)) ?? "";
}

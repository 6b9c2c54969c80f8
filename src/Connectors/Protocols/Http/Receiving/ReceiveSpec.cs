using Connectors.Protocols.Formats;
using ControlPlane.Domain.Mappings.Incoming;

namespace Connectors.Protocols.Http.Receiving;

/// <summary>How a manifest says that documents are received: who may send them, how repeats are known, and what each means.</summary>
public sealed record ReceiveSpec
{
    /// <summary>Null: the system sends no webhooks; documents come from feeds only.</summary>
    public SignatureSpec? Signature { get; init; }

    /// <summary>How the sender asks whether the address is ours; null when it does not.</summary>
    public ChallengeSpec? Challenge { get; init; }

    /// <summary>The sender's id of the delivery; null when it sends none.</summary>
    public RequestValue? DeliveryId { get; init; }

    /// <summary>Where a webhook says what it is about; null = the part of the address after the connection.</summary>
    public RequestValue? Topic { get; init; }

    public IReadOnlyList<DocumentRule> Documents { get; init; } = [];

    /// <summary>How what arrives becomes JSON; null = it is JSON.</summary>
    public IDocumentFormat? Format { get; init; }

    /// <summary>Of files that a folder feed brought, by its name, where that has a format of its own.</summary>
    public IReadOnlyDictionary<string, IDocumentFormat> FileFormats { get; init; } = new Dictionary<string, IDocumentFormat>();

    public IDocumentFormat? FormatOf(ControlPlane.Domain.Connections.InboundRequest request) => (request.Polled ? FileFormats.GetValueOrDefault(request.Topic) : null) ?? Format;

    public IReadOnlyDictionary<string, string> SettingDefaults { get; init; } = new Dictionary<string, string>();
}

/// <summary>A value of a request: of a header, or of its document.</summary>
public sealed record RequestValue(string? Header, DocumentPath? Path);

/// <summary>What one kind of document means. The first rule that fits its topic and conditions counts.</summary>
public sealed record DocumentRule
{
    /// <summary>Topics of webhooks, and names of feeds; empty = every document.</summary>
    public IReadOnlyList<string> Topics { get; init; } = [];

    /// <summary>Where the business document stands within what was sent; null = it is the whole.</summary>
    public DocumentPath? At { get; init; }

    public DocumentConditions Only { get; init; } = DocumentConditions.None;

    /// <summary><c>order.created</c>, <c>order.cancelled</c>, <c>shipment.confirmed</c>, <c>warehouse.acknowledged</c>, or any that a flow waits for.</summary>
    public string Event { get; init; } = "";

    public CompiledIncoming? Order { get; init; }

    public CompiledIncoming? Shipment { get; init; }

    /// <summary>Feed to fetch the document from, because the notification holds its id only; <see cref="FetchId"/> says which.</summary>
    public string? FetchFeed { get; init; }

    public DocumentPath? FetchId { get; init; }

    /// <summary>Why documents of this kind are kept and nothing is done.</summary>
    public string? Ignore { get; init; }

    /// <summary>Stable code of what the sender means by them and is not carried out; null = there is nothing to carry out.</summary>
    public string? IgnoreCode { get; init; }

    /// <summary>How the transaction is found: kind of identifier → place.</summary>
    public IReadOnlyList<(string Kind, DocumentPath Path)> Correlate { get; init; } = [];

    /// <summary>Numbers that it adds to the transaction.</summary>
    public IReadOnlyList<(string Kind, DocumentPath Path)> Identifiers { get; init; } = [];

    /// <summary>Values for later steps of the flow.</summary>
    public IReadOnlyList<(string Name, DocumentPath Path)> Outputs { get; init; } = [];

    public DocumentPath? Reason { get; init; }

    /// <summary>For the timeline; null = a sentence made from the event.</summary>
    public string? Summary { get; init; }

    public bool Fits(string topic) => Topics.Count == 0 || Topics.Contains(topic, StringComparer.OrdinalIgnoreCase);
}

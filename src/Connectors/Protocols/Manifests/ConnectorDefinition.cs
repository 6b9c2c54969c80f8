using Connectors.Protocols.Formats;
using Connectors.Protocols.Http;
using Connectors.Protocols.Http.Feeds;
using Connectors.Protocols.Http.Receiving;
using Connectors.Protocols.Http.Subscriptions;
using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Mappings;

namespace Connectors.Protocols.Manifests;

/// <summary>A connector as its document describes it, checked and compiled.</summary>
public sealed record ConnectorDefinition
{
    public required ConnectorManifest Manifest { get; init; }

    public required AuthenticationScheme Authentication { get; init; }

    /// <summary>The operations that data alone describes; those marked <c>code: true</c> are only in the manifest.</summary>
    public IReadOnlyList<OperationSpec> Operations { get; init; } = [];

    /// <summary>By name, with those that only code uses.</summary>
    public IReadOnlyDictionary<string, CompiledMapping> Mappings { get; init; } = new Dictionary<string, CompiledMapping>();

    /// <summary>How failures are read when an operation says nothing else; for operations in code, too.</summary>
    public ErrorSpec Errors { get; init; } = ErrorSpec.None;

    /// <summary>What the system sends and what it means; null when it sends nothing, or code reads it.</summary>
    public ReceiveSpec? Receive { get; init; }

    /// <summary>The feeds that data alone describes.</summary>
    public IReadOnlyList<FeedSpec> Feeds { get; init; } = [];

    /// <summary>How webhooks are subscribed to; null when the manifest does not say.</summary>
    public WebhookSpec? Webhooks { get; init; }

    /// <summary>Where answers to deliveries go; null when none are sent.</summary>
    public AnswersSpec? Answers { get; init; }

    /// <summary>A token that writes need beside the credentials; null = none.</summary>
    public CsrfSession? Csrf { get; init; }

    /// <summary>Certificates of the transport; null = TLS as usual.</summary>
    public MutualTls? Tls { get; init; }

    /// <summary>Where an answer's body says what is left of the budget; null = headers say it, or nothing does.</summary>
    public BudgetInBody? BudgetIn { get; init; }

    /// <summary>By name; <c>json</c> is always there.</summary>
    public IReadOnlyDictionary<string, IDocumentFormat> Formats { get; init; } = new Dictionary<string, IDocumentFormat>();

    /// <summary>Headers of every request; null = a new id for each call.</summary>
    public IReadOnlyList<KeyValuePair<string, ConnectionText?>> Headers { get; init; } = [];

    public IReadOnlyDictionary<string, string> SettingDefaults { get; init; } = new Dictionary<string, string>();

    /// <summary>What the manifest says of an operation in code. Throws when it says nothing: then manifest and code do not fit.</summary>
    public OperationDescriptor Descriptor(string operation) =>
        Manifest.Operations.FirstOrDefault(o => o.Name == operation)
        ?? throw new InvalidOperationException($"connector.yaml of {Manifest.Name} does not list the operation {operation}.");

    public CompiledMapping Mapping(string name) =>
        Mappings.GetValueOrDefault(name) ?? throw new InvalidOperationException($"{Manifest.Name} has no mapping {name}.");
}

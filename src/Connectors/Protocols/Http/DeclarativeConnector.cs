using System.Collections.Frozen;
using Connectors.Protocols.Manifests;
using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Outbound;

namespace Connectors.Protocols.Http;

/// <summary>
/// A connector from its document. What data cannot say is handed in: a receiver, feeds, operations in code. Those marked
/// <c>code: true</c> in the manifest must be among <paramref name="coded"/>, and no others.
/// </summary>
public class DeclarativeConnector : IConnector
{
    private readonly FrozenDictionary<string, IOperation> _operations;

    public DeclarativeConnector(ConnectorDefinition definition, TimeProvider clock, IReceiver? receiver = null, IReadOnlyList<IFeed>? feeds = null, IReadOnlyList<IOperation>? coded = null)
    {
        Definition = definition;
        Receiver = receiver;
        Feeds = feeds ?? [];
        _operations = definition.Operations
            .Select(o => (IOperation)new DeclarativeOperation(o, definition.Manifest.Title, definition.SettingDefaults, clock))
            .Concat(coded ?? [])
            .ToFrozenDictionary(o => o.Descriptor.Name, StringComparer.Ordinal);
        foreach (var listed in definition.Manifest.Operations)
            if (!_operations.ContainsKey(listed.Name))
                throw new InvalidOperationException($"connector.yaml of {definition.Manifest.Name} lists {listed.Name}, which neither data nor code provides.");
    }

    public ConnectorDefinition Definition { get; }

    public ConnectorManifest Manifest => Definition.Manifest;

    public IReceiver? Receiver { get; }

    public IReadOnlyList<IFeed> Feeds { get; }

    public virtual IOperation? Operation(string name) => _operations.GetValueOrDefault(name);

    public virtual ValueTask AuthenticateAsync(ExchangeRequest request, Connection connection, ITokenCache tokens, IExchange exchange, CancellationToken ct) =>
        Definition.Authentication.ApplyAsync(request, connection, tokens, exchange, ct);

    public virtual bool ForgetTokens(Connection connection, ITokenCache tokens) => Definition.Authentication.Forget(connection, tokens);

    public virtual IConnector For(Connection connection) => this;

    public virtual IEnumerable<string> Check(Connection connection)
    {
        if (connection.BaseAddress is null && (Manifest.Operations.Count > 0 || Feeds.Count > 0))
            yield return "baseAddress: The address of the system is missing.";
        foreach (var setting in Manifest.Settings)
            if (setting.Required && setting.Default is null && !(setting.Secret ? connection.HasSecret(setting.Name) : connection.Setting(setting.Name) is { Length: > 0 }))
                yield return $"{(setting.Secret ? "secrets" : "settings")}.{setting.Name}: A value is missing. {setting.Meaning}";
        foreach (var problem in Definition.Authentication.Check(connection))
            yield return problem;
    }

    public virtual BudgetReading? ReadBudget(ExchangeAnswer answer) => BudgetHeaders.Read(answer);
}

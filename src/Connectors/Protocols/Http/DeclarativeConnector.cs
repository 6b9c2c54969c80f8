using System.Collections.Frozen;
using Connectors.Protocols.Calls;
using Connectors.Protocols.Folders;
using Connectors.Protocols.Http.Feeds;
using Connectors.Protocols.Http.Receiving;
using Connectors.Protocols.Http.Subscriptions;
using Connectors.Protocols.Manifests;
using Connectors.Protocols.Sftp;
using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Effects;
using ControlPlane.Domain.Faults;
using ControlPlane.Domain.Outbound;
using ControlPlane.Domain.Shared;

namespace Connectors.Protocols.Http;

/// <summary>
/// A connector from its document. What data cannot say is handed in: a receiver, feeds, operations in code. Those marked
/// <c>code: true</c> in the manifest must be among <paramref name="coded"/>, and no others.
/// </summary>
public class DeclarativeConnector : IConnector
{
    private readonly FrozenDictionary<string, IOperation> _operations;
    private readonly TimeProvider _clock;

    public DeclarativeConnector(ConnectorDefinition definition, TimeProvider clock, IReceiver? receiver = null, IReadOnlyList<IFeed>? feeds = null, IReadOnlyList<IOperation>? coded = null)
    {
        Definition = definition;
        _clock = clock;
        Receiver = receiver ?? (definition.Receive is { } receive ? new DeclarativeReceiver(receive, definition.Manifest.Published, definition.Webhooks?.Secret is not null) : null);
        Feeds =
        [
            .. feeds ?? [],
            .. definition.Feeds.Select(f => f.Folder is { } folder
                ? (IFeed)new FolderFeed(f.Name, folder, f.Budget, definition.Manifest.Title)
                : new DeclarativeFeed(f, definition.Manifest.Title, f.GraphQl is null ? definition.Errors : definition.Errors.Before(ErrorSpec.GraphQl), definition.SettingDefaults, clock)),
        ];
        Webhooks = definition.Webhooks is { } webhooks ? new DeclarativeWebhooks(webhooks, definition.Manifest.Title, definition.Errors, definition.SettingDefaults, clock) : null;
        _operations = definition.Operations
            .Select(o => o.Sequence is null
                ? (IOperation)new DeclarativeOperation(o, definition.Manifest.Title, definition.SettingDefaults, clock)
                : new SequenceOperation(o, definition.Manifest.Title, definition.SettingDefaults, clock))
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

    public IWebhooks? Webhooks { get; }

    public virtual IOperation? Operation(string name) => _operations.GetValueOrDefault(name);

    public virtual async ValueTask AuthenticateAsync(ExchangeRequest request, Connection connection, ITokenCache tokens, IExchange exchange, CancellationToken ct)
    {
        async ValueTask Credentials(ExchangeRequest sent)
        {
            foreach (var (name, value) in Definition.Headers)
                sent.Headers[name] = value?.Render(connection) ?? EntityId.New(_clock).ToString();
            await Definition.Authentication.ApplyAsync(sent, connection, tokens, exchange, ct);
        }

        await Credentials(request);
        if (Definition.Csrf is { } csrf)
            await csrf.ApplyAsync(request, connection, tokens, exchange, Credentials, ct);
    }

    public virtual ITransport? OpenTransport(Connection connection, IDialer dialer) => SftpSettings.Applies(connection) ? new SftpTransport(connection, dialer) : null;

    public virtual bool RenewCredentials(ExchangeAnswer refused, Connection connection, ITokenCache tokens)
    {
        if (Definition.Csrf?.Refused(refused) == true)
        {
            CsrfSession.Forget(connection, tokens);
            return true;
        }

        return Definition.Authentication.Refused(refused) && ForgetTokens(connection, tokens);
    }

    public virtual TransportSecurity? Secure(Connection connection) => Definition.Tls?.Open(connection);

    public virtual IReadOnlyList<CredentialExpiry> CredentialExpiries(Connection connection) =>
        [.. Definition.Authentication.Expiries(connection), .. Definition.Tls?.Expiries(connection) ?? []];

    public virtual bool ForgetTokens(Connection connection, ITokenCache tokens) => Definition.Authentication.Forget(connection, tokens);

    public virtual async Task AnswerAsync(Connection connection, DeliveryAnswer answer, IExchange exchange, CancellationToken ct)
    {
        if (Definition.Answers is not { } to)
            throw new NotSupportedException($"The connector {Manifest.Name} has nowhere to send answers to.");
        var path = to.Path.Render(
            name => name == "answer.name" ? answer.Name : connection.Setting(name[Placeholders.Settings.Length..]) ?? Definition.SettingDefaults.GetValueOrDefault(name[Placeholders.Settings.Length..]), out var missing)
            ?? throw new ExchangeException(new(FaultKind.Internal, "connection.setting_missing", $"The connection {connection.Key} has no usable {missing}, which the address of answers needs."));
        var got = await exchange.SendAsync(new() { Method = to.Method, Path = path, Body = answer.Content, ContentType = answer.ContentType, Writes = true, Operation = "answers" }, ct);
        if (got.IsSuccess)
            return;
        using var body = AnswerBody.Read(got);
        throw new ExchangeException(new AnswerFaults(Manifest.Title, Definition.Errors, _clock).From(got, body, WriteKind.Upsert));
    }

    public virtual IConnector For(Connection connection) => this;

    public virtual IEnumerable<string> Check(Connection connection)
    {
        if (connection.BaseAddress is null && (Manifest.Operations.Count > 0 || Feeds.Count > 0))
            yield return "baseAddress: The address of the system is missing.";
        foreach (var setting in Manifest.Settings)
            if (setting.Required && setting.Default is null && !(setting.Secret ? connection.HasSecret(setting.Name) : connection.Setting(setting.Name) is { Length: > 0 }))
                yield return $"{(setting.Secret ? "secrets" : "settings")}.{setting.Name}: A value is missing. {setting.Meaning}";
        if (SftpSettings.Applies(connection))
            foreach (var problem in SftpSettings.Check(connection))
                yield return problem;
        // Where a gateway posts to us as well, the folder is only one of two ways.
        else if (Definition.Feeds.Any(f => f.Folder is not null) && connection.BaseAddress is not null && (connection.PollEvery is not null || Definition.Receive?.Signature is null))
            yield return "baseAddress: The connector takes files from a folder. Allowed: sftp://host/folder, with a port if it is not 22.";
        foreach (var problem in Definition.Feeds.SelectMany(f => f.Folder is { } folder ? folder.Path.Check(connection).Concat(folder.To?.Check(connection) ?? []) : []))
            yield return problem;
        foreach (var problem in Definition.Authentication.Check(connection).Concat(Definition.Headers.SelectMany(h => h.Value?.Check(connection) ?? []))
            .Concat(Definition.Csrf?.Check(connection) ?? []).Concat(Definition.Tls?.Check(connection) ?? []))
            yield return problem;
        foreach (var problem in Definition.Formats.Values.SelectMany(f => f.Check(connection)))
            yield return problem;
        if (Definition.Receive?.Signature is { Secret: { Length: > 0 } secret, Key: null } && Definition.Webhooks?.Secret is null && !connection.HasSecret(secret) && connection.PollEvery is null)
            yield return $"secrets.{secret}: A value is missing. Webhooks are checked with it; without it give the connection pollEvery, so that it asks by itself.";
    }

    public virtual BudgetReading? ReadBudget(ExchangeAnswer answer) => BudgetHeaders.Read(answer) ?? Definition.BudgetIn?.Read(answer);
}

using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Effects;
using ControlPlane.Domain.Faults;
using ControlPlane.Domain.Mappings.Incoming;

namespace Connectors.Protocols.Http.Subscriptions;

/// <summary>Subscriptions that data alone describes: list, make, renew, delete.</summary>
/// <param name="system">As people call it: the manifest's title.</param>
public sealed class DeclarativeWebhooks(WebhookSpec spec, string system, ErrorSpec errors, IReadOnlyDictionary<string, string> settingDefaults, TimeProvider clock) : IWebhooks
{
    private const string Operation = "webhooks";

    private readonly AnswerFaults _faults = new(system, errors, clock);

    public string? Feed => spec.Feed;

    public TimeSpan? Lifetime => spec.Lifetime;

    public bool CanRenew => spec.Renew is not null;

    public string? Handshake => spec.Handshake;

    /// <summary>A topic whose settings are not given is not wanted.</summary>
    public IReadOnlyList<string> Topics(Connection connection) => [.. spec.Topics.Select(t => t.Render(new(connection, settingDefaults), path: false, out _)).OfType<string>()];

    public async Task<IReadOnlyList<WebhookSubscription>> ListAsync(Connection connection, IExchange exchange, CancellationToken ct)
    {
        using var body = await SendAsync(spec.List.Call, new(connection, settingDefaults), writes: false, exchange, ct);
        if (!body!.IsJson)
            throw new ExchangeException(new Fault(FaultKind.Internal, AnswerFaults.UnreadableAnswer, $"{system} answered with something that holds no list of subscriptions."));
        var items = new List<JsonElement>();
        spec.List.Items.Select(body.Root, items);
        return [.. items.Select(Subscription).OfType<WebhookSubscription>()];
    }

    public async Task CreateAsync(Connection connection, string topic, Uri address, DateTimeOffset now, IExchange exchange, CancellationToken ct)
    {
        using var _ = await SendAsync(spec.Create, new(connection, settingDefaults) { Topic = topic, Address = address.ToString(), Expires = Expires(now) }, writes: true, exchange, ct);
    }

    public async Task RenewAsync(Connection connection, WebhookSubscription subscription, DateTimeOffset now, IExchange exchange, CancellationToken ct)
    {
        using var _ = await SendAsync(spec.Renew!, Values(connection, subscription) with { Expires = Expires(now) }, writes: true, exchange, ct);
    }

    public async Task DeleteAsync(Connection connection, WebhookSubscription subscription, IExchange exchange, CancellationToken ct)
    {
        using var _ = await SendAsync(spec.Delete, Values(connection, subscription), writes: true, exchange, ct, gone: true);
    }

    private WebhookValues Values(Connection connection, WebhookSubscription subscription) =>
        new(connection, settingDefaults) { Topic = subscription.Topic, Address = subscription.Address, Id = subscription.Id };

    private string? Expires(DateTimeOffset now) => spec.Lifetime is { } life ? (now + life).UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture) : null;

    private WebhookSubscription? Subscription(JsonElement item) => spec.List.Id.Read(item) is { } id
        ? new(
            id, spec.List.Topic.Read(item) ?? "", spec.List.Address.Read(item) ?? "",
            spec.List.Active is not { } active || spec.List.ActiveIs.Contains(active.Read(item) ?? "", StringComparer.OrdinalIgnoreCase),
            spec.List.ExpiresAt?.Read(item) is { } text && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at) ? at : null)
        : null;

    /// <param name="gone">True: what is not there any more is as good as deleted.</param>
    private async Task<AnswerBody?> SendAsync(WebhookCall call, WebhookValues values, bool writes, IExchange exchange, CancellationToken ct, bool gone = false)
    {
        var missing = "";
        var path = call.Path.Render(values, path: true, out var gap);
        var document = WebhookText.Render(call.Body, values, ref missing);
        if (path is null || missing.Length > 0)
            throw Missing(gap.Length > 0 ? gap : missing);
        var request = new ExchangeRequest
        {
            Method = call.Method,
            Path = path,
            Body = document is null ? default : JsonSerializer.SerializeToUtf8Bytes(document),
            ContentType = document is null ? null : call.ContentType,
            // A second subscription does no harm that the next look does not undo: a lost answer is simply tried again.
            Writes = false,
            Operation = Operation,
            Headers = { ["Accept"] = "application/json" },
        };
        foreach (var (name, value) in call.Headers)
            request.Headers[name] = value.Render(values, path: false, out gap) ?? throw Missing(gap);
        var answer = await exchange.SendAsync(request, ct);
        if (gone && answer.Status is 404 or 410)
            return null;
        var body = AnswerBody.Read(answer);
        if (answer.IsSuccess && !_faults.HidesError(body) && (call.Failed is not { } failed || !body.IsJson || failed.First(body.Root) is null))
            return body;
        using (body)
            throw new ExchangeException(answer.IsSuccess && call.Failed is { } at && body.IsJson && at.Read(body.Root) is { } text
                ? new Fault(FaultKind.Data, "webhook.refused", $"{system} refuses the subscription: {text}")
                : _faults.From(answer, body, writes ? WriteKind.Upsert : WriteKind.Read));
    }

    private ExchangeException Missing(string name) =>
        new(new Fault(FaultKind.Internal, "connection.setting_missing", $"{name} is needed for the subscriptions at {system}, and has no usable value. Give it in the connection.", name));
}

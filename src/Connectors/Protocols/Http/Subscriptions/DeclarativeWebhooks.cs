using System.Globalization;
using System.Text.Json;
using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Faults;

namespace Connectors.Protocols.Http.Subscriptions;

/// <summary>Subscriptions that data alone describes: list, make, switch on, renew, delete, and the destinations that some systems want first.</summary>
/// <param name="system">As people call it: the manifest's title.</param>
public sealed class DeclarativeWebhooks(WebhookSpec spec, string system, ErrorSpec errors, IReadOnlyDictionary<string, string> settingDefaults, TimeProvider clock) : IWebhooks
{
    private readonly WebhookCalls _calls = new(system, errors, clock);

    public string? Feed => spec.Feed;

    public TimeSpan? Lifetime => spec.Lifetime;

    public bool CanRenew => spec.Renew is not null;

    public bool CanEnable => spec.Enable is not null;

    public bool OnePerTopic => spec.OnePerTopic;

    public string? Handshake => spec.Handshake;

    /// <summary>A topic whose settings are not given is not wanted.</summary>
    public IReadOnlyList<string> Topics(Connection connection) => spec.Address is not null && AddressOf(connection, null) is null
        ? []
        : [.. spec.Topics.Select(t => t.Render(new(connection, settingDefaults), path: false, out _)).OfType<string>()];

    public Uri? AddressOf(Connection connection, Uri? door) =>
        spec.Address is not { } address ? door
        : address.Render(new(connection, settingDefaults), path: false, out _) is { } text && Uri.TryCreate(text, UriKind.Absolute, out var other) ? other : null;

    public async Task<IReadOnlyList<WebhookSubscription>> ListAsync(Connection connection, IExchange exchange, CancellationToken ct)
    {
        var destinations = spec.Destination is null ? null : await DestinationsAsync(connection, exchange, ct);
        if (spec.List.Topic is not null)
            return await ListAsync(new(connection, settingDefaults), destinations, exchange, ct);
        var found = new List<WebhookSubscription>();
        foreach (var topic in Topics(connection))
            found.AddRange(await ListAsync(new(connection, settingDefaults) { Topic = topic }, destinations, exchange, ct));
        return found;
    }

    public async Task<string?> CreateAsync(Connection connection, string topic, Uri address, DateTimeOffset now, IExchange exchange, CancellationToken ct)
    {
        var values = new WebhookValues(connection, settingDefaults) { Topic = topic, Address = address.ToString(), Expires = Expires(now) };
        if (spec.Destination is not null)
            values = values with { Destination = await DestinationAsync(values, address, exchange, ct) };
        using var body = await _calls.SendAsync(spec.Create, values, writes: true, exchange, ct);
        if (spec.Secret is not { } secret)
            return null;
        return body!.IsJson && secret.Read(body.Root) is { Length: > 0 } told
            ? told
            : throw new ExchangeException(new Fault(FaultKind.Internal, "webhook.no_secret", $"{system} made the subscription to {topic} and told no secret, so that nothing that it sends could be checked. Delete it there; it is made again."));
    }

    public async Task RenewAsync(Connection connection, WebhookSubscription subscription, DateTimeOffset now, IExchange exchange, CancellationToken ct)
    {
        using var _ = await _calls.SendAsync(spec.Renew!, Values(connection, subscription) with { Expires = Expires(now) }, writes: true, exchange, ct);
    }

    public async Task EnableAsync(Connection connection, WebhookSubscription subscription, Uri address, IExchange exchange, CancellationToken ct)
    {
        var values = Values(connection, subscription);
        if (spec.Destination is not null)
            values = values with { Destination = await DestinationAsync(values, address, exchange, ct) };
        using var _ = await _calls.SendAsync(spec.Enable!, values, writes: true, exchange, ct);
    }

    public async Task DeleteAsync(Connection connection, WebhookSubscription subscription, IExchange exchange, CancellationToken ct)
    {
        using var _ = await _calls.SendAsync(spec.Delete, Values(connection, subscription), writes: true, exchange, ct, gone: true);
    }

    private WebhookValues Values(Connection connection, WebhookSubscription subscription) =>
        new(connection, settingDefaults) { Topic = subscription.Topic, Address = subscription.Address, Id = subscription.Id };

    private string? Expires(DateTimeOffset now) => spec.Lifetime is { } life ? (now + life).UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture) : null;

    private async Task<List<WebhookSubscription>> ListAsync(WebhookValues values, IReadOnlyList<Destination>? destinations, IExchange exchange, CancellationToken ct)
    {
        var only = "";
        if (spec.List.Only is { } filter)
            only = filter.Is.Render(values, path: false, out var missing) ?? throw _calls.Missing(missing);
        var items = new List<WebhookSubscription>();
        await _calls.ReadAsync(spec.List.Call, spec.List.Items, spec.List.None, values, exchange, item =>
        {
            if ((spec.List.Only is null || spec.List.Only.Value.At.Read(item) == only) && Subscription(item, values.Topic, destinations) is { } found)
                items.Add(found);
        }, ct);
        return items;
    }

    private WebhookSubscription? Subscription(JsonElement item, string? asked, IReadOnlyList<Destination>? destinations)
    {
        if (spec.List.Id.Read(item) is not { } id)
            return null;
        var address = spec.List.Address.Read(item) ?? "";
        var destination = destinations?.FirstOrDefault(d => d.Id == address);
        return new(
            id, spec.List.Topic?.Read(item) ?? asked ?? "", destinations is null ? address : destination?.Address ?? "",
            WebhookCalls.IsActive(spec.List.Active, item) && destination?.Active != false,
            spec.List.ExpiresAt?.Read(item) is { } text && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at) ? at : null);
    }

    private async Task<List<Destination>> DestinationsAsync(Connection connection, IExchange exchange, CancellationToken ct)
    {
        var found = new List<Destination>();
        await _calls.ReadAsync(spec.Destination!.List.Call, spec.Destination.List.Items, [], new(connection, settingDefaults), exchange, item =>
        {
            if (spec.Destination.List.Id.Read(item) is { } id)
                found.Add(new(id, spec.Destination.List.Address.Read(item) ?? "", WebhookCalls.IsActive(spec.Destination.List.Active, item)));
        }, ct);
        return found;
    }

    /// <summary>Id of the destination for that address, made or switched on if need be. It is read after it was made: not every system tells the id of what it made.</summary>
    private async Task<string> DestinationAsync(WebhookValues values, Uri address, IExchange exchange, CancellationToken ct)
    {
        async Task<Destination?> FindAsync() => (await DestinationsAsync(values.Connection, exchange, ct))
            .Where(d => WebhookPlan.IsOurs(new(d.Id, "", d.Address, d.Active, null), address)).OrderByDescending(d => d.Active).ThenBy(d => d.Id, StringComparer.Ordinal).FirstOrDefault();
        values = values with { Address = address.ToString() };
        if (await FindAsync() is not { } found)
        {
            using (await _calls.SendAsync(spec.Destination!.Create, values, writes: true, exchange, ct))
                found = await FindAsync() ?? throw new ExchangeException(new Fault(FaultKind.Transient, "webhook.no_destination", $"{system} took {address} as a destination and does not list it yet. It is looked at again in a few minutes."));
        }

        if (!found.Active && spec.Destination!.Enable is { } enable)
            (await _calls.SendAsync(enable, values with { Destination = found.Id }, writes: true, exchange, ct))?.Dispose();
        return found.Id;
    }

    private sealed record Destination(string Id, string Address, bool Active);
}

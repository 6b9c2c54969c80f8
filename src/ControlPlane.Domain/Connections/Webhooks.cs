namespace ControlPlane.Domain.Connections;

/// <summary>A subscription as the other side has it.</summary>
/// <param name="Address">Where it sends to.</param>
/// <param name="Active">False: it is there and sends nothing.</param>
/// <param name="ExpiresAt">Null where subscriptions last for ever, or nothing is said.</param>
public sealed record WebhookSubscription(string Id, string Topic, string Address, bool Active, DateTimeOffset? ExpiresAt);

/// <summary>
/// The webhooks that a system sends, as subscriptions that can be asked for, made and renewed. Stateless, shared; what goes over the wire
/// goes through the exchange.
/// </summary>
public interface IWebhooks
{
    /// <summary>What this connection wants to be told; empty = nothing.</summary>
    IReadOnlyList<string> Topics(Connection connection);

    /// <summary>The feed that brings what was not told; null when there is none.</summary>
    string? Feed { get; }

    /// <summary>How long a subscription lasts after it was made or renewed; null = for ever.</summary>
    TimeSpan? Lifetime { get; }

    /// <summary>False: what expires is made anew.</summary>
    bool CanRenew { get; }

    /// <summary>False: what is switched off is made anew.</summary>
    bool CanEnable => false;

    /// <summary>True: the system has one subscription for each topic, so that one which sends elsewhere is in the way of ours.</summary>
    bool OnePerTopic => false;

    /// <summary>Where notices of this connection have to go, which need not be our door: some systems write to a queue only. Null when nobody knows, and nothing is subscribed to.</summary>
    /// <param name="door">Our own address for this connection; null when this installation does not know it.</param>
    Uri? AddressOf(Connection connection, Uri? door) => door;

    /// <summary>Name of the query parameter with which an address is tried before it is taken; the door answers with its value. Null = it is not tried.</summary>
    string? Handshake { get; }

    /// <exception cref="ExchangeException">It could not be asked.</exception>
    Task<IReadOnlyList<WebhookSubscription>> ListAsync(Connection connection, IExchange exchange, CancellationToken ct);

    /// <returns>The secret with which the system signs what this subscription tells, told once and never again; null where it signs with one that we chose.</returns>
    /// <exception cref="ExchangeException">It was not made, as far as is known.</exception>
    Task<string?> CreateAsync(Connection connection, string topic, Uri address, DateTimeOffset now, IExchange exchange, CancellationToken ct);

    /// <exception cref="ExchangeException">It was not renewed.</exception>
    Task RenewAsync(Connection connection, WebhookSubscription subscription, DateTimeOffset now, IExchange exchange, CancellationToken ct);

    /// <summary>Switches on what the system switched off; only where <see cref="CanEnable"/>.</summary>
    /// <exception cref="ExchangeException">It was not switched on.</exception>
    Task EnableAsync(Connection connection, WebhookSubscription subscription, Uri address, IExchange exchange, CancellationToken ct) => throw new NotSupportedException("What is switched off is made anew.");

    /// <exception cref="ExchangeException">It was not deleted. One that is gone already is no failure.</exception>
    Task DeleteAsync(Connection connection, WebhookSubscription subscription, IExchange exchange, CancellationToken ct);
}

/// <summary>What has to be done so that the other side tells what is wanted.</summary>
public abstract record WebhookAction(string Topic)
{
    /// <param name="Of">The subscription that is in its way and has to go first; null when there is none.</param>
    public sealed record Create(string Topic, WebhookSubscription? Of) : WebhookAction(Topic);

    public sealed record Renew(WebhookSubscription Subscription) : WebhookAction(Subscription.Topic);

    /// <summary>It is there and was switched off.</summary>
    public sealed record Enable(WebhookSubscription Subscription) : WebhookAction(Subscription.Topic);

    /// <summary>A second one for the same topic: everything would be told twice.</summary>
    public sealed record Delete(WebhookSubscription Subscription) : WebhookAction(Subscription.Topic);
}

/// <summary>Compares the subscriptions that are wanted with those that are there. Pure.</summary>
public static class WebhookPlan
{
    /// <summary>Renewed when less than this share of its life is left.</summary>
    private const double RenewAt = 1 / 3.0;

    /// <param name="address">Ours. Subscriptions that send elsewhere belong to somebody else and are left alone, unless <paramref name="mine"/> or <paramref name="onePerTopic"/> say otherwise.</param>
    /// <param name="lifetime">Of a new one; null = for ever.</param>
    /// <param name="mine">Ids of those that we made, by whatever address.</param>
    public static IReadOnlyList<WebhookAction> Of(
        IReadOnlyList<string> topics, Uri address, IReadOnlyList<WebhookSubscription> there, TimeSpan? lifetime, bool canRenew, DateTimeOffset now,
        bool canEnable = false, bool onePerTopic = false, IReadOnlyCollection<string>? mine = null)
    {
        var ours = there.Where(s => onePerTopic || IsOurs(s, address) || mine?.Contains(s.Id) == true).ToList();
        var actions = new List<WebhookAction>();
        foreach (var topic in topics.Distinct(StringComparer.Ordinal))
        {
            var of = ours.Where(s => SameTopic(s.Topic, topic))
                .OrderByDescending(s => IsOurs(s, address)).ThenByDescending(s => s.Active).ThenByDescending(s => s.ExpiresAt ?? DateTimeOffset.MaxValue).ThenBy(s => s.Id, StringComparer.Ordinal).ToList();
            if (of.Count == 0)
                actions.Add(new WebhookAction.Create(topic, null));
            else if (!IsOurs(of[0], address) || of[0].ExpiresAt <= now)
                actions.Add(new WebhookAction.Create(topic, of[0]));
            else if (!of[0].Active)
                actions.Add(canEnable ? new WebhookAction.Enable(of[0]) : new WebhookAction.Create(topic, of[0]));
            else if (of[0].ExpiresAt is { } expires && lifetime is { } life && expires - now < life * RenewAt)
                actions.Add(canRenew ? new WebhookAction.Renew(of[0]) : new WebhookAction.Create(topic, of[0]));
            actions.AddRange(of.Skip(1).Select(s => new WebhookAction.Delete(s)));
        }

        return actions;
    }

    /// <summary>The same host and path; the other side may write them in its own way.</summary>
    public static bool IsOurs(WebhookSubscription subscription, Uri address) =>
        Uri.TryCreate(subscription.Address, UriKind.Absolute, out var there)
        && string.Equals(there.Host, address.Host, StringComparison.OrdinalIgnoreCase) && there.Port == address.Port
        && string.Equals(there.AbsolutePath.TrimEnd('/'), address.AbsolutePath.TrimEnd('/'), StringComparison.Ordinal);

    private static bool SameTopic(string there, string wanted) => string.Equals(there.Trim('/'), wanted.Trim('/'), StringComparison.OrdinalIgnoreCase);
}

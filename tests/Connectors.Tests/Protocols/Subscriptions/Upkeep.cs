using ControlPlane.Domain.Connections;

namespace Connectors.Tests.Protocols.Subscriptions;

/// <summary>One look of the keeper at a partner: what is wanted against what is there, and done. Tells what it did.</summary>
internal sealed class Upkeep(IConnector connector, Connection connection, IExchange exchange)
{
    public static Uri Door { get; } = new("https://hub.example.com/in/partner");

    private readonly HashSet<string> _mine = [];

    public Uri? Address { get; set; } = Door;

    /// <summary>Secrets that the partner told, by topic.</summary>
    public Dictionary<string, string> Told { get; } = [];

    private IWebhooks Webhooks => connector.Webhooks!;

    public async Task<IReadOnlyList<string>> LookAsync(CancellationToken ct)
    {
        var done = new List<string>();
        var address = Webhooks.AddressOf(connection, Address);
        foreach (var action in WebhookPlan.Of(Webhooks.Topics(connection), address!, await ThereAsync(ct), Webhooks.Lifetime, Webhooks.CanRenew, Given.Now, Webhooks.CanEnable, Webhooks.OnePerTopic, _mine))
            switch (action)
            {
                case WebhookAction.Create create:
                    if (create.Of is { } old)
                        await Webhooks.DeleteAsync(connection, old, exchange, ct);
                    if (await Webhooks.CreateAsync(connection, create.Topic, address!, Given.Now, exchange, ct) is { } secret)
                        Told[create.Topic] = secret;
                    done.Add($"{(create.Of is null ? "made" : "replaced")} {create.Topic}");
                    break;
                case WebhookAction.Enable enable:
                    await Webhooks.EnableAsync(connection, enable.Subscription, address!, exchange, ct);
                    done.Add($"switched on {enable.Topic}");
                    break;
                case WebhookAction.Delete delete:
                    await Webhooks.DeleteAsync(connection, delete.Subscription, exchange, ct);
                    done.Add($"removed {delete.Topic}");
                    break;
            }

        foreach (var there in await ThereAsync(ct))
            if (WebhookPlan.IsOurs(there, address!))
                _mine.Add(there.Id);
        return done;
    }

    public Task<IReadOnlyList<WebhookSubscription>> ThereAsync(CancellationToken ct) => Webhooks.ListAsync(connection, exchange, ct);

    /// <summary>The partner gives up on all of them, and tells nobody.</summary>
    public async Task LoseAsync(CancellationToken ct)
    {
        foreach (var there in await ThereAsync(ct))
            await Webhooks.DeleteAsync(connection, there, exchange, ct);
    }
}

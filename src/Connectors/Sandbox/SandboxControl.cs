using Connectors.Sandbox.Dials;
using Connectors.Sandbox.Ledgers;
using ControlPlane.Domain.Shared;

namespace Connectors.Sandbox;

internal sealed class SandboxControl(SandboxEstate estate) : ISandboxControl
{
    public SandboxDials Dials => estate.World.Dials;

    public Uri WebhookTarget
    {
        get => estate.World.WebhookTarget;
        set => estate.World.WebhookTarget = value.IsAbsoluteUri && value.IsLoopback ? value : throw new ArgumentException("Webhooks stay on this machine.", nameof(value));
    }

    public IReadOnlyList<SystemStatistics> Statistics() => [.. estate.Systems.Select(Of)];

    public IReadOnlyList<LedgerPage>? Ledger(string system, string? operation = null, string? reference = null) =>
        estate.Find(system)?.Ledger.Read(operation, reference);

    public Refusal? PlaceOrders(string system, int count)
    {
        if (estate.Find(system) is not { Sells: true } shop)
            return new("sandbox.not_a_shop", "system", $"Orders can be placed at {string.Join(", ", estate.Systems.Where(s => s.Sells).Select(s => s.Name))}.");
        if (count is < 1 or > SandboxLimits.MostOrdersAtOnce)
            return new("sandbox.count_out_of_range", "count", $"The number of orders must be 1 to {SandboxLimits.MostOrdersAtOnce}.");
        for (var i = 0; i < count; i++)
            shop.PlaceOrder();
        return null;
    }

    private static SystemStatistics Of(SandboxSystem system)
    {
        var counts = system.Counters;
        var (effects, duplicates) = system.Ledger.Sums();
        return new(
            system.Name,
            counts[Counter.Calls],
            counts[Counter.Refused],
            counts[Counter.Broken],
            counts[Counter.Throttled],
            counts[Counter.LostAnswers],
            counts[Counter.OrdersPlaced],
            system.Kept,
            effects,
            duplicates,
            counts[Counter.WebhooksSent],
            counts[Counter.WebhooksAnswered],
            counts[Counter.WebhooksFailed],
            system.WebhooksWaiting,
            counts[Counter.WebhooksLost],
            counts[Counter.WebhooksDuplicated],
            counts[Counter.WebhooksGivenUp]);
    }
}

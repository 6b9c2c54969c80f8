using Connectors.Sandbox.Dials;
using Connectors.Sandbox.Ledgers;
using ControlPlane.Domain.Shared;

namespace Connectors.Sandbox;

/// <summary>The hand on the sandbox: dials, orders on demand, and what it has seen.</summary>
public interface ISandboxControl
{
    SandboxDials Dials { get; }

    /// <summary>Where webhooks go. May be changed when the product listens elsewhere than was thought; loopback only.</summary>
    Uri WebhookTarget { get; set; }

    IReadOnlyList<SystemStatistics> Statistics();

    /// <summary>Effects per reference; null when there is no such system.</summary>
    /// <param name="operation">Only this operation, for example <c>sales-order</c>; null = all.</param>
    /// <param name="reference">Only this reference; null = all.</param>
    IReadOnlyList<LedgerPage>? Ledger(string system, string? operation = null, string? reference = null);

    /// <summary>Places orders at once, whatever the rate. A pause holds back only their webhooks.</summary>
    /// <param name="system"><c>shop</c>, <c>amazon</c>, or a marketplace that runs.</param>
    /// <param name="count">1 to <see cref="SandboxLimits.MostOrdersAtOnce"/>.</param>
    Refusal? PlaceOrders(string system, int count);
}

public static class SandboxLimits
{
    public const int MostOrdersAtOnce = 1_000;
}

/// <summary>What one system has seen since it started. Counts of calls and webhooks are tries, not things.</summary>
/// <param name="Refused">Calls answered with 4xx.</param>
/// <param name="Broken">Calls answered with 5xx.</param>
/// <param name="Effects">Things created or changed, as the ledger counts them.</param>
/// <param name="Duplicates">Effects that were there before and must happen once.</param>
/// <param name="WebhooksWaiting">Not answered yet: on the way, before the next try, or held by a pause.</param>
/// <param name="WebhooksLost">Never sent, as a dial wanted it.</param>
public sealed record SystemStatistics(
    string System,
    long Calls,
    long Refused,
    long Broken,
    long Throttled,
    long LostAnswers,
    long OrdersPlaced,
    int OrdersKept,
    long Effects,
    long Duplicates,
    long WebhooksSent,
    long WebhooksAnswered,
    long WebhooksFailed,
    int WebhooksWaiting,
    long WebhooksLost,
    long WebhooksDuplicated,
    long WebhooksGivenUp)
{
    public bool Sells => System is SandboxSystems.Shop or SandboxSystems.Amazon || SandboxSystems.Marketplaces.Contains(System);
}

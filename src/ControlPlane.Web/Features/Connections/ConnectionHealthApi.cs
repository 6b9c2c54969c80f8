using ControlPlane.Runtime.Connections.Health;
using ControlPlane.Web.Features.Api;
using ControlPlane.Web.Features.Api.Transactions;
using Microsoft.AspNetCore.Http.HttpResults;

namespace ControlPlane.Web.Features.Connections;

/// <summary>What the page of a connection shows, for scripts and monitoring.</summary>
/// <param name="ShortAt">At the pace of the last minute, when the budget is used up; null = it lasts.</param>
/// <param name="ShortAtPeak">At three times the busiest minute of the last day.</param>
public sealed record BudgetItem(
    string Name, double PerSecond, double Burst, double Left, double UsedLastMinute, double UsedLastHour, double UsedLastDay, double Peak, int Refused, int Waits, DateTimeOffset? ShortAt, DateTimeOffset? ShortAtPeak, bool Learned);

/// <param name="State"><c>active</c>, <c>missing</c>; <c>unknown</c> before the first comparison.</param>
public sealed record WebhookItem(string Topic, string State, DateTimeOffset? ExpiresAt, DateTimeOffset? CheckedAt, DateTimeOffset? ChangedAt, string? Fault);

/// <param name="Level"><c>fine</c>, <c>soon</c> (30 days), <c>near</c> (7 days), <c>urgent</c> (1 day), <c>expired</c>.</param>
public sealed record CredentialItem(string Name, string What, DateTimeOffset? Since, DateTimeOffset? ExpiresAt, string Level);

public sealed record TopicItem(string Topic, string Arrival, int Messages, int Refused, double? MedianLagSeconds, double? LongestLagSeconds);

/// <param name="Gaps">Documents of the last day that only the feed brought although a webhook was due; null where nothing is pushed.</param>
/// <param name="Silent">True when nothing came for longer than is usual.</param>
public sealed record ArrivalsItem(int Received, int Duplicates, int Refused, double? DuplicateRate, int? Gaps, DateTimeOffset? LastAt, double? UsualSilenceSeconds, bool Silent, IReadOnlyList<TopicItem> Topics);

public sealed record ConnectionHealthItem(
    string Key, string State, DateTimeOffset ReadAt, IReadOnlyList<string> Problems, DateTimeOffset? ProvenAt, DateTimeOffset? RefusedAt, IReadOnlyList<BudgetItem> Budgets, ArrivalsItem Arrivals, IReadOnlyList<WebhookItem>? Webhooks,
    IReadOnlyList<CredentialItem> Credentials, IReadOnlyList<FeedHealth> Feeds, IReadOnlyList<ConnectionEvent> History);

internal static class ConnectionHealthApi
{
    public static void MapConnectionHealth(this RouteGroupBuilder api) =>
        api.MapGet("/connections/{key}/health", ReadAsync).WithName("getConnectionHealth").WithTags("Connections").WithSummary("Budgets, webhooks, credentials, feeds and history of one connection").WithParameters();

    private static async Task<Results<Ok<ConnectionHealthItem>, ProblemHttpResult>> ReadAsync(string key, HttpContext http, ConnectionHealthQueries queries, CancellationToken ct)
    {
        if (new ApiQuery(http.Request.Query).Errors() is { Count: > 0 } errors)
            return ApiProblem.Invalid(errors);
        return await queries.ReadAsync(http.Tenant(), key, ct) is { } health ? TypedResults.Ok(Item(health)) : ApiProblem.NotFound("connection");
    }

    private static ConnectionHealthItem Item(ConnectionHealth health) => new(
        health.Standing.Key, TransactionWording.Word(health.Standing.Condition), health.ReadAt, health.Problems, health.ProvenAt, health.RefusedAt,
        [.. health.Budgets.Select(b => new BudgetItem(
            b.Name, b.PerSecond, b.Burst, b.Left, b.Outlook.Now, b.Outlook.LastHour, b.Outlook.LastDay, b.Outlook.Peak, b.Outlook.Refused, b.Outlook.Waits, b.Outlook.ShortAt, b.Outlook.ShortAtPeak, b.Learned))],
        new(
            health.Arrivals.Received, health.Arrivals.Duplicates, health.Arrivals.Refused, health.Arrivals.DuplicateRate, health.Arrivals.GapsDue ? health.Arrivals.Gaps : null, health.Arrivals.LastAt,
            health.Arrivals.UsualSilence?.TotalSeconds, health.Arrivals.IsSilent(health.ReadAt),
            [.. health.Arrivals.Topics.Select(t => new TopicItem(t.Topic, t.Arrival.ToString().ToLowerInvariant(), t.Messages, t.Refused, t.MedianLag?.TotalSeconds, t.LongestLag?.TotalSeconds))]),
        health.Webhooks?.Select(w => new WebhookItem(w.Topic, w.State?.ToString().ToLowerInvariant() ?? "unknown", w.ExpiresAt, w.CheckedAt, w.ChangedAt, w.Fault)).ToList(),
        [.. health.Credentials.Select(c => new CredentialItem(c.Name, c.What, c.Since, c.ExpiresAt, c.Level.ToString().ToLowerInvariant()))], health.Feeds, health.History);
}

using System.Net.Http.Headers;
using Connectors.Sandbox.Dials;
using Microsoft.Extensions.Logging;

namespace Connectors.Sandbox.Webhooks;

/// <summary>
/// Delivers the webhooks of one system: a few at a time, again when not answered with 2xx in time, and with the bad luck
/// that the dials ask for. Bounded: past <see cref="MostWaiting"/> undelivered ones, new ones are given up at once.
/// </summary>
internal sealed class WebhookSender(
    SendingDials dial,
    string connection,
    IWebhookStyle style,
    RetrySchedule schedule,
    SystemCounters counters,
    SandboxRandom luck,
    SandboxWorld world) : IDisposable
{
    public const int MostWaiting = 20_000;

    /// <summary>Shopify's limit for a whole delivery; the others are given the same.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly SemaphoreSlim _lines = new(8);
    private int _waiting;

    public int Waiting => Volatile.Read(ref _waiting);

    /// <summary>Returns at once; the delivery goes on by itself.</summary>
    public void Send(Webhook webhook)
    {
        if (luck.Chance(world.Dials[dial.LostWebhookRate]))
        {
            counters.Count(Counter.WebhooksLost);
            return;
        }

        Start(webhook);
        if (!luck.Chance(world.Dials[dial.DuplicateWebhookRate]))
            return;
        counters.Count(Counter.WebhooksDuplicated);
        Start(luck.Chance(50) ? webhook : webhook with { Id = style.NewId() });
    }

    public void Dispose() => _lines.Dispose();

    private void Start(Webhook webhook)
    {
        if (Interlocked.Increment(ref _waiting) > MostWaiting)
        {
            Interlocked.Decrement(ref _waiting);
            counters.Count(Counter.WebhooksGivenUp);
            return;
        }

        world.Run(dial.System, async ct =>
        {
            try
            {
                await DeliverAsync(webhook, ct);
            }
            finally
            {
                Interlocked.Decrement(ref _waiting);
            }
        });
    }

    private async Task DeliverAsync(Webhook webhook, CancellationToken ct)
    {
        for (var attempts = 1; ; attempts++)
        {
            await world.Dials.WhileOnAsync(dial.Paused, ct);
            if (await TryAsync(webhook, ct))
                return;
            if (schedule.After(attempts) is not { } wait)
            {
                counters.Count(Counter.WebhooksGivenUp);
                SandboxLog.WebhookGivenUp(world.Log, dial.System, connection, attempts);
                return;
            }

            await Task.Delay(wait, world.Clock, ct);
        }
    }

    private async Task<bool> TryAsync(Webhook webhook, CancellationToken ct)
    {
        await _lines.WaitAsync(ct);
        try
        {
            counters.Count(Counter.WebhooksSent);
            using var patience = new CancellationTokenSource(Patience, world.Clock);
            using var both = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, ct);
            using var request = Request(webhook);
            using var answer = await world.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, both.Token);
            counters.Count(answer.IsSuccessStatusCode ? Counter.WebhooksAnswered : Counter.WebhooksFailed);
            return answer.IsSuccessStatusCode;
        }
        catch (Exception e) when (e is HttpRequestException || (e is OperationCanceledException && !ct.IsCancellationRequested))
        {
            counters.Count(Counter.WebhooksFailed);
            return false;
        }
        finally
        {
            _lines.Release();
        }
    }

    private HttpRequestMessage Request(Webhook webhook)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, new Uri(world.WebhookTarget, $"/in/{connection}")) { Content = new ByteArrayContent(webhook.Body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        foreach (var (name, value) in style.Headers(webhook, world.Clock.GetUtcNow()))
            request.Headers.TryAddWithoutValidation(name, value);
        return request;
    }
}

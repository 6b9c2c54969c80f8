using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using ControlPlane.Domain.Transactions;
using ControlPlane.Runtime.Persistence;
using ControlPlane.Runtime.Settings;
using ControlPlane.Runtime.Telemetry;
using ControlPlane.Runtime.Transactions.Queries;
using ControlPlane.Web.Tests.Api;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace ControlPlane.Web.Tests.Transactions;

/// <summary>The trace and the order's page tell the same: each span is an attempt, each attempt a span, in the trace that the sender began.</summary>
public sealed class TraceAgreementTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_attempt_of_the_page_is_a_span_of_the_senders_trace_and_every_span_an_attempt()
    {
        var spans = new ConcurrentBag<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name.StartsWith("ControlPlane.", StringComparison.Ordinal),
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = spans.Add,
        };
        ActivitySource.AddActivityListener(listener);
        await using var rig = await OrderThroughErp.StartAsync();
        var orders = new List<(Guid Id, string Trace)>();
        for (var i = 1; i <= 5; i++)
        {
            var trace = ActivityTraceId.CreateRandom().ToHexString();
            orders.Add((await rig.OrderAsync($"T-{i}", $"00-{trace}-b7ad6b7169203331-01"), trace));
        }

        var attempts = 0;
        foreach (var (id, trace) in orders)
        {
            var detail = (await rig.Product.Services.GetRequiredService<TransactionReaders>().For(TenantScope.Default).FindAsync(id, Ct))!;
            Assert.Equal(trace, TelemetryOptions.IdOf(detail.TraceParent));
            var own = spans.Where(s => s.GetTagItem(ControlPlaneTelemetry.TransactionTag) as string == id.ToString("D")).ToList();
            Assert.All(own, s => Assert.Equal(trace, s.TraceId.ToHexString()));
            var calls = own.Where(s => s.Source.Name == ControlPlaneTelemetry.Outbound).ToList();
            Assert.Equal(
                detail.Attempts.Select(a => (a.Id.ToString("D"), a.System.Key, a.Operation, a.Status.ToString(CultureInfo.InvariantCulture))).Order(),
                calls.Select(s => ((string)s.GetTagItem(ControlPlaneTelemetry.AttemptTag)!, (string)s.GetTagItem(ControlPlaneTelemetry.ConnectionTag)!, (string)s.GetTagItem(ControlPlaneTelemetry.OperationTag)!, (string)s.GetTagItem(ControlPlaneTelemetry.OutcomeTag)!)).Order());
            // And the journal tells of each of them.
            var told = detail.Timeline.Where(t => t.Type is JournalEventType.CallSucceeded or JournalEventType.CallFailed).Select(t => t.AttemptId!.Value.ToString("D")).ToHashSet();
            Assert.Equal(calls.Select(s => (string)s.GetTagItem(ControlPlaneTelemetry.AttemptTag)!).ToHashSet(), told);
            attempts += detail.Attempts.Count;
        }

        // One refused call and one that was taken, each.
        Assert.Equal(10, attempts);
        Assert.All(rig.Traces, t => Assert.Contains(TelemetryOptions.IdOf(t), orders.Select(o => o.Trace)));
    }

    /// <summary>Days later nobody remembers the request; the transaction does.</summary>
    [Fact]
    public async Task A_replay_days_later_carries_the_trace_of_the_sender_with_a_span_of_its_own()
    {
        await using var rig = await OrderThroughErp.StartAsync();
        var trace = ActivityTraceId.CreateRandom().ToHexString();
        var id = await rig.OrderAsync("T-9", $"00-{trace}-b7ad6b7169203331-01");
        Assert.Equal(2, rig.Traces.Count);
        await rig.Api.SendAsync(HttpMethod.Post, $"/api/v1/transactions/{id}/replay", """{"from":"start","reissue":true,"reason":"the ledger lost it"}""", "again", HttpStatusCode.Accepted);
        for (var i = 0; i < 300 && rig.Traces.Count < 4; i++)
            await Task.Delay(100, Ct);
        Assert.Equal(4, rig.Traces.Count);
        Assert.All(rig.Traces, t => Assert.Equal(trace, TelemetryOptions.IdOf(t)));
        Assert.Equal(4, rig.Traces.Distinct().Count());
        Assert.DoesNotContain(rig.Traces, t => t.Contains("b7ad6b7169203331", StringComparison.Ordinal));
        Assert.Equal($"https://traces.example.com/trace/{trace}", rig.Product.Services.GetRequiredService<IOptions<TelemetryOptions>>().Value.LinkTo($"00-{trace}-b7ad6b7169203331-01"));
    }

    [Theory]
    [InlineData("https://traces.example.com/trace/", "{traceId}")]
    [InlineData("ftp://traces.example.com/{traceId}", "http")]
    [InlineData("traces/{traceId}", "http")]
    [InlineData("https://me:secret@traces.example.com/{traceId}", "without a password")]
    public async Task A_wrong_address_is_said_at_the_start(string address, string said)
    {
        var problem = await Assert.ThrowsAsync<Runtime.StartProblem>(() => ProductHost.StartAsync(new Dictionary<string, string?> { ["ControlPlane:Telemetry:TraceUrl"] = address }));
        Assert.Contains("ControlPlane:Telemetry:TraceUrl", problem.Message, StringComparison.Ordinal);
        Assert.Contains(said, problem.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", "0af7651916cd43dd8448eb211c80319c")]
    [InlineData("00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01", null)]
    [InlineData("nonsense", null)]
    [InlineData(null, null)]
    public void The_id_is_read_out_of_a_trace_context(string? traceParent, string? id) => Assert.Equal(id, TelemetryOptions.IdOf(traceParent));
}

using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using ControlPlane.Runtime.Telemetry;

namespace ControlPlane.EndToEnd.Tests.Telemetry;

/// <summary>What docs/telemetry.md and the dashboard say, asked of a real Prometheus that scrapes the demo at work, and of a real receiver of OTLP.</summary>
public sealed partial class PrometheusTests(ScrapedProduct product) : IClassFixture<ScrapedProduct>
{
    /// <summary>Panels that are empty when all is well.</summary>
    private static readonly string[] MayBeEmpty = ["Without data", "Stuck, by whose move it is", "Alerts that fire"];

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    /// <summary>OpenTelemetry's names as Prometheus has them.</summary>
    private static readonly Dictionary<string, string> Names = new()
    {
        [ControlPlaneTelemetry.Received] = "controlplane_messages_received_total",
        [ControlPlaneTelemetry.Changes] = "controlplane_transactions_changes_total",
        [ControlPlaneTelemetry.Work] = "controlplane_work_items",
        [ControlPlaneTelemetry.OldestWork] = "controlplane_work_oldest_ready_seconds",
        [ControlPlaneTelemetry.Calls] = "controlplane_outbound_duration_seconds_bucket",
        [ControlPlaneTelemetry.ObjectiveEvents] = "controlplane_objective_events_total",
        ["http.server.request.duration"] = "http_server_request_duration_seconds_bucket",
        ["kestrel.active_connections"] = "kestrel_active_connections",
        ["dotnet.process.memory.working_set"] = "dotnet_process_memory_working_set_bytes",
    };

    [Fact]
    public async Task Every_measure_is_there_under_its_name_and_none_has_more_series_than_there_are_things_to_name()
    {
        foreach (var (meant, name) in Names)
        {
            var series = await product.Prometheus.AnswerAsync($"count({name}{{job=\"controlplane\"}})", Limit, Ct);
            Assert.True(series is not null, $"{meant} is not there as {name}.");
        }

        // With so many orders through it, no label is an order's: the histogram of calls has the most.
        Assert.NotNull(await product.Prometheus.AnswerAsync("sum(controlplane_messages_received_total) > 50", Limit, Ct));
        foreach (var largest in await product.Prometheus.QueryAsync("topk(3, count by (__name__) ({job=\"controlplane\",__name__=~\"controlplane_.*\"}))", Ct))
            Assert.True(Value(largest) < 1500, largest.GetRawText());
    }

    [Fact]
    public async Task Only_who_has_a_key_may_scrape()
    {
        Assert.NotNull(await product.Prometheus.AnswerAsync("up{job=\"controlplane\"} == 1", Limit, Ct));
        Assert.NotNull(await product.Prometheus.AnswerAsync("up{job=\"strangers\"} == 0", Limit, Ct));
        Assert.Contains("401", (await product.Prometheus.GetAsync("/api/v1/targets", Ct)).GetProperty("activeTargets").EnumerateArray().Single(t => t.GetProperty("labels").GetProperty("job").GetString() == "strangers").GetProperty("lastError").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Prometheus_evaluates_every_rule_and_records_what_was_counted()
    {
        Assert.NotNull(await product.Prometheus.AnswerAsync("controlplane:objective_errors:ratio_1h{objective=\"known-quarter\"}", Limit, Ct, s => Math.Abs(Value(s) - 0.25) < 0.005));
        Assert.NotNull(await product.Prometheus.AnswerAsync("controlplane:objective_budget:left_ratio{objective=\"known-quarter\"}", Limit, Ct, s => Math.Abs(Value(s) + 1.5) < 0.05));
        var rules = (await product.Prometheus.GetAsync("/api/v1/rules", Ct)).GetProperty("groups").EnumerateArray().SelectMany(g => g.GetProperty("rules").EnumerateArray()).ToList();
        Assert.NotEmpty(rules);
        Assert.All(rules, r => Assert.True(r.GetProperty("health").GetString() == "ok", r.GetRawText()));
    }

    /// <summary>Orders of the demo that reached the ERP, by the channel they came from.</summary>
    [Fact]
    public async Task What_the_product_counts_itself_is_scraped() =>
        Assert.NotNull(await product.Prometheus.AnswerAsync(
            "sum(controlplane_objective_events_total{controlplane_indicator=\"order-ingestion\",controlplane_connection!=\"\",controlplane_outcome=\"good\"}) > 0", Limit, Ct));

    [Fact]
    public async Task Every_question_of_the_dashboard_can_be_asked_and_is_answered()
    {
        var dashboards = Directory.GetFiles(Path.Combine(TracedPartners.Repository(), "deploy", "grafana"), "*.json");
        Assert.NotEmpty(dashboards);
        var empty = new List<string>();
        var asked = 0;
        foreach (var file in dashboards)
        {
            using var dashboard = JsonDocument.Parse(await File.ReadAllTextAsync(file, Ct));
            foreach (var panel in dashboard.RootElement.GetProperty("panels").EnumerateArray().Where(p => p.GetProperty("type").GetString() != "row"))
                foreach (var target in panel.GetProperty("targets").EnumerateArray())
                {
                    var question = target.GetProperty("expr").GetString()!.Replace("$__rate_interval", "40s", StringComparison.Ordinal).Replace("$job", "controlplane", StringComparison.Ordinal);
                    Assert.DoesNotContain("$", question, StringComparison.Ordinal);
                    var title = panel.GetProperty("title").GetString()!;
                    if (MayBeEmpty.Contains(title))
                        await product.Prometheus.QueryAsync(question, Ct);
                    else if (await product.Prometheus.AnswerAsync(question, Limit, Ct) is null)
                        empty.Add($"{title}: {question}");
                    asked++;
                }
        }

        Assert.True(asked > 20, $"{asked} questions");
        Assert.True(empty.Count == 0, string.Join('\n', empty));
    }

    [Fact]
    public async Task A_bar_of_the_histogram_leads_to_a_trace_that_the_receiver_has()
    {
        var sink = OtlpSink.Find();
        var prometheus = product.Prometheus;
        Assert.NotNull(await prometheus.AnswerAsync("sum(increase(controlplane_outbound_duration_seconds_count[1m])) > 5", Limit, Ct));
        await Task.Delay(3000, Ct);
        var traces = (await sink.ReadAsync("traces", product.Service, Ct)).Items.Select(s => OtlpSink.Id(s.Item, "traceId")).ToHashSet();
        var exemplars = await prometheus.GetAsync($"/api/v1/query_exemplars?query=controlplane_outbound_duration_seconds_bucket&start={Seconds(-300)}&end={Seconds(60)}", Ct);
        var named = exemplars.EnumerateArray().SelectMany(s => s.GetProperty("exemplars").EnumerateArray()).Select(e => e.GetProperty("labels").GetProperty("trace_id").GetString()!).ToList();
        Assert.NotEmpty(named);
        Assert.Contains(named, traces.Contains);
    }

    [Fact]
    public async Task The_receiver_gets_metrics_traces_and_logs_by_their_names_and_nothing_of_anybody()
    {
        var sink = OtlpSink.Find();
        Assert.NotNull(await product.Prometheus.AnswerAsync("sum(increase(controlplane_outbound_duration_seconds_count[1m])) > 5", Limit, Ct));
        await Task.Delay(3000, Ct);
        var metrics = (await sink.ReadAsync("metrics", product.Service, Ct)).Names.ToHashSet();
        Assert.All(Names.Keys, n => Assert.Contains(n, metrics));
        var (traces, logs) = (await sink.ReadAsync("traces", product.Service, Ct), await sink.ReadAsync("logs", product.Service, Ct));
        // Orders that were polled begin a trace, too.
        foreach (var beginning in new[] { "process ", "POST ", "receive " })
            Assert.Contains(traces.Names, n => n.StartsWith(beginning, StringComparison.Ordinal));
        Assert.NotEmpty(logs.Items);
        Assert.Contains(logs.Items, l => OtlpSink.Attribute(l.Resource, "service.version") is { Length: > 0 });
        foreach (var text in traces.Text.Concat(logs.Text).Concat((await sink.ReadAsync("metrics", product.Service, Ct)).Text))
            Assert.DoesNotMatch(MailAddress(), text);
    }

    private static string Seconds(int fromNow) => TimeProvider.System.GetUtcNow().AddSeconds(fromNow).ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);

    private static double Value(JsonElement sample) => double.Parse(sample.GetProperty("value")[1].GetString()!, CultureInfo.InvariantCulture);

    [GeneratedRegex("[A-Za-z0-9._+-]+(@|%40)[A-Za-z0-9-]+\\.[A-Za-z]{2,}")]
    private static partial Regex MailAddress();
}

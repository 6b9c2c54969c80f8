using System.Globalization;
using System.Text;
using ControlPlane.Domain.Objectives;
using ControlPlane.Runtime.Objectives;

namespace ControlPlane.Runtime.Tests.Objectives;

/// <summary>The rule file in Prometheus' own hands: whether it takes it, and when alerts fire on series that are written down.</summary>
public sealed class PrometheusRulesTests
{
    private const int Week = 7 * 24 * 60;

    private static readonly Objective Orders = new() { Name = "orders-in-erp", Indicator = "order-ingestion", Target = 0.995m, Window = new RollingWindow(TimeSpan.FromDays(30)), MinimumCount = 50 };

    private static readonly Objective Sliced = Orders with { Name = "orders-by-slices", Method = BudgetingMethod.Timeslices, Slice = TimeSpan.FromMinutes(5), SliceTarget = 0.95m, Window = new RollingWindow(TimeSpan.FromDays(7)) };

    private static readonly Objective Mean = Orders with { Name = "orders-by-ratios", Method = BudgetingMethod.RatioTimeslices, Slice = TimeSpan.FromMinutes(1), Window = new CalendarWindow(CalendarUnit.Month, 1, new(2026, 1, 1), "Europe/Berlin") };

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Prometheus_takes_the_rules_of_every_method_and_window()
    {
        var odd = Orders with { Name = "odd", Indicator = "a \"quoted\\ name", Target = 0.9999m, Window = new CalendarWindow(CalendarUnit.Retail445, 1, new(2026, 2, 1), "UTC") };
        var hour = Orders with { Name = "an-hour", Window = new RollingWindow(TimeSpan.FromHours(1)) };
        foreach (var objectives in new Objective[][] { [], [Orders], [odd, hour, Orders, Sliced, Mean] })
        {
            var (code, said) = await Promtool.RunAsync(new Dictionary<string, string> { ["rules.yml"] = PrometheusRules.Write(objectives) }, ["check", "rules", "rules.yml"], Ct);
            Assert.True(code == 0, said);
            Assert.Matches("SUCCESS: [0-9]+ rules found", said);
        }
    }

    [Fact]
    public void The_same_objectives_in_another_order_are_the_same_text_and_windows_are_those_of_the_burn_rules()
    {
        var text = PrometheusRules.Write([Orders, Sliced, Mean]);
        Assert.Equal(text, PrometheusRules.Write([Mean, Orders, Sliced]));
        var group = PrometheusRules.Write([Orders]);
        foreach (var burn in BurnRule.For(TimeSpan.FromDays(30)))
            Assert.Contains(string.Create(CultureInfo.InvariantCulture, $"{{objective=\"orders-in-erp\"}} > {burn.Factor * 0.005m:0.#####}"), group, StringComparison.Ordinal);
    }

    [Fact]
    public void What_no_rules_can_be_made_of_is_named()
    {
        Assert.Contains("orders-in-erp is there 2 times", Assert.Single(PrometheusRules.Problems([Orders, Orders])), StringComparison.Ordinal);
        Assert.Contains("target", Assert.Single(PrometheusRules.Problems([Orders with { Target = 1 }])), StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => PrometheusRules.Write([Orders, Orders]));
        Assert.False(PrometheusRules.IsJob("a\"b"));
        Assert.False(PrometheusRules.IsJob(""));
        Assert.True(PrometheusRules.IsJob("controlplane-eu"));
    }

    /// <summary>A hundred orders a minute: eight calm hours, then none is in time for an hour, then all are well again.</summary>
    [Fact]
    public async Task A_burn_fires_within_five_minutes_and_ends_soon_after_it()
    {
        const int calm = 480;
        var series = Counter("good", (calm, 100), (60, 0), (120, 100)) + Counter("bad", (calm, 0), (60, 100), (120, 0));
        var expected = new[] { (calm, 0), (calm + 5, 1), (calm + 60, 1), (calm + 67, 0) };
        foreach (var objective in new[] { Orders, Mean })
            await HoldsAsync([objective], series, [.. expected.Select(e => (e.Item1, Firing(objective, "page", "1h"), (decimal)e.Item2))]);
        // Beside the alert, what is left of the budget: sixty bad minutes of all those that were.
        await HoldsAsync([Orders], series, [(calm + 60, "round(controlplane:objective_budget:left_ratio * 10)", Math.Round((1 - 60m / (calm + 60) / 0.005m) * 10))]);
        // And the proof that this could fail: with other limits Prometheus contradicts.
        var (code, said) = await RunAsync(PrometheusRules.Write([Orders]).Replace("> 0.072", "> 0.72", StringComparison.Ordinal), series, [(calm + 5, Firing(Orders, "page", "1h"), 1)]);
        Assert.NotEqual(0, code);
        Assert.Contains("FAILED", said, StringComparison.Ordinal);
    }

    /// <summary>Nearly one of a thousand is late, where five may be.</summary>
    [Fact]
    public async Task A_clean_week_fires_nothing()
    {
        // Samples every two and a half minutes: a week of them is as much as promtool reads.
        var series = Counter("good", (Week * 2 / 5, 2498)) + Counter("bad", (Week * 2 / 5, 2));
        var none = $"count(ALERTS{{alertstate=\"firing\",alertname=\"{PrometheusRules.BurnAlert}\"}}) or vector(0)";
        await HoldsAsync([Orders, Sliced, Mean], series, [.. Enumerable.Range(1, 28).Select(i => (i * 360 - 15, none, 0m))], every: 15);
    }

    [Fact]
    public async Task A_slice_is_bad_as_a_whole_however_few_it_holds()
    {
        // A tenth of a quiet hour is late: by events far too little to notice, by slices twelve bad ones.
        var series = Counter("good", (480, 1000), (60, 9), (10, 1000)) + Counter("bad", (480, 0), (60, 1), (10, 0));
        await HoldsAsync([Orders, Sliced], series, [(535, Firing(Sliced, "page", "1h"), 1m), (535, Firing(Orders, "page", "1h"), 0m)]);
    }

    [Fact]
    public async Task Without_events_an_objective_says_so_and_with_few_it_does_not_burn()
    {
        await HoldsAsync([Orders], "", [(59, NoData(Orders), 0m), (62, NoData(Orders), 1m), (120, "absent(controlplane:objective_budget:left_ratio)", 1m), (120, Firing(Orders, "page", "1h"), 0m)]);
        // Two events an hour and every second one is bad: a hundred times too fast, and too few to say it.
        var few = Counter("good", (30, 0), (1, 1), (29, 0)) + Counter("bad", (10, 0), (1, 1), (49, 0));
        await HoldsAsync([Orders], few, [(58, Firing(Orders, "page", "1h"), 0m)]);
        await HoldsAsync([Orders with { MinimumCount = 1 }], few, [(32, "count(controlplane:objective_errors:ratio_1h > 0.4)", 1m)]);
    }

    [Fact]
    public async Task Our_own_health_fires_when_it_should()
    {
        const string series = """
              - { series: 'up{job="controlplane",instance="a"}', values: '1x60 0x30' }
              - { series: 'controlplane_work_oldest_ready_seconds{job="controlplane",instance="a"}', values: '0x20 400x20 _x50' }
              - { series: 'controlplane_messages_received_total{controlplane_outcome="accepted"}', values: '0+90x90' }
              - { series: 'controlplane_messages_received_total{controlplane_outcome="busy"}', values: '0+10x40 400x50' }
              - { series: 'controlplane_transactions_stuck{controlplane_party="erp",instance="a"}', values: '0x5 0+2x60 120x25' }
              - { series: 'controlplane_outbound_duration_seconds_count{controlplane_connection="erp",controlplane_outcome="500"}', values: '0+10x90' }
              - { series: 'controlplane_outbound_duration_seconds_count{controlplane_connection="wms",controlplane_outcome="201"}', values: '0+10x90' }
              - { series: 'http_server_request_duration_seconds_count{job="controlplane",http_response_status_code="500"}', values: '0+10x90' }

            """;
        static string Fires(string alert, string more = "") => $"count(ALERTS{{alertstate=\"firing\",alertname=\"{alert}\"{more}}}) or vector(0)";
        await HoldsAsync([], series,
        [
            (19, Fires("ControlPlaneWorkStands"), 0m), (30, Fires("ControlPlaneWorkStands"), 1m),
            (30, Fires("ControlPlaneTurnsSendersAway"), 1m), (60, Fires("ControlPlaneTurnsSendersAway"), 0m),
            (55, Fires("ControlPlaneDoesNotKnowItself"), 1m), (30, Fires("ControlPlaneDoesNotKnowItself"), 0m),
            (60, Fires("ControlPlaneOrdersGetStuck"), 1m), (15, Fires("ControlPlaneOrdersGetStuck"), 0m),
            (30, Fires("ControlPlaneCallsFail", ",controlplane_connection=\"erp\""), 1m), (30, Fires("ControlPlaneCallsFail", ",controlplane_connection=\"wms\""), 0m),
            (30, Fires("ControlPlaneFailsItsCallers"), 1m),
            (50, Fires("ControlPlaneIsDown"), 0m), (70, Fires("ControlPlaneIsDown"), 1m),
        ]);
        await HoldsAsync([], "", [(10, Fires("ControlPlaneIsDown"), 1m)]);
    }

    private static string Firing(Objective objective, string severity, string window) =>
        $"count(ALERTS{{alertstate=\"firing\",alertname=\"{PrometheusRules.BurnAlert}\",objective=\"{objective.Name}\",severity=\"{severity}\",long_window=\"{window}\"}}) or vector(0)";

    private static string NoData(Objective objective) => $"count(ALERTS{{alertstate=\"firing\",alertname=\"{PrometheusRules.NoDataAlert}\",objective=\"{objective.Name}\"}}) or vector(0)";

    /// <summary>A counter that rises by so much a minute for so many minutes.</summary>
    private static string Counter(string outcome, params (int Minutes, int PerMinute)[] phases)
    {
        var (value, text) = (0L, new StringBuilder());
        foreach (var (minutes, perMinute) in phases)
        {
            text.Append(CultureInfo.InvariantCulture, $"{value + perMinute}+{perMinute}x{minutes - 1} ");
            value += (long)minutes * perMinute;
        }

        return $"  - {{ series: 'controlplane_objective_events_total{{controlplane_indicator=\"order-ingestion\",controlplane_outcome=\"{outcome}\"}}', values: '{text}' }}\n";
    }

    private static async Task HoldsAsync(Objective[] objectives, string series, (int Minute, string Question, decimal Answer)[] expected, int every = 1)
    {
        var (code, said) = await RunAsync(PrometheusRules.Write(objectives), series, expected, every);
        Assert.True(code == 0, said);
    }

    private static Task<(int Code, string Said)> RunAsync(string rules, string series, (int Minute, string Question, decimal Answer)[] expected, int every = 1)
    {
        var test = new StringBuilder($"rule_files: [rules.yml]\nevaluation_interval: {every}m\ntests:\n- interval: {(every > 1 ? "150s" : "1m")}\n  input_series:{(series.Length > 0 ? "\n" : " []\n")}");
        test.Append(series).Append("  promql_expr_test:\n");
        foreach (var (minute, question, answer) in expected)
            test.Append(CultureInfo.InvariantCulture, $"  - {{ eval_time: {minute}m, expr: '{question}', exp_samples: [{{ labels: '{Labels(question)}', value: {answer} }}] }}\n");
        return Promtool.RunAsync(new Dictionary<string, string> { ["rules.yml"] = rules, ["test.yml"] = test.ToString() }, ["test", "rules", "test.yml"], Ct);
    }

    private static string Labels(string question) => question.StartsWith("round(", StringComparison.Ordinal) ? "{objective=\"orders-in-erp\", indicator=\"order-ingestion\"}" : "{}";
}

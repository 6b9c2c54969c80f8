using System.Diagnostics;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace ControlPlane.EndToEnd.Tests.Telemetry;

/// <summary>One order, one trace: from the shop's request over a parked order and a restart to the ERP's and the warehouse's requests, at a real receiver.</summary>
public sealed partial class TraceTests
{
    private static readonly string[] Namespaces = ["controlplane.", "http.", "url.", "server.", "client.", "network.", "messaging.", "db.", "error.", "user_agent.", "otel.", "exception.", "aspnetcore.", "rpc."];

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_order_that_outlives_a_restart_is_one_trace_at_the_receiver_and_in_every_request_that_left()
    {
        var sink = OtlpSink.Find();
        var service = $"traces-{Guid.CreateVersion7():N}";
        await using var partners = await TracedPartners.StartAsync();
        await using var product = new ProductProcess(partners.Settings(
            ("OTEL_EXPORTER_OTLP_ENDPOINT", sink.Address), ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf"), ("OTEL_SERVICE_NAME", service), ("OTEL_BSP_SCHEDULE_DELAY", "200"), ("OTEL_BLRP_SCHEDULE_DELAY", "200"),
            ("OTEL_METRIC_EXPORT_INTERVAL", "1000"), ("OTEL_RESOURCE_ATTRIBUTES", "deployment.environment.name=tests,service.namespace=retail")));
        partners.ErpDown = true;
        product.Start();
        await product.AliveAsync(Ct);
        var (trace, other) = (ActivityTraceId.CreateRandom().ToHexString(), ActivityTraceId.CreateRandom().ToHexString());
        await partners.SendAsync(product.Client, 1, $"00-{trace}-b7ad6b7169203331-01");
        // A sender that decided not to record: its context goes on, and nothing is kept of it.
        await partners.SendAsync(product.Client, 2, $"00-{other}-b7ad6b7169203331-00");
        await ProductProcess.EventuallyAsync(() => Task.FromResult(partners.Requests.Count(r => r.System == "erp") >= 4 ? "refused" : null), TimeSpan.FromSeconds(30), "calls that were refused", Ct);
        await Task.Delay(1500, Ct);
        await product.KillAsync();
        partners.ErpDown = false;
        product.Start();
        await product.AliveAsync(Ct);
        await ProductProcess.EventuallyAsync(() => Task.FromResult(partners.Instructed >= 2 ? "instructed" : null), TimeSpan.FromSeconds(90), "both orders at the warehouse", Ct);

        var mine = partners.Requests.Where(r => r.Trace[3..35] == trace).ToList();
        Assert.All(partners.Requests, r => Assert.Contains(r.Trace[3..35], new[] { trace, other }));
        Assert.Equal(2, partners.Requests.Where(r => r.System == "wms").Select(r => r.Trace[3..35]).Distinct().Count());
        Assert.Equal(mine.Count, mine.Select(r => r.Trace).Distinct().Count());
        Assert.All(mine, r => Assert.EndsWith("-01", r.Trace, StringComparison.Ordinal));

        // Every request that left is a span there, by its id.
        var left = mine.Select(r => r.Trace[36..52]).ToHashSet();
        var spans = await ProductProcess.EventuallyAsync(async () =>
        {
            var all = (await sink.ReadAsync("traces", service, Ct)).Items.Where(s => OtlpSink.Id(s.Item, "traceId") == trace).ToList();
            return left.IsSubsetOf(all.Select(s => OtlpSink.Id(s.Item, "spanId"))) && all.Exists(s => Name(s.Item).StartsWith("POST /in/", StringComparison.Ordinal) || Name(s.Item).StartsWith("POST in/", StringComparison.Ordinal)) ? all : null;
        }, TimeSpan.FromSeconds(30), $"spans of {trace}", Ct);
        Assert.Equal("retail", OtlpSink.Attribute(spans[0].Resource, "service.namespace"));
        Assert.Equal("tests", OtlpSink.Attribute(spans[0].Resource, "deployment.environment.name"));
        // Two processes, one trace.
        Assert.Equal(2, spans.Select(s => OtlpSink.Attribute(s.Resource, "service.instance.id")).Distinct().Count());
        var refused = spans.First(s => Name(s.Item) == "POST createSalesOrder" && OtlpSink.Attribute(s.Item, "http.response.status_code") == "503").Item;
        Assert.Equal(("503", "POST", "127.0.0.1", "erp", "createSalesOrder"), (
            OtlpSink.Attribute(refused, "error.type"), OtlpSink.Attribute(refused, "http.request.method"), OtlpSink.Attribute(refused, "server.address"),
            OtlpSink.Attribute(refused, "controlplane.connection"), OtlpSink.Attribute(refused, "controlplane.operation")));
        Assert.Contains(spans, s => Name(s.Item) == "POST createSalesOrder" && OtlpSink.Attribute(s.Item, "http.response.status_code") == "201" && OtlpSink.Attribute(s.Item, "http.request.resend_count") is not null);
        Assert.Contains(spans, s => Name(s.Item) == "POST instructFulfilment");
        Assert.Contains(spans, s => Name(s.Item) == "process reference" && OtlpSink.Attribute(s.Item, "messaging.operation.type") == "process");
        Assert.Contains(spans, s => OtlpSink.Attribute(s.Item, "controlplane.outcome") == "accepted" && OtlpSink.Attribute(s.Item, "http.route") is not null);
        Assert.Single(spans.Select(s => OtlpSink.Attribute(s.Item, "controlplane.transaction")).Where(t => t is not null).Distinct());
        Assert.DoesNotContain((await sink.ReadAsync("traces", service, Ct)).Items, s => OtlpSink.Id(s.Item, "traceId") == other);

        // Names of the conventions or of our own namespace, and nothing of the customer of the orders.
        Assert.All(spans.SelectMany(s => OtlpSink.Keys(s.Item)).Distinct(), k => Assert.Contains(Namespaces, n => k.StartsWith(n, StringComparison.Ordinal)));
        foreach (var kind in new[] { "traces", "metrics", "logs" })
        {
            var batch = await sink.ReadAsync(kind, service, Ct);
            Assert.NotEmpty(batch.Items);
            Assert.All(batch.Text, t => Assert.DoesNotMatch(Personal(), t));
        }
    }

    private static string Name(JsonElement span) => span.GetProperty("name").GetString()!;

    [GeneratedRegex("Anneke|Vries|Prinsengracht|example\\.com|31205550123", RegexOptions.IgnoreCase)]
    private static partial Regex Personal();
}

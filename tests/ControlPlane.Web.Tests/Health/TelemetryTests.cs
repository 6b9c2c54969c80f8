using System.Net;
using System.Text.Json;
using ControlPlane.Runtime;
using ControlPlane.Runtime.Identity;
using ControlPlane.Web.Tests.Api;

namespace ControlPlane.Web.Tests.Health;

public sealed class TelemetryTests
{
    private const string Slo = "apiVersion: openslo/v1\nkind: SLO\nmetadata: { name: orders }\nspec: { service: s, indicator: { metadata: { name: order-ingestion }, spec: { thresholdMetric: { metricSource: { type: ControlPlane, spec: { indicator: order-ingestion } } } } }, budgetingMethod: Occurrences, objectives: [{ target: 0.995 }] }\n";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Switched_off_it_starts_all_the_same_and_says_why_there_are_no_metrics()
    {
        await using var host = await ProductHost.StartAsync(new Dictionary<string, string?> { ["OTEL_SDK_DISABLED"] = "true", ["OTEL_EXPORTER_OTLP_ENDPOINT"] = "http://127.0.0.1:9" });
        using var client = host.Client();
        await client.GetAsync("/health", HttpStatusCode.OK);
        using var answer = await client.GetAsync("/metrics", Ct);
        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        Assert.Contains("OTEL_SDK_DISABLED", await answer.Content.ReadAsStringAsync(Ct), StringComparison.Ordinal);
        using var stranger = host.Client(null);
        using var refused = await stranger.GetAsync("/metrics", Ct);
        Assert.NotEqual(HttpStatusCode.NotFound, refused.StatusCode);
    }

    [Fact]
    public async Task A_wrong_variable_is_said_at_the_start()
    {
        var problem = await Assert.ThrowsAsync<StartProblem>(() => ProductHost.StartAsync(new Dictionary<string, string?> { ["OTEL_EXPORTER_OTLP_ENDPOINT"] = "collector:4318" }));
        Assert.Contains("OTEL_EXPORTER_OTLP_ENDPOINT", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Rules_for_Prometheus_are_made_from_documents_that_are_sent()
    {
        await using var host = await ProductHost.StartAsync();
        using var client = await host.ClientAsync(PortalRoles.Executive);
        async Task<JsonElement> MakeAsync(object body, HttpStatusCode expected) => await client.SendAsync(HttpMethod.Post, "/api/v1/objectives/prometheus-rules", JsonSerializer.Serialize(body), null, expected);
        var made = await MakeAsync(new { documents = Slo, job = "cp-eu" }, HttpStatusCode.OK);
        Assert.Equal("orders", Assert.Single(made.GetProperty("objectives").EnumerateArray()).GetString());
        Assert.Contains("controlplane:objective_errors:ratio_30d", made.Text("rules"), StringComparison.Ordinal);
        Assert.Contains("job=\"cp-eu\"", made.Text("rules"), StringComparison.Ordinal);
        Assert.Contains("ControlPlaneIsDown", (await MakeAsync(new { documents = "" }, HttpStatusCode.OK)).Text("rules"), StringComparison.Ordinal);
        foreach (var (body, code, field) in new (object, string, string)[]
                 {
                     (new { documents = Slo.Replace("0.995", "1.5", StringComparison.Ordinal) }, "objectives.invalid", "spec.objectives[0].target"),
                     (new { documents = "{ not yaml" }, "objectives.invalid", ""),
                     (new { documents = Slo + "---\n" + Slo.Replace("name: orders", "name: orders-1", StringComparison.Ordinal) + "---\n" + Slo.Replace("[{ target: 0.995 }]", "[{ target: 0.9 }, { target: 0.99 }]", StringComparison.Ordinal) }, "objectives.invalid", "documents"),
                     (new { documents = Slo, job = "a\"b" }, "objectives.job", "job"),
                     (new { documents = new string('#', 500_001) }, "objectives.too_long", "documents"),
                 })
        {
            var refused = await MakeAsync(body, HttpStatusCode.BadRequest);
            Assert.Equal(code, refused.Text("code"));
            if (field.Length > 0)
                Assert.Equal(field, refused.GetProperty("errors")[0].Text("field"));
        }

        using var stranger = host.Client(null);
        await stranger.SendAsync(HttpMethod.Post, "/api/v1/objectives/prometheus-rules", "{}", null, HttpStatusCode.Unauthorized);
    }
}

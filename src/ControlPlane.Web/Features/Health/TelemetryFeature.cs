using ControlPlane.Runtime.Telemetry;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace ControlPlane.Web.Features.Health;

/// <summary>Metrics at <c>/metrics</c>; metrics, traces and logs to where the standard <c>OTEL_*</c> variables say, if they say anything.</summary>
public static class TelemetryFeature
{
    public const string MetricsPath = "/metrics";

    private static readonly string[] EndpointVariables =
        ["OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_METRICS_ENDPOINT", "OTEL_EXPORTER_OTLP_LOGS_ENDPOINT"];

    public static WebApplicationBuilder AddTelemetry(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<WorkStandings>();
        builder.Services.AddHostedService<StandingSampler>();
        var telemetry = builder.Services.AddOpenTelemetry()
            .ConfigureResource(r => r.AddService("controlplane", serviceVersion: typeof(TelemetryFeature).Assembly.GetName().Version?.ToString(3)).AddEnvironmentVariableDetector())
            .WithMetrics(m => m
                .AddMeter(ControlPlaneTelemetry.All, "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel", "Microsoft.AspNetCore.RateLimiting", "System.Runtime")
                .AddPrometheusExporter());
        // Without a receiver nothing is traced: spans that nobody collects cost time on the hot path.
        if (EndpointVariables.Any(v => !string.IsNullOrWhiteSpace(builder.Configuration[v])))
        {
            telemetry.WithTracing(t => t.AddSource(ControlPlaneTelemetry.All).AddAspNetCoreInstrumentation(o => o.Filter = http => !IsProbe(http.Request.Path)));
            telemetry.WithLogging();
            telemetry.UseOtlpExporter();
        }

        return builder;
    }

    public static WebApplication MapTelemetry(this WebApplication app)
    {
        // Like every page it needs a session or a key: labels name connections.
        app.MapPrometheusScrapingEndpoint(MetricsPath).WithDisplayName("Metrics");
        return app;
    }

    private static bool IsProbe(PathString path) =>
        path.StartsWithSegments(MetricsPath) || path.StartsWithSegments(HealthFeature.ReadyPath) || path.StartsWithSegments(HealthFeature.AlivePath);
}

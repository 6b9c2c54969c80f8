using ControlPlane.Runtime.Telemetry;
using OpenTelemetry;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace ControlPlane.Web.Features.Health;

/// <summary>Metrics at <c>/metrics</c>; metrics, traces and logs to where the standard <c>OTEL_*</c> variables say, if they say anything.</summary>
public static class TelemetryFeature
{
    public const string MetricsPath = "/metrics";

    public static WebApplicationBuilder AddTelemetry(this WebApplicationBuilder builder)
    {
        // Health asks them, too.
        builder.Services.AddSingleton<WorkStandings>();
        if (TelemetryVariables.IsDisabled(builder.Configuration))
            return builder;
        builder.Services.AddHostedService<StandingSampler>();
        var receiver = TelemetryVariables.HasReceiver(builder.Configuration);
        var telemetry = builder.Services.AddOpenTelemetry()
            .ConfigureResource(r => r.AddService("controlplane", serviceVersion: typeof(TelemetryFeature).Assembly.GetName().Version?.ToString(3)).AddEnvironmentVariableDetector())
            .WithMetrics(m =>
            {
                m.AddMeter(ControlPlaneTelemetry.All, "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel", "Microsoft.AspNetCore.RateLimiting", "System.Runtime", "Npgsql").AddPrometheusExporter();
                // From a bar of a histogram to a call that is in it. Only where traces are kept somewhere, and the variable says nothing else.
                if (receiver && builder.Configuration[TelemetryVariables.ExemplarFilter] is not { Length: > 0 })
                    m.SetExemplarFilter(ExemplarFilterType.TraceBased);
            });
        if (receiver)
        {
            telemetry.WithTracing(t => t.AddSource(ControlPlaneTelemetry.All).AddAspNetCoreInstrumentation(o => o.Filter = http => !IsProbe(http.Request.Path)));
            telemetry.WithLogging();
            // These lines hold whole addresses with what people searched for; the span of the request has them without.
            builder.Logging.AddFilter<OpenTelemetryLoggerProvider>("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.Warning);
            telemetry.UseOtlpExporter();
        }

        return builder;
    }

    public static WebApplication MapTelemetry(this WebApplication app)
    {
        // Like every page it needs a session or a key: labels name connections.
        if (TelemetryVariables.IsDisabled(app.Configuration))
            app.MapGet(MetricsPath, () => Results.Problem($"{TelemetryVariables.Disabled} is true: nothing is measured.", statusCode: StatusCodes.Status404NotFound)).WithDisplayName("Metrics").ExcludeFromDescription();
        else
            app.MapPrometheusScrapingEndpoint(MetricsPath).WithDisplayName("Metrics");
        return app;
    }

    private static bool IsProbe(PathString path) =>
        path.StartsWithSegments(MetricsPath) || path.StartsWithSegments(HealthFeature.ReadyPath) || path.StartsWithSegments(HealthFeature.AlivePath);
}

using System.Globalization;
using ControlPlane.Domain.Objectives;
using ControlPlane.Runtime.Objectives;
using ControlPlane.Runtime.Telemetry;
using ControlPlane.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Logging;

namespace ControlPlane.EndToEnd.Tests.Telemetry;

/// <summary>The demo at work in this process, scraped by a real Prometheus with the rules of one objective. It tells a receiver of OTLP too, where there is one.</summary>
public sealed class ScrapedProduct : IAsyncLifetime
{
    /// <summary>Of the rig alone: what the product counts itself would rise meanwhile.</summary>
    public const string Indicator = "known-share";

    public static readonly Objective Objective = new() { Name = "known-quarter", Indicator = Indicator, Target = 0.9m, Window = new RollingWindow(TimeSpan.FromDays(7)) };

    private readonly string _folder = Directory.CreateTempSubdirectory("cp-scraped-").FullName;
    private WebApplication? _app;
    private PrometheusServer? _prometheus;

    internal PrometheusServer Prometheus
    {
        get
        {
            Assert.SkipWhen(_prometheus is null, "Prometheus is not installed (package prometheus).");
            return _prometheus!;
        }
    }

    public Uri Address { get; } = new($"http://127.0.0.1:{ProductProcess.FreePort()}");

    public string Service { get; } = $"scraped-{Guid.CreateVersion7():N}";

    public async ValueTask InitializeAsync()
    {
        if (PrometheusServer.Binary is null)
            return;
        var sink = Environment.GetEnvironmentVariable("CONTROLPLANE_TEST_OTLP");
        _app = ControlPlaneHost.Build(
            [
                $"--contentRoot={_folder}", "--environment=Production", $"--urls={Address.ToString().TrimEnd('/')}", "--ControlPlane:Demo=true", $"--ControlPlane:BootstrapApiKey={ProductProcess.ApiKey}",
                $"--ControlPlane:Database:ConnectionString=Data Source={Path.Combine(_folder, "scraped.db")}", string.Create(CultureInfo.InvariantCulture, $"--ControlPlane:Sandbox:Port={ProductProcess.FreePort()}"),
                "--ControlPlane:Sandbox:OrdersPerMinute=240", $"--OTEL_EXPORTER_OTLP_ENDPOINT={sink}", "--OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf", $"--OTEL_SERVICE_NAME={Service}",
                "--OTEL_METRIC_EXPORT_INTERVAL=1000", "--OTEL_BSP_SCHEDULE_DELAY=500", "--OTEL_BLRP_SCHEDULE_DELAY=500",
            ],
            // What is logged goes to the receiver alone.
            builder => builder.Logging.ClearProviders());
        await ControlPlaneHost.StartAsync(_app);
        await _app.StartAsync();
        ObjectiveEvents.Declare(Indicator);
        _prometheus = await PrometheusServer.StartAsync(
            PrometheusRules.Write([Objective]).Replace("interval: 5m", "interval: 2s", StringComparison.Ordinal).Replace("interval: 30s", "interval: 2s", StringComparison.Ordinal),
            [("controlplane", Address, ProductProcess.ApiKey), ("strangers", Address, "no-key-of-ours")], CancellationToken.None);
        // Nothing was seen before something is: only what rises is counted. A quarter of them is bad.
        await _prometheus.AnswerAsync($"controlplane_objective_events_total{{controlplane_indicator=\"{Indicator}\"}} == 0", TimeSpan.FromSeconds(60), CancellationToken.None);
        ObjectiveEvents.Record(Indicator, 75, 100);
    }

    public async ValueTask DisposeAsync()
    {
        if (_prometheus is not null)
            await _prometheus.DisposeAsync();
        if (_app is not null)
        {
            await _app.StopAsync();
            await _app.DisposeAsync();
        }

        Directory.Delete(_folder, recursive: true);
    }
}

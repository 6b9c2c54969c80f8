using System.Text.Json;
using ControlPlane.Runtime.Identity;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace ControlPlane.Web.Features.Health;

/// <summary>
/// <c>/alive</c>: the process answers. <c>/health</c>: it can do its work; 503 while it cannot. Both without signing in, so
/// an outsider learns only which check failed; why, is told to admins and operators.
/// </summary>
public static class HealthFeature
{
    public const string AlivePath = "/alive";

    public const string ReadyPath = "/health";

    public static WebApplicationBuilder AddHealth(this WebApplicationBuilder builder)
    {
        builder.Services.AddHealthChecks()
            .AddCheck<DatabaseCheck>("database")
            .AddCheck<MigrationsCheck>("migrations")
            .AddCheck<WorkCheck>("work")
            .AddCheck<DiskCheck>("disk");
        builder.Services.AddSingleton<MigrationsCheck>();
        builder.Services.AddSingleton<HealthReports>();
        return builder;
    }

    public static WebApplication MapHealth(this WebApplication app)
    {
        app.MapGet(AlivePath, () => Results.Text("""{"status":"alive"}""", "application/json")).AllowAnonymous().ExcludeFromDescription();
        app.MapGet(ReadyPath, AnswerAsync).AllowAnonymous().ExcludeFromDescription();
        return app;
    }

    private static async Task AnswerAsync(HttpContext http, HealthReports reports)
    {
        var report = await reports.ReadAsync(http.RequestAborted);
        http.Response.StatusCode = report.Status == HealthStatus.Unhealthy ? StatusCodes.Status503ServiceUnavailable : StatusCodes.Status200OK;
        http.Response.Headers.CacheControl = "no-store";
        http.Response.ContentType = "application/json";
        var detail = http.User.IsInRole(PortalRoles.Admin) || http.User.IsInRole(PortalRoles.Operator);
        await using var json = new Utf8JsonWriter(http.Response.BodyWriter);
        json.WriteStartObject();
        json.WriteString("status", Word(report.Status));
        json.WriteStartObject("checks");
        foreach (var (name, entry) in report.Entries)
        {
            json.WriteStartObject(name);
            json.WriteString("status", Word(entry.Status));
            if (detail && entry.Description is { } description)
                json.WriteString("detail", description);
            json.WriteEndObject();
        }

        json.WriteEndObject();
        json.WriteEndObject();
    }

    public static string Word(HealthStatus status) => status switch
    {
        HealthStatus.Healthy => "ready",
        HealthStatus.Degraded => "degraded",
        _ => "not-ready",
    };
}

/// <summary>One look a second at most: the address is open to everybody and must not become a way to burden the database.</summary>
internal sealed class HealthReports(HealthCheckService checks, TimeProvider clock) : IDisposable
{
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(1);

    private readonly SemaphoreSlim _one = new(1, 1);
    private (long At, HealthReport Report)? _last;

    public async Task<HealthReport> ReadAsync(CancellationToken ct)
    {
        await _one.WaitAsync(ct);
        try
        {
            if (_last is { } last && clock.GetElapsedTime(last.At) < Fresh)
                return last.Report;
            // Not cut off with the request: the next one in line takes the same report.
            var report = await checks.CheckHealthAsync(CancellationToken.None);
            _last = (clock.GetTimestamp(), report);
            return report;
        }
        finally
        {
            _one.Release();
        }
    }

    public void Dispose() => _one.Dispose();
}

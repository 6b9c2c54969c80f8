using System.Net;
using System.Text.RegularExpressions;
using ControlPlane.Domain.Flows;
using ControlPlane.Domain.Shared;
using ControlPlane.Runtime.Engine;
using ControlPlane.Runtime.Identity;
using ControlPlane.Runtime.Telemetry;
using ControlPlane.Web.Tests.Api;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace ControlPlane.Web.Tests.Health;

public sealed class HealthTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    /// <summary>No engine that would take the work away which a test puts there.</summary>
    private static readonly Dictionary<string, string?> Settings = new() { ["ControlPlane:Health:OldestWorkSeconds"] = "60", ["ControlPlane:Health:FreeDiskMegabytes"] = "0" };

    [Fact]
    public async Task A_sound_product_is_alive_and_ready_and_tells_strangers_no_more()
    {
        await using var host = await ProductHost.StartAsync(Settings);
        using var stranger = host.Client(null);
        Assert.Equal("alive", (await stranger.GetAsync("/alive", HttpStatusCode.OK)).Text("status"));
        var health = await stranger.GetAsync("/health", HttpStatusCode.OK);
        Assert.Equal("""{"status":"ready","checks":{"database":{"status":"ready"},"migrations":{"status":"ready"},"work":{"status":"ready"},"disk":{"status":"ready"}}}""", health.ToString());
        using var admin = host.Client();
        Assert.Equal("The oldest ready work is 0 s old.", (await admin.GetAsync("/health", HttpStatusCode.OK)).GetProperty("checks").GetProperty("work").Text("detail"));
        using var executive = await host.ClientAsync(PortalRoles.Executive);
        Assert.DoesNotContain("detail", (await executive.GetAsync("/health", HttpStatusCode.OK)).ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_its_tables_it_is_not_ready_but_alive()
    {
        await using var host = await ProductHost.StartAsync(Settings);
        await using (var context = host.Db.CreateContext())
            await context.Database.ExecuteSqlRawAsync("ALTER TABLE installation_values RENAME TO gone", Ct);
        using var client = host.Client();
        using var answer = await client.GetAsync("/health", Ct);
        var text = await answer.Content.ReadAsStringAsync(Ct);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.Contains("\"database\":{\"status\":\"not-ready\"", text, StringComparison.Ordinal);
        Assert.DoesNotContain(host.Folder, text, StringComparison.Ordinal);
        Assert.Equal("alive", (await client.GetAsync("/alive", HttpStatusCode.OK)).Text("status"));
        await using var back = host.Db.CreateContext();
        await back.Database.ExecuteSqlRawAsync("ALTER TABLE gone RENAME TO installation_values", Ct);
    }

    [Fact]
    public async Task Work_that_lies_around_degrades()
    {
        var clock = new Microsoft.Extensions.Time.Testing.FakeTimeProvider(new DateTimeOffset(2026, 11, 23, 12, 0, 0, TimeSpan.Zero));
        await using var host = await ProductHost.StartAsync(Settings);
        var now = clock.GetUtcNow();
        // Of a lane without a flow, and due later by the real clock: the engine leaves it alone.
        var due = new WorkItemRow { TransactionId = EntityId.New(clock), TenantId = 1, Lane = Lane.Bulk, State = WorkState.Ready, Step = "s", Flow = "f", DueAt = long.MaxValue };
        await host.AddAsync(due);
        using var standings = new WorkStandings(host.Db, clock);
        Assert.Equal(TimeSpan.Zero, (await standings.ReadAsync(Ct)).OldestReady);
        await using (var context = host.Db.CreateContext())
            await context.WorkItems.Where(w => w.TransactionId == due.TransactionId).ExecuteUpdateAsync(s => s.SetProperty(w => w.DueAt, now.AddSeconds(-90).ToMicroseconds()).SetProperty(w => w.Lane, (Lane)99), Ct);
        clock.Advance(TimeSpan.FromSeconds(6));
        Assert.Equal(TimeSpan.FromSeconds(96), (await standings.ReadAsync(Ct)).OldestReady);

        // Woken work has no due time: its age counts from when it was first seen.
        await using (var context = host.Db.CreateContext())
            await context.WorkItems.Where(w => w.TransactionId == due.TransactionId).ExecuteUpdateAsync(s => s.SetProperty(w => w.DueAt, 0L), Ct);
        clock.Advance(TimeSpan.FromSeconds(6));
        Assert.Equal(TimeSpan.Zero, (await standings.ReadAsync(Ct)).OldestReady);
        clock.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal(TimeSpan.FromSeconds(30), (await standings.ReadAsync(Ct)).OldestReady);
    }

    [Fact]
    public async Task Metrics_are_for_those_who_have_a_key_and_hold_what_was_counted()
    {
        await using var host = await ProductHost.StartAsync(Settings);
        using var client = host.Client();
        ControlPlaneTelemetry.CountReceived("metrics-shop", "accepted");
        ControlPlaneTelemetry.RecordCall("metrics-erp", "createSalesOrder", "201", TimeSpan.FromMilliseconds(120));
        await client.GetAsync("/api/v1/connections", HttpStatusCode.OK);
        string text = "";
        // The exporter keeps an answer for a moment, and the gauges come with the sampler's first look.
        for (var i = 0; i < 100 && !text.Contains("controlplane_work_oldest_ready", StringComparison.Ordinal); i++)
        {
            await Task.Delay(100, Ct);
            text = await client.GetStringAsync("/metrics", Ct);
        }

        Assert.Matches(new Regex("controlplane_messages_received_total\\{[^}]*controlplane_connection=\"metrics-shop\"[^}]*\\} [1-9]"), text);
        Assert.Matches(new Regex("controlplane_outbound_duration_seconds_bucket\\{[^}]*controlplane_connection=\"metrics-erp\"[^}]*le=\"0.25\"[^}]*\\} [1-9]"), text);
        Assert.Contains("controlplane_work_oldest_ready", text, StringComparison.Ordinal);
        Assert.Contains("http_server_request_duration_seconds", text, StringComparison.Ordinal);
    }

    [Fact]
    public void The_page_on_telemetry_names_every_measure()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "ControlPlane.sln")))
            folder = folder.Parent!;
        var page = File.ReadAllText(Path.Combine(folder.FullName, "docs", "telemetry.md"));
        foreach (var field in typeof(ControlPlaneTelemetry).GetFields().Where(f => f.IsLiteral))
            Assert.Contains($"`{field.GetRawConstantValue()}`", page, StringComparison.Ordinal);
    }
}

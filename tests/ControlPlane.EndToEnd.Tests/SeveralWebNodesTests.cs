using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Npgsql;
using static Microsoft.Playwright.Assertions;

namespace ControlPlane.EndToEnd.Tests;

/// <summary>Two web nodes behind one address and a node that works, on one PostgreSQL: with Redis, without, and with one that dies.</summary>
public sealed partial class SeveralWebNodesTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task With_Redis_a_page_follows_another_node_survives_the_loss_of_Redis_and_of_its_own_node()
    {
        using var redis = Redis.Start();
        await RunAsync(redis, TimeSpan.FromSeconds(5));
    }

    [Fact]
    public async Task Without_Redis_a_page_follows_another_node_some_seconds_later() => await RunAsync(null, TimeSpan.FromSeconds(10));

    private static async Task RunAsync(Redis? redis, TimeSpan limit)
    {
        await using var database = await Database.CreateAsync();
        await using var browser = await Browser.StartAsync();
        await using var worker = Node(database, redis, "ingest,worker,scheduler", orders: 60);
        await using var one = Node(database, redis, "web", orders: 0);
        await using var two = Node(database, redis, "web", orders: 0);
        foreach (var node in new[] { worker, one, two })
        {
            node.Start();
            await node.AliveAsync(Ct);
        }

        await using var door = new OneAddress(one.Address);
        var page = await browser.OpenAsync(door.Address);
        await Browser.SignInAsync(page, "business");
        await page.GotoAsync("/transactions?connection=shopify-eu");
        await FollowsAsync(page, limit);
        if (redis is not null)
        {
            redis.Kill();
            // Some seconds until it is noticed and the page looks for itself.
            await FollowsAsync(page, TimeSpan.FromSeconds(20));
        }

        await one.KillAsync();
        door.Node = two.Address;
        await page.ReloadAsync();
        await Expect(page).ToHaveURLAsync(new Regex("/transactions\\?connection=shopify-eu"));
        await FollowsAsync(page, TimeSpan.FromSeconds(20));
    }

    /// <summary>The count on top goes up, without a hand, while orders come in elsewhere.</summary>
    private static async Task FollowsAsync(IPage page, TimeSpan limit)
    {
        await page.Locator("main h1").WaitForAsync();
        var first = await CountAsync(page);
        var from = Stopwatch.GetTimestamp();
        while (await CountAsync(page) <= first)
        {
            Assert.True(Stopwatch.GetElapsedTime(from) < limit, $"The page still counts {first} orders after {limit.TotalSeconds:0} s.");
            await Task.Delay(200, Ct);
        }
    }

    /// <summary>Rows shown and newer ones that wait.</summary>
    private static async Task<int> CountAsync(IPage page)
    {
        var text = await page.Locator("main").InnerTextAsync();
        return Numbers().Match(text) is { Success: true } match ? int.Parse(match.Groups[1].Value.Replace(",", "", StringComparison.Ordinal), CultureInfo.InvariantCulture) : 0;
    }

    [GeneratedRegex(@"([0-9][0-9,]*) orders?\b")]
    private static partial Regex Numbers();

    private static ProductProcess Node(Database database, Redis? redis, string roles, int orders) => new(new Dictionary<string, string>
    {
        ["ControlPlane__Roles"] = roles,
        ["ControlPlane__Database__Provider"] = "PostgreSql",
        ["ControlPlane__Database__ConnectionString"] = database.ConnectionString,
        ["ControlPlane__Redis"] = redis?.Address ?? "",
        ["ControlPlane__Sandbox__OrdersPerMinute"] = orders.ToString(CultureInfo.InvariantCulture),
        ["ControlPlane__Sandbox__MarketplaceOrdersPerMinute"] = "0",
    });

    /// <summary>A database of its own on the server that the tests have.</summary>
    private sealed class Database(string server, string name) : IAsyncDisposable
    {
        public string ConnectionString => $"{server};Database={name};Maximum Pool Size=20";

        public static Task<Database> CreateAsync()
        {
            var server = Environment.GetEnvironmentVariable("CONTROLPLANE_TEST_POSTGRES");
            if (string.IsNullOrEmpty(server))
            {
                Assert.False(Environment.GetEnvironmentVariable("CI") == "true", "CI must run the tests of several nodes: there is no PostgreSQL.");
                Assert.Skip("No PostgreSQL (CONTROLPLANE_TEST_POSTGRES): several nodes were not tried.");
            }

            return Task.FromResult(new Database(server!, $"cp_e2e_{Guid.CreateVersion7():N}"));
        }

        public async ValueTask DisposeAsync()
        {
            await using var connection = new NpgsqlConnection($"{server};Database=postgres");
            await connection.OpenAsync();
            await using var drop = new NpgsqlCommand($"DROP DATABASE IF EXISTS {name} WITH (FORCE)", connection);
            await drop.ExecuteNonQueryAsync();
        }
    }

    private sealed class Redis(Process process, int port) : IDisposable
    {
        public string Address => $"127.0.0.1:{port}";

        public static Redis Start()
        {
            var binary = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Select(p => Path.Combine(p, "redis-server")).FirstOrDefault(File.Exists);
            if (binary is null)
            {
                Assert.False(Environment.GetEnvironmentVariable("CI") == "true", "CI must run the tests with Redis: there is no redis-server.");
                Assert.Skip("No redis-server was found: nodes with Redis were not tried.");
            }

            var port = ProductProcess.FreePort();
            var process = Process.Start(new ProcessStartInfo(binary!, ["--bind", "127.0.0.1", "--port", port.ToString(CultureInfo.InvariantCulture), "--save", ""]) { RedirectStandardOutput = true })!;
            return new(process, port);
        }

        public void Kill() => process.Kill();

        public void Dispose()
        {
            if (!process.HasExited)
                process.Kill();
            process.Dispose();
        }
    }
}

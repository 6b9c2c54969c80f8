using System.Net.Http.Headers;
using ControlPlane.Runtime.Identity;
using ControlPlane.Runtime.Persistence;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

[assembly: AssemblyFixture(typeof(ControlPlane.Web.Tests.SharedProduct))]

namespace ControlPlane.Web.Tests;

/// <summary>The whole product in this process on a SQLite file of its own, asked without a network. No demo, no simulated partners.</summary>
public sealed class ProductHost : IAsyncDisposable
{
    public const string BootstrapKey = "web-tests-key-0123456789-0123456789";

    private readonly WebApplication _app;

    private ProductHost(WebApplication app, string folder) => (_app, Folder) = (app, folder);

    public string Folder { get; }

    public IServiceProvider Services => _app.Services;

    public ControlPlaneDb Db => Services.GetRequiredService<ControlPlaneDb>();

    public static async Task<ProductHost> StartAsync(IReadOnlyDictionary<string, string?>? settings = null, Action<WebApplicationBuilder>? adjust = null)
    {
        var folder = Directory.CreateTempSubdirectory("cp-web-").FullName;
        var app = ControlPlaneHost.Build([$"--contentRoot={folder}", "--environment=Production"], builder =>
        {
            builder.WebHost.UseTestServer();
            // Hangfire keeps the last host's log in a static: it must outlive that host.
            builder.Services.AddSingleton<ILoggerFactory>(NullLoggerFactory.Instance);
            builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
            {
                ["ControlPlane:Demo"] = "false",
                ["ControlPlane:Database:ConnectionString"] = $"Data Source={Path.Combine(folder, "test.db")}",
                ["ControlPlane:BootstrapApiKey"] = BootstrapKey,
                ["ControlPlane:Secrets:TEST_KEY"] = "test-key",
                ["ControlPlane:Secrets:TEST_HOOK"] = "whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIz",
            });
            builder.Configuration.AddInMemoryCollection(settings ?? new Dictionary<string, string?>());
            adjust?.Invoke(builder);
        });
        await ControlPlaneHost.StartAsync(app);
        await app.StartAsync();
        return new(app, folder);
    }

    /// <summary>A client that sends this key; none when it is null.</summary>
    public HttpClient Client(string? key = BootstrapKey)
    {
        var client = _app.GetTestClient();
        if (key is not null)
            client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        return client;
    }

    public async Task<HttpClient> ClientAsync(string role, int tenantId = 1)
    {
        var (key, _) = await Services.GetRequiredService<ApiKeys>().CreateAsync($"test {role}", role, "tests", null, new TenantScope(tenantId), CancellationToken.None);
        return Client(key);
    }

    public async Task AddAsync(params object[] rows)
    {
        await using var context = Db.CreateContext();
        context.AddRange(rows);
        await context.SaveChangesAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
        SqliteConnection.ClearAllPools();
        Directory.Delete(Folder, recursive: true);
    }
}

/// <summary>One product for all tests that only read, or write what no other test looks at.</summary>
public sealed class SharedProduct : IAsyncLifetime
{
    public ProductHost Host { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Host = await ProductHost.StartAsync();

    public ValueTask DisposeAsync() => Host.DisposeAsync();
}

using System.Security.Claims;
using Bunit;
using Bunit.TestDoubles;
using ControlPlane.Runtime.Estate;
using ControlPlane.Runtime.Persistence;
using ControlPlane.Web.Tests.Controls;
using Microsoft.AspNetCore.Builder;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using MudBlazor.Services;

namespace ControlPlane.Web.Tests.Pages;

/// <summary>Pages with the services of the whole product, which is put together and never started, on a database file of their own.</summary>
public abstract class PagesContext : ControlsContext, IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("cp-pages-").FullName;
    private readonly WebApplication _app;
    private readonly Bunit.TestDoubles.BunitAuthorizationContext _who;

    protected PagesContext()
    {
        _app = ControlPlaneHost.Compose([$"--contentRoot={_folder}", "--environment=Production"], builder =>
        {
            builder.Services.AddSingleton<ILoggerFactory>(NullLoggerFactory.Instance);
            builder.Services.AddSingleton<TimeProvider>(Clock);
            builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
            {
                ["ControlPlane:Demo"] = "false", ["ControlPlane:Database:ConnectionString"] = $"Data Source={Path.Combine(_folder, "test.db")}", ["ControlPlane:Secrets:KEY"] = "k",
            });
        });
        Database = new(_app.Services.GetRequiredService<ControlPlaneDb>());
        Services.AddSingleton(TenantScope.Default);
        Services.AddMudServices();
        _who = AddAuthorization();
        AddBunitPersistentComponentState();
    }

    private protected SlowDatabase Database { get; }

    protected IServiceProvider Product => _app.Services;

    protected static CancellationToken Ct => TestContext.Current.CancellationToken;

    public virtual async ValueTask InitializeAsync()
    {
        // Here, because no service can be added afterwards.
        SetRendererInfo(new("Server", true));
        await Product.GetRequiredService<DatabaseStart>().RunAsync(Ct);
    }

    /// <summary>As the product makes it, but on the database that can be slow.</summary>
    protected void Slowly<T>()
        where T : class =>
        Services.AddSingleton(ActivatorUtilities.CreateInstance<T>(Product, Database));

    protected void Take<T>()
        where T : class =>
        Services.AddSingleton(_ => Product.GetRequiredService<T>());

    protected void SignIn(string name, string role) => _who.SetAuthorized(name).SetRoles(role).SetClaims(new Claim(ClaimTypes.NameIdentifier, name));

    protected async Task ApplyAsync(params string[] documents)
    {
        var (_, problems) = await Product.GetRequiredService<EstateService>().ApplyAsync(TenantScope.Default, [.. documents.Select((d, i) => new EstateDocument($"{i}.yaml", d))], "tests", "start", Ct);
        Assert.Empty(problems);
    }

    protected async Task AddAsync(params object[] rows)
    {
        await using var context = Product.GetRequiredService<ControlPlaneDb>().CreateContext();
        context.AddRange(rows);
        await context.SaveChangesAsync(Ct);
    }

    /// <summary>The four words of a failure: what happened, nothing of its innards, a way on, and the page after it.</summary>
    protected void FailsAndRecovers<T>(IRenderedComponent<T> page, Action<IRenderedComponent<T>> after)
        where T : Microsoft.AspNetCore.Components.IComponent
    {
        page.WaitForAssertion(() => Assert.Contains("The database did not answer.", page.Find("[role=alert]").TextContent), TimeSpan.FromSeconds(10));
        Assert.DoesNotContain("innards", page.Markup, StringComparison.Ordinal);
        Database.Broken = false;
        page.Find("[role=alert] button").Click();
        page.WaitForAssertion(() => after(page), TimeSpan.FromSeconds(10));
        Assert.Empty(page.FindAll("[role=alert]"));
    }

    public new async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await _app.DisposeAsync();
        SqliteConnection.ClearAllPools();
        Directory.Delete(_folder, recursive: true);
    }
}

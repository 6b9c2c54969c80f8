using System.Net;
using System.Text.RegularExpressions;
using ControlPlane.Runtime.Identity;
using ControlPlane.Runtime.Persistence;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Identity;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace ControlPlane.Web.Tests.Access;

/// <summary>The whole product in this process, on a database file of its own and a free port, spoken to over real HTTP.</summary>
public sealed partial class PortalHost : IAsyncDisposable
{
    private readonly string _folder;
    private readonly bool _ownsFolder;

    private PortalHost(WebApplication app, string folder, bool ownsFolder) => (App, _folder, _ownsFolder) = (app, folder, ownsFolder);

    public WebApplication App { get; }

    public IServiceProvider Services => App.Services;

    public Uri Address { get; private set; } = default!;

    /// <param name="map">Routes that only the test needs.</param>
    /// <param name="folder">Of a host that ran before, to start again on its database.</param>
    public static async Task<PortalHost> StartAsync(
        CancellationToken ct, bool demo = false, Action<WebApplicationBuilder>? adjust = null, Action<WebApplication>? map = null, string? folder = null, params string[] settings)
    {
        var own = folder ?? Directory.CreateTempSubdirectory("cp-portal-").FullName;
        string[] args =
        [
            $"--ControlPlane:Database:ConnectionString=Data Source={Path.Combine(own, "test.db")}", $"--ControlPlane:Demo={demo}",
            "--urls=http://127.0.0.1:0", "--environment=Production", "--ControlPlane:Sandbox:Port=0", .. settings,
        ];
        var app = ControlPlaneHost.Build(args, builder =>
        {
            // Hangfire keeps the last host's log in a static: it must outlive that host, or others in this process fail.
            builder.Services.AddSingleton<ILoggerFactory>(NullLoggerFactory.Instance);
            adjust?.Invoke(builder);
        });
        map?.Invoke(app);
        await ControlPlaneHost.StartAsync(app);
        await app.StartAsync(ct);
        return new(app, own, folder is null) { Address = new(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First()) };
    }

    /// <summary>A browser that keeps its cookies and does not follow redirects.</summary>
    public HttpClient Browser() => new(new SocketsHttpHandler { AllowAutoRedirect = false, CookieContainer = new CookieContainer() }) { BaseAddress = Address };

    /// <summary>A script without cookies.</summary>
    public HttpClient Script(string? key = null)
    {
        var client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false }) { BaseAddress = Address };
        if (key is not null)
            client.DefaultRequestHeaders.Authorization = new("Bearer", key);
        return client;
    }

    public async Task<PortalUser> AddUserAsync(string email, string password, params string[] roles)
    {
        await using var scope = Services.CreateAsyncScope();
        var users = scope.ServiceProvider.GetRequiredService<UserManager<PortalUser>>();
        var user = new PortalUser { Id = Guid.CreateVersion7(), UserName = email, Email = email, DisplayName = "Test Person" };
        Assert.True((await users.CreateAsync(user, password)).Succeeded);
        if (roles.Length > 0)
            Assert.True((await users.AddToRolesAsync(user, roles)).Succeeded);
        return user;
    }

    public ControlPlaneDbContext Database() => Services.GetRequiredService<IControlPlaneDb>().CreateContext();

    /// <summary>Opens a page and posts one of its forms with the hidden fields that the page put into it.</summary>
    public static async Task<HttpResponseMessage> PostFormAsync(
        HttpClient browser, string page, string form, IEnumerable<KeyValuePair<string, string>> fields, CancellationToken ct, bool withToken = true)
    {
        var html = await browser.GetStringAsync(page, ct);
        var hidden = HiddenFields().Matches(html).Select(m => (Name: m.Groups[1].Value, Value: WebUtility.HtmlDecode(m.Groups[2].Value))).ToList();
        Assert.Contains(hidden, h => h == ("_handler", form));
        var all = fields.Append(new("_handler", form));
        if (withToken)
            all = all.Append(new("__RequestVerificationToken", hidden.First(h => h.Name == "__RequestVerificationToken").Value));
        return await browser.PostAsync(page, new FormUrlEncodedContent(all), ct);
    }

    public static Task<HttpResponseMessage> SignInAsync(HttpClient browser, string email, string password, CancellationToken ct, string page = "/sign-in") =>
        PostFormAsync(browser, page, "password", [new("Password.Email", email), new("Password.Secret", password)], ct);

    public static Task<HttpResponseMessage> SignInAsPersonaAsync(HttpClient browser, string key, CancellationToken ct, string page = "/sign-in") =>
        PostFormAsync(browser, page, "persona", [new("Persona.Key", key)], ct);

    /// <summary>Stops it and leaves the database for the next one.</summary>
    public async Task<string> StopAsync()
    {
        await App.StopAsync(CancellationToken.None);
        await App.DisposeAsync();
        return _folder;
    }

    public async ValueTask DisposeAsync()
    {
        await App.DisposeAsync();
        if (!_ownsFolder)
            return;
        SqliteConnection.ClearAllPools();
        Directory.Delete(_folder, recursive: true);
    }

    [GeneratedRegex("<input type=\"hidden\" name=\"([^\"]+)\" value=\"([^\"]*)\"")]
    private static partial Regex HiddenFields();
}

using System.Net;
using System.Text.RegularExpressions;
using ControlPlane.Web.Features.Api;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Authorization.Infrastructure;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace ControlPlane.Web.Tests.Api;

/// <summary>What the product offers to scripts, and to whom, as text that a reviewer reads.</summary>
public sealed class DescriptionTests(SharedProduct product)
{
    private readonly ProductHost _host = product.Host;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private IEnumerable<RouteEndpoint> Endpoints => _host.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>();

    [Fact]
    public void The_routes_and_who_may_use_them_are_those_that_were_approved()
    {
        var routes = Endpoints.Where(e => Regex.IsMatch(e.RoutePattern.RawText!, "^/?(api|alive|health|metrics|openapi|scalar|in)\\b")).Select(Line).Distinct().Order(StringComparer.Ordinal);
        Approve("routes.approved.txt", routes);
    }

    [Fact]
    public async Task The_description_names_every_operation_with_its_parameters()
    {
        using var client = _host.Client();
        var document = await client.GetAsync(ApiFeature.DocumentPath, HttpStatusCode.OK);
        var described = document.GetProperty("paths").EnumerateObject().SelectMany(p => p.Value.EnumerateObject().Select(o => $"{o.Name.ToUpperInvariant()} {p.Name}")).ToHashSet();
        var there = Endpoints.Where(e => e.RoutePattern.RawText!.StartsWith(ApiFeature.Root, StringComparison.Ordinal) && !e.RoutePattern.RawText.Contains("**", StringComparison.Ordinal))
            .Select(e => $"{e.Metadata.GetMetadata<HttpMethodMetadata>()!.HttpMethods[0]} {e.RoutePattern.RawText!.TrimEnd('/')}").ToHashSet();
        Assert.Equal(there.Order(), described.Order());
        var list = document.GetProperty("paths").GetProperty("/api/v1/transactions").GetProperty("get");
        Assert.Equal(["q", "state", "connection", "stage", "party", "system", "code", "from", "to", "limit", "cursor"], list.GetProperty("parameters").EnumerateArray().Select(p => p.Text("name")));
        var retry = document.GetProperty("paths").GetProperty("/api/v1/transactions/{id}/retry").GetProperty("post");
        Assert.Contains(retry.GetProperty("parameters").EnumerateArray(), p => p.Text("name") == "Idempotency-Key" && p.GetProperty("required").GetBoolean());
        Assert.Equal("bearer", document.GetProperty("components").GetProperty("securitySchemes").GetProperty("apiKey").Text("scheme"));
    }

    [Fact]
    public async Task The_reference_is_served_from_here_alone()
    {
        using var client = _host.Client();
        var page = await client.GetStringAsync("/scalar/", Ct);
        foreach (Match link in Regex.Matches(page, "(?:src|href)=\"([^\"]+)\""))
            Assert.DoesNotMatch("^(https?:)?//", link.Groups[1].Value);
        var script = Regex.Match(page, "src=\"([^\"]*scalar[^\"]*\\.js[^\"]*)\"").Groups[1].Value;
        Assert.NotEqual("", script);
        using var asset = await client.GetAsync(new Uri(new Uri("http://localhost/scalar/"), script), Ct);
        Assert.Equal(HttpStatusCode.OK, asset.StatusCode);
        Assert.True((await asset.Content.ReadAsByteArrayAsync(Ct)).Length > 100_000);
        using var stranger = _host.Client(null);
        using var closed = await stranger.GetAsync("/scalar/", Ct);
        Assert.Equal(HttpStatusCode.Redirect, closed.StatusCode);
    }

    private static string Line(RouteEndpoint endpoint)
    {
        var methods = endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods is { Count: > 0 } m ? string.Join(',', m) : "ANY";
        var roles = endpoint.Metadata.GetOrderedMetadata<AuthorizationPolicy>().SelectMany(p => p.Requirements).OfType<RolesAuthorizationRequirement>().SelectMany(r => r.AllowedRoles)
            .Concat(endpoint.Metadata.GetOrderedMetadata<IAuthorizeData>().Select(a => a.Policy).OfType<string>()).Distinct().ToList();
        var who = endpoint.Metadata.GetMetadata<IAllowAnonymous>() is not null ? "everybody" : roles.Count > 0 ? string.Join(", ", roles) : "signed in";
        var key = endpoint.Metadata.GetMetadata<IdempotentWrite>() is { } write ? write.Required ? "; Idempotency-Key" : "; Idempotency-Key optional" : "";
        return $"{methods,-6} /{endpoint.RoutePattern.RawText!.TrimStart('/')} — {who}{key}";
    }

    /// <summary>A difference is for a person to read: copy what is new into the approved file if it is meant.</summary>
    private static void Approve(string name, IEnumerable<string> lines)
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "ControlPlane.sln")))
            folder = folder.Parent ?? throw new DirectoryNotFoundException("ControlPlane.sln");
        var approved = File.ReadAllText(Path.Combine(folder.FullName, "tests", "ControlPlane.Web.Tests", "Api", name)).ReplaceLineEndings("\n").TrimEnd('\n');
        var received = string.Join('\n', lines);
        Assert.True(approved == received, $"{name} differs. Received:\n{received}");
    }
}

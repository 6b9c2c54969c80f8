using System.Net;
using ControlPlane.Runtime.Engine;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace ControlPlane.Web.Tests.Receive;

/// <summary>A node does what its roles say, and nothing else.</summary>
public sealed class RolesTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("web", HttpStatusCode.MethodNotAllowed, HttpStatusCode.OK)]
    [InlineData("ingest", HttpStatusCode.Unauthorized, HttpStatusCode.NotFound)]
    [InlineData("worker,scheduler", HttpStatusCode.NotFound, HttpStatusCode.NotFound)]
    public async Task It_serves_what_its_roles_say(string roles, HttpStatusCode door, HttpStatusCode api)
    {
        await using var host = await ProductHost.StartAsync(new Dictionary<string, string?> { ["ControlPlane:Roles"] = roles });
        using var client = host.Client();
        Assert.Equal(door, (await client.PostAsync("/in/nobody", new ByteArrayContent("{}"u8.ToArray()), Ct)).StatusCode);
        Assert.Equal(api, (await client.GetAsync("/api/v1/connections", Ct)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/alive", Ct)).StatusCode);
        await using var context = host.Db.CreateContext();
        Assert.Equal(roles, (await context.Nodes.SingleAsync(Ct)).Roles);
    }

    [Theory]
    [InlineData("web,ingest", false)]
    [InlineData("worker", true)]
    public async Task Only_a_worker_runs_flows(string roles, bool pumps)
    {
        await using var host = await ProductHost.StartAsync(new Dictionary<string, string?> { ["ControlPlane:Roles"] = roles });
        var engine = await host.Services.GetRequiredService<EngineQueries>().ReadAsync(Ct);
        Assert.Equal(pumps, engine.Lanes[0].Concurrency > 0);
        Assert.Equal(pumps, host.Services.GetServices<IHostedService>().Any(s => s.GetType().Name.Contains("BackgroundJobServer", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_node_that_is_stopped_in_order_says_good_bye()
    {
        await using var host = await ProductHost.StartAsync();
        await host.Services.GetRequiredService<NodeRegistry>().StopAsync(Ct);
        await using var context = host.Db.CreateContext();
        Assert.NotNull((await context.Nodes.SingleAsync(Ct)).StoppedAt);
    }
}

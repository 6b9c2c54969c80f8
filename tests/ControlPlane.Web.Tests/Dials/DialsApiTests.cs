using ControlPlane.Runtime.Identity;

namespace ControlPlane.Web.Tests.Dials;

public sealed class DialsApiTests
{
    [Fact]
    public async Task Dials_presets_and_counts_are_listed()
    {
        await using var rig = await DialsRig.StartAsync();

        var (status, body) = await rig.SendAsync(HttpMethod.Get, "/dials");

        Assert.Equal(200, status);
        var latency = body!["dials"]!.AsArray().Single(d => d!["system"]!.GetValue<string>() == "wms" && d["name"]!.GetValue<string>() == "latency")!;
        Assert.Equal(("slider", "ms", 30_000), (latency["kind"]!.GetValue<string>(), latency["unit"]!.GetValue<string>(), latency["max"]!.GetValue<double>()));
        Assert.Equal(["all-well", "erp-down", "warehouse-silent", "lost-answers", "throttled-marketplace"], body["presets"]!.AsArray().Select(p => p!["name"]!.GetValue<string>()));
        Assert.Equal(["shop", "amazon", "erp", "wms"], body["systems"]!.AsArray().Select(s => s!["system"]!.GetValue<string>()));
    }

    [Fact]
    public async Task Dials_are_turned_together_and_reset()
    {
        await using var rig = await DialsRig.StartAsync();

        var (turned, _) = await rig.SendAsync(HttpMethod.Put, "/dials", """{"dials":[{"system":"erp","name":"latency","value":250},{"system":"wms","name":"paused","value":1}]}""");
        Assert.Equal((200, 250, 1), (turned, rig.Sandbox.Dials.Get("erp", "latency"), rig.Sandbox.Dials.Get("wms", "paused")));
        var (preset, _) = await rig.SendAsync(HttpMethod.Put, "/dials", """{"preset":"erp-down"}""");
        Assert.Equal((200, 0, 100), (preset, rig.Sandbox.Dials.Get("wms", "paused"), rig.Sandbox.Dials.Get("erp", "error-rate")));
        var (reset, body) = await rig.SendAsync(HttpMethod.Post, "/dials/reset");

        Assert.Equal((200, 0), (reset, rig.Sandbox.Dials.Get("erp", "error-rate")));
        Assert.All(body!["dials"]!.AsArray(), d => Assert.Equal(d!["default"]!.GetValue<double>(), d["value"]!.GetValue<double>()));
    }

    [Theory]
    [InlineData("""{"dials":[{"system":"wms","name":"paused","value":1},{"system":"erp","name":"colour","value":1}]}""", 404, "dial.unknown")]
    [InlineData("""{"dials":[{"system":"wms","name":"paused","value":1},{"system":"erp","name":"latency","value":30001}]}""", 400, "dial.out_of_range")]
    [InlineData("""{"preset":"no-such-day"}""", 404, "preset.unknown")]
    [InlineData("""{"dial":[]}""", 400, "request.body_invalid")]
    [InlineData("""{}""", 400, "dials.unreadable")]
    [InlineData(null, 400, "request.body_missing")]
    public async Task What_makes_no_sense_is_refused_with_a_stable_code_and_nothing_is_turned(string? body, int status, string code)
    {
        await using var rig = await DialsRig.StartAsync();

        var (answered, problem) = await rig.SendAsync(HttpMethod.Put, "/dials", body);

        Assert.Equal((status, code), (answered, problem!["code"]!.GetValue<string>()));
        Assert.NotEmpty(problem["detail"]!.GetValue<string>());
        Assert.Equal(0, rig.Sandbox.Dials.Get("wms", "paused"));
    }

    [Fact]
    public async Task Orders_are_placed_now_in_the_shop_unless_told_otherwise()
    {
        await using var rig = await DialsRig.StartAsync();

        var (one, _) = await rig.SendAsync(HttpMethod.Post, "/orders");
        var (more, body) = await rig.SendAsync(HttpMethod.Post, "/orders", """{"system":"amazon","count":3}""");
        var (tooMany, problem) = await rig.SendAsync(HttpMethod.Post, "/orders", """{"count":1001}""");
        var (nowhere, other) = await rig.SendAsync(HttpMethod.Post, "/orders", """{"system":"erp"}""");

        Assert.Equal((200, 200, 400, 400), (one, more, tooMany, nowhere));
        Assert.Equal(3, body!["placed"]!.GetValue<int>());
        Assert.Equal(("sandbox.count_out_of_range", "sandbox.not_a_shop"), (problem!["code"]!.GetValue<string>(), other!["code"]!.GetValue<string>()));
        Assert.Equal((1, 3), (Placed(rig, "shop"), Placed(rig, "amazon")));
    }

    [Theory]
    [InlineData("GET", "/dials")]
    [InlineData("PUT", "/dials")]
    [InlineData("POST", "/dials/reset")]
    [InlineData("POST", "/orders")]
    public async Task Only_administrators_may(string method, string path)
    {
        await using var rig = await DialsRig.StartAsync();

        Assert.Equal(401, (await rig.SendAsync(new(method), path, "{}", role: null)).Status);
        foreach (var role in PortalRoles.All.Except([PortalRoles.Admin]))
            Assert.Equal(403, (await rig.SendAsync(new(method), path, "{}", role)).Status);
    }

    [Fact]
    public async Task Without_the_demo_there_is_nothing_to_turn()
    {
        await using var rig = await DialsRig.StartAsync(demo: false);

        var (status, problem) = await rig.SendAsync(HttpMethod.Get, "/dials");

        Assert.Equal((404, "demo.off"), (status, problem!["code"]!.GetValue<string>()));
    }

    private static long Placed(DialsRig rig, string system) => rig.Sandbox.Statistics().Single(s => s.System == system).OrdersPlaced;
}

using System.Net;
using System.Text.Json.Nodes;
using Connectors.Sandbox;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Connectors.Tests.Sandbox;

public sealed class HostTests
{
    [Fact]
    public async Task Dials_are_listed_and_turned_over_the_sandboxs_own_port()
    {
        await using var rig = await SandboxRig.StartAsync();

        var before = await rig.SendAsync(HttpMethod.Get, "/_dials");
        var turned = await rig.SendAsync(HttpMethod.Put, "/_dials", JsonNode.Parse("""{"dials":[{"system":"erp","name":"latency","value":250}]}"""));
        var preset = await rig.SendAsync(HttpMethod.Put, "/_dials", JsonNode.Parse("""{"preset":"erp-down"}"""));

        var dial = before.Json["dials"]!.AsArray().Single(d => d!["system"]!.GetValue<string>() == "erp" && d["name"]!.GetValue<string>() == "latency")!;
        Assert.Equal((0, 30_000, "ms", "slider"), (dial["value"]!.GetValue<double>(), dial["max"]!.GetValue<double>(), dial["unit"]!.GetValue<string>(), dial["kind"]!.GetValue<string>()));
        Assert.Equal(200, turned.Code);
        Assert.Equal((200, 100, 0), (preset.Code, rig.Control.Dials.Get("erp", "error-rate"), rig.Control.Dials.Get("erp", "latency")));
        Assert.Contains("warehouse-silent", before.Json["presets"]!.AsArray().Select(p => p!["name"]!.GetValue<string>()));
    }

    [Theory]
    [InlineData("""{"dials":[{"system":"erp","name":"latency","value":99999}]}""", 400, "dial.out_of_range")]
    [InlineData("""{"dials":[{"system":"erp","name":"colour","value":1}]}""", 404, "dial.unknown")]
    [InlineData("""{"preset":"no-such-day"}""", 404, "preset.unknown")]
    [InlineData("""{"dials":[{"name":"latency"}]}""", 400, "dials.unreadable")]
    [InlineData("""{}""", 400, "dials.unreadable")]
    [InlineData("""[1]""", 400, "dials.unreadable")]
    public async Task A_wish_that_makes_no_sense_is_refused_with_a_code(string body, int status, string code)
    {
        await using var rig = await SandboxRig.StartAsync();

        var answer = await rig.SendAsync(HttpMethod.Put, "/_dials", JsonNode.Parse(body));

        Assert.Equal(status, answer.Code);
        Assert.Equal(code, answer.Json["refusals"]![0]!["code"]!.GetValue<string>());
    }

    [Fact]
    public async Task The_ledger_counts_what_was_done_by_reference_even_while_the_system_is_down()
    {
        await using var rig = await SandboxRig.StartAsync();
        var erp = await ErpClient.LoginAsync(rig);
        await erp.CreateAsync("WEB-1");
        await erp.CreateAsync("WEB-1");
        await erp.CreateAsync("WEB-2");
        rig.Turn("erp", "error-rate", 100);

        var ledger = (await rig.SendAsync(HttpMethod.Get, "/erp/_ledger")).Json;
        var one = (await rig.SendAsync(HttpMethod.Get, "/erp/_ledger?operation=sales-order&reference=WEB-1")).Json;

        Assert.Equal((3, 1), (ledger["effects"]!.GetValue<int>(), ledger["duplicates"]!.GetValue<int>()));
        var orders = ledger["operations"]!.AsArray().Single(o => o!["operation"]!.GetValue<string>() == "sales-order")!;
        Assert.Equal("""{"WEB-1":2,"WEB-2":1}""", orders["references"]!.ToJsonString());
        Assert.Equal("""{"WEB-1":2}""", Assert.Single(one["operations"]!.AsArray())!["references"]!.ToJsonString());
    }

    [Fact]
    public async Task Orders_can_be_placed_now_but_only_at_shops_and_not_without_end()
    {
        await using var rig = await SandboxRig.StartAsync();

        Assert.Null(rig.Control.PlaceOrders("amazon", 3));
        Assert.Equal("sandbox.not_a_shop", rig.Control.PlaceOrders("erp", 1)!.Code);
        Assert.Equal("sandbox.count_out_of_range", rig.Control.PlaceOrders("shop", 1_001)!.Code);
        Assert.Equal("sandbox.count_out_of_range", rig.Control.PlaceOrders("shop", 0)!.Code);
        Assert.Equal((3, 3), (rig.Statistics("amazon").OrdersPlaced, rig.Statistics("amazon").OrdersKept));
    }

    [Fact]
    public async Task Another_host_name_is_not_served()
    {
        await using var rig = await SandboxRig.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/_dials") { Headers = { Host = "dials.example.com" } };

        Assert.Equal(HttpStatusCode.MisdirectedRequest, (await rig.SendAsync(request)).Status);
    }

    [Fact]
    public async Task Only_the_newest_orders_are_kept()
    {
        await using var rig = await SandboxRig.StartAsync(o => o with { KeptOrders = 100 });
        rig.Turn("shop", "lost-webhook-rate", 100);

        rig.Control.PlaceOrders("shop", 150);

        Assert.Equal((150, 100), (rig.Statistics("shop").OrdersPlaced, rig.Statistics("shop").OrdersKept));
        var oldest = await rig.GraphQlAsync("""{ orders(first: 1, sortKey: ID) { nodes { name } } }""");
        Assert.Equal("#1051", oldest.Json["data"]!["orders"]!["nodes"]![0]!["name"]!.GetValue<string>());
    }

    [Fact]
    public async Task The_same_seed_makes_the_same_orders()
    {
        await using var one = await SandboxRig.StartAsync();
        await using var two = await SandboxRig.StartAsync();

        Assert.Equal((await one.OrderAsync()).Body, (await two.OrderAsync()).Body);
    }

    [Fact]
    public async Task Settings_that_cannot_work_are_named_at_start()
    {
        var options = new SandboxOptions { Port = -1, WebhookTarget = new("http://shop.example.com"), Secrets = SandboxSecrets.DeriveFrom("x") with { WmsWebhookSecret = "whsec_short" } };

        var problem = await Assert.ThrowsAsync<ArgumentException>(() => SandboxHost.StartAsync(options, ct: TestContext.Current.CancellationToken));

        Assert.Contains("Port", problem.Message, StringComparison.Ordinal);
        Assert.Contains("WebhookTarget", problem.Message, StringComparison.Ordinal);
        Assert.Contains("WmsWebhookSecret", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_port_that_is_taken_is_named()
    {
        await using var rig = await SandboxRig.StartAsync();

        var problem = await Assert.ThrowsAsync<IOException>(() => SandboxHost.StartAsync(new SandboxOptions { Port = rig.Address.Port }, ct: TestContext.Current.CancellationToken));

        Assert.StartsWith($"The sandbox cannot listen on 127.0.0.1:{rig.Address.Port}: ", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Inside_a_host_it_starts_and_stops_with_it()
    {
        var ct = TestContext.Current.CancellationToken;
        await using var inbox = await WebhookInbox.StartAsync(ct);
        var builder = Host.CreateEmptyApplicationBuilder(new());
        builder.Services.AddSandbox(new() { Port = 0, OrdersPerMinute = 1_200, WebhookTarget = inbox.Address });
        using var host = builder.Build();

        await host.StartAsync(ct);
        await inbox.NextAsync(ct);
        var control = host.Services.GetRequiredService<ISandboxControl>();
        Assert.True(control.Statistics().Single(s => s.System == "shop").OrdersPlaced > 0);
        await host.StopAsync(ct);

        var placed = control.Statistics().Single(s => s.System == "shop").OrdersPlaced;
        Assert.True(await inbox.IsQuietAsync(ct) || control.Statistics().Single(s => s.System == "shop").OrdersPlaced == placed);
    }

    [Fact]
    public async Task A_restarted_sandbox_does_not_give_out_numbers_again()
    {
        await using var rig = await SandboxRig.StartAsync(o => o with { NumberOffset = null });

        var number = (await rig.OrderAsync()).Json["order_number"]!.GetValue<int>();

        // 326 days and a half, one number in two seconds: more than 30 orders a minute use up in the meantime.
        Assert.Equal(1_001 + 326 * 43_200 + 21_600, number);
    }
}

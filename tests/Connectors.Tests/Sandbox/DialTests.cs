using System.Text.Json.Nodes;
using Connectors.Sandbox;
using Connectors.Sandbox.Dials;

namespace Connectors.Tests.Sandbox;

/// <summary>Each dial does what it says.</summary>
public sealed class DialTests
{
    private const string Ask = "{ orders(first: 1) { nodes { id } } }";

    public static TheoryData<string> Systems => [.. SandboxSystems.All];

    [Fact]
    public void Every_dial_can_be_understood_and_stands_where_it_should()
    {
        var dials = new SandboxDials([]);

        Assert.All(dials.List(), reading =>
        {
            var dial = reading.Definition;
            Assert.Matches("^[a-z]+(-[a-z]+)*$", dial.Name);
            Assert.True(dial.Title.Length is > 3 and < 30, dial.Title);
            Assert.EndsWith(".", dial.Meaning, StringComparison.Ordinal);
            Assert.InRange(dial.Default, dial.Min, dial.Max);
            Assert.Equal(dial.Default, reading.Value);
            Assert.Equal(dial.Kind == DialKind.Switch, dial.Unit.Length == 0);
            Assert.True(dial.Purpose == DialPurpose.Pace || dial.Default == 0, $"{dial} is a fault that is on by itself");
        });
        Assert.Equal(dials.List().Count, dials.List().Select(d => d.Definition.ToString()).Distinct().Count());
        Assert.All(DialPreset.All, p => Assert.Empty(dials.Apply(p.Name)));
    }

    [Theory]
    [InlineData("erp", "latency", 30_001, "dial.out_of_range")]
    [InlineData("erp", "latency", -1, "dial.out_of_range")]
    [InlineData("erp", "latency", double.NaN, "dial.out_of_range")]
    [InlineData("erp", "maintenance", 0.5, "dial.out_of_range")]
    [InlineData("erp", "paused", 1, "dial.unknown")]
    [InlineData("crm", "latency", 1, "dial.unknown")]
    public void A_setting_that_makes_no_sense_is_refused_and_the_others_with_it(string system, string name, double value, string code)
    {
        var dials = new SandboxDials([]);

        var refusals = dials.Apply([new("wms", "latency", 500), new(system, name, value)]);

        Assert.Equal(code, Assert.Single(refusals).Code);
        Assert.Equal(0, dials.Get("wms", "latency"));
    }

    [Fact]
    public void A_preset_puts_the_other_faults_back_and_leaves_the_pace()
    {
        var dials = new SandboxDials([]);
        dials.Apply([new("wms", "latency", 500), new("shop", "order-rate", 200)]);

        Assert.Empty(dials.Apply("erp-down"));

        Assert.Equal((100, 0, 200), (dials.Get("erp", "error-rate"), dials.Get("wms", "latency"), dials.Get("shop", "order-rate")));
        Assert.Equal("preset.unknown", Assert.Single(dials.Apply("no-such-day")).Code);
        dials.Reset();
        Assert.Equal((0, 30), (dials.Get("erp", "error-rate"), dials.Get("shop", "order-rate")));
    }

    [Theory]
    [MemberData(nameof(Systems))]
    public async Task Latency_holds_every_call(string system)
    {
        await using var rig = await SandboxRig.StartAsync();
        var call = await CallerAsync(rig, system);
        rig.Turn(system, "latency", 2_000);

        var pending = call();
        await Task.Delay(100, TestContext.Current.CancellationToken);
        Assert.False(pending.IsCompleted);

        Assert.Equal(200, (await rig.PassAsync(pending, TimeSpan.FromSeconds(3))).Code);
    }

    [Theory]
    [MemberData(nameof(Systems))]
    public async Task Throttled_calls_look_as_the_system_throttles(string system)
    {
        await using var rig = await SandboxRig.StartAsync();
        var call = await CallerAsync(rig, system);
        rig.Turn(system, "throttle-rate", 100);

        var answer = await call();

        // Shopify says so with 200, in the body.
        Assert.Equal(system == "shop" ? 200 : 429, answer.Code);
        Assert.Contains(system switch { "shop" => "THROTTLED", "amazon" => "QuotaExceeded", "erp" => "Application_TooManyRequests", _ => "rate_limited" }, answer.Body, StringComparison.Ordinal);
        Assert.Equal(system is "erp" or "wms", answer.Header("Retry-After").Length > 0);
        Assert.Equal(1, rig.Statistics(system).Throttled);
    }

    [Theory]
    [MemberData(nameof(Systems))]
    public async Task Server_errors_come_as_5xx_and_change_nothing(string system)
    {
        await using var rig = await SandboxRig.StartAsync();
        var call = await CallerAsync(rig, system);
        rig.Turn(system, "error-rate", 100);

        var answer = await call();

        Assert.Contains(answer.Code, new[] { 500, 502 });
        Assert.NotNull(answer.Json);
        Assert.Equal(1, rig.Statistics(system).Broken);
        Assert.Equal(0, rig.Statistics(system).Effects);
    }

    [Fact]
    public async Task A_rate_of_server_errors_is_a_share()
    {
        await using var rig = await SandboxRig.StartAsync();
        rig.Turn("wms", "error-rate", 30);

        for (var i = 0; i < 90; i++)
            await rig.WmsAsync(HttpMethod.Get, "/wms/v1/orders?reference=R");

        Assert.InRange(rig.Statistics("wms").Broken, 15, 40);
    }

    [Theory]
    [MemberData(nameof(Systems))]
    public async Task Maintenance_is_503_with_Retry_After_and_the_page_is_HTML_with_200(string system)
    {
        await using var rig = await SandboxRig.StartAsync();
        var call = await CallerAsync(rig, system);
        rig.Turn(system, "maintenance", 1);
        var closed = await call();
        rig.Turn(system, "maintenance", 0);
        rig.Turn(system, "maintenance-page", 1);
        var page = await call();

        Assert.Equal((503, "30"), (closed.Code, closed.Header("Retry-After")));
        Assert.Equal((200, "text/html"), (page.Code, page.ContentType!.MediaType));
        Assert.Contains("maintenance", page.Body, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Systems))]
    public async Task Refused_credentials_look_as_the_system_refuses_them(string system)
    {
        await using var rig = await SandboxRig.StartAsync();
        var call = await CallerAsync(rig, system);
        rig.Turn(system, "wrong-credentials", 1);

        var answer = await call();

        Assert.Equal(system == "amazon" ? 403 : 401, answer.Code);
        if (system == "erp")
            Assert.Equal("invalid_client", (await rig.FormAsync("/erp/oauth2/v2.0/token", ("grant_type", "client_credentials"))).Json["error"]!.GetValue<string>());
    }

    [Fact]
    public async Task A_lost_answer_to_the_ERP_has_made_the_order_all_the_same()
    {
        await using var rig = await SandboxRig.StartAsync();
        var erp = await ErpClient.LoginAsync(rig);
        rig.Turn("erp", "lost-answer-rate", 100);

        await Assert.ThrowsAsync<HttpRequestException>(() => erp.CreateAsync("WEB-1001"));

        Assert.Single((await erp.FindAsync("WEB-1001")).Json["value"]!.AsArray());
        Assert.Equal(1, rig.Effects("erp", "sales-order", "WEB-1001"));
        Assert.Equal(1, rig.Statistics("erp").LostAnswers);
    }

    [Fact]
    public async Task A_lost_answer_of_the_warehouse_is_made_good_by_the_idempotency_key()
    {
        await using var rig = await SandboxRig.StartAsync();
        rig.Turn("wms", "lost-answer-rate", 100);

        await Assert.ThrowsAsync<HttpRequestException>(() => rig.InstructAsync("R-1", key: "k"));
        var again = await rig.InstructAsync("R-1", key: "k");

        Assert.Equal(201, again.Code);
        Assert.Equal(1, rig.Effects("wms", "warehouse-order", "R-1"));
    }

    [Fact]
    public async Task A_lost_answer_of_the_shop_has_fulfilled_the_order_all_the_same()
    {
        await using var rig = await SandboxRig.StartAsync();
        var gid = (await rig.OrderAsync()).Gid();
        var order = await rig.OrderAsync(gid);
        rig.Turn("shop", "lost-answer-rate", 100);

        await Assert.ThrowsAsync<HttpRequestException>(() => rig.GraphQlAsync(ShopClient.Fulfill, ShopClient.Shipment(order, "T-1")));

        Assert.Equal("FULFILLED", (await rig.OrderAsync(gid))["displayFulfillmentStatus"]!.GetValue<string>());
    }

    [Fact]
    public async Task A_refused_write_is_never_lost()
    {
        await using var rig = await SandboxRig.StartAsync();
        var erp = await ErpClient.LoginAsync(rig);
        rig.Turn("erp", "lost-answer-rate", 100);

        Assert.Equal(400, (await erp.CreateAsync("WEB-1001", ("NO-SUCH-ITEM", 1, 1m))).Code);
    }

    [Fact]
    public async Task Lost_webhooks_are_never_sent_but_the_order_can_be_asked_for()
    {
        await using var rig = await SandboxRig.StartAsync();
        rig.Turn("shop", "lost-webhook-rate", 100);

        rig.Control.PlaceOrders("shop", 3);

        Assert.True(await rig.Inbox.IsQuietAsync(TestContext.Current.CancellationToken));
        Assert.Equal(3, rig.Statistics("shop").WebhooksLost);
        var orders = await rig.GraphQlAsync("{ orders(first: 10) { nodes { name } } }");
        Assert.Equal(3, orders.Json["data"]!["orders"]!["nodes"]!.AsArray().Count);
    }

    [Fact]
    public async Task Duplicate_webhooks_come_under_the_same_delivery_id_or_under_a_new_one()
    {
        await using var rig = await SandboxRig.StartAsync();
        rig.Turn("shop", "duplicate-webhook-rate", 100);
        rig.Control.PlaceOrders("shop", 20);

        var received = new List<ReceivedWebhook>();
        while (received.Count < 40)
            received.Add(await rig.Inbox.NextAsync(TestContext.Current.CancellationToken));

        var pairs = received.GroupBy(w => w.Json["id"]!.GetValue<long>()).ToList();
        Assert.Equal(20, pairs.Count);
        Assert.All(pairs, p => Assert.Equal(2, p.Count()));
        Assert.All(pairs, p => Assert.Single(p.Select(w => w.Headers["X-Shopify-Event-Id"]).Distinct()));
        Assert.Equal([1, 2], pairs.Select(p => p.Select(w => w.Headers["X-Shopify-Webhook-Id"]).Distinct().Count()).Distinct().Order());
    }

    [Fact]
    public async Task Paused_the_shop_says_nothing_and_afterwards_everything()
    {
        await using var rig = await SandboxRig.StartAsync(o => o with { OrdersPerMinute = 600 });
        rig.Turn("shop", "paused", 1);
        rig.Clock.Advance(TimeSpan.FromMinutes(5));
        rig.Control.PlaceOrders("shop", 2);
        Assert.True(await rig.Inbox.IsQuietAsync(TestContext.Current.CancellationToken));
        Assert.Equal((2, 2), (rig.Statistics("shop").OrdersPlaced, rig.Statistics("shop").WebhooksWaiting));

        rig.Turn("shop", "paused", 0);

        await rig.Inbox.NextAsync(TestContext.Current.CancellationToken);
        await rig.Inbox.NextAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Reordered_the_shipment_comes_before_the_acknowledgement()
    {
        await using var rig = await SandboxRig.StartAsync();
        rig.Turn("wms", "reordered-webhook-rate", 100);
        await rig.InstructAsync("R-1");

        Assert.Equal(["shipment.confirmed", "order.acknowledged"], (await rig.ToldAsync(2)).Select(w => w.Type()));
    }

    [Fact]
    public async Task A_partial_shipment_leaves_in_two_parcels_that_together_hold_everything()
    {
        await using var rig = await SandboxRig.StartAsync();
        rig.Turn("wms", "partial-shipment-rate", 100);
        await rig.InstructAsync("R-1");

        var told = await rig.ToldAsync(3);

        Assert.Equal(["order.acknowledged", "shipment.confirmed", "shipment.confirmed"], told.Select(w => w.Type()));
        var lines = told.Skip(1).SelectMany(w => w.Json["data"]!["shipment"]!["lines"]!.AsArray()).ToList();
        Assert.Equal(["L1:2", "L2:1"], lines.Select(l => $"{l!["lineRef"]}:{l["quantity"]}"));
        Assert.Equal(2, told.Skip(1).Select(w => w.Json["data"]!["shipment"]!["id"]!.GetValue<string>()).Distinct().Count());
        Assert.Equal(0, rig.Statistics("wms").Duplicates);
    }

    [Fact]
    public async Task A_rejected_line_is_told_and_the_other_one_ships()
    {
        await using var rig = await SandboxRig.StartAsync();
        rig.Turn("wms", "rejected-line-rate", 100);
        await rig.InstructAsync("R-1");

        var told = await rig.ToldAsync(3);

        Assert.Equal(["order.acknowledged", "order.line_rejected", "shipment.confirmed"], told.Select(w => w.Type()).Order());
        var rejected = told.Single(w => w.Type() == "order.line_rejected").Json["data"]!;
        Assert.NotEmpty(rejected["reason"]!.GetValue<string>());
        var shipped = Assert.Single(told.Single(w => w.Type() == "shipment.confirmed").Json["data"]!["shipment"]!["lines"]!.AsArray())!;
        Assert.NotEqual(rejected["lineRef"]!.GetValue<string>(), shipped["lineRef"]!.GetValue<string>());
    }

    [Fact]
    public async Task A_rejected_order_is_told_with_a_reason_and_never_ships()
    {
        await using var rig = await SandboxRig.StartAsync();
        rig.Turn("wms", "rejected-order-rate", 100);
        await rig.InstructAsync("R-1");

        var told = Assert.Single(await rig.ToldAsync(1));

        Assert.Equal("order.rejected", told.Type());
        Assert.NotEmpty(told.Json["data"]!["reason"]!.GetValue<string>());
        rig.Clock.Advance(TimeSpan.FromMinutes(1));
        Assert.True(await rig.Inbox.IsQuietAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task The_delays_of_the_warehouse_are_kept()
    {
        await using var rig = await SandboxRig.StartAsync();
        rig.Turn("wms", "ack-delay-min", 60);
        rig.Turn("wms", "ack-delay-max", 60);
        await rig.InstructAsync("R-1");

        rig.Clock.Advance(TimeSpan.FromSeconds(59));
        Assert.True(await rig.Inbox.IsQuietAsync(TestContext.Current.CancellationToken));
        rig.Clock.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal("order.acknowledged", (await rig.Inbox.NextAsync(TestContext.Current.CancellationToken)).Type());
    }

    [Fact]
    public async Task The_ERP_refuses_orders_and_lines_by_dial_and_keeps_nothing()
    {
        await using var rig = await SandboxRig.StartAsync();
        var erp = await ErpClient.LoginAsync(rig);
        rig.Turn("erp", "rejected-order-rate", 100);
        var order = await erp.CreateAsync("WEB-1");
        rig.Turn("erp", "rejected-order-rate", 0);
        rig.Turn("erp", "rejected-line-rate", 100);
        var line = await erp.CreateAsync("WEB-2");

        Assert.Contains("blocked with type All", order.Body, StringComparison.Ordinal);
        Assert.Contains("cannot be found in the related table (Item)", line.Body, StringComparison.Ordinal);
        Assert.Equal((400, 400, 0), (order.Code, line.Code, rig.Statistics("erp").Effects));
    }

    [Fact]
    public async Task A_stale_ETag_is_refused_although_it_was_just_read()
    {
        await using var rig = await SandboxRig.StartAsync();
        var erp = await ErpClient.LoginAsync(rig);
        await erp.CreateAsync("WEB-1001");
        var line = (await erp.FindAsync("WEB-1001")).Json["value"]![0]!["salesOrderLines"]![0]!;
        rig.Turn("erp", "stale-etag-rate", 100);

        var answer = await erp.PatchAsync(erp.Set($"salesOrderLines({line["id"]})"), new() { ["unitPrice"] = 1 }, line["@odata.etag"]!.GetValue<string>());

        Assert.Equal(412, answer.Code);
        rig.Turn("erp", "stale-etag-rate", 0);
        var fresh = (await erp.GetAsync(erp.Set($"salesOrderLines({line["id"]})"))).Json["@odata.etag"]!.GetValue<string>();
        Assert.NotEqual(line["@odata.etag"]!.GetValue<string>(), fresh);
        Assert.Equal(200, (await erp.PatchAsync(erp.Set($"salesOrderLines({line["id"]})"), new() { ["unitPrice"] = 1 }, fresh)).Code);
    }

    private static async Task<Func<Task<Answered>>> CallerAsync(SandboxRig rig, string system)
    {
        switch (system)
        {
            case "shop":
                return () => rig.GraphQlAsync(Ask);
            case "amazon":
                var token = await AmazonTests.TokenAsync(rig);
                return () => AmazonTests.GetAsync(rig, "/amazon/orders/2026-01-01/orders?createdAfter=2026-11-23T10:00:00Z", token);
            case "erp":
                var erp = await ErpClient.LoginAsync(rig);
                return () => erp.GetAsync(erp.Set("salesOrders?$top=1"));
            default:
                return () => rig.WmsAsync(HttpMethod.Get, "/wms/v1/orders?reference=R");
        }
    }
}

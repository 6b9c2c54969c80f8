using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace Connectors.Tests.Sandbox;

public sealed class WmsTests
{
    private static readonly TimeSpan Half = TimeSpan.FromSeconds(0.5);

    [Fact]
    public async Task An_order_is_taken_acknowledged_and_shipped_and_each_step_is_told()
    {
        await using var rig = await SandboxRig.StartAsync();

        var taken = await rig.InstructAsync("SHOPIFY-EU-1001");
        var acknowledged = await rig.PassAsync(rig.Inbox.NextAsync(TestContext.Current.CancellationToken), TimeSpan.FromSeconds(4));
        await rig.SettledAsync("wms");
        var shipped = await rig.PassAsync(rig.Inbox.NextAsync(TestContext.Current.CancellationToken), TimeSpan.FromSeconds(10));

        Assert.Equal(201, taken.Code);
        Assert.Equal("WMS-20001", taken.Json["id"]!.GetValue<string>());
        Assert.Equal("accepted", taken.Json["status"]!.GetValue<string>());
        Assert.Equal("/in/wms-regional", acknowledged.Path);
        Assert.Equal("order.acknowledged", acknowledged.Json["type"]!.GetValue<string>());
        Assert.Equal("SHOPIFY-EU-1001", acknowledged.Json["data"]!["reference"]!.GetValue<string>());
        Assert.Equal("WMS-20001", acknowledged.Json["data"]!["orderId"]!.GetValue<string>());
        Assert.Equal("shipment.confirmed", shipped.Json["type"]!.GetValue<string>());
        var shipment = shipped.Json["data"]!["shipment"]!.AsObject();
        Assert.Equal(["id", "shippedAt", "carrier", "service", "trackingNumber", "trackingUrl", "lines"], shipment.Select(p => p.Key));
        Assert.Equal("[{\"lineRef\":\"L1\",\"sku\":\"MUG-BLU-35\",\"quantity\":2},{\"lineRef\":\"L2\",\"sku\":\"CHR-OAK-02\",\"quantity\":1}]", shipment["lines"]!.ToJsonString());
        Assert.Equal("shipped", (await rig.WmsAsync(HttpMethod.Get, "/wms/v1/orders/WMS-20001")).Json["status"]!.GetValue<string>());
    }

    [Fact]
    public async Task Webhooks_are_signed_by_Standard_Webhooks_anew_for_each_try_until_one_is_answered()
    {
        await using var rig = await SandboxRig.StartAsync();
        var refused = 0;
        rig.Inbox.Answer = _ => ++refused <= 3 ? 503 : 202;
        await rig.InstructAsync("R-1");

        var tries = new List<ReceivedWebhook>();
        while (tries.Count < 4)
            tries.Add(await rig.PassAsync(rig.Inbox.NextAsync(TestContext.Current.CancellationToken), TimeSpan.FromSeconds(20)));

        // The shipment may come in between the tries: each is a delivery of its own.
        foreach (var one in tries)
        {
            var signed = Encoding.UTF8.GetBytes($"{one.Headers["webhook-id"]}.{one.Headers["webhook-timestamp"]}.{Encoding.UTF8.GetString(one.Body)}");
            var key = Convert.FromBase64String(rig.Options.Secrets.WmsWebhookSecret["whsec_".Length..]);
            Assert.Equal("v1," + Convert.ToBase64String(HMACSHA256.HashData(key, signed)), one.Headers["webhook-signature"]);
        }

        var acks = tries.Where(t => t.Json["type"]!.GetValue<string>() == "order.acknowledged").ToList();
        Assert.True(acks.Count >= 2);
        Assert.Single(acks.Select(a => a.Headers["webhook-id"]).Distinct());
        Assert.True(acks.Select(a => a.Headers["webhook-timestamp"]).Distinct().Count() >= 2);
    }

    [Fact]
    public async Task The_same_idempotency_key_is_answered_alike_and_done_once()
    {
        await using var rig = await SandboxRig.StartAsync();

        var first = await rig.InstructAsync("R-1", key: "k-1");
        var again = await rig.InstructAsync("R-1", key: "k-1");
        var other = await rig.InstructAsync("R-2", key: "k-1");
        var reference = await rig.InstructAsync("R-1", key: "k-2");

        Assert.Equal(first.Body, again.Body);
        Assert.Equal(201, again.Code);
        Assert.Equal("true", again.Header("Idempotent-Replayed"));
        Assert.Equal((422, "idempotency_key_reused"), (other.Code, Code(other)));
        Assert.Equal((409, "reference_exists"), (reference.Code, Code(reference)));
        Assert.Equal(1, rig.Effects("wms", "warehouse-order", "R-1"));
        Assert.Equal(0, rig.Effects("wms", "warehouse-order", "R-2"));
    }

    [Fact]
    public async Task An_order_is_found_by_reference_or_there_is_none()
    {
        await using var rig = await SandboxRig.StartAsync();
        await rig.InstructAsync("R 1/ä");

        var found = await rig.WmsAsync(HttpMethod.Get, $"/wms/v1/orders?reference={Uri.EscapeDataString("R 1/ä")}");
        var none = await rig.WmsAsync(HttpMethod.Get, "/wms/v1/orders?reference=R-2");

        Assert.Equal("WMS-20001", Assert.Single(found.Json["items"]!.AsArray())!["id"]!.GetValue<string>());
        Assert.Empty(none.Json["items"]!.AsArray());
        Assert.Equal(404, (await rig.WmsAsync(HttpMethod.Get, "/wms/v1/orders/WMS-1")).Code);
    }

    [Fact]
    public async Task All_that_is_wrong_with_an_order_is_told_at_once()
    {
        await using var rig = await SandboxRig.StartAsync();
        var body = new JsonObject { ["lines"] = new JsonArray(new JsonObject { ["lineRef"] = "", ["sku"] = "A", ["quantity"] = 0 }) };

        var answer = await rig.WmsAsync(HttpMethod.Post, "/wms/v1/orders", body);

        Assert.Equal((422, "validation_failed"), (answer.Code, Code(answer)));
        Assert.Equal(["reference", "lines[0].lineRef", "lines[0].quantity"], answer.Json["error"]!["details"]!.AsArray().Select(d => d!["field"]!.GetValue<string>()));
    }

    [Fact]
    public async Task An_order_can_be_cancelled_until_it_is_picked()
    {
        await using var rig = await SandboxRig.StartAsync();
        await rig.InstructAsync("R-1");
        await rig.InstructAsync("R-2");

        var cancelled = await rig.WmsAsync(HttpMethod.Post, "/wms/v1/orders/WMS-20001/cancel");
        for (var i = 0; i < 40 && rig.Inbox.Count < 2; i++)
        {
            rig.Clock.Advance(Half);
            await Task.Delay(5, TestContext.Current.CancellationToken);
        }

        var late = await rig.WmsAsync(HttpMethod.Post, "/wms/v1/orders/WMS-20002/cancel");

        Assert.Equal("cancelled", cancelled.Json["status"]!.GetValue<string>());
        Assert.Equal((409, "already_picked"), (late.Code, Code(late)));
        Assert.Equal("cancelled", (await rig.WmsAsync(HttpMethod.Get, "/wms/v1/orders/WMS-20001")).Json["status"]!.GetValue<string>());
    }

    [Fact]
    public async Task A_wrong_key_is_refused()
    {
        await using var rig = await SandboxRig.StartAsync();

        var answer = await rig.SendAsync(HttpMethod.Get, "/wms/v1/orders?reference=R", null, ("Authorization", "Bearer wrong"));

        Assert.Equal((401, "unauthorized"), (answer.Code, Code(answer)));
    }

    [Fact]
    public async Task A_hundred_calls_at_once_and_then_fifty_a_second()
    {
        await using var rig = await SandboxRig.StartAsync();

        for (var i = 0; i < 100; i++)
            Assert.Equal(200, (await rig.WmsAsync(HttpMethod.Get, "/wms/v1/orders?reference=R")).Code);
        var refused = await rig.WmsAsync(HttpMethod.Get, "/wms/v1/orders?reference=R");

        Assert.Equal((429, "rate_limited"), (refused.Code, Code(refused)));
        Assert.Equal("0", refused.Header("X-RateLimit-Remaining"));
        Assert.Equal("1", refused.Header("Retry-After"));
        rig.Clock.Advance(TimeSpan.FromSeconds(0.02));
        Assert.Equal(200, (await rig.WmsAsync(HttpMethod.Get, "/wms/v1/orders?reference=R")).Code);
    }

    private static string Code(Answered answer) => answer.Json["error"]!["code"]!.GetValue<string>();
}

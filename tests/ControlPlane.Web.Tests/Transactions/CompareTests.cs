using System.Globalization;
using System.Net;
using ControlPlane.Domain.Transactions;
using ControlPlane.Runtime.Persistence;
using ControlPlane.Web.Features.Transactions.Compare;
using ControlPlane.Web.Tests.Api;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace ControlPlane.Web.Tests.Transactions;

/// <summary>What was sent beside what would be sent: purely, with the row of the mapping, and each sending beside the one before.</summary>
public sealed class CompareTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_order_is_compared_with_the_mapping_in_service_and_with_that_of_then()
    {
        await using var rig = await OrderThroughErp.StartAsync();
        var id = await rig.OrderAsync("C-1");
        var same = await CompareAsync(rig, id, CompareWith.Newest);
        Assert.All(same.Documents, d => Assert.Equal((null, 0), (d.Problem, d.Differences)));
        Assert.Equal(["The order from Bazaar DE", "Create the sales order at Ledger"], same.Documents.Select(d => d.Title));

        await rig.PublishErpAsync(OrderThroughErp.Erp.Replace("{ to: number, from: order.number }", "{ to: orderNo, from: order.number }", StringComparison.Ordinal).Replace("{ to: reference, from: reference }", "{ to: reference, from: order.externalId }", StringComparison.Ordinal));
        var sent = rig.Traces.Count;
        var journal = await CountAsync(rig);
        var newer = (await CompareAsync(rig, id, CompareWith.Newest)).Documents[1];
        Assert.Equal(
            [("reference", FieldDifference.Changed), ("number", FieldDifference.Gone), ("orderNo", FieldDifference.Added)],
            newer.Rows.Where(r => r.Field.Change != FieldDifference.Same).Select(r => (r.Field.Path, r.Field.Change)));
        Assert.Equal("row 1, externalId", newer.Rows.Single(r => r.Field.Path == "reference").Row);
        Assert.Contains("mapping ledger@1", newer.Before, StringComparison.Ordinal);
        Assert.Contains("mapping ledger@2", newer.After, StringComparison.Ordinal);
        var then = (await CompareAsync(rig, id, CompareWith.Original)).Documents[1];
        Assert.Equal((0, "with mapping ledger@1"), (then.Differences, then.After));
        // Nothing was sent and nothing was written.
        Assert.Equal((sent, journal), (rig.Traces.Count, await CountAsync(rig)));
    }

    [Fact]
    public async Task What_would_be_refused_now_is_said_with_its_field()
    {
        await using var rig = await OrderThroughErp.StartAsync();
        var id = await rig.OrderAsync("C-2");
        await rig.PublishErpAsync(OrderThroughErp.Erp.Replace("{ to: buyer, from: order.customer.name }", "{ to: buyer, from: order.customer.phone, required: true }", StringComparison.Ordinal));
        var document = (await CompareAsync(rig, id, CompareWith.Newest)).Documents[1];
        Assert.Contains("phone", Assert.Single(document.Refusals), StringComparison.Ordinal);
        Assert.StartsWith("1 of 2 documents would be refused.", CompareWords.Answer(await CompareAsync(rig, id, CompareWith.Newest)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Personal_data_is_hidden_from_those_who_may_not_see_it()
    {
        await using var rig = await OrderThroughErp.StartAsync();
        var id = await rig.OrderAsync("C-3");
        Assert.Contains((await CompareAsync(rig, id, CompareWith.Newest, reveal: true)).Documents.SelectMany(d => d.Rows), r => r.Field.Before == "Mia Öztürk");
        Assert.DoesNotContain((await CompareAsync(rig, id, CompareWith.Newest)).Documents[0].Rows, r => r.Field.Before == "Mia Öztürk" || r.Field.After == "Mia Öztürk");
    }

    [Fact]
    public async Task A_second_sending_stands_beside_the_first()
    {
        await using var rig = await OrderThroughErp.StartAsync();
        var id = await rig.OrderAsync("C-4");
        Assert.Empty((await CompareAsync(rig, id, CompareWith.Replays)).Documents);
        await rig.PublishErpAsync(OrderThroughErp.Erp.Replace("{ to: number, from: order.number }", "{ to: orderNo, from: order.number }", StringComparison.Ordinal));
        await rig.Api.SendAsync(HttpMethod.Post, $"/api/v1/transactions/{id}/replay", """{"from":"start","reissue":true,"reason":"the ledger lost it"}""", "again", HttpStatusCode.Accepted);
        for (var i = 0; i < 300 && rig.Traces.Count < 4; i++)
            await Task.Delay(100, Ct);
        for (var i = 0; i < 100 && (await CompareAsync(rig, id, CompareWith.Replays)).Documents.All(d => !d.After.Contains("confirmed", StringComparison.Ordinal)); i++)
            await Task.Delay(100, Ct);
        var comparison = await CompareAsync(rig, id, CompareWith.Replays);
        var document = Assert.Single(comparison.Documents);
        Assert.Equal(2, comparison.Epochs);
        Assert.StartsWith("sending 1: ", document.Before, StringComparison.Ordinal);
        Assert.Contains("answer 201, confirmed", document.After, StringComparison.Ordinal);
        Assert.Equal(["number", "orderNo"], document.Rows.Where(r => r.Field.Change != FieldDifference.Same).Select(r => r.Field.Path));
    }

    [Fact]
    public async Task What_was_sent_without_a_document_does_not_differ()
    {
        await using var rig = await OrderThroughErp.StartAsync();
        var id = await rig.OrderAsync("C-5");
        await using (var context = rig.Product.Db.CreateContext())
            await context.Attempts.Where(a => a.TransactionId == id && a.RequestPayloadId != null).ExecuteUpdateAsync(s => s.SetProperty(a => a.RequestPayloadId, (Guid?)null), Ct);
        var comparison = await CompareAsync(rig, id, CompareWith.Newest);
        var document = comparison.Documents[1];
        Assert.Equal(("It was sent without a document.", 0), (document.Problem, document.Differences));
        Assert.StartsWith("sent ", document.Before, StringComparison.Ordinal);
        Assert.StartsWith("Everything is the same.", CompareWords.Answer(comparison), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_version_of_then_is_not_called_the_one_in_service()
    {
        await using var rig = await OrderThroughErp.StartAsync();
        var id = await rig.OrderAsync("C-6");
        Assert.Equal("with mapping ledger@1, as it was then", (await CompareAsync(rig, id, CompareWith.Original)).Documents[1].After);
        Assert.Equal("with mapping ledger@1, in service now", (await CompareAsync(rig, id, CompareWith.Newest)).Documents[1].After);
    }

    private static async Task<Comparison> CompareAsync(OrderThroughErp rig, Guid id, CompareWith with, bool reveal = false) =>
        (await rig.Product.Services.GetRequiredService<CompareDesk>().CompareAsync(TenantScope.Default, id, with, reveal, at => at.ToString("HH:mm", CultureInfo.InvariantCulture), Ct))!;

    private static async Task<int> CountAsync(OrderThroughErp rig)
    {
        await using var context = rig.Product.Db.CreateContext();
        return await context.Journal.CountAsync(Ct) + await context.Attempts.CountAsync(Ct) + await context.Payloads.CountAsync(Ct);
    }
}

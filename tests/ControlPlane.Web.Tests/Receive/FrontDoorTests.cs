using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using ControlPlane.Runtime.Ingestion;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Web.Tests.Receive;

/// <summary>Bad input at <c>POST /in/{connection}</c>: a problem document with a stable code, the bytes kept where the sender was proven, and the process alive.</summary>
public sealed class FrontDoorTests : IAsyncLifetime
{
    private const string Good = """{"id":1,"name":"#1","currency":"EUR","total_price":"10.00","created_at":"2026-11-23T10:00:00+01:00","line_items":[{"id":11,"sku":"A","title":"A","quantity":2,"price":"5.00"}]}""";

    private FrontDoor _door = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _door = await FrontDoor.OpenAsync();

    public ValueTask DisposeAsync() => _door.DisposeAsync();

    public static TheoryData<string, string, string, string> Documents => new()
    {
        { "no JSON", "{\"id\":1,", "json.", "" },
        { "no document", "", "json.", "" },
        { "too deep", new string('[', 200) + new string(']', 200), "json.", "" },
        { "a name twice", Good.Replace("\"currency\":\"EUR\"", "\"currency\":\"EUR\",\"currency\":\"USD\"", StringComparison.Ordinal), "json.duplicate_name", "" },
        { "a list", "[1,2,3]", "shopify.not_an_order", "" },
        { "a quantity of zero", Good.Replace("\"quantity\":2", "\"quantity\":0", StringComparison.Ordinal), "order.", "quantity" },
        { "a negative quantity", Good.Replace("\"quantity\":2", "\"quantity\":-2", StringComparison.Ordinal), "order.", "quantity" },
        { "an unknown currency", Good.Replace("EUR", "EUX", StringComparison.Ordinal), "order.", "currency" },
        { "no lines", Good[..Good.IndexOf("\"line_items\"", StringComparison.Ordinal)] + "\"line_items\":[]}", "order.", "line_items" },
        { "an amount that is none", Good.Replace("\"10.00\"", "\"ten\"", StringComparison.Ordinal), "", "total_price" },
        { "an amount beyond measure", Good.Replace("\"10.00\"", "\"1e400\"", StringComparison.Ordinal), "", "total_price" },
    };

    [Theory, MemberData(nameof(Documents))]
    public async Task A_document_that_cannot_be_used_is_refused_with_its_field_and_kept(string what, string document, string code, string field)
    {
        var body = Encoding.UTF8.GetBytes(document);
        var (status, problem) = await _door.ShopAsync(body);
        Assert.True(status == 422, $"{what}: {status} {problem}");
        Assert.StartsWith(code, problem.GetProperty("code").GetString(), StringComparison.Ordinal);
        if (field.Length > 0)
            Assert.Contains(field, problem.GetProperty("field").GetString(), StringComparison.Ordinal);
        Assert.Equal(body, await KeptAsync(problem.GetProperty("messageId").GetGuid()));
        Assert.Equal(202, (await _door.ShopAsync(Encoding.UTF8.GetBytes(Good))).Status);
    }

    [Fact]
    public async Task Bytes_that_are_no_UTF8_are_refused_and_kept()
    {
        byte[] body = [.. Encoding.UTF8.GetBytes("{\"name\":\""), 0xC3, 0x28, .. Encoding.UTF8.GetBytes("\"}")];
        var (status, problem) = await _door.ShopAsync(body);
        Assert.Equal((422, "json."), (status, problem.GetProperty("code").GetString()![..5]));
        Assert.Equal(body, await KeptAsync(problem.GetProperty("messageId").GetGuid()));
    }

    [Fact]
    public async Task A_stranger_learns_nothing_and_leaves_nothing()
    {
        var good = Encoding.UTF8.GetBytes(Good);
        var answers = new[]
        {
            await _door.ShopAsync(good, r => { r.Headers.Remove("X-Shopify-Hmac-Sha256"); r.Headers.Add("X-Shopify-Hmac-Sha256", Convert.ToBase64String(new byte[32])); }),
            await _door.ShopAsync(good, r => r.Headers.Remove("X-Shopify-Hmac-Sha256")),
            await _door.ShopAsync(good, r => { r.Headers.Remove("X-Shopify-Hmac-Sha256"); r.Headers.TryAddWithoutValidation("X-Shopify-Hmac-Sha256", "no base64 %%"); }),
            await _door.ShopAsync(good, address: "/in/no-such-connection"),
            await _door.ShopAsync(good, address: "/in/shop%2F..%2Ferp"),
        };
        Assert.All(answers, a => Assert.Equal((401, "receive.not_accepted"), (a.Status, a.Body.GetProperty("code").GetString())));
        Assert.Single(answers.Select(a => a.Body.GetProperty("detail").GetString()).Distinct());
        await using var context = _door.Host.Db.CreateContext();
        Assert.False(await context.Messages.AnyAsync(Ct));
    }

    [Fact]
    public async Task A_body_over_the_limit_is_refused_before_it_is_read()
    {
        var (status, problem) = await _door.ShopAsync(new byte[5 * 1024 * 1024 + 1]);
        Assert.Equal((413, "receive.too_large"), (status, problem.GetProperty("code").GetString()));
    }

    [Theory]
    [InlineData("text/html")]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData("application/json; charset=utf-16")]
    public async Task Another_content_type_is_refused(string type)
    {
        var (status, problem) = await _door.ShopAsync(Encoding.UTF8.GetBytes(Good), r => r.Content!.Headers.ContentType = MediaTypeHeaderValue.Parse(type));
        Assert.Equal((415, "receive.content_type"), (status, problem.GetProperty("code").GetString()));
    }

    [Fact]
    public async Task The_same_document_again_is_acknowledged_with_the_first_number_and_does_nothing()
    {
        var first = await _door.ShopAsync(Encoding.UTF8.GetBytes(Good));
        var again = await _door.ShopAsync(Encoding.UTF8.GetBytes(Good));
        Assert.Equal((202, false, 202, true), (first.Status, first.Body.GetProperty("duplicate").GetBoolean(), again.Status, again.Body.GetProperty("duplicate").GetBoolean()));
        Assert.Equal(first.Body.GetProperty("messageId").GetGuid(), again.Body.GetProperty("messageId").GetGuid());
        using var list = JsonDocument.Parse(await _door.Api.GetStringAsync("/api/v1/transactions", Ct));
        Assert.Equal(1, list.RootElement.GetProperty("items").GetArrayLength());
    }

    private async Task<byte[]> KeptAsync(Guid messageId)
    {
        await using var context = _door.Host.Db.CreateContext();
        var message = await context.Messages.AsNoTracking().SingleAsync(m => m.Id == messageId, Ct);
        Assert.Equal(MessageState.Refused, message.State);
        return PayloadRows.Unpack(await context.Payloads.AsNoTracking().SingleAsync(p => p.Id == message.PayloadId, Ct));
    }
}

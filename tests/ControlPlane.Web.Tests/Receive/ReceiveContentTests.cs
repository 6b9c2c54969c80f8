using System.Globalization;
using System.IO.Compression;
using System.Net.Http.Headers;
using System.Text;
using ControlPlane.Web.Features.Receive;
using Microsoft.AspNetCore.Http;

namespace ControlPlane.Web.Tests.Receive;

/// <summary>What may come in under which name, and wrapped in what.</summary>
public sealed class ReceiveContentTests
{
    [Theory]
    [InlineData("application/json", "", true)]
    [InlineData("application/ld+json; charset=UTF-8", "", true)]
    [InlineData("application/json; charset=utf-16", "*/*", false)]
    [InlineData("application/xml; charset=iso-8859-1", "application/xml text/xml", true)]
    [InlineData("TEXT/XML", "application/xml text/xml", true)]
    [InlineData("application/edi-x12", "application/xml", false)]
    [InlineData("application/edi-x12", "*/*", true)]
    [InlineData(null, "*/*", true)]
    [InlineData(null, "application/xml", false)]
    [InlineData("no type at all", "application/xml", false)]
    public void What_a_receiver_reads_may_come_in_and_nothing_else(string? type, string reads, bool taken)
    {
        var request = new DefaultHttpContext().Request;
        request.ContentType = type;
        var refusal = ReceiveContent.Refuse(request, reads.Split(' ', StringSplitOptions.RemoveEmptyEntries));
        Assert.Equal(taken, refusal is null);
        if (refusal is not null && reads == "application/xml")
            Assert.EndsWith("Send application/json or application/xml.", refusal, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("plain", null, 0)]
    [InlineData("plain", "gzip", 422)]
    [InlineData("gzip", "gzip", 0)]
    [InlineData("gzip", "GZIP", 0)]
    [InlineData("gzip", "br", 415)]
    [InlineData("gzip", "gzip, gzip", 415)]
    [InlineData("cut", "gzip", 422)]
    [InlineData("bomb", "gzip", 413)]
    [InlineData("large", "gzip", 413)]
    [InlineData("repetitive", "gzip", 0)]
    public void A_wrapped_body_is_unwrapped_within_limits(string body, string? encoding, int status)
    {
        const int Limit = 1_000_000;
        var text = Encoding.UTF8.GetBytes("""{"hello":"world","list":[1,2,3]}""");
        var bytes = body switch
        {
            "plain" => text,
            "gzip" => Zip(text),
            "cut" => Zip(text)[..15],
            // 500 KB of nothing in half a KB; 2 MB that do not shrink; 60 KB of nothing, which harms nobody.
            "bomb" => Zip(new byte[500_000]),
            "large" => Zip(Numbers(400_000)),
            _ => Zip(new byte[60_000]),
        };
        var request = new DefaultHttpContext().Request;
        request.Headers.ContentEncoding = encoding;
        var (plain, problem) = ReceiveEncoding.Decode(request, bytes, Limit);
        Assert.Equal(status, problem?.Status ?? 0);
        if (body is "gzip" or "plain" && status == 0)
            Assert.Equal(text, plain.ToArray());
    }

    [Fact]
    public async Task A_signed_and_wrapped_order_comes_in()
    {
        await using var door = await FrontDoor.OpenAsync();
        const string Order = """{"id":1,"admin_graphql_api_id":"gid://shopify/Order/1","name":"#1","created_at":"2026-11-23T10:00:00Z","currency":"EUR","total_price":"1.00","total_tax":"0.00","line_items":[{"id":1,"sku":"A","quantity":1,"price":"1.00"}]}""";
        // The signature is over what is sent.
        var (status, answer) = await door.ShopAsync(Zip(Encoding.UTF8.GetBytes(Order)), r => r.Content!.Headers.ContentEncoding.Add("gzip"));
        Assert.True(status is 202 or 422 && answer.GetProperty("messageId").GetGuid() is var id, answer.ToString());
        await using var context = door.Host.Db.CreateContext();
        var payload = Microsoft.EntityFrameworkCore.EntityFrameworkQueryableExtensions.SingleAsync(context.Payloads.Where(p => p.Length == Order.Length), TestContext.Current.CancellationToken);
        Assert.Equal(Order, Encoding.UTF8.GetString(Runtime.Ingestion.PayloadRows.Unpack(await payload)));
        var (refused, problem) = await door.ShopAsync(Encoding.UTF8.GetBytes(Order), r => r.Content!.Headers.ContentEncoding.Add("gzip"));
        Assert.Equal((422, "receive.encoding_broken"), (refused, problem.GetProperty("code").GetString()));
    }

    private static byte[] Numbers(int count) => Encoding.UTF8.GetBytes(string.Join(',', Enumerable.Range(0, count).Select(i => (i * 2_654_435_761L % 1_000_003).ToString(CultureInfo.InvariantCulture))));

    private static byte[] Zip(byte[] bytes)
    {
        using var memory = new MemoryStream();
        using (var zip = new GZipStream(memory, CompressionLevel.Optimal))
            zip.Write(bytes);
        return memory.ToArray();
    }
}

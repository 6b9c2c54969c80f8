using System.Text;
using Connectors.Protocols.Http;

namespace Connectors.Tests.Protocols;

public sealed class StrictJsonTests
{
    [Theory]
    [InlineData("", "json.unreadable")]
    [InlineData("{", "json.unreadable")]
    [InlineData("{} {}", "json.unreadable")]
    [InlineData("{'a':1}", "json.unreadable")]
    [InlineData("{\"a\":1,}", "json.unreadable")]
    [InlineData("{\"a\":1/*x*/}", "json.unreadable")]
    [InlineData("{\"a\":NaN}", "json.unreadable")]
    [InlineData("{\"a\":1,\"a\":2}", "json.duplicate_name")]
    [InlineData("{\"x\":[{\"a\":1,\"\\u0061\":2}]}", "json.duplicate_name")]
    public void What_can_be_understood_in_two_ways_is_refused(string text, string code)
    {
        Assert.Null(StrictJson.Parse(Encoding.UTF8.GetBytes(text), out var refusal));
        Assert.Equal(code, refusal!.Code);
    }

    [Fact]
    public void Broken_UTF8_is_refused()
    {
        Assert.Null(StrictJson.Parse(new byte[] { (byte)'"', 0xC3, 0x28, (byte)'"' }, out var refusal));
        Assert.Equal("json.not_utf8", refusal!.Code);
    }

    [Fact]
    public void Half_a_character_is_no_text()
    {
        using var read = StrictJson.Parse("""{"a":"\ud83d"}"""u8.ToArray(), out _);
        var root = JsonFields.Root(read!);

        Assert.Null(root.Text("a"));
        Assert.Equal(("json.wrong_type", "a"), root.Refusals.Select(r => (r.Code, r.Field)).Single());
    }

    [Theory]
    [InlineData("""{"\ud83d":1,"b":2}""")]
    [InlineData("""{"\ud83d":1,"\ud83d":2}""")]
    public void Half_a_character_in_a_name_does_not_throw(string text) => StrictJson.Parse(Encoding.UTF8.GetBytes(text), out _)?.Dispose();

    [Fact]
    public void A_byte_order_mark_is_skipped()
    {
        using var read = StrictJson.Parse(new byte[] { 0xEF, 0xBB, 0xBF, (byte)'{', (byte)'}' }, out var refusal);

        Assert.Null(refusal);
    }

    [Theory]
    [InlineData(64, null)]
    [InlineData(65, "json.too_deep")]
    [InlineData(100_000, "json.unreadable")]
    public void Depth_is_limited(int depth, string? code)
    {
        using var read = StrictJson.Parse(Encoding.UTF8.GetBytes(new string('[', depth) + new string(']', depth)), out var refusal);

        Assert.Equal(code, refusal?.Code);
    }

    [Fact]
    public void Each_missing_or_wrong_member_is_named_by_its_path()
    {
        using var read = StrictJson.Parse("""{"a":{"list":[{"n":"x"},{"n":5},{"n":1.5},{"n":3000000000}]},"t":7,"at":"2026-11-23T10:00:00","o":[]}"""u8.ToArray(), out _);
        var root = JsonFields.Root(read!);

        foreach (var item in root.Object("a")!.Objects("list"))
            item.Integer("n", 1, 3);
        root.Text("t");
        root.Text("none", required: true);
        root.Instant("at", required: true);
        root.Object("o");
        root.Objects("o", required: true);

        Assert.Equal(
            [
                ("json.wrong_type", "a.list[0].n"), ("json.out_of_range", "a.list[1].n"), ("json.wrong_type", "a.list[2].n"), ("json.wrong_type", "a.list[3].n"),
                ("json.wrong_type", "t"), ("json.missing", "none"), ("json.not_an_instant", "at"), ("json.wrong_type", "o"), ("json.empty", "o"),
            ],
            root.Refusals.Select(r => (r.Code, r.Field)));
    }

    [Theory]
    [InlineData("2026-11-23T10:00:00Z", 10)]
    [InlineData("2026-11-23T10:00:00.123+02:00", 8)]
    [InlineData("2026-11-23T10:00-05:00", 15)]
    public void An_instant_is_read_with_its_offset(string text, int hour)
    {
        using var read = StrictJson.Parse(Encoding.UTF8.GetBytes($"{{\"at\":\"{text}\"}}"), out _);
        var root = JsonFields.Root(read!);

        Assert.Equal(hour, root.Instant("at", required: true)!.Value.Hour);
        Assert.Empty(root.Refusals);
    }
}

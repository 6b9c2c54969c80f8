using System.Diagnostics;
using System.Text;
using ControlPlane.Domain.IdentifierRules;

namespace ControlPlane.Domain.Tests.IdentifierRules;

public sealed class IdentifierRuleTests
{
    private static IdentifierRule Rule(string? path = null, string? pattern = null) => new() { Name = "test", Kind = "test", Path = path, Pattern = pattern };

    private static IReadOnlyList<string> Read(IdentifierRule rule, string document)
    {
        using var text = new RuleText(Encoding.UTF8.GetBytes(document));
        return new CompiledRule(rule).Read(text);
    }

    [Theory]
    [InlineData("$.a", """{"a":"X1"}""", "X1")]
    [InlineData("$.lines[*].sku", """{"lines":[{"sku":"A"},{"sku":"b "},{"sku":"B"},{"sku":""},{"n":1}]}""", "A|b")]
    [InlineData("$.n", """{"n":340123450000000018}""", "340123450000000018")]
    [InlineData("$.a", """{"a":{"b":1}}""", "")]
    [InlineData("$.a", "<a>1</a>", "")]
    [InlineData("$.a", "{", "")]
    [InlineData("$.a", "\uFEFF{\"a\":\"X1\"}", "X1")]
    public void A_path_gives_each_value_once(string path, string document, string values) => Assert.Equal(values, string.Join('|', Read(Rule(path), document)));

    [Theory]
    [InlineData(@"\b(?:00)?([0-9]{18})\b", "GIN+BJ+00340123450000000018'", "340123450000000018")]
    [InlineData(@"\b(?:00)?([0-9]{18})\b", "<sscc>340123450000000018</sscc><sscc>340123450000000025</sscc>", "340123450000000018|340123450000000025")]
    [InlineData(@"\b(?:00)?([0-9]{18})\b", "3401234500000000180", "")]
    [InlineData("SO-[0-9]+", "SO-1 so-2 SO-3", "SO-1|SO-3")]
    public void A_pattern_looks_through_any_text_and_its_first_group_counts(string pattern, string document, string values) => Assert.Equal(values, string.Join('|', Read(Rule(pattern: pattern), document)));

    [Fact]
    public void A_pattern_behind_a_path_looks_at_its_values_only() =>
        Assert.Equal(["77"], Read(Rule("$.note", "settlement ([0-9]+)"), """{"other":"settlement 66","note":"paid by settlement 77"}"""));

    [Fact]
    public void What_is_too_long_to_be_kept_whole_is_no_number_and_there_is_a_bound_to_how_many()
    {
        Assert.Empty(Read(Rule("$.a"), $$"""{"a":"{{new string('x', 129)}}"}"""));
        Assert.Equal(CompiledRule.MostValues, Read(Rule(pattern: "[0-9]+"), string.Join(' ', Enumerable.Range(0, 5000))).Count);
    }

    [Fact]
    public void A_pattern_made_to_be_slow_holds_nothing_up()
    {
        var from = Stopwatch.GetTimestamp();
        Read(Rule(pattern: "(a+)+b|((x*)*)*y"), new string('a', 400_000));
        Assert.True(Stopwatch.GetElapsedTime(from) < TimeSpan.FromSeconds(2));
    }

    [Theory]
    [InlineData("kind", "order-number", null, "$.a", null)]
    [InlineData("kind", "Email Hash", null, "$.a", null)]
    [InlineData("path", "x", null, null, null)]
    [InlineData("path", "x", null, "a.b", null)]
    [InlineData("path", "x", null, "@.a", null)]
    [InlineData("pattern", "x", null, null, "(?<=a)b")]
    [InlineData("pattern", "x", null, null, @"(a)\1")]
    [InlineData("pattern", "x", null, null, "(")]
    [InlineData("pattern", "x", null, null, "a*")]
    [InlineData("topic", "x", "orders/create", "$.a", null)]
    public void What_cannot_be_used_is_told_by_its_field(string field, string kind, string? topic, string? path, string? pattern) =>
        Assert.Equal(field, Assert.Single(new IdentifierRule { Name = "n", Kind = kind, Topic = topic, Document = topic is null ? RuleDocument.Message : RuleDocument.Order, Path = path, Pattern = pattern }.Check()).Field);

    [Fact]
    public void A_set_reads_what_fits_and_hides_what_is_personal()
    {
        var rules = new RuleSet(
        [
            Rule("$.a") with { Name = "any" }, Rule("$.a") with { Name = "wms", Kind = "wms", Connection = "wms" }, Rule("$.a") with { Name = "topic", Kind = "topic", Topic = "shipped" },
            Rule("$.a") with { Name = "maker", Kind = "maker", Connector = "regional" }, Rule("$.a") with { Name = "hidden", Kind = "hidden", Hash = true }, Rule("$.a") with { Name = "order", Kind = "order", Document = RuleDocument.Order },
        ]);
        string Found(RuleDocument document, string connection, string connector, string topic) =>
            string.Join(' ', rules.Read(document, connection, connector, topic, """{"a":"1"}"""u8.ToArray(), v => "#" + v).Select(i => $"{i.Kind}={i.Value}").Order(StringComparer.Ordinal));
        Assert.Equal("hidden=#1 test=1", Found(RuleDocument.Message, "shop", "shopify", "x"));
        Assert.Equal("hidden=#1 maker=1 test=1 topic=1 wms=1", Found(RuleDocument.Message, "wms", "regional", "shipped"));
        Assert.Equal("order=1", Found(RuleDocument.Order, "shop", "shopify", ""));
        Assert.False(rules.IsEmpty(RuleDocument.Order));
        Assert.True(rules.Of("wms").IsEmpty(RuleDocument.Order));
    }

    [Theory]
    [InlineData("", "")]
    [InlineData("ABC", "A••")]
    [InlineData("340123450000000018", "34••••••••••••18")]
    public void An_example_finds_nobody(string value, string shown) => Assert.Equal(shown, ExampleMask.Of(value));
}

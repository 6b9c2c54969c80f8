using System.Text;
using System.Text.Json;
using ControlPlane.Domain.Schemas;
using ControlPlane.Domain.Schemas.Compatibility;
using CsCheck;

namespace ControlPlane.Domain.Tests.Schemas;

/// <summary>Each pair of versions, and what it breaks: with a document as proof.</summary>
public sealed class CompatibilityTests
{
    /// <summary>Old, new, whether readers of the new one can read the old, whether readers of the old one can read the new.</summary>
    public static TheoryData<string, string, bool, bool> Pairs { get; } = new()
    {
        { "{}", "{}", true, true },
        { "true", "{}", true, true },
        { "{}", "false", false, true },
        { """{"type":"string"}""", """{"type":"string"}""", true, true },
        { """{"type":"string"}""", """{"type":["string","null"]}""", true, false },
        { """{"type":"integer"}""", """{"type":"number"}""", true, false },
        { """{"type":"number"}""", """{"type":"integer"}""", false, true },
        { """{"type":"string"}""", """{"type":"integer"}""", false, false },
        { """{"type":["string","integer"]}""", """{"type":["integer","string"]}""", true, true },
        { """{"enum":["a","b"]}""", """{"enum":["a","b","c"]}""", true, false },
        { """{"enum":["a","b"]}""", """{"enum":["b","a"]}""", true, true },
        { """{"enum":["a","b"]}""", """{"enum":["a"]}""", false, true },
        { """{"const":1}""", """{"const":1.0}""", true, true },
        { """{"const":"a"}""", """{"type":"string"}""", true, false },
        { """{"enum":[1,2]}""", """{"type":"integer","minimum":1,"maximum":2}""", true, true },
        { """{"type":"integer","minimum":0}""", """{"type":"integer","minimum":1}""", false, true },
        { """{"type":"number","minimum":0}""", """{"type":"number","exclusiveMinimum":0}""", false, true },
        { """{"type":"number","exclusiveMinimum":0}""", """{"type":"number","minimum":0}""", true, false },
        { """{"type":"number","maximum":10}""", """{"type":"number","maximum":9.99}""", false, true },
        { """{"type":"number","exclusiveMaximum":10}""", """{"type":"number","maximum":10}""", true, false },
        { """{"type":"integer","multipleOf":6}""", """{"type":"integer","multipleOf":3}""", true, false },
        { """{"type":"integer","multipleOf":3}""", """{"type":"integer","multipleOf":2}""", false, false },
        { """{"type":"integer"}""", """{"type":"number","multipleOf":1}""", true, true },
        { """{"type":"number"}""", """{"type":"number","multipleOf":0.01}""", false, true },
        { """{"type":"string","maxLength":20}""", """{"type":"string","maxLength":10}""", false, true },
        { """{"type":"string","minLength":1}""", """{"type":"string"}""", true, false },
        { """{"type":"string","pattern":"^[A-Z]{2}$"}""", """{"type":"string","pattern":"^[A-Z]{2}$"}""", true, true },
        { """{"type":"string"}""", """{"type":"string","pattern":"^[A-Z]{2}$"}""", false, true },
        { """{"type":"string","pattern":"^[0-9]{3}$"}""", """{"type":"string","pattern":"^[A-Z]{3}$"}""", false, false },
        { """{"type":"string","format":"date"}""", """{"type":"string"}""", true, true },
        { """{"type":"object"}""", """{"type":"object","required":["id"]}""", false, true },
        { """{"type":"object","required":["id"]}""", """{"type":"object"}""", true, false },
        // Under open content an old document may have carried the new property with any type.
        { """{"type":"object"}""", """{"type":"object","properties":{"note":{"type":"string"}}}""", false, true },
        { """{"type":"object","additionalProperties":false}""", """{"type":"object","properties":{"note":{"type":"string"}},"additionalProperties":false}""", true, false },
        { """{"type":"object","properties":{"a":{"type":"string"}},"additionalProperties":false}""", """{"type":"object","properties":{"a":{"type":"string"}}}""", true, false },
        { """{"type":"object","properties":{"a":{"type":"string"}}}""", """{"type":"object","properties":{"a":{"type":["string","null"]}}}""", true, false },
        { """{"type":"object","properties":{"a":{"type":"string"},"b":{}},"additionalProperties":false}""", """{"type":"object","properties":{"a":{"type":"string"}},"additionalProperties":false}""", false, true },
        { """{"type":"object","additionalProperties":{"type":"integer"}}""", """{"type":"object","additionalProperties":{"type":"number"}}""", true, false },
        { """{"type":"object","properties":{"a":{"type":"integer"}},"additionalProperties":{"type":"integer"}}""", """{"type":"object","additionalProperties":{"type":"integer"}}""", true, true },
        { """{"type":"object","properties":{"a":{"type":"string"}},"additionalProperties":{"type":"integer"}}""", """{"type":"object","additionalProperties":{"type":"integer"}}""", false, false },
        { """{"type":"object","required":["a","b"]}""", """{"type":"object","minProperties":2}""", true, false },
        { """{"type":"object","minProperties":1}""", """{"type":"object","minProperties":2}""", false, true },
        { """{"type":"object","maxProperties":3}""", """{"type":"object","maxProperties":2}""", false, true },
        { """{"type":"object","properties":{"a":{},"b":{}},"additionalProperties":false}""", """{"type":"object","maxProperties":2}""", true, false },
        { """{"type":"object","dependentRequired":{"a":["b"]}}""", """{"type":"object"}""", true, false },
        { """{"type":"object","required":["b"]}""", """{"type":"object","dependentRequired":{"a":["b"]}}""", true, false },
        { """{"type":"object","propertyNames":{"maxLength":5}}""", """{"type":"object"}""", true, false },
        { """{"type":"object","patternProperties":{"^x-":{"type":"string"}}}""", """{"type":"object","patternProperties":{"^x-":{"type":"string"}}}""", true, true },
        { """{"type":"object"}""", """{"type":"object","patternProperties":{"^any":{"type":"string"}}}""", false, true },
        { """{"type":"array"}""", """{"type":"array","items":{"type":"string"}}""", false, true },
        { """{"type":"array","items":{"type":"integer"}}""", """{"type":"array","items":{"type":"number"}}""", true, false },
        { """{"type":"array","minItems":1}""", """{"type":"array"}""", true, false },
        { """{"type":"array","maxItems":5}""", """{"type":"array","maxItems":4}""", false, true },
        { """{"type":"array","items":{"type":"string"}}""", """{"type":"array","items":{"type":"string"},"uniqueItems":true}""", false, true },
        { """{"type":"array","maxItems":1}""", """{"type":"array","uniqueItems":true}""", true, false },
        { """{"type":"array","prefixItems":[{"type":"string"},{"type":"integer"}]}""", """{"type":"array","prefixItems":[{"type":"string"},{"type":"number"}]}""", true, false },
        { """{"type":"array","prefixItems":[{"type":"string"}],"items":{"type":"string"}}""", """{"type":"array","items":{"type":"string"}}""", true, true },
        { """{"type":"array","contains":{"const":1}}""", """{"type":"array"}""", true, false },
        { """{"anyOf":[{"type":"string"},{"type":"integer"}]}""", """{"type":["string","integer"]}""", true, true },
        { """{"type":["string","integer"]}""", """{"anyOf":[{"type":"string"},{"type":"integer"}]}""", true, true },
        { """{"anyOf":[{"type":"string"}]}""", """{"anyOf":[{"type":"string"},{"type":"null"}]}""", true, false },
        { """{"oneOf":[{"type":"string"},{"type":"integer"}]}""", """{"oneOf":[{"type":"integer"},{"type":"string"},{"type":"null"}]}""", true, false },
        { """{"oneOf":[{"type":"object","required":["kind"],"properties":{"kind":{"const":"a"}}},{"type":"object","required":["kind"],"properties":{"kind":{"const":"b"}}}]}""",
            """{"oneOf":[{"type":"object","required":["kind"],"properties":{"kind":{"const":"a"}}},{"type":"object","required":["kind"],"properties":{"kind":{"const":"b"}}},{"type":"object","required":["kind"],"properties":{"kind":{"const":"c"}}}]}""", true, false },
        { """{"allOf":[{"type":"string"},{"maxLength":5}]}""", """{"type":"string","maxLength":5}""", true, true },
        { """{"allOf":[{"type":"object","required":["a"]},{"required":["b"]}]}""", """{"type":"object","required":["a"]}""", true, false },
        { """{"type":"string","not":{"const":"x"}}""", """{"type":"string"}""", true, false },
        { """{"type":"string"}""", """{"type":"string","not":{"const":"x"}}""", false, true },
        { """{"$ref":"#/$defs/a","$defs":{"a":{"type":"string"}}}""", """{"type":"string"}""", true, true },
        { """{"$ref":"#/$defs/n","$defs":{"n":{"type":"object","properties":{"next":{"$ref":"#/$defs/n"}},"additionalProperties":false}}}""",
            """{"$ref":"#/$defs/n","$defs":{"n":{"type":"object","properties":{"next":{"$ref":"#/$defs/n"}},"additionalProperties":false}}}""", true, true },
        { """{"$ref":"#/$defs/n","$defs":{"n":{"type":"object","properties":{"v":{"type":"integer"},"next":{"$ref":"#/$defs/n"}},"additionalProperties":false}}}""",
            """{"$ref":"#/$defs/n","$defs":{"n":{"type":"object","properties":{"v":{"type":"string"},"next":{"$ref":"#/$defs/n"}},"additionalProperties":false}}}""", false, false },
        { """{"type":"object","properties":{"lines":{"type":"array","items":{"type":"object","required":["sku","quantity"],"properties":{"sku":{"type":"string"},"quantity":{"type":"integer","minimum":1}}}}},"required":["lines"]}""",
            """{"type":"object","properties":{"lines":{"type":"array","items":{"type":"object","required":["sku","quantity"],"properties":{"sku":{"type":"string"},"quantity":{"type":"integer","minimum":0}}}}},"required":["lines"]}""", true, false },
        { """{"type":"object","properties":{"status":{"enum":["open","paid"]}},"required":["status"]}""", """{"type":"object","properties":{"status":{"enum":["open","paid","refunded"]}},"required":["status"]}""", true, false },
        { """{"type":"object","properties":{"a":{"properties":{"b":{"properties":{"c":{"type":"string"}},"type":"object"}},"type":"object"}}}""",
            """{"type":"object","properties":{"a":{"properties":{"b":{"properties":{"c":{"type":"integer"}},"type":"object"}},"type":"object"}}}""", false, false },
    };

    [Theory]
    [MemberData(nameof(Pairs))]
    public void What_breaks_is_found_and_proven_by_a_document(string old, string next, bool backward, bool forward)
    {
        var (a, b) = (Read(old), Read(next));
        Check(SchemaCompatibility.Compare(a, b, CompatibilityMode.Backward), a, b, backward);
        Check(SchemaCompatibility.Compare(a, b, CompatibilityMode.Forward), b, a, forward);
    }

    [Fact]
    public void Never_is_compatible_what_a_document_disproves()
    {
        var schema = Schemas(3);
        Gen.Select(schema, schema, Values(3).Array[20]).Sample((old, next, documents) =>
        {
            var (a, b) = (Read(old), Read(next));
            var findings = SchemaCompatibility.Compare(a, b, CompatibilityMode.Backward);
            foreach (var finding in findings.Where(f => f.Proven))
                Assert.True(a.Accepts(finding.Witness!.Value) && !b.Accepts(finding.Witness!.Value));
            if (findings.Count > 0)
                return;
            foreach (var text in documents)
            {
                var document = JsonSerializer.Deserialize<JsonElement>(text);
                Assert.False(a.Accepts(document) && !b.Accepts(document), $"{old}\n{next}\nsays compatible; {text} disproves it.");
            }
        }, iter: 800);
    }

    private static void Check(IReadOnlyList<CompatibilityFinding> findings, JsonSchema accepting, JsonSchema refusing, bool compatible)
    {
        if (compatible)
        {
            Assert.Empty(findings);
            return;
        }

        Assert.Contains(findings, f => f.Proven);
        foreach (var finding in findings.Where(f => f.Proven))
        {
            Assert.True(accepting.Accepts(finding.Witness!.Value), finding.ToString());
            Assert.False(refusing.Accepts(finding.Witness!.Value), finding.ToString());
            Assert.False(string.IsNullOrEmpty(finding.Refusal));
        }
    }

    private static JsonSchema Read(string text)
    {
        var schema = JsonSchema.Parse(Encoding.UTF8.GetBytes(text), out var problems);
        Assert.True(schema is not null, $"{text}: {string.Join("; ", problems)}");
        return schema;
    }

    private static Gen<string> OneOf(params string[] texts) => Gen.OneOf([.. texts.Select(Gen.Const)]);

    private static Gen<string> Schemas(int depth)
    {
        var leaf = Gen.OneOf(
            OneOf("""{"type":"string"}""", """{"type":"integer"}""", """{"type":"number"}""", """{"type":"boolean"}""", """{"type":["string","null"]}""", "{}", "true", """{"type":"string","maxLength":2}""", """{"type":"string","minLength":1}"""),
            Gen.Select(Gen.Int[0, 3], Gen.Int[0, 3]).Select((a, b) => $$"""{"type":"integer","minimum":{{a}},"maximum":{{a + b}}}"""),
            Gen.Int[1, 3].Select(n => $$"""{"enum":[{{string.Join(',', Enumerable.Range(0, n))}},"a"]}"""),
            OneOf("""{"const":1}""", """{"multipleOf":2}""", """{"not":{"type":"string"}}"""));
        if (depth == 0)
            return leaf;
        var sub = Schemas(depth - 1);
        return Gen.OneOf(
            leaf,
            Gen.Select(sub, sub, Gen.Bool, Gen.Int[0, 3]).Select((a, b, closed, required) =>
                $$"""{"type":"object","properties":{"a":{{a}},"b":{{b}}},"required":[{{(required switch { 1 => "\"a\"", 2 => "\"b\"", 3 => "\"a\",\"b\"", _ => "" })}}]{{(closed ? ",\"additionalProperties\":false" : "")}}}"""),
            Gen.Select(sub, Gen.Int[0, 2], Gen.Bool).Select((a, least, unique) => $$"""{"type":"array","items":{{a}},"minItems":{{least}}{{(unique ? ",\"uniqueItems\":true" : "")}}}"""),
            Gen.Select(sub, sub).Select((a, b) => $$"""{"anyOf":[{{a}},{{b}}]}"""),
            Gen.Select(sub, sub).Select((a, b) => $$"""{"oneOf":[{{a}},{{b}}]}"""),
            Gen.Select(sub, sub).Select((a, b) => $$"""{"allOf":[{{a}},{{b}}]}"""),
            Gen.Select(sub, sub).Select((a, b) => $$"""{"if":{{a}},"then":{{b}}}"""),
            sub.Select(a => $$"""{"type":"object","additionalProperties":{{a}}}"""));
    }

    private static Gen<string> Values(int depth)
    {
        var leaf = OneOf("0", "1", "2", "3", "5", "1.5", "\"\"", "\"a\"", "\"abc\"", "true", "null", "{}", "[]");
        if (depth == 0)
            return leaf;
        var sub = Values(depth - 1);
        return Gen.OneOf(
            leaf, leaf,
            Gen.Select(sub, sub, Gen.Int[0, 4]).Select((a, b, form) => form switch { 0 => $$"""{"a":{{a}}}""", 1 => $$"""{"b":{{b}}}""", 2 => $$"""{"a":{{a}},"c":{{b}}}""", _ => $$"""{"a":{{a}},"b":{{b}}}""" }),
            Gen.Select(sub, sub, Gen.Bool).Select((a, b, two) => two ? $"[{a},{b}]" : $"[{a}]"));
    }
}

using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using ControlPlane.Runtime.Mappings;

namespace ControlPlane.Runtime.Tests.Mappings;

/// <summary>A kept test looks like the message it was made from, and names nobody.</summary>
public sealed class SameShapeTests
{
    private static SameShape Shape(string key = "key") => new(v => Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(key), Encoding.UTF8.GetBytes(v))));

    private static string Apply(string body) => Encoding.UTF8.GetString(Shape().Apply(Encoding.UTF8.GetBytes(body)));

    [Fact]
    public void Names_streets_phones_mails_and_free_text_go_and_numbers_of_orders_stay()
    {
        var masked = Apply("""
            {"id":5123,"order_number":"A-1001","billing":{"first_name":"Mia","last_name":"Öztürk","address_1":"Lange Straße 5","city":"Köln","postcode":"50667","country":"DE","email":"mia@example.org","phone":"+49 170 1234567"},
             "customer_note":"please ring at Mia's","comment":"write to mia@example.org","line_items":[{"sku":"TEE-M","name":"Tee, medium","price":24.95}]}
            """);
        foreach (var gone in new[] { "Mia", "Öztürk", "Lange", "mia@", "170", "ring" })
            Assert.DoesNotContain(gone, masked, StringComparison.Ordinal);
        foreach (var kept in new[] { "5123", "A-1001", "Köln", "50667", "\"DE\"", "TEE-M", "Tee, medium", "24.95", "write to " })
            Assert.Contains(kept, masked, StringComparison.Ordinal);
        var billing = JsonSerializer.Deserialize<JsonElement>(masked).GetProperty("billing");
        Assert.Matches("^[A-Z][a-z]{2}$", billing.GetProperty("first_name").GetString());
        Assert.Matches("^[A-Z][a-z]{4} [A-Z][a-z]{5} [1-9]$", billing.GetProperty("address_1").GetString());
        Assert.Matches(@"^\+[1-9]{2} [1-9]{2}0 [1-9]{7}$", billing.GetProperty("phone").GetString());
        Assert.Equal(Apply(masked).Length, masked.Length);
    }

    [Fact]
    public void The_same_value_becomes_the_same_other_one_and_another_installation_another()
    {
        Assert.Equal(Shape().Of("Mia Example"), Shape().Of("Mia Example"));
        Assert.NotEqual(Shape().Of("Mia Example"), Shape("other").Of("Mia Example"));
        Assert.NotEqual(Shape().Of("Mia Example"), Shape().Of("Mia Exampla"));
    }

    [Fact]
    public void XML_and_flat_files_keep_their_form()
    {
        var xml = Apply("""<order id="7"><shipTo><name>Mia Example</name><city>Köln</city></shipTo><note>hi</note></order>""");
        Assert.DoesNotContain("Mia", xml, StringComparison.Ordinal);
        Assert.Contains("<city>Köln</city>", xml, StringComparison.Ordinal);
        Assert.Contains("""<order id="7">""", xml, StringComparison.Ordinal);
        const string Edi = "UNB+UNOC:3+A:14+B:14+261123:1000+905'NAD+BY+4012345000009::9'COM+mia@example.org:EM'COM+\u002B49 170 1234567:TE'";
        var edi = Apply(Edi);
        Assert.Equal(Edi.Length, edi.Length);
        Assert.DoesNotContain("mia@", edi, StringComparison.Ordinal);
        Assert.DoesNotContain("49 170", edi, StringComparison.Ordinal);
        Assert.StartsWith("UNB+UNOC:3+A:14+B:14+261123:1000+905'NAD+BY+4012345000009::9'COM+", edi, StringComparison.Ordinal);
        // Bytes that are no UTF-8 stay what they are.
        byte[] latin = [0x4B, 0xF6, 0x6C, 0x6E];
        Assert.Equal(latin, Shape().Apply(latin));
    }

    /// <summary>Whatever the value: same length, same kinds of characters, nothing but letters and digits changed.</summary>
    [Fact]
    public void The_shape_stays_for_any_value()
    {
        var chance = new Random(20261128);
        for (var i = 0; i < 2_000; i++)
        {
            var value = new string([.. Enumerable.Range(0, chance.Next(24)).Select(_ => (char)chance.Next(32, chance.Next(2) == 0 ? 128 : 0xFFFD))]);
            var other = Shape().Of(value);
            Assert.Equal(value.Length, other.Length);
            Assert.All(value.Zip(other), p => Assert.True(
                char.IsSurrogate(p.First) ? p.Second == 'x'
                : p.First is >= '1' and <= '9' ? p.Second is >= '1' and <= '9'
                : char.IsUpper(p.First) ? char.IsAsciiLetterUpper(p.Second)
                : char.IsLetter(p.First) ? char.IsAsciiLetterLower(p.Second)
                : p.First == p.Second, $"{(int)p.First:X} became {(int)p.Second:X}"));
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("<a>")]
    [InlineData("<!DOCTYPE a [<!ENTITY x \"y\">]><a>&x;</a>")]
    [InlineData("{\"a\":1,\"a\":2}")]
    [InlineData("null")]
    public void What_cannot_be_read_by_fields_is_never_lost(string body) => Assert.Equal(body, Apply(body));

    [Fact]
    public void Expectations_are_compared_field_by_field()
    {
        Assert.Empty(MappingExpectation.Compare("""{"outcome":"order","order":{"a":1,"l":[{"b":"x"}]}}""", """{"order":{"l":[{"b":"x"}],"a":1},"outcome":"order"}"""));
        Assert.Equal([new("outcome", "order", "refused"), new("order.l[0].b", "x", "nothing"), new("refusals[0].code", "nothing", "c")],
            MappingExpectation.Compare("""{"outcome":"order","order":{"l":[{"b":"x"}]}}""", """{"outcome":"refused","refusals":[{"code":"c"}]}"""));
        Assert.Empty(MappingExpectation.Compare(MappingExpectation.Taken, """{"outcome":"ignored","reason":"x"}"""));
        Assert.Equal([new("outcome", "taken", "refused, c")], MappingExpectation.Compare(MappingExpectation.Taken, """{"outcome":"refused","refusals":[{"code":"c","field":"f"}]}"""));
    }
}

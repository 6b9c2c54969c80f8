using System.Text.Json;
using ControlPlane.Domain.Mappings.Incoming;
using ControlPlane.Domain.Mappings.Suggestions;

namespace ControlPlane.Domain.Tests.Mappings;

/// <summary>Rows that may be meant: the right place first, with a reason, and nothing where nothing fits.</summary>
public sealed class RowSuggestionTests
{
    private const string Unknown = """
        {"orderId":"9001","purchaseOrderNo":"PO-77","createdDate":"2026-11-23T09:30:00Z","currencyCode":"EUR","grandTotal":"49.90","vatAmount":"7.97","freight":"4.90",
         "buyer":{"fullName":"Mia Example","emailAddress":"mia@example.org","telephone":"+49 170 1234567"},
         "deliveryAddress":{"recipient":"Mia Example","street1":"Lange Straße 5","town":"Köln","zip":"50667","countryIso":"de"},
         "positions":[{"positionId":"1","articleNumber":"TEE-M","description":"Tee","qty":2,"unitPrice":"24.95"},{"positionId":"2","articleNumber":"CAP","description":"Cap","qty":1,"unitPrice":"19.90"}],
         "tags":[{"name":"gift"}]}
        """;

    private static DocumentProfile Profile(params string[] documents)
    {
        var profile = new DocumentProfile();
        foreach (var document in documents)
            profile.Add(JsonSerializer.Deserialize<JsonElement>(document));
        return profile;
    }

    private static IReadOnlyList<RowSuggestion> For(DocumentProfile profile, IReadOnlyCollection<string>? taken = null, IReadOnlyList<MappingPrecedent>? precedents = null, IReadOnlyCollection<string>? read = null) =>
        RowSuggestions.For(IncomingKind.Order, profile, taken ?? [], read ?? [], "$.positions[]", precedents ?? []);

    [Theory]
    [InlineData("externalId", "$.orderId")]
    [InlineData("number", "$.purchaseOrderNo")]
    [InlineData("placedAt", "$.createdDate")]
    [InlineData("currency", "$.currencyCode")]
    [InlineData("total", "$.grandTotal")]
    [InlineData("tax", "$.vatAmount")]
    [InlineData("shipping", "$.freight")]
    [InlineData("customer.name", "$.buyer.fullName")]
    [InlineData("customer.email", "$.buyer.emailAddress")]
    [InlineData("customer.phone", "$.buyer.telephone")]
    [InlineData("shipTo.line1", "$.deliveryAddress.street1")]
    [InlineData("shipTo.city", "$.deliveryAddress.town")]
    [InlineData("shipTo.postalCode", "$.deliveryAddress.zip")]
    [InlineData("shipTo.countryCode", "$.deliveryAddress.countryIso")]
    [InlineData("lines[].channelLineRef", "@.positionId")]
    [InlineData("lines[].sku", "@.articleNumber")]
    [InlineData("lines[].quantity", "@.qty")]
    [InlineData("lines[].unitPrice", "@.unitPrice")]
    [InlineData("lines[].title", "@.description")]
    public void The_likeliest_place_comes_first(string target, string from)
    {
        var first = For(Profile(Unknown)).First(s => s.Target == target);
        Assert.Equal(from, first.From);
        Assert.NotEmpty(first.Reason);
        Assert.InRange(first.Score, RowSuggestions.Least, 100);
    }

    [Fact]
    public void Lines_are_found_where_something_is_counted() => Assert.Equal("$.positions[]", RowSuggestions.Lines(Profile(Unknown))[0]);

    [Fact]
    public void Values_that_do_not_fit_are_not_suggested()
    {
        Assert.DoesNotContain(For(Profile("""{"currency":"dollars","total":"a lot","placedAt":"soon","positions":[{"quantity":"few"}]}""")), s => s.Target is "currency" or "total" or "placedAt" or "lines[].quantity");
        Assert.DoesNotContain(For(Profile(Unknown), ["number"]), s => s.Target == "number");
        Assert.Empty(For(Profile("{}")));
    }

    [Fact]
    public void What_the_values_need_is_part_of_the_suggestion()
    {
        var found = For(Profile("""{"created":1795424400,"total":"1.049,90","country":"de","shipTo":{"country":"de"}}"""));
        Assert.Equal("unix", found.First(s => s.Target == "placedAt").Convert);
        Assert.Equal("decimal-comma", found.First(s => s.Target == "total").Convert);
        Assert.Equal("upper", found.First(s => s.Target == "shipTo.countryCode").Convert);
    }

    /// <summary>What others map counts, and how many messages have it: between two names alike the proven one wins.</summary>
    [Fact]
    public void Experience_and_presence_decide_between_names_alike()
    {
        var profile = Profile("""{"order_no":"1","order_nr":"2"}""", """{"order_no":"3","order_nr":"4"}""", """{"order_nr":"5"}""");
        Assert.Equal("$.order_nr", For(profile).First(s => s.Target == "number").From);
        var first = For(profile, precedents: [new("number", "order_no", "Bazaar")]).First(s => s.Target == "number");
        Assert.Equal("$.order_no", first.From);
        Assert.Contains("Bazaar map it so", first.Reason, StringComparison.Ordinal);
        Assert.Contains("2 of 3 messages have it", first.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_place_that_a_row_reads_already_comes_behind()
    {
        var profile = Profile("""{"order_no":"1","order_nr":"2"}""");
        var first = For(profile).First(s => s.Target == "number");
        var later = For(profile, read: [first.From]).Where(s => s.Target == "number").ToList();
        Assert.NotEqual(first.From, later[0].From);
        Assert.Contains("another row reads it, too", later.Single(s => s.From == first.From).Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("lineItems", "line item")]
    [InlineData("purchase_order_number", "purchase order number")]
    [InlineData("SKU", "sku")]
    [InlineData("buyerVATId", "buyer vat id")]
    [InlineData("$.x['a b']", "x a b")]
    public void Names_fall_into_words(string name, string words) => Assert.Equal(words, string.Join(' ', FieldNames.Words(name)));

    [Fact]
    public void A_profile_is_bounded()
    {
        var profile = Profile("{" + string.Join(',', Enumerable.Range(0, 5_000).Select(i => $"\"f{i}\":\"{new string('x', 500)}\"")) + "}");
        Assert.Equal(DocumentProfile.MostFields, profile.Fields.Count);
        Assert.All(profile.Fields, f => Assert.True(f.Samples[0].Length <= 200));
        var deep = string.Concat(Enumerable.Repeat("{\"a\":", 60)) + "1" + new string('}', 60);
        Assert.Empty(Profile(deep).Fields);
    }
}

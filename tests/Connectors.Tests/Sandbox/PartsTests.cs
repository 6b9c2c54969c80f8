using System.Text;
using Connectors.Sandbox;
using Connectors.Sandbox.Assortment;
using Connectors.Sandbox.Faults;
using Connectors.Sandbox.Ledgers;
using Connectors.Sandbox.Shop.GraphQl;
using Connectors.Sandbox.Webhooks;
using CsCheck;
using Microsoft.Extensions.Time.Testing;

namespace Connectors.Tests.Sandbox;

/// <summary>What the simulators are put together from.</summary>
public sealed class PartsTests
{
    /// <summary>The published vector of bold-commerce/go-shopify, oauth_test.go.</summary>
    [Fact]
    public void The_Shopify_signature_agrees_with_the_published_vector() =>
        Assert.Equal("hMTq0K2x7oyOjoBwGYeTj5oxfnaVYXzbanUG9aajpKI=", ShopifySignature.Sign("hush", "\"my secret message\""u8));

    /// <summary>The published vector of standard-webhooks/standard-webhooks, libraries/*/tests.</summary>
    [Fact]
    public void The_Standard_Webhooks_signature_agrees_with_the_published_vector() => Assert.Equal(
        "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
        StandardWebhookSignature.Sign(
            "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "msg_p5jXN8AQM9LWM0D4loKWxJek", DateTimeOffset.FromUnixTimeSeconds(1614265330), "{\"test\": 2432232314}"u8));

    [Fact]
    public void Derived_secrets_are_stable_different_and_do_not_print()
    {
        var one = SandboxSecrets.DeriveFrom("a");

        Assert.Equal(one, SandboxSecrets.DeriveFrom("a"));
        Assert.NotEqual(one.ErpClientSecret, SandboxSecrets.DeriveFrom("b").ErpClientSecret);
        Assert.DoesNotContain(one.WmsApiKey, one.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_bucket_gives_its_burst_and_then_its_rate()
    {
        var clock = new FakeTimeProvider();
        var bucket = new TokenBucket(2, 10, clock);

        for (var i = 0; i < 10; i++)
            Assert.True(bucket.TryTake(1, out _));
        Assert.False(bucket.TryTake(1, out _));
        Assert.Equal(TimeSpan.FromSeconds(0.5), bucket.Until(1));
        clock.Advance(TimeSpan.FromSeconds(1));
        Assert.True(bucket.TryTake(2, out var left));
        Assert.Equal(0, left);
        clock.Advance(TimeSpan.FromHours(1));
        Assert.True(bucket.TryTake(10, out _));
        Assert.False(bucket.TryTake(1, out _));
    }

    [Fact]
    public void A_store_forgets_the_oldest_and_says_so_even_when_others_were_removed()
    {
        var forgotten = new List<int>();
        var store = new BoundedStore<int, int>(3, forgotten.Add);
        for (var i = 1; i <= 4; i++)
            store.Add(i, i);
        Assert.True(store.Remove(3));
        store.Add(5, 5);

        Assert.Equal([1, 3, 2], forgotten);
        Assert.Equal([4, 5], store.Values.Order());
    }

    [Fact]
    public void A_ledger_tells_duplicates_only_where_an_effect_must_happen_once()
    {
        var once = new LedgerOperation("order", Once: true);
        var often = new LedgerOperation("parcel", Once: false);
        var ledger = new EffectLedger([once, often]);

        foreach (var operation in new[] { once, often })
        {
            ledger.Record(operation, "A");
            ledger.Record(operation, "A");
            ledger.Record(operation, "B");
        }

        Assert.Equal((6, 1), ledger.Sums());
        Assert.Equal(2, ledger.Read("parcel").Single().References["A"]);
        Assert.Empty(ledger.Read("order", "C").Single().References);
    }

    [Fact]
    public void Nobody_in_the_sandbox_exists()
    {
        Assert.All(People.All, p => Assert.EndsWith("@example.com", p.Email, StringComparison.Ordinal));
        Assert.All(People.All, p => Assert.Matches("^[a-z0-9.]+@", p.Email));
        Assert.Equal(People.Count, People.All.Select(p => p.Email).Distinct().Count());
    }

    [Fact]
    public void Whatever_is_sent_as_GraphQL_is_read_or_refused_and_never_breaks_the_parser()
    {
        const string query = "query Q($id: ID!, $n: [Int!] = [1, -2.5e3]) { o: order(id: $id, x: {a: \"\\u00e9\", b: [true, null, ENUM]}) @include(if: true) { ...F ... on Order { id } } } fragment F on Order { name } # end";
        Assert.NotNull(GraphQlParser.Parse(query));

        Gen.Select(Gen.Int[0, query.Length - 1], Gen.Int[0, 12], Gen.String[Gen.Char["{}()[]!$:=@|&.,\"\\#-1aé\n"], 0, 4]).Sample((at, length, inserted) =>
        {
            var broken = query.Remove(at, Math.Min(length, query.Length - at)).Insert(at, inserted);
            try
            {
                GraphQlParser.Parse(broken);
            }
            catch (GraphQlSyntaxException)
            {
                // Refused is fine; anything else is not.
            }
        }, iter: 5_000);
    }

    [Fact]
    public void A_number_beyond_measure_is_refused() =>
        Assert.Throws<GraphQlSyntaxException>(() => GraphQlParser.Parse("{ a(n: -2.5e3999) }"));

    [Fact]
    public void A_query_that_nests_without_end_is_refused() =>
        Assert.Contains("max depth", Assert.Throws<GraphQlSyntaxException>(() => GraphQlParser.Parse(new StringBuilder().Insert(0, "{a", 500).Insert(1_000, "}", 500).ToString())).Message, StringComparison.Ordinal);
}

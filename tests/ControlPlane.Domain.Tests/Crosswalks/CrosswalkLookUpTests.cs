using ControlPlane.Domain.Crosswalks;
using static ControlPlane.Domain.Tests.Crosswalks.Given;

namespace ControlPlane.Domain.Tests.Crosswalks;

public sealed class CrosswalkLookUpTests
{
    [Fact]
    public void The_narrowest_scope_that_has_an_answer_counts()
    {
        var all = new List<CrosswalkEntry> { Entry("UPS", "a"), Entry("UPS", "b", "role:storefront"), Entry("UPS", "c", "connector:shopify"), Entry("UPS", "d", "connection:shop-eu"), Entry("UPS", "e", "connection:other") };
        foreach (var expected in new[] { "d", "c", "b", "a" })
        {
            Assert.Equal(expected, Snapshot(Carrier, [.. all]).For("shop-eu", Shop).Ours("carrier", "UPS"));
            all.RemoveAll(e => e.Ours == expected);
        }

        Assert.Null(Snapshot(Carrier, [.. all]).For("shop-eu", Shop).Ours("carrier", "UPS"));
    }

    [Fact]
    public void A_code_is_found_both_ways_in_any_case_and_with_spaces_around_it()
    {
        var crosswalks = Snapshot(Carrier, Entry("Dhl-Express", "DHL_X"), Entry("DHL-OLD", "DHL_X", directions: CrosswalkDirections.ToOurs)).For("shop-eu", Shop);
        Assert.Equal("DHL_X", crosswalks.Ours("carrier", " dhl-EXPRESS "));
        Assert.Equal("DHL_X", crosswalks.Ours("carrier", "dhl-old"));
        Assert.Equal("Dhl-Express", crosswalks.Theirs("carrier", "dhl_x"));
        Assert.Null(crosswalks.Theirs("carrier", "DHL-Express"));
        Assert.Null(crosswalks.Ours("sku", "DHL-EXPRESS"));
        Assert.False(crosswalks.Knows("sku"));
    }

    [Fact]
    public void Entries_count_from_their_first_day_and_not_on_the_day_they_end()
    {
        var crosswalks = Snapshot(Carrier, Entry("X", "before", until: "2026-03-01"), Entry("X", "after", from: "2026-03-01")).For("shop-eu", Shop);
        Assert.Equal("before", crosswalks.Ours("carrier", "X", Day("2026-03-01")!.Value.AddTicks(-1)));
        Assert.Equal("after", crosswalks.Ours("carrier", "X", Day("2026-03-01")));
    }

    [Fact]
    public void A_wildcard_answers_for_all_others_of_its_scope_and_a_star_leaves_the_code_as_it_is()
    {
        var crosswalks = Snapshot(Carrier,
            Entry("UPS", "UPS1"), Entry("*", "OTHER", "connection:shop-eu", CrosswalkDirections.ToOurs), Entry("DHL", "DHL1", "connection:shop-eu"), Entry("*", "*", "role:marketplace")).For("shop-eu", Shop);
        Assert.Equal("DHL1", crosswalks.Ours("carrier", "DHL"));
        // The narrower scope's wildcard goes before the exact code of a broader one.
        Assert.Equal("OTHER", crosswalks.Ours("carrier", "UPS"));
        Assert.Equal("UPS1", Snapshot(Carrier, Entry("UPS", "UPS1"), Entry("*", "*")).For("shop-eu", Shop).Ours("carrier", "UPS"));
        Assert.Equal("gls", Snapshot(Carrier, Entry("UPS", "UPS1"), Entry("*", "*")).For("shop-eu", Shop).Ours("carrier", "gls"));
    }

    [Fact]
    public void A_hit_names_table_scope_and_revision_and_has_the_factor()
    {
        var hit = Snapshot(Uom, Entry("CS", "EA", "connection:shop-eu", factor: 12)).For("shop-eu", Shop).Find("uom", "CS", CrosswalkDirection.ToOurs, Now)!;
        Assert.Equal(new("EA", 12, "uom, connection:shop-eu, revision 1"), hit);
    }

    [Fact]
    public void A_change_makes_a_new_snapshot_and_leaves_the_old_one_as_it_was()
    {
        var (old, other) = (Entry("A", "1"), Entry("B", "2"));
        var before = Snapshot(Carrier, old, other);
        var after = before.With(2, [Carrier],
        [
            new("carrier", old, old with { Theirs = "C", Revision = 2 }), new("carrier", other, other with { State = CrosswalkState.Retired }), new("carrier", null, Entry("D", "4", "connection:shop-eu")),
        ]);
        var (was, @is) = (before.For("shop-eu", Shop), after.For("shop-eu", Shop));
        Assert.Equal(("1", "2", null, null), (was.Ours("carrier", "A"), was.Ours("carrier", "B"), was.Ours("carrier", "C"), was.Ours("carrier", "D")));
        Assert.Equal((null, null, "1", "4"), (@is.Ours("carrier", "A"), @is.Ours("carrier", "B"), @is.Ours("carrier", "C"), @is.Ours("carrier", "D")));
        Assert.Equal((2, 2), (before.Count("carrier"), after.Count("carrier")));
        Assert.Null(@is.Theirs("carrier", "2"));
    }

    [Fact]
    public void Use_and_misses_are_counted_but_not_by_those_who_only_look()
    {
        var (tally, entry, message) = (new CrosswalkTally(), Entry("A", "1"), Guid.CreateVersion7());
        var crosswalks = Snapshot(Carrier, entry, Entry("unused", "2")).For("shop-eu", Shop, tally);
        crosswalks.Uncounted().Ours("carrier", "A");
        crosswalks.Uncounted().Ours("carrier", "nowhere");
        Assert.Empty(tally.TakeUses(10));
        Assert.Empty(tally.TakeMisses());
        for (var i = 0; i < 3; i++)
            crosswalks.Ours("carrier", "a", Now.AddMinutes(i));
        using (CrosswalkTally.About(message))
            crosswalks.Ours("carrier", "Nowhere", Now);
        crosswalks.Ours("carrier", "NOWHERE", Now.AddHours(1));
        Assert.Equal([new UseCount(entry.Id, 3, Now.AddMinutes(2))], tally.TakeUses(10));
        Assert.Equal([new MissCount(new("shop-eu", "carrier", CrosswalkDirection.ToOurs, "Nowhere"), 2, Now, Now.AddHours(1), message, null)], tally.TakeMisses());
        Assert.Empty(tally.TakeUses(10));
        crosswalks.Ours("carrier", "A", Now);
        Assert.Equal(1, Assert.Single(tally.TakeUses(10)).Hits);
    }

    [Fact]
    public void Whoever_sends_endless_new_codes_fills_no_memory()
    {
        var tally = new CrosswalkTally();
        var crosswalks = Snapshot(Carrier).For("shop-eu", Shop, tally);
        for (var i = 0; i < CrosswalkTally.MostMisses + 500; i++)
            crosswalks.Ours("carrier", $"code-{i}", Now);
        crosswalks.Ours("carrier", new string('x', 5_000), Now);
        Assert.Equal(CrosswalkTally.MostMisses, tally.TakeMisses().Count);
    }

    [Theory]
    [InlineData("global", true)]
    [InlineData("role:3pl", true)]
    [InlineData("connector:amazon", true)]
    [InlineData("connection:shop-eu", true)]
    [InlineData("role:nobody", false)]
    [InlineData("connection:", false)]
    [InlineData("connection:Shop EU", false)]
    [InlineData("tenant:1", false)]
    public void A_scope_is_written_as_it_is_read(string text, bool sound)
    {
        Assert.Equal(sound, CrosswalkScope.TryParse(text, out var scope));
        if (sound)
            Assert.Equal(text, scope.ToString());
    }
}

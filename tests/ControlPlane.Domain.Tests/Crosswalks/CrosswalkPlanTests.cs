using ControlPlane.Domain.Crosswalks;
using CsCheck;
using static ControlPlane.Domain.Tests.Crosswalks.Given;

namespace ControlPlane.Domain.Tests.Crosswalks;

public sealed class CrosswalkPlanTests
{
    private static CrosswalkStep Step(CrosswalkTable table, CrosswalkEntry[] inForce, CrosswalkEntry wanted, Func<string, bool>? knows = null) =>
        Assert.Single(CrosswalkPlan.Make(table, inForce, [new(wanted, 1)], knows).Steps);

    [Theory]
    [InlineData("4006381333931", null)]
    [InlineData("4006381333932", "crosswalk.gtin_check_digit")]
    [InlineData("96385074", null)]
    [InlineData("036000291452", null)]
    [InlineData("10614141000415", null)]
    [InlineData("10614141000416", "crosswalk.gtin_check_digit")]
    [InlineData("123456789", null)]
    [InlineData("TEE-M-4006381333932", null)]
    [InlineData("", "crosswalk.code_length")]
    [InlineData(" TEE", "crosswalk.code_form")]
    [InlineData("*", "crosswalk.no_wildcard")]
    public void A_code_is_checked_before_it_is_kept(string code, string? problem) => Assert.Equal(problem, Step(Sku, [], Entry(code, "OUR-1", directions: CrosswalkDirections.ToOurs)).Problems.FirstOrDefault()?.Code);

    [Theory]
    [InlineData("12", null)]
    [InlineData("0.083333333333", null)]
    [InlineData("0", "crosswalk.factor_range")]
    [InlineData("-1", "crosswalk.factor_range")]
    [InlineData("1000000001", "crosswalk.factor_range")]
    [InlineData("0.1234567890123", "crosswalk.factor_decimals")]
    public void A_factor_is_above_zero_and_exact(string factor, string? problem) =>
        Assert.Equal(problem, Step(Uom, [], Entry("CS", "EA", factor: decimal.Parse(factor, System.Globalization.CultureInfo.InvariantCulture))).Problems.FirstOrDefault()?.Code);

    [Fact]
    public void Only_a_table_with_factors_takes_one() => Assert.Equal("crosswalk.no_factors", Step(Carrier, [], Entry("A", "B", factor: 2)).Problems[0].Code);

    [Fact]
    public void Two_entries_for_one_code_at_one_time_are_refused_with_both_named()
    {
        var there = Entry("UPS", "UPS1", from: "2026-01-01");
        var problem = Assert.Single(Step(Carrier, [there], Entry("ups", "UPS2")).Problems);
        Assert.Equal("crosswalk.overlap", problem.Code);
        Assert.Contains("'ups = UPS2, global'", problem.Message, StringComparison.Ordinal);
        Assert.Contains("'UPS = UPS1, global, from 2026-01-01'", problem.Message, StringComparison.Ordinal);
        Assert.Equal(CrosswalkChange.Added, Step(Carrier, [there], Entry("UPS", "UPS2", until: "2026-01-01")).Change);
        Assert.Equal(CrosswalkChange.Added, Step(Carrier, [there], Entry("UPS", "UPS2", "connection:shop-eu")).Change);
    }

    [Fact]
    public void Several_codes_of_theirs_may_mean_one_of_ours_if_only_one_of_them_goes_back()
    {
        var there = Entry("UPS", "UPS1");
        Assert.Equal("ours", Step(Carrier, [there], Entry("UPS-GROUND", "UPS1")).Problems[0].Field);
        Assert.Equal(CrosswalkChange.Added, Step(Carrier, [there], Entry("UPS-GROUND", "UPS1", directions: CrosswalkDirections.ToOurs)).Change);
    }

    [Fact]
    public void A_factor_and_its_inverse_agree()
    {
        var there = Entry("CS", "EA", directions: CrosswalkDirections.ToOurs, factor: 12);
        Assert.Equal("crosswalk.factor_inverse", Step(Uom, [there], Entry("EA", "CS", directions: CrosswalkDirections.ToOurs, factor: 0.1m)).Problems[0].Code);
        Assert.Equal(CrosswalkChange.Added, Step(Uom, [there], Entry("EA", "CS", directions: CrosswalkDirections.ToOurs, factor: 0.083333333333m)).Change);
    }

    [Fact]
    public void Our_code_must_be_known_where_a_list_of_them_is_loaded()
    {
        Assert.Equal("crosswalk.not_in_master", Step(Sku, [], Entry("A", "GONE"), c => c == "HERE").Problems[0].Code);
        Assert.Empty(Step(Sku, [], Entry("A", "HERE"), c => c == "HERE").Problems);
    }

    [Fact]
    public void The_same_again_changes_nothing_and_another_meaning_is_a_change_of_the_same_entry()
    {
        var there = Entry("UPS", "UPS1");
        Assert.Equal(CrosswalkChange.Unchanged, Step(Carrier, [there], Entry("UPS", "UPS1")).Change);
        var changed = Step(Carrier, [there], Entry("UPS", "UPS9"));
        Assert.Equal((CrosswalkChange.Changed, there.Id), (changed.Change, changed.After.Id));
        Assert.Equal(CrosswalkChange.Retired, Step(Carrier, [there], Entry("UPS", "UPS1") with { State = CrosswalkState.Retired }).Change);
        Assert.Equal("crosswalk.nothing_to_retire", Step(Carrier, [there], Entry("DHL", "D") with { State = CrosswalkState.Retired }).Problems[0].Code);
        Assert.Equal("crosswalk.changed_meanwhile", CrosswalkPlan.Make(Carrier, [there], [new(there with { Ours = "X" }, 0, true, IfRevision: 0)]).Steps[0].Problems[0].Code);
    }

    [Fact]
    public void Two_entries_can_change_places_in_one_file()
    {
        var (a, b) = (Entry("A", "1"), Entry("B", "2"));
        var plan = CrosswalkPlan.Make(Carrier, [a, b], [new(a with { Ours = "2" }, 1, true), new(b with { Ours = "1" }, 2, true)]);
        Assert.Equal(2, plan.Count(CrosswalkChange.Changed));
    }

    [Fact]
    public void What_took_the_place_of_an_entry_is_refused_when_that_one_has_to_stay()
    {
        var a = Entry("A", "1");
        // The change of A is refused for its code, so that A stays and the new entry for A collides with it.
        var plan = CrosswalkPlan.Make(Carrier, [a], [new(a with { Theirs = " bad" }, 1, true), new(Entry("A", "9", from: "2026-01-01"), 2)]);
        Assert.Equal(["crosswalk.code_form", "crosswalk.overlap"], plan.Steps.Select(s => s.Problems[0].Code));
    }

    [Fact]
    public void One_entry_named_twice_is_refused_the_second_time_with_the_first_line_named()
    {
        var plan = CrosswalkPlan.Make(Carrier, [Entry("A", "1")], [new(Entry("A", "2"), 3), new(Entry("A", "3"), 4)]);
        Assert.Equal([CrosswalkChange.Changed, CrosswalkChange.Refused], plan.Steps.Select(s => s.Change));
        Assert.Contains("Line 3", plan.Steps[1].Problems[0].Message, StringComparison.Ordinal);
    }

    /// <summary>Whatever is asked for, in whatever order: afterwards each code has at most one answer at any time, in each direction.</summary>
    [Fact]
    public void After_any_changes_a_code_has_one_answer_at_an_instant()
    {
        var codes = Of("A", "B", "C", "a");
        var day = Of<string?>(null, "2026-01-01", "2026-02-01", "2026-03-01");
        var entry = Gen.Select(codes, codes, Of(CrosswalkDirections.Both, CrosswalkDirections.ToOurs, CrosswalkDirections.ToTheirs), day, day, Of("global", "connection:shop-eu"), Gen.Bool)
            .Select((t, o, d, f, u, s, r) => Entry(t, o, s, d, from: f, until: u) with { State = r ? CrosswalkState.Retired : CrosswalkState.Approved });
        Gen.Select(entry.Array[0, 8], entry.Array[0, 8]).Sample((first, second) =>
        {
            var inForce = new Dictionary<Guid, CrosswalkEntry>();
            foreach (var wishes in new[] { first, second })
                foreach (var step in CrosswalkPlan.Make(Carrier, inForce.Values, [.. wishes.Select((w, i) => new CrosswalkWish(w, i + 1))]).Effective)
                    inForce[step.After.Id] = step.After;
            // Said once more in other words than the rules use: who answers, day by day.
            foreach (var at in new[] { "2025-12-31", "2026-01-01", "2026-01-31", "2026-02-01", "2026-03-01" }.Select(d => Day(d)!.Value))
                foreach (var direction in Enum.GetValues<CrosswalkDirection>())
                {
                    var answers = inForce.Values.Where(e => e.State == CrosswalkState.Approved && e.Directions.Has(direction) && !(e.From > at) && !(e.Until <= at))
                        .GroupBy(e => (e.Scope, (direction == CrosswalkDirection.ToOurs ? e.Theirs : e.Ours).ToUpperInvariant()));
                    Assert.All(answers, g => Assert.True(g.Count() == 1, string.Join(" and ", g)));
                }
        }, iter: 2_000);
    }

    private static Gen<T> Of<T>(params T[] values) => Gen.Int[0, values.Length - 1].Select(i => values[i]);
}

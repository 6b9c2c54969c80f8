using ControlPlane.Domain.Operations;
using ControlPlane.Domain.Transactions;
using ControlPlane.Runtime.Operations;
using ControlPlane.Web.Controls;
using ControlPlane.Web.Features.Operations;

namespace ControlPlane.Web.Tests.Operations;

/// <summary>What figures are said to mean: never green or red where nothing is measured.</summary>
public sealed class OperationsPresentationTests
{
    [Theory]
    [InlineData(false, 0, 0, Tone.Neutral)]
    [InlineData(true, 0, 0, Tone.Neutral)]
    [InlineData(true, 0, 3, Tone.Done)]
    [InlineData(true, 1, 3, Tone.Stuck)]
    public void Settlements_are_judged_only_where_there_are_some(bool runs, int mismatched, int matched, Tone tone) =>
        Assert.Equal(tone, OperationsPresentation.Settlements(new(runs, matched + mismatched, matched, mismatched, [], [], [])).Tone);

    [Fact]
    public void Stock_is_never_green_or_red_and_says_what_to_do_where_none_runs()
    {
        var none = OperationsPresentation.Stock(new(false, 0, 0, null, null, null, [], []));
        Assert.Equal(("No stock flow runs yet", Tone.Neutral), (none.Word, none.Tone));
        Assert.Contains("apply a flow", none.Next, StringComparison.Ordinal);
        Assert.Equal(Tone.Info, OperationsPresentation.Stock(new(true, 1, 1, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1), [], [])).Tone);
    }

    [Theory]
    [InlineData(0, 0, 0, "nothing open", Tone.Done)]
    [InlineData(5, 0, 0, "moving", Tone.Done)]
    [InlineData(5, 2, 0, "retrying by itself", Tone.Waiting)]
    [InlineData(5, 2, 1, "1 stuck", Tone.Stuck)]
    public void The_backlog_is_as_bad_as_its_worst(int running, int retrying, int stuck, string word, Tone tone)
    {
        var look = OperationsPresentation.Backlog(new(new Dictionary<TransactionState, int> { [TransactionState.Running] = running, [TransactionState.Retrying] = retrying, [TransactionState.Stuck] = stuck }, [], null, 0, 0, []));
        Assert.Equal((word, tone), (look.Word, look.Tone));
    }

    [Theory]
    [InlineData(0, 4)]
    [InlineData(5, 5)]
    [InlineData(11, 20)]
    [InlineData(401, 500)]
    [InlineData(1000, 1000)]
    public void An_axis_ends_at_a_round_number_that_is_large_enough(double largest, double top) => Assert.Equal(top, OperationsPresentation.Top(largest));

    [Theory]
    [InlineData(0, 0, "None")]
    [InlineData(0, 9, "0 %")]
    [InlineData(1, 9_999, "Below 0.1 %")]
    [InlineData(3, 97, "3.0 %")]
    public void A_share_is_never_rounded_to_none(long part, long rest, string text) => Assert.Equal(text, OperationsPresentation.Share(part, rest));

    [Fact]
    public void A_field_of_local_time_means_the_instant_in_the_shown_zone_and_nonsense_stays_as_it_was_written()
    {
        var berlin = TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin");
        Assert.Equal("2026-07-01T10:00:00.000Z", OperationsAddress.Instant("2026-07-01T12:00", berlin));
        Assert.Equal("2026-12-01T11:00:00.000Z", OperationsAddress.Instant("2026-12-01T12:00", berlin));
        Assert.Equal("noon", OperationsAddress.Instant("noon", berlin));
        Assert.Equal("2026-07-01T12:00", OperationsAddress.Field(new(2026, 7, 1, 10, 0, 0, TimeSpan.Zero), berlin));
    }

    [Fact]
    public void A_link_to_a_list_holds_the_borders_that_were_counted()
    {
        var range = OperationRange.Of("6h", new(2026, 11, 29, 6, 17, 42, TimeSpan.Zero));
        var href = Uri.UnescapeDataString(OperationsAddress.List("transformations", range, ("kind", "mapping"), ("code", null)));
        Assert.Equal("/operations/transformations?from=2026-11-29T00:15:00.000Z&to=2026-11-29T06:18:00.000Z&kind=mapping", href);
        var again = OperationRange.Read(null, TimeTextOf(range.From), TimeTextOf(range.To), new(2026, 11, 29, 6, 20, 0, TimeSpan.Zero), out _, out _)!;
        Assert.Equal((range.From, range.To), (again.From, again.To));
    }

    private static string TimeTextOf(DateTimeOffset at) => TimeText.Iso(at);
}

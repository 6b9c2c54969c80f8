using ControlPlane.Domain.Transactions;
using ControlPlane.Runtime.Live;
using ControlPlane.Runtime.Transactions.Queries;
using ControlPlane.Web.Features.Transactions.List;
using ControlPlane.Web.Live;

namespace ControlPlane.Web.Tests.Transactions;

/// <summary>Which notes are worth a reading.</summary>
public sealed class ChangeRelevanceTests
{
    private static readonly DateTimeOffset _now = new(2026, 11, 23, 13, 40, 0, TimeSpan.Zero);

    private static readonly TransactionFilter _stuck = new() { States = [TransactionState.Stuck] };

    [Fact]
    public void A_row_in_view_always_counts_whatever_became_of_it() => Assert.True(Concerns(_stuck, Page(5, 6), 5, TransactionState.Closed));

    [Theory]
    [InlineData(9, TransactionState.Stuck, true)]   // Newer: it waits behind the button.
    [InlineData(9, TransactionState.Running, false)] // It does not fit.
    [InlineData(1, TransactionState.Stuck, true)]   // Older than the page, but it is counted.
    public void On_the_first_page_what_may_fit_counts(int order, TransactionState state, bool expected) => Assert.Equal(expected, Concerns(_stuck, Page(4, 6), order, state));

    [Theory]
    [InlineData(9, false)]
    [InlineData(5, true)]
    [InlineData(1, false)]
    public void Further_down_only_what_belongs_between_the_rows_counts(int order, bool expected) =>
        Assert.Equal(expected, Concerns(_stuck, Page(4, 6) with { Newer = new PageCursor(false, Id(6)) }, order, TransactionState.Stuck));

    [Fact]
    public void Without_a_filter_an_old_order_that_goes_on_changes_nothing_here()
    {
        Assert.False(Concerns(TransactionFilter.None, Page(4, 6), 1, TransactionState.Closed));
        Assert.True(Concerns(TransactionFilter.None, Page(4, 6), 9, TransactionState.Running));
    }

    [Fact]
    public void Another_channel_does_not_count()
    {
        Assert.False(Concerns(new() { Connection = "market" }, Page(4, 6), 9, TransactionState.Running));
        Assert.True(Concerns(new() { Connection = "shop" }, Page(4, 6), 9, TransactionState.Running));
    }

    [Fact]
    public void What_was_received_on_another_day_does_not_count()
    {
        var yesterday = new ChangeNote(1, Guid.CreateVersion7(_now.AddDays(-1)), TransactionState.Stuck, "shop", false);
        var today = yesterday with { TransactionId = Guid.CreateVersion7(_now) };
        var since = new TransactionFilter { ReceivedFrom = _now.AddHours(-13) };
        var before = new TransactionFilter { ReceivedTo = _now.AddHours(-13) };
        Assert.Equal((false, true), (Concerns(since, yesterday), Concerns(since, today)));
        Assert.Equal((true, false), (Concerns(before, yesterday), Concerns(before, today)));
    }

    [Fact]
    public void An_empty_list_waits_for_anything_that_may_fit_and_too_many_notes_may_be_anything()
    {
        Assert.True(Concerns(_stuck, Page(), 1, TransactionState.Stuck));
        Assert.False(Concerns(_stuck, Page(), 1, TransactionState.Closed));
        Assert.True(ChangeRelevance.Concerns(new([], true), _stuck, Page()));
    }

    private static bool Concerns(TransactionFilter filter, ChangeNote note) => ChangeRelevance.Concerns(new([note], false), filter, Page());

    private static bool Concerns(TransactionFilter filter, TransactionListPage page, int order, TransactionState state) =>
        ChangeRelevance.Concerns(new([new(1, Id(order), state, "shop", false)], false), filter, page);

    private static Guid Id(int order) => Given.Item(order, TransactionState.Stuck, _now).Id;

    /// <summary>With more below.</summary>
    private static TransactionListPage Page(params int[] orders) => new()
    {
        Items = [.. orders.OrderDescending().Select(n => Given.Item(n, TransactionState.Stuck, _now))],
        Older = orders.Length == 0 ? null : new PageCursor(true, Id(orders.Min())),
    };
}

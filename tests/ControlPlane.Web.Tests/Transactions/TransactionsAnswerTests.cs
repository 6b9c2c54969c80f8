using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Transactions;
using ControlPlane.Runtime.Transactions.Queries;
using ControlPlane.Web.Features.Transactions.List;

namespace ControlPlane.Web.Tests.Transactions;

/// <summary>The line under the title: counts in business words.</summary>
public sealed class TransactionsAnswerTests
{
    private static readonly DateTimeOffset _now = new(2026, 11, 23, 13, 40, 0, TimeSpan.Zero);

    private static readonly TransactionFilter _stuck = new() { States = [TransactionState.Stuck] };

    [Fact]
    public void Nothing_at_all_is_something_else_than_nothing_that_fits()
    {
        Assert.Equal("Nothing has come in yet.", Say(TransactionFilter.None, 0));
        Assert.Equal("Nothing fits.", Say(_stuck, 0));
        Assert.Equal("Nothing fits any more.", Say(_stuck, 0, rows: Given.Item(1, TransactionState.Closed, _now)));
    }

    [Fact]
    public void One_order_is_told_in_the_singular()
    {
        Assert.Equal("1 order is stuck and waits for the warehouse.", Say(_stuck, 1, rows: Given.Overdue(1, _now)));
        Assert.Equal("1 order, which waits for the warehouse.", Say(TransactionFilter.None, 1, rows: Given.Overdue(1, _now)));
        Assert.Equal("1 order is closed.", Say(new() { States = [TransactionState.Closed] }, 1, rows: Given.Item(1, TransactionState.Closed, _now)));
    }

    [Fact]
    public void Waiting_orders_do_not_wait_twice_in_one_sentence()
    {
        var filter = new TransactionFilter { States = [TransactionState.Waiting] };
        var waiting = Enumerable.Range(1, 3).Select(n => Waiting(n)).ToArray();
        Assert.Equal("3 orders are waiting, all of them for the warehouse.", Say(filter, 3, rows: waiting));
        Assert.Equal("1 order is waiting for the warehouse.", Say(filter, 1, rows: waiting[0]));
    }

    [Fact]
    public void Several_states_are_all_named() =>
        Assert.StartsWith("2 orders are stuck or retrying,", Say(new() { States = [TransactionState.Stuck, TransactionState.Retrying] }, 2, rows: [Given.Overdue(1, _now), Given.Overdue(2, _now)]), StringComparison.Ordinal);

    [Fact]
    public void Without_a_state_it_says_how_many_of_them_are_stuck()
    {
        Assert.Equal("2 orders, 1 of them stuck.", Say(TransactionFilter.None, 2, rows: [Given.Overdue(1, _now), Given.Item(2, TransactionState.Closed, _now)]));
        Assert.Equal("2,318 orders, 14 of them stuck.", Say(TransactionFilter.None, 2318, stuck: 14, rows: Given.Overdue(1, _now)));
        Assert.Equal("2,318 orders, none of them stuck.", Say(TransactionFilter.None, 2318, stuck: 0, rows: Given.Item(1, TransactionState.Closed, _now)));
    }

    [Fact]
    public void Beyond_a_page_it_says_where_they_stand_and_blames_nobody()
    {
        Assert.Equal("1,204 orders are stuck, 1,100 of them at the warehouse.", Say(_stuck, 1204, standing: [new(SystemRole.Wms, 1100), new(null, 104)], rows: Given.Overdue(1, _now)));
        Assert.Equal("300 orders are stuck, all of them here.", Say(_stuck, 300, standing: [new(null, 300)], rows: Given.Overdue(1, _now)));
        Assert.Equal("10,000+ orders are stuck; of 10,000 looked at, 9,000 stand at the ERP.", Say(_stuck, 10_000, standing: [new(SystemRole.Erp, 9000), new(null, 1000)], rows: Given.Overdue(1, _now)));
    }

    [Fact]
    public void A_search_says_how_well_it_fits() =>
        Assert.Equal("1 order with exactly this number, which waits for the warehouse.", Say(new() { Search = "1001" }, 1, match: SearchMatch.Exact, rows: Given.Overdue(1, _now)));

    private static TransactionListItem Waiting(int n)
    {
        var item = Given.Overdue(n, _now);
        return item with { State = TransactionState.Waiting, Facts = item.Facts with { State = TransactionState.Waiting, FaultKind = null, FaultCode = null, DueAt = _now.AddHours(1) } };
    }

    private static string Say(TransactionFilter filter, int count, IReadOnlyList<Standing>? standing = null, int? stuck = null, SearchMatch match = SearchMatch.NotSearched, params TransactionListItem[] rows) =>
        TransactionsAnswer.Of(new(new() { Items = rows, Match = match }, new(new(count, count >= CappedCount.Cap), rows.Length == count ? rows : null, standing, stuck is { } n ? new(n, false) : null), 0, _now), filter);
}

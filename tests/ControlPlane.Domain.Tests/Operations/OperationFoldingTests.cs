using ControlPlane.Domain.Operations;
using ControlPlane.Domain.Transactions;

namespace ControlPlane.Domain.Tests.Operations;

/// <summary>Which events count as what, and that figures add up whatever the order.</summary>
public sealed class OperationFoldingTests
{
    private const long At = 1_764_000_000_000_000 + 42_000_000;

    private static readonly long Minute = OperationTally.FloorTo(At, OperationTally.Minute);

    private static readonly OperationSubject Order = new("order", "shop", At - 5_000_000);

    [Theory]
    [InlineData(JournalEventType.Received, "order", OperationMeasure.OrderReceived)]
    [InlineData(JournalEventType.Received, "return", OperationMeasure.OrderReceived)]
    [InlineData(JournalEventType.Received, "stock", OperationMeasure.StockReceived)]
    [InlineData(JournalEventType.Received, "settlement", OperationMeasure.SettlementReceived)]
    [InlineData(JournalEventType.Mapped, "order", OperationMeasure.Transformed)]
    [InlineData(JournalEventType.Closed, "order", OperationMeasure.OrderEnded)]
    [InlineData(JournalEventType.Cancelled, "order", OperationMeasure.OrderEnded)]
    [InlineData(JournalEventType.Superseded, "order", OperationMeasure.OrderEnded)]
    [InlineData(JournalEventType.Closed, "settlement", OperationMeasure.SettlementMatched)]
    public void An_event_counts_once_in_its_minute(JournalEventType type, string kind, OperationMeasure measure)
    {
        var tally = Fold(Order with { Kind = kind }, new(At, type, null, null));
        Assert.Equal(new OperationFigure(1, 0, 0), tally.Figures[new(Minute, measure, "shop", "", 0)]);
    }

    [Theory]
    [InlineData(JournalEventType.Cancelled, "stock")]
    [InlineData(JournalEventType.CallFailed, "order")]
    [InlineData(JournalEventType.DeadLettered, "order")]
    public void What_is_no_measure_counts_nowhere(JournalEventType type, string kind) => Assert.True(Fold(Order with { Kind = kind }, new(At, type, "erp", "http.503")).IsEmpty);

    [Fact]
    public void A_stock_message_is_measured_from_its_receipt_and_never_below_nothing()
    {
        var stock = Order with { Kind = "stock" };
        var figure = Assert.Single(Fold(stock, new(At, JournalEventType.Closed, null, null)).Figures);
        Assert.Equal((OperationMeasure.StockSynced, 5_000_000L, 5_000_000L), (figure.Key.Measure, figure.Value.Sum, figure.Value.Largest));
        Assert.Equal(LatencyBuckets.Of(5_000_000), figure.Key.Bucket);
        // By clocks that differ it ended before it came.
        Assert.Equal(0, Assert.Single(Fold(stock with { ReceivedAt = At + 1 }, new(At, JournalEventType.Closed, null, null)).Figures).Value.Sum);
    }

    [Theory]
    [InlineData("order", "mapping.required_missing", null, OperationMeasure.TransformationFailed, "shop")]
    [InlineData("order", "crosswalk.missing", "erp", OperationMeasure.TransformationFailed, "erp")]
    [InlineData("order", "order.no_lines", null, OperationMeasure.TransformationFailed, "shop")]
    [InlineData("settlement", "settlement.amount_differs", "erp", OperationMeasure.SettlementMismatched, "shop")]
    public void A_failure_is_kept_one_by_one(string kind, string code, string? system, OperationMeasure measure, string connection) =>
        Assert.Equal((measure, connection), OperationFolding.FailureOf(Order with { Kind = kind }, new(At, JournalEventType.DeadLettered, system, code)));

    [Theory]
    [InlineData("erp.refused")]
    [InlineData("http.400")]
    [InlineData("order.rejected")]
    [InlineData("order.cancelled_late")]
    [InlineData("order.total_over_limit")]
    [InlineData("settlement.amount_differs")]
    [InlineData(null)]
    public void What_another_system_or_a_person_said_is_no_failed_transformation(string? code) =>
        Assert.Null(OperationFolding.FailureOf(Order, new(At, JournalEventType.DeadLettered, "erp", code)));

    [Fact]
    public void A_try_that_failed_and_goes_on_is_no_failure() => Assert.Null(OperationFolding.FailureOf(Order, new(At, JournalEventType.CallFailed, "erp", "mapping.required_missing")));

    [Fact]
    public void The_budgets_of_a_minute_count_what_there_was()
    {
        var tally = new OperationTally();
        OperationFolding.Budget(Minute, "amazon", "orders", 3, 0, tally);
        OperationFolding.Budget(Minute, "amazon", "orders", 2, 7, tally);
        Assert.Equal((5L, 7L), (tally.Figures[new(Minute, OperationMeasure.RateRefused, "amazon", "orders", 0)].Count, tally.Figures[new(Minute, OperationMeasure.RateWaited, "amazon", "orders", 0)].Count));
        Assert.Equal(2, tally.Figures.Count);
    }

    [Fact]
    public void Events_add_up_to_the_same_in_any_order_and_in_any_pieces()
    {
        var random = new Random(20261129);
        var types = Enum.GetValues<JournalEventType>();
        string[] kinds = ["order", "stock", "settlement"];
        var events = Enumerable.Range(0, 5_000).Select(_ => (new OperationSubject(kinds[random.Next(3)], "c" + random.Next(4), At - random.Next(900_000_000)), new OperationEvent(At + random.NextInt64(7_200_000_000), types[random.Next(types.Length)], null, null))).ToList();
        var whole = new OperationTally();
        events.ForEach(e => OperationFolding.Fold(e.Item1, e.Item2, whole));
        var pieces = new OperationTally();
        foreach (var piece in events.OrderBy(_ => random.Next()).Chunk(37))
        {
            var part = new OperationTally();
            foreach (var (subject, happened) in piece)
                OperationFolding.Fold(subject, happened, part);
            pieces.Add(part);
        }

        Assert.Equal(whole.Figures.OrderBy(f => f.Key.ToString()), pieces.Figures.OrderBy(f => f.Key.ToString()));
        Assert.Equal(whole.Figures.Sum(f => f.Value.Count), whole.ByHour().Figures.Sum(f => f.Value.Count));
        Assert.All(whole.ByHour().Figures.Keys, k => Assert.Equal(0, k.Minute % OperationTally.Hour));
    }

    private static OperationTally Fold(OperationSubject subject, OperationEvent happened)
    {
        var tally = new OperationTally();
        OperationFolding.Fold(subject, happened, tally);
        return tally;
    }
}

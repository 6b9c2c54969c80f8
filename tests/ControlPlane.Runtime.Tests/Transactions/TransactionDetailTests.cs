using ControlPlane.Domain.Transactions;
using ControlPlane.Runtime.Flows;
using ControlPlane.Runtime.Persistence;
using ControlPlane.Runtime.Tests.Transactions.Seeding;
using ControlPlane.Runtime.Transactions.Queries;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Runtime.Tests.Transactions;

public sealed class TransactionDetailTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public static TheoryData<DatabaseProvider> Databases => Persistence.Databases.All;

    [Theory]
    [MemberData(nameof(Databases))]
    public async Task A_closed_order_shows_its_whole_life(DatabaseProvider provider)
    {
        await using var seeded = await SeededDatabase.CreateAsync(provider, Ct);
        var rows = seeded.Rows[SeedCase.Closed];
        var detail = (await seeded.Queries.FindAsync(rows.Transaction.Id, Ct))!;
        Assert.Equal(rows.Journal.Select(j => j.Summary), detail.Timeline.Select(t => t.Summary));
        Assert.Equal(rows.Attempts.Select(a => a.Id), detail.Attempts.Select(a => a.Id));
        Assert.Equal(rows.Identifiers.Select(i => i.Written).Order(StringComparer.Ordinal), detail.Identifiers.Select(i => i.Value).Order(StringComparer.Ordinal));
        Assert.Equal(rows.Effects.Count, detail.Effects.Count);
        Assert.All(detail.Stages, s => Assert.Equal(StopState.Done, s.State));
        Assert.Equal(["received", "validated", "enriched", "mapped", "erp-posted", "wms-instructed", "wms-acknowledged", "shipped", "erp-shipped", "channel-fulfilled", "closed"], detail.Stages.Select(s => s.Name));
        Assert.Equal([rows.Transaction.Connection, null, null, null, SeedEstate.Erp, SeedEstate.Wms, SeedEstate.Wms, SeedEstate.Wms, SeedEstate.Erp, rows.Transaction.Connection, null], detail.Stages.Select(s => s.System?.Key));
        Assert.False(detail.Cut);
    }

    [Fact]
    public async Task A_waiting_order_shows_where_it_is_and_what_lies_ahead()
    {
        await using var seeded = await SeededDatabase.CreateAsync(DatabaseProvider.Sqlite, Ct);
        var detail = (await seeded.Queries.FindAsync(seeded.Rows[SeedCase.WaitingForAcknowledgement].Transaction.Id, Ct))!;
        Assert.Equal("wms-acknowledged", Assert.Single(detail.Stages, s => s.State == StopState.Current).Name);
        Assert.Equal(4, detail.Stages.Count(s => s.State == StopState.Ahead));
        Assert.Equal(seeded.Clock.GetUtcNow() - detail.Stages[5].At!.Value, detail.Stages[6].Took);
        Assert.Equal(VerdictMove.Warehouse, detail.Verdict(seeded.Clock.GetUtcNow(), TimeZoneInfo.Utc).Move);
    }

    [Fact]
    public async Task A_second_shipment_is_counted_at_its_stop()
    {
        await using var seeded = await SeededDatabase.CreateAsync(DatabaseProvider.Sqlite, Ct);
        var closed = (await seeded.Queries.FindAsync(seeded.Rows[SeedCase.ClosedInTwoShipments].Transaction.Id, Ct))!;
        Assert.Equal(2, closed.Stages.Single(s => s.Name == "shipped").Times);
        var waiting = (await seeded.Queries.FindAsync(seeded.Rows[SeedCase.WaitingForSecondShipment].Transaction.Id, Ct))!;
        Assert.Equal((StopState.Current, 1), (waiting.Stages.Single(s => s.Name == "shipped").State, waiting.Stages.Single(s => s.Name == "shipped").Times));
        Assert.Equal(StopState.Done, waiting.Stages.Single(s => s.Name == "erp-shipped").State);
    }

    [Fact]
    public async Task Without_the_flow_the_journal_tells_the_stages()
    {
        await using var seeded = await SeededDatabase.CreateAsync(DatabaseProvider.Sqlite, Ct);
        var queries = new TransactionQueries(seeded.Db, TenantScope.Default, new FlowCatalog(), SeedEstate.Connections(), seeded.Clock);
        var detail = (await queries.FindAsync(seeded.Rows[SeedCase.StuckRefused].Transaction.Id, Ct))!;
        Assert.Equal(["received", "validated", "enriched", "mapped", "erp-posted"], detail.Stages.Select(s => s.Name));
        Assert.Equal(StopState.Current, detail.Stages[^1].State);
        Assert.Equal(VerdictMove.Erp, detail.Verdict(seeded.Clock.GetUtcNow(), TimeZoneInfo.Utc).Move);
    }

    [Fact]
    public async Task A_cancelled_order_never_reached_the_later_stops_and_says_why()
    {
        await using var seeded = await SeededDatabase.CreateAsync(DatabaseProvider.Sqlite, Ct);
        var detail = (await seeded.Queries.FindAsync(seeded.Rows[SeedCase.Cancelled].Transaction.Id, Ct))!;
        Assert.Equal(StopState.Ahead, detail.Stages.Single(s => s.Name == "erp-posted").State);
        Assert.EndsWith("The channel cancelled the order.", detail.Verdict(seeded.Clock.GetUtcNow(), TimeZoneInfo.Utc).Sentence, StringComparison.Ordinal);
    }

    /// <summary>A small labelled set of faults: what happened, and whose move that is.</summary>
    [Theory]
    [InlineData(SeedCase.RetryingUnavailable, VerdictMove.Erp)]
    [InlineData(SeedCase.RetryingUnreachable, VerdictMove.Unknown)]
    [InlineData(SeedCase.RetryingThrottled, VerdictMove.Erp)]
    [InlineData(SeedCase.RetryingMaintenance, VerdictMove.Erp)]
    [InlineData(SeedCase.RetryingConflict, VerdictMove.Us)]
    [InlineData(SeedCase.RetryingUnknown, VerdictMove.Us)]
    [InlineData(SeedCase.StuckRefused, VerdictMove.Erp)]
    [InlineData(SeedCase.StuckOwnCheck, VerdictMove.Us)]
    [InlineData(SeedCase.StuckCredentials, VerdictMove.Us)]
    [InlineData(SeedCase.StuckDefect, VerdictMove.Us)]
    [InlineData(SeedCase.StuckOverdue, VerdictMove.Warehouse)]
    [InlineData(SeedCase.StuckOverdueUnproven, VerdictMove.Unknown)]
    [InlineData(SeedCase.StuckUnknown, VerdictMove.Unknown)]
    [InlineData(SeedCase.StuckRejected, VerdictMove.Warehouse)]
    [InlineData(SeedCase.StuckExhausted, VerdictMove.Erp)]
    [InlineData(SeedCase.WaitingForRelease, VerdictMove.Marketplace)]
    [InlineData(SeedCase.WaitingForShipment, VerdictMove.Warehouse)]
    [InlineData(SeedCase.Running, VerdictMove.Us)]
    [InlineData(SeedCase.Closed, VerdictMove.Nobody)]
    public async Task The_verdict_names_whose_move_each_fault_is(SeedCase @case, VerdictMove move)
    {
        await using var seeded = await SeededDatabase.CreateAsync(DatabaseProvider.Sqlite, Ct);
        var detail = (await seeded.Queries.FindAsync(seeded.Rows[@case].Transaction.Id, Ct))!;
        var verdict = detail.Verdict(seeded.Clock.GetUtcNow(), TimeZoneInfo.Utc);
        Assert.True(move == verdict.Move, $"{verdict.Move}: {verdict.Sentence}");
    }

    [Fact]
    public async Task Failures_in_a_row_count_from_the_first_of_them()
    {
        await using var seeded = await SeededDatabase.CreateAsync(DatabaseProvider.Sqlite, Ct);
        var rows = seeded.Rows[SeedCase.StuckExhausted];
        var detail = (await seeded.Queries.FindAsync(rows.Transaction.Id, Ct))!;
        Assert.Equal(detail.Attempts.First(a => a.Step == "erp-order").StartedAt, detail.Facts.FailingSince);
        Assert.Equal((12, 12, 503), (detail.Facts.Attempts, detail.Facts.MostAttempts, detail.Facts.LastCall!.Status));
    }

    [Fact]
    public async Task Documents_are_listed_from_the_channels_to_the_last_answer()
    {
        await using var seeded = await SeededDatabase.CreateAsync(DatabaseProvider.Sqlite, Ct);
        var detail = (await seeded.Queries.FindAsync(seeded.Rows[SeedCase.Closed].Transaction.Id, Ct))!;
        Assert.Equal([DocumentKind.Source, DocumentKind.Canonical, DocumentKind.Request, DocumentKind.Answer], detail.Documents.Take(4).Select(d => d.Kind));
        Assert.Equal(2, detail.Documents.Count(d => d.Kind == DocumentKind.Message));
        Assert.All(detail.Documents, d => Assert.True(d.Length > 0));
    }

    [Fact]
    public async Task Lines_show_what_was_shipped_and_what_remains()
    {
        await using var seeded = await SeededDatabase.CreateAsync(DatabaseProvider.Sqlite, Ct);
        var waiting = (await seeded.Queries.LinesAsync(seeded.Rows[SeedCase.WaitingForSecondShipment].Transaction.Id, Ct))!;
        Assert.Equal(1, waiting.Lines[0].Shipped);
        Assert.Equal(waiting.Lines[0].Ordered - 1, waiting.Lines[0].Remaining);
        Assert.Single(waiting.Shipments);
        var closed = (await seeded.Queries.LinesAsync(seeded.Rows[SeedCase.Closed].Transaction.Id, Ct))!;
        Assert.All(closed.Lines, l => Assert.Contains(l.State, new[] { LineState.Shipped, LineState.NothingToShip }));
    }

    [Fact]
    public async Task A_body_comes_masked_unless_it_is_revealed_and_null_when_it_was_scrubbed()
    {
        await using var seeded = await SeededDatabase.CreateAsync(DatabaseProvider.Sqlite, Ct);
        var source = seeded.Rows[SeedCase.Closed].Transaction.SourcePayloadId!.Value;
        var masked = (await seeded.Queries.PayloadAsync(source, reveal: false, Ct))!;
        Assert.Equal(PayloadFormat.Json, masked.Format);
        Assert.True(masked.Masked >= 6);
        Assert.DoesNotContain("Elbchaussee", masked.Text + masked.Raw, StringComparison.Ordinal);
        Assert.Contains("Hamburg", masked.Text, StringComparison.Ordinal);
        Assert.Contains("Elbchaussee", (await seeded.Queries.PayloadAsync(source, reveal: true, Ct))!.Raw, StringComparison.Ordinal);
        await using (var context = seeded.Db.CreateContext())
            await context.Payloads.Where(p => p.Id == source).ExecuteUpdateAsync(p => p.SetProperty(x => x.Content, Array.Empty<byte>()), Ct);
        Assert.Null(await seeded.Queries.PayloadAsync(source, reveal: true, Ct));
        Assert.Null(await seeded.Queries.PayloadAsync(Guid.Empty, reveal: true, Ct));
    }

    [Fact]
    public async Task An_order_that_is_retried_for_days_shows_the_newest_and_says_that_there_is_more()
    {
        await using var seeded = await SeededDatabase.CreateAsync(DatabaseProvider.Sqlite, Ct);
        var id = seeded.Rows[SeedCase.RetryingThrottled].Transaction.Id;
        await using (var context = seeded.Db.CreateContext())
        {
            for (var i = 0; i < TransactionDetail.MostRows + 5; i++)
                context.Journal.Add(new() { TransactionId = id, At = 1_900_000_000_000_000 + i, Sequence = 100 + i, Type = JournalEventType.RetryScheduled, Summary = "again" });
            await context.SaveChangesAsync(Ct);
        }

        var detail = (await seeded.Queries.FindAsync(id, Ct))!;
        Assert.True(detail.Cut);
        Assert.Equal(TransactionDetail.MostRows, detail.Timeline.Count);
        Assert.Equal(100 + TransactionDetail.MostRows + 4, detail.Timeline[^1].Sequence);
    }
}

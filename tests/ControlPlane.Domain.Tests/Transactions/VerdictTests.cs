using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Faults;
using ControlPlane.Domain.Silence;
using ControlPlane.Domain.Transactions;
using static ControlPlane.Domain.Tests.Transactions.VerdictSamples;

namespace ControlPlane.Domain.Tests.Transactions;

public sealed class VerdictTests
{
    [Fact]
    public void Waiting_names_system_since_and_due()
    {
        var verdict = Decide(Waiting);
        Assert.Equal("Waiting for the warehouse (WMS Regional) since 14:02 UTC (38 min). Shipment due 17:00 UTC.", verdict.Sentence);
        Assert.Equal((VerdictMove.Warehouse, VerdictConfidence.Certain, "Logistics Nord"), (verdict.Move, verdict.Confidence, verdict.Owner));
        Assert.Equal((TimeSpan.FromMinutes(38), At(17, 0), "shipped"), (verdict.Age, verdict.DueAt, verdict.Stage));
    }

    [Fact]
    public void An_answered_failure_names_the_answer_since_when_and_the_next_try()
    {
        var facts = Failing(TransactionState.Retrying, FaultKind.Transient, "http.503", Erp, 503) with { DueAt = At(14, 45), Attempts = 3, MostAttempts = 12, FailingSince = At(13, 58) };
        Assert.Equal("The ERP (Business Central) answered 503 since 13:58 UTC (42 min); next try 14:45 UTC (3 of 12).", Decide(facts).Sentence);
        Assert.Equal(VerdictMove.Erp, Decide(facts).Move);
    }

    [Fact]
    public void A_refusal_says_what_and_that_someone_has_to_change_it()
    {
        var verdict = Decide(Failing(TransactionState.Stuck, FaultKind.Data, "erp.refused", Erp, 400) with { FaultMessage = "Item 4711 is blocked." });
        Assert.Equal("The ERP (Business Central) refused the order: item 4711 is blocked. Someone has to change it there or here.", verdict.Sentence);
        Assert.Equal(VerdictMove.Erp, verdict.Move);
    }

    [Fact]
    public void A_refusal_that_names_the_system_itself_is_not_told_twice()
    {
        var verdict = Decide(Failing(TransactionState.Stuck, FaultKind.Data, "http.400", Erp, 400) with { FaultMessage = "Business Central refused the document with 400: no such item." });
        Assert.Equal("Business Central refused the document with 400: no such item. Someone has to change it there or here.", verdict.Sentence);
    }

    [Fact]
    public void A_lost_answer_is_being_asked_for_and_accuses_nobody()
    {
        var retrying = Decide(Failing(TransactionState.Retrying, FaultKind.UnknownOutcome, "outbound.timeout", Erp, 0) with { DueAt = At(14, 41), OutcomeOpen = true });
        Assert.Equal("The answer of the ERP (Business Central) was lost 14:02 UTC; it is being asked whether it has the order, next try 14:41 UTC.", retrying.Sentence);
        Assert.Equal((VerdictMove.Us, VerdictConfidence.Unknown), (retrying.Move, retrying.Confidence));
        var stuck = Decide(Failing(TransactionState.Stuck, FaultKind.UnknownOutcome, "outbound.timeout", Erp, 0));
        Assert.Equal((VerdictMove.Unknown, VerdictConfidence.Unknown), (stuck.Move, stuck.Confidence));
        Assert.Contains("check there before it is sent again", stuck.Sentence, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("outbound.not_connected")]
    [InlineData("outbound.timeout")]
    [InlineData("outbound.cut_off")]
    public void Silence_on_a_call_is_nobodys_proven_fault(string code)
    {
        foreach (var state in new[] { TransactionState.Retrying, TransactionState.Stuck })
        {
            var verdict = Decide(Failing(state, FaultKind.Transient, code, Wms, 0));
            Assert.Equal((VerdictMove.Unknown, VerdictConfidence.Unknown), (verdict.Move, verdict.Confidence));
            Assert.Contains("Whether it or the way to it is at fault is not known", verdict.Sentence, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void An_overdue_event_accuses_only_a_system_that_is_proven_to_know_of_the_order()
    {
        var overdue = Waiting with { State = TransactionState.Stuck, FaultKind = FaultKind.Overdue, FaultCode = "wait.overdue", DueAt = At(14, 10), LastHeard = null };
        var proven = Decide(overdue);
        Assert.Equal("The warehouse (WMS Regional) has not reported the shipment, due 14:10 UTC, 30 min late. It has had the order since 14:01 UTC.", proven.Sentence);
        Assert.Equal(VerdictMove.Warehouse, proven.Move);
        var unproven = Decide(overdue with { PartyTold = null });
        Assert.Equal((VerdictMove.Unknown, VerdictConfidence.Unknown), (unproven.Move, unproven.Confidence));
        Assert.Contains("There is no proof that it has the order", unproven.Sentence, StringComparison.Ordinal);
        Assert.Equal("wms-regional", unproven.System!.Key);
    }

    [Fact]
    public void The_channel_knows_its_own_order_without_being_told()
    {
        var verdict = Decide(Waiting with { Party = Market, PartyTold = null, AwaitedEvents = ["order.updated"] });
        Assert.Equal("Waiting for the marketplace (Amazon DE) since 14:02 UTC (38 min). Release of the order due 17:00 UTC.", verdict.Sentence);
        Assert.Equal((VerdictMove.Marketplace, VerdictConfidence.Certain), (verdict.Move, verdict.Confidence));
    }

    [Fact]
    public void A_document_that_our_own_check_stopped_is_ours_even_when_it_was_meant_for_the_ERP()
    {
        var verdict = Decide(Failing(TransactionState.Stuck, FaultKind.Data, "mapping.required", Erp, 0) with { LastCall = null, FaultMessage = "The customer number is missing." });
        Assert.Equal(VerdictMove.Us, verdict.Move);
        Assert.Equal("Our check stopped the order before it went to the ERP (Business Central): the customer number is missing.", verdict.Sentence);
    }

    [Fact]
    public void A_refusal_that_came_as_a_message_is_the_senders_word()
    {
        var facts = Waiting with
        {
            State = TransactionState.Stuck, FaultKind = FaultKind.Data, FaultCode = "warehouse.rejected", FaultMessage = "WMS Regional rejected the order: not stocked",
            LastHeard = new(At(14, 5), "wms-regional", "WMS Regional rejected the order", "warehouse.rejected"),
        };
        Assert.Equal(VerdictMove.Warehouse, Decide(facts).Move);
        Assert.Equal(VerdictMove.Us, Decide(facts with { LastHeard = null, FaultCode = "order.no_lines", Party = null }).Move);
    }

    [Fact]
    public void A_hold_names_the_system_only_where_it_answered()
    {
        Verdict Held(string code, FaultKind kind = FaultKind.Maintenance) => Decide(Failing(TransactionState.Retrying, kind, code, Erp, 0) with { LastCall = null, DueAt = null });
        Assert.Equal((VerdictMove.Erp, VerdictConfidence.Likely), (Held("held.breaker").Move, Held("held.breaker").Confidence));
        Assert.Equal((VerdictMove.Unknown, VerdictConfidence.Unknown), (Held("held.unreachable").Move, Held("held.unreachable").Confidence));
        Assert.Contains("next try when it may be called again", Held("held.unreachable").Sentence, StringComparison.Ordinal);
        Assert.Equal(VerdictMove.Us, Held("held.budget", FaultKind.Throttled).Move);
        Assert.Equal(VerdictMove.Erp, Held("held.throttled", FaultKind.Throttled).Move);
        Assert.Equal(VerdictMove.Unknown, Held("held.congestion", FaultKind.Throttled).Move);
        Assert.Equal(VerdictMove.Erp, Held("held.maintenance").Move);
    }

    [Fact]
    public void A_call_that_was_not_sent_because_signing_in_failed_was_answered()
    {
        var verdict = Decide(Failing(TransactionState.Retrying, FaultKind.Transient, "http.502", Erp, 0) with { DueAt = At(14, 45), Attempts = 1, MostAttempts = 12 });
        Assert.Equal(VerdictMove.Erp, verdict.Move);
        Assert.StartsWith("The ERP (Business Central) answered 502", verdict.Sentence, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_late_and_still_tried_says_what_is_missing_and_what_the_last_call_said()
    {
        var facts = Failing(TransactionState.Stuck, FaultKind.Transient, "http.503", Erp, 503) with
        {
            DueAt = At(14, 45), Attempts = 5, MostAttempts = 12, FailingSince = At(13, 58), Expected = new("erp-posted", Erp, At(14, 10), ExpectationReason.Within),
        };
        Assert.Equal("ERP posted was due 14:10 UTC (30 min ago). The ERP (Business Central) answered 503 since 13:58 UTC (42 min); next try 14:45 UTC (5 of 12).", Decide(facts).Sentence);
        // A dead letter expects nothing any more.
        Assert.Contains("not tried again by itself", Decide(facts with { Expected = null, DueAt = null }).Sentence, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(ExpectationReason.PickUp, "Shipment due 17:00 UTC, with the last pick-up that meets ship-by.")]
    [InlineData(ExpectationReason.ShipBy, "Shipment due 17:00 UTC, 4 h before ship-by.")]
    [InlineData(ExpectationReason.Promise, "Shipment due 17:00 UTC, as it promised.")]
    [InlineData(ExpectationReason.Late, "Shipment due 17:00 UTC, because ship-by is near or over.")]
    [InlineData(ExpectationReason.Within, "Shipment due 17:00 UTC.")]
    public void A_wait_says_why_it_is_due_then(ExpectationReason why, string expected) =>
        Assert.EndsWith(expected, Decide(Waiting with { Expected = new("shipment.confirmed", Wms, At(17, 0), why, At(21, 0)) }).Sentence, StringComparison.Ordinal);

    [Fact]
    public void A_late_cancellation_stands_here_and_is_ours() =>
        Assert.Equal((VerdictMove.Us, (string?)null), (Decide(Failing(TransactionState.Stuck, FaultKind.Data, "order.cancelled_late", Wms, 0)).Move, Decide(Failing(TransactionState.Stuck, FaultKind.Data, "order.cancelled_late", Wms, 0)).System?.Key));

    [Fact]
    public void A_shipment_that_does_not_fit_is_the_warehouses_word_too() =>
        Assert.StartsWith("What the warehouse (WMS Regional) reported does not fit the order: the shipment SH-1 has 3", Decide(Waiting with
        {
            State = TransactionState.Stuck, FaultKind = FaultKind.Data, FaultCode = "shipment.too_many", FaultMessage = "The shipment SH-1 has 3 of line 1, of which 2 are open.",
        }).Sentence, StringComparison.Ordinal);

    [Fact]
    public void Our_own_rate_budget_is_ours_and_a_429_is_theirs()
    {
        Assert.Equal(VerdictMove.Us, Decide(Failing(TransactionState.Retrying, FaultKind.Throttled, "outbound.budget", Erp, 0) with { LastCall = null }).Move);
        Assert.Equal(VerdictMove.Erp, Decide(Failing(TransactionState.Retrying, FaultKind.Throttled, "http.429", Erp, 429)).Move);
    }

    [Fact]
    public void A_write_of_unknown_outcome_stays_mentioned_while_the_look_up_fails() =>
        Assert.EndsWith("Whether it has the order is not known yet.", Decide(Failing(TransactionState.Retrying, FaultKind.Transient, "http.503", Erp, 503) with { OutcomeOpen = true }).Sentence, StringComparison.Ordinal);

    [Fact]
    public void Work_that_does_not_move_for_longer_than_any_call_is_our_delay()
    {
        Assert.Equal("ControlPlane is working on it: Post the sales order.", Decide(Running with { Since = At(14, 39) }).Sentence);
        var late = Decide(Running);
        Assert.StartsWith("ControlPlane has not moved it on since 14:02 UTC (38 min)", late.Sentence, StringComparison.Ordinal);
        Assert.Equal(VerdictMove.Us, late.Move);
    }

    [Fact]
    public void What_is_finished_is_nobodys_move()
    {
        var closed = Decide(Running with { State = TransactionState.Closed, ClosedAt = At(14, 30), ReceivedAt = At(13, 0) });
        Assert.Equal("Everything is done. Closed 14:30 UTC, 1 h 30 min after it came.", closed.Sentence);
        var cancelled = Decide(Running with { State = TransactionState.Cancelled, ClosedAt = At(14, 30), ClosingReason = "The channel cancelled the order" });
        Assert.Equal("Cancelled 14:30 UTC: The channel cancelled the order.", cancelled.Sentence);
        Assert.Equal((VerdictMove.Nobody, VerdictMove.Nobody), (closed.Move, cancelled.Move));
    }

    [Fact]
    public void Evidence_is_the_confirmed_write_the_last_word_and_the_last_call_in_their_order()
    {
        var verdict = Decide(Failing(TransactionState.Stuck, FaultKind.Transient, "http.503", Erp, 503) with
        {
            PartyTold = new(At(13, 0), Erp.Key, "created SO-1"), LastHeard = new(At(13, 30), Erp.Key, "changed SO-1"),
        });
        Assert.Equal(["Confirmed by it: created SO-1", "Last heard: changed SO-1", "Last call sent: POST /salesOrders. Answered 503 after 163 ms.", "The target failed. (http.503)"], verdict.Evidence.Select(e => e.Text));
        Assert.NotNull(verdict.Evidence[2].AttemptId);
    }

    [Fact]
    public void Times_are_told_in_the_readers_zone_and_UTC_is_named()
    {
        var berlin = TimeZoneInfo.CreateCustomTimeZone("test", TimeSpan.FromHours(1), "test", "test");
        Assert.Equal("Waiting for the warehouse (WMS Regional) since 15:02 (38 min). Shipment due 18:00.", VerdictRules.Decide(Waiting, Now, berlin).Sentence);
        Assert.Contains("due 24 Nov 14:02 UTC", Decide(Waiting with { DueAt = At(14, 2).AddDays(1) }).Sentence, StringComparison.Ordinal);
    }

    /// <summary>Every state with every kind of fault, with a system and without, answered and not: a complete sentence, a next step, and no system blamed without proof.</summary>
    [Theory]
    [MemberData(nameof(Everything))]
    public void Every_state_and_fault_has_an_honest_verdict(TransactionState state, FaultKind? kind, bool atErp, bool answered)
    {
        var facts = Failing(state, kind, kind is null ? null : answered ? "erp.any_code" : "outbound.timeout", atErp ? Erp : null, answered ? 500 : 0) with { LastCall = null, AnsweredStatus = answered ? 500 : 0 };
        var verdict = Decide(facts);
        Assert.Matches(@"^[A-Z].*[^.]\.$", verdict.Sentence);
        Assert.DoesNotContain("!", verdict.Sentence + verdict.NextStep, StringComparison.Ordinal);
        Assert.NotEmpty(verdict.NextStep);
        var blamesErp = verdict.Move == VerdictMove.Erp;
        if (!atErp)
            Assert.False(blamesErp);
        if (blamesErp && state is TransactionState.Retrying or TransactionState.Stuck)
        {
            Assert.True(answered || kind is FaultKind.Throttled or FaultKind.Maintenance, $"{state} {kind} blames the ERP without an answer: {verdict.Sentence}");
            Assert.NotEqual(VerdictConfidence.Unknown, verdict.Confidence);
        }

        if (kind is FaultKind.Internal or FaultKind.Authentication && state is TransactionState.Retrying or TransactionState.Stuck)
            Assert.Equal(VerdictMove.Us, verdict.Move);
        if (state.IsFinal())
            Assert.Equal((VerdictMove.Nobody, (DateTimeOffset?)null), (verdict.Move, verdict.DueAt));
    }

    public static TheoryData<TransactionState, FaultKind?, bool, bool> Everything()
    {
        var all = new TheoryData<TransactionState, FaultKind?, bool, bool>();
        foreach (var state in Enum.GetValues<TransactionState>())
            foreach (var kind in Enum.GetValues<FaultKind>().Select(k => (FaultKind?)k).Append(null))
                foreach (var atErp in new[] { true, false })
                    foreach (var answered in new[] { true, false })
                        all.Add(state, kind, atErp, answered);
        return all;
    }

    [Theory]
    [InlineData("erp-posted", "ERP posted")]
    [InlineData("wms-acknowledged", "Warehouse acknowledged")]
    [InlineData("received", "Received")]
    [InlineData("", "")]
    public void A_stage_has_words(string name, string words) => Assert.Equal(words, VerdictWords.Stage(name));

    [Fact]
    public void Every_role_has_words_and_a_mover()
    {
        foreach (var role in Enum.GetValues<SystemRole>())
        {
            Assert.StartsWith("the ", VerdictWords.Role(role), StringComparison.Ordinal);
            Assert.NotEqual(VerdictMove.Unknown, VerdictMoves.Of(role));
        }

        Assert.Equal(Enum.GetValues<VerdictMove>().Length, Enum.GetValues<VerdictMove>().Select(m => m.Word()).Distinct().Count());
    }
}

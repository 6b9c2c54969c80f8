using System.Text.Json;
using ControlPlane.Domain.Faults;
using ControlPlane.Domain.Shared;
using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Transactions;
using ControlPlane.Runtime.Transactions;
using ControlPlane.Runtime.Transactions.Queries;

namespace ControlPlane.Web.Features.Api.Transactions;

/// <summary>Says in the words of the API what the queries found. Pure.</summary>
internal static class TransactionWording
{
    public static TransactionItem Item(TransactionListItem t, DateTimeOffset now) => new(
        t.Id, t.Kind, t.Number, t.Reference, t.Channel.Key, t.State.Word(), t.Stage, Amount(t.Total), t.LineCount, t.PlacedAt, t.ReceivedAt, t.UpdatedAt, t.ClosedAt, t.ShipBy,
        Fault(t.FaultKind, t.FaultCode, t.Facts.FaultMessage), Verdict(t.Verdict(now, TimeZoneInfo.Utc), evidence: false), Expects(t.Facts.Expected));

    public static TransactionAnswer Answer(TransactionDetail d, TransactionLines? lines, DateTimeOffset now)
    {
        var t = d.Head;
        return new(
            t.Id, t.Kind, t.Number, t.Reference, d.CorrelationId, t.Channel.Key, t.State.Word(), t.Stage, d.Flow, d.FlowVersion, d.Step, Amount(t.Total), t.LineCount, t.PlacedAt, t.ReceivedAt, t.UpdatedAt, t.ClosedAt,
            t.ShipBy, Fault(t.FaultKind, t.FaultCode, d.Facts.FaultMessage), Verdict(d.Verdict(now, TimeZoneInfo.Utc), evidence: true), Expects(d.Facts.Expected),
            [.. d.Stages.Select(s => new StageItem(s.Name, Word(s.State), System(s.System), s.Times, s.At, s.Took is { } took ? (long)took.TotalMilliseconds : null, s.Summary))],
            [.. d.Attempts.Select(Attempt)],
            [.. d.Identifiers.Select(i => new IdentifierAnswer(i.Kind, i.Value))],
            [.. d.Effects.Select(e => new EffectAnswer(e.Step, e.Occurrence, e.System.Key, e.Operation, Word(e.WriteKind), Word(e.State), e.IdempotencyKey, e.Attempts, e.Summary, e.IntendedAt, e.ResolvedAt))],
            [.. (lines?.Lines ?? []).Select(l => new LineAnswer(l.ChannelLineRef, l.Sku, l.Title, l.Ordered, l.Shipped, l.Remaining, Amount(l.UnitPrice), Word(l.State)))]);
    }

    public static JournalItem Journal(JournalRow row) => new(
        Instant.FromMicroseconds(row.At), row.Sequence, Word(row.Type), row.Step, row.Stage, row.System, row.Summary, row.Code, row.Attempt, row.DurationMicroseconds / 1000.0, row.AttemptId);

    /// <summary><c>UnknownOutcome</c> → <c>unknown-outcome</c>.</summary>
    public static string Word<T>(T value)
        where T : struct, Enum => JsonNamingPolicy.KebabCaseLower.ConvertName(value.ToString());

    private static AttemptAnswer Attempt(AttemptItem a) => new(
        a.Id, a.Step, a.Occurrence, a.Number, a.System.Key, a.Operation, a.Method, a.Path.Split('?')[0], a.Status, a.StartedAt, a.DurationMicroseconds / 1000.0, a.LookUp, Fault(a.FaultKind, a.FaultCode, a.FaultMessage));

    private static VerdictItem Verdict(Verdict v, bool evidence) => new(
        v.Sentence, v.Stage, System(v.System), v.Move.Word(), v.Owner, v.Since, (long)v.Age.TotalSeconds, v.DueAt, Word(v.Confidence), v.NextStep,
        evidence ? [.. v.Evidence.Select(e => new EvidenceItem(e.At, e.Text, e.System, e.AttemptId))] : null);

    private static ExpectationItem? Expects(VerdictExpectation? e) => e is null ? null : new(e.What, System(e.System), e.By, Word(e.Why));

    private static SystemItem? System(VerdictSystem? system) => system is null ? null : new(system.Key, system.DisplayName, system.Role.Word());

    private static FaultItem? Fault(FaultKind? kind, string? code, string? message) => kind is { } k ? new(Word(k), code ?? "", message) : null;

    private static AmountItem? Amount(Money? money) => money is { } m ? new(m.ToDecimalText(), m.Currency) : null;
}

using ControlPlane.Domain.Effects;
using ControlPlane.Domain.Transactions;
using ControlPlane.Faults.Checker;
using ControlPlane.Faults.Stubs;

namespace ControlPlane.Faults.Rows;

/// <summary>Row 0: a checker that finds nothing is worth nothing. Each kind of violation is planted once and must be found, and a good history must pass.</summary>
public sealed class PlantedViolations : IRow
{
    private static readonly (string What, Func<History, History> Plant, Func<Findings, IReadOnlyList<string>> Found)[] Plants =
    [
        ("lost", h => h with { Transactions = [], Ledger = [], Effects = [] }, f => f.Lost),
        ("posted twice", h => h with { Ledger = [.. h.Ledger, h.Ledger[0]] }, f => f.Twice),
        ("received twice", h => h with { Transactions = [.. h.Transactions, h.Transactions[0]] }, f => f.Twice),
        ("closed without an effect", h => h with { Ledger = [] }, f => f.Untrue),
        ("confirmed without an effect", h => h with { Ledger = [], Transactions = [h.Transactions[0] with { State = TransactionState.Stuck }] }, f => f.Untrue),
        ("an effect of nobody's order", h => h with { Ledger = [.. h.Ledger, h.Ledger[0] with { Order = "FR-2" }] }, f => f.Untrue),
        ("done, not known and not shown", h => h with { Effects = [h.Effects[0] with { State = EffectState.Unknown }] }, f => f.Hidden),
        ("left half-way", h => h with { Transactions = [h.Transactions[0] with { State = TransactionState.Retrying }] }, f => f.Unfinished),
    ];

    public string Id => "0";

    public string Title => "the checker finds planted violations";

    public Task<RowResult> RunAsync(RowContext context)
    {
        var good = new History(
            [new("FR-1", "shop", TransactionState.Closed, "close", "")], [new("FR-1", "deaf", WriteKind.Blind, EffectState.Confirmed, 1)], [new(1, "deaf", LedgerWord.Effect, "FR-1", "")]);
        var missed = Plants.Where(p => p.Found(p.Plant(good).Check()).Count == 0).Select(p => p.What).ToList();
        if (!good.Check().Hold)
            missed.Add("nothing: a good history was blamed");
        return Task.FromResult(new RowResult(missed.Count == 0 ? RowOutcome.Pass : RowOutcome.Fail, $"{Plants.Length - missed.Count} of {Plants.Length} found{(missed.Count > 0 ? "; missed: " + string.Join(", ", missed) : "")}"));
    }

    /// <summary>One order that came, was done at one partner, and is closed.</summary>
    private sealed record History(IReadOnlyList<TransactionRecord> Transactions, IReadOnlyList<EffectRecord> Effects, IReadOnlyList<LedgerLine> Ledger)
    {
        public Findings Check() => Invariants.Check(new(Transactions, Effects), Ledger, ["FR-1"], ["deaf"]);
    }
}

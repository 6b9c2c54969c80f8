using System.Globalization;
using ControlPlane.Domain.Effects;
using ControlPlane.Domain.Transactions;
using ControlPlane.Faults.Databases;
using ControlPlane.Faults.Load;
using ControlPlane.Faults.Stubs;

namespace ControlPlane.Faults.Checker;

/// <summary>What is true of a run after it came to rest. Everything but <see cref="Parked"/> and the counts must be empty.</summary>
public sealed record Findings
{
    public required int Acknowledged { get; init; }

    public required int Closed { get; init; }

    /// <summary>I1: acknowledged, and not in the inbox.</summary>
    public required IReadOnlyList<string> Lost { get; init; }

    /// <summary>I2, I3: more than one effect of one order at one partner.</summary>
    public required IReadOnlyList<string> Twice { get; init; }

    /// <summary>The product says confirmed or closed, and the partner knows nothing of it; or the partner knows of an order that the product does not.</summary>
    public required IReadOnlyList<string> Untrue { get; init; }

    /// <summary>I3: done at a partner that cannot recognise a repeat, not known here, and not shown to a person.</summary>
    public required IReadOnlyList<string> Hidden { get; init; }

    /// <summary>I4: neither finished nor parked.</summary>
    public required IReadOnlyList<string> Unfinished { get; init; }

    /// <summary>Number and fault code of what waits for a person.</summary>
    public required IReadOnlyDictionary<string, string> Parked { get; init; }

    public required int Effects { get; init; }

    /// <summary>Writes that a partner recognised as repeats: harmless there, and a measure of repeated work.</summary>
    public required int Repeats { get; init; }

    public required int LookUps { get; init; }

    public required int RepliesLost { get; init; }

    public IEnumerable<string> Offenders => [.. Lost, .. Twice, .. Untrue, .. Hidden, .. Unfinished];

    public bool Hold => !Offenders.Any();

    public string Words => string.Create(CultureInfo.InvariantCulture, $"{Acknowledged:N0} acknowledged, {Lost.Count} lost, {Twice.Count} twice")
        + (Untrue.Count > 0 ? string.Create(CultureInfo.InvariantCulture, $", {Untrue.Count} untrue") : "")
        + (Hidden.Count > 0 ? string.Create(CultureInfo.InvariantCulture, $", {Hidden.Count} hidden") : "")
        + (Unfinished.Count > 0 ? string.Create(CultureInfo.InvariantCulture, $", {Unfinished.Count} unfinished") : "")
        + (Parked.Count > 0 ? string.Create(CultureInfo.InvariantCulture, $", {Parked.Count} parked") : "");
}

/// <summary>Compares what the shop was told, what the partners did and what the product believes.</summary>
public static class Invariants
{
    public static async Task<Findings> CheckAsync(RigDatabase database, string ledgerFile, IEnumerable<(SentOrders Sent, OrderBodies Bodies)> shops, IReadOnlyCollection<string> systems, CancellationToken ct)
    {
        var records = await ProductRecords.ReadAsync(database, ct);
        return Check(records, [.. EffectLedger.Read(ledgerFile)], [.. shops.SelectMany(s => s.Sent.Acknowledged.Select(s.Bodies.Number))], systems);
    }

    /// <summary>Pure, so that it can be tried on made-up histories.</summary>
    /// <param name="systems">Partners at which each closed order must have left exactly one effect.</param>
    public static Findings Check(ProductRecords records, IReadOnlyList<LedgerLine> ledger, IReadOnlyList<string> acknowledged, IReadOnlyCollection<string> systems)
    {
        var known = records.Transactions.ToLookup(t => t.Number);
        var effects = ledger.Where(l => l.Word == LedgerWord.Effect).ToLookup(l => (l.System, l.Order));
        var done = effects.ToDictionary(g => g.Key, g => g.Count());
        var untrue = done.Keys.Where(k => !known.Contains(k.Order)).Select(k => k.Order).ToHashSet();
        foreach (var closed in records.Transactions.Where(t => t.State == TransactionState.Closed))
            if (systems.Any(s => !done.ContainsKey((s, closed.Number))))
                untrue.Add(closed.Number);
        foreach (var confirmed in records.Effects.Where(e => e.State == EffectState.Confirmed))
            if (!done.ContainsKey((confirmed.System, confirmed.Number)))
                untrue.Add(confirmed.Number);
        var hidden = records.Effects
            .Where(e => e.WriteKind == WriteKind.Blind && e.State is not EffectState.Confirmed && done.ContainsKey((e.System, e.Number)))
            .Where(e => known[e.Number].Any(t => t.State != TransactionState.Stuck)).Select(e => e.Number);
        return new()
        {
            Acknowledged = acknowledged.Count,
            Closed = records.Transactions.Count(t => t.State == TransactionState.Closed),
            Lost = [.. acknowledged.Where(n => !known.Contains(n))],
            // Two transactions of one order are as bad as two effects.
            Twice = [.. done.Where(d => d.Value > 1).Select(d => d.Key.Order).Concat(known.Where(k => k.Count() > 1).Select(k => k.Key)).Distinct()],
            Untrue = [.. untrue],
            Hidden = [.. hidden.Distinct()],
            Unfinished = [.. records.Transactions.Where(t => t.State is TransactionState.Running or TransactionState.Retrying or TransactionState.Waiting).Select(t => t.Number)],
            Parked = records.Transactions.Where(t => t.State == TransactionState.Stuck).DistinctBy(t => t.Number).ToDictionary(t => t.Number, t => t.FaultCode),
            Effects = done.Values.Sum(),
            Repeats = ledger.Count(l => l.Word == LedgerWord.Repeat),
            LookUps = ledger.Count(l => l.Word == LedgerWord.LookedUp),
            RepliesLost = ledger.Count(l => l.Word == LedgerWord.ReplyLost),
        };
    }

    /// <summary>The offender with the least to read: what the partners wrote down of it, and our journal.</summary>
    public static async Task<string> HistoryAsync(RigDatabase database, string ledgerFile, IEnumerable<string> offenders, CancellationToken ct)
    {
        var candidates = offenders.Distinct().Take(200).ToHashSet();
        var ledger = EffectLedger.Read(ledgerFile).Where(l => candidates.Contains(l.Order)).ToLookup(l => l.Order);
        IReadOnlyList<string>? shortest = null;
        foreach (var number in candidates.OrderBy(c => ledger[c].Count()).Take(20))
        {
            IReadOnlyList<string> lines = [number, .. ledger[number].Select(l => "partner  " + l), .. (await ProductRecords.JournalAsync(database, number, ct)).Select(l => "journal  " + l)];
            if (shortest is null || lines.Count < shortest.Count)
                shortest = lines;
        }

        return string.Join('\n', shortest ?? []);
    }
}

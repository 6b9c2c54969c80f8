using System.Security.Cryptography;
using System.Text;
using ControlPlane.Domain.Crosswalks;
using ControlPlane.Runtime.Crosswalks.Csv;
using ControlPlane.Runtime.Persistence;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Runtime.Crosswalks;

/// <summary>What a file would do.</summary>
/// <param name="Digest">Of all that it would do: who applies can say that it is what was looked at.</param>
/// <param name="Defect">Why a part of the file, or all of it, could not be read; then nothing can be applied.</param>
public sealed record ImportPreview(CrosswalkPlan Plan, string Digest, string Encoding, CsvDefect? Defect);

/// <summary>CSV in and out. A file is looked at before it does anything.</summary>
public sealed class CrosswalkImport(IControlPlaneDb db, CrosswalkStore store, CrosswalkMaster master, TimeProvider clock)
{
    /// <summary>Null when there is no such table.</summary>
    public async Task<ImportPreview?> PreviewAsync(TenantScope tenant, string table, ReadOnlyMemory<byte> file, CrosswalkCsvOptions options, CancellationToken ct)
    {
        var (read, wishes) = await ReadAsync(tenant, table, file, options, ct);
        return await store.PlanAsync(tenant, table, wishes, ct) is { } plan ? Preview(plan, read) : null;
    }

    /// <param name="skipRefused">True: the good lines are taken although others are not.</param>
    /// <param name="digest">Of what was looked at; null = whatever it does now.</param>
    public async Task<CrosswalkOutcome> ApplyAsync(
        TenantScope tenant, string table, ReadOnlyMemory<byte> file, CrosswalkCsvOptions options, bool skipRefused, string? digest, CrosswalkAuthor author, string reason, CancellationToken ct)
    {
        var (read, wishes) = await ReadAsync(tenant, table, file, options, ct);
        if (read.Defect is { } defect)
            return new CrosswalkOutcome.NotPossible("crosswalk.file", $"{(defect.Line > 0 ? $"Line {defect.Line}: " : "")}{defect.Message}");
        ImportPreview? preview = null;
        CrosswalkOutcome? Look(CrosswalkPlan plan)
        {
            preview = Preview(plan, read);
            return digest is not null && digest != preview.Digest
                ? new CrosswalkOutcome.NotPossible("crosswalk.digest", "What the file would do is not what you looked at: somebody changed the table, or the file. Look at it again.")
                : preview.Plan.HasRefusals && !skipRefused ? new CrosswalkOutcome.Refused(preview.Plan) : null;
        }

        // Without a line that says something there is nothing to change, but perhaps something to refuse.
        var outcome = wishes.Count > 0 ? await store.ChangeAsync(tenant, table, wishes, author, reason, skipRefused, approved: false, Look, ct)
            : await store.PlanAsync(tenant, table, wishes, ct) is { } none ? Look(none) ?? new CrosswalkOutcome.Unchanged(none) : CrosswalkStore.Unknown(table);
        return outcome switch
        {
            CrosswalkOutcome.Applied applied => applied with { Plan = preview!.Plan },
            CrosswalkOutcome.Proposed proposed => proposed with { Plan = preview!.Plan },
            _ => outcome,
        };
    }

    /// <summary>Our codes: columns <c>code</c>, and <c>gtin</c> and <c>title</c> where there are any.</summary>
    /// <returns>Null when it was loaded; otherwise what is wrong.</returns>
    public async Task<string?> LoadMasterAsync(TenantScope tenant, string table, ReadOnlyMemory<byte> file, CancellationToken ct)
    {
        if (CsvBytes.Read(file.Span, null, out _, out var defect) is not { } text)
            return defect!.Message;
        var records = CsvText.Read(text, CsvText.SeparatorOf(text), out defect);
        if (defect is not null)
            return $"Line {defect.Line}: {defect.Message}";
        var header = records.Count == 0 ? [] : records[0].Cells.Select(c => c.Trim().ToLowerInvariant()).ToList();
        if (!header.Contains("code"))
            return "The first line names the columns: code, and if you have them gtin and title.";
        var codes = new List<MasterCode>(records.Count);
        string? Cell(CsvRecord record, string column) => header.IndexOf(column) is var at and >= 0 && at < record.Cells.Count && record.Cells[at].Trim() is { Length: > 0 } cell ? cell : null;
        foreach (var record in records.Skip(1))
        {
            if (Cell(record, "code") is not { Length: <= CrosswalkRules.LongestCode } code)
                return $"Line {record.Line}: A code of 1 to {CrosswalkRules.LongestCode} characters is expected.";
            var gtin = Cell(record, "gtin");
            if (gtin is not null && !Gtin.IsValid(gtin))
                return $"Line {record.Line}: '{(gtin.Length > 20 ? gtin[..20] : gtin)}' is no GTIN, or its check digit is wrong.";
            codes.Add(new(code, gtin, Cell(record, "title") is { Length: > ColumnLengths.Identifier } title ? title[..ColumnLengths.Identifier] : Cell(record, "title")));
        }

        await master.ReplaceAsync(tenant, table, codes, ct);
        return null;
    }

    private async Task<(CrosswalkFile Read, IReadOnlyList<CrosswalkWish> Wishes)> ReadAsync(TenantScope tenant, string table, ReadOnlyMemory<byte> file, CrosswalkCsvOptions options, CancellationToken ct)
    {
        var read = CrosswalkCsv.Read(file.Span, options, clock);
        if (!options.RetireMissing || read.Defect is not null)
            return (read, read.Wishes);
        await using var context = db.CreateContext(tenant);
        var inForce = (await context.CrosswalkEntries.AsNoTracking().Where(v => v.Crosswalk == table && v.ReplacedIn == null && v.State == CrosswalkState.Approved).ToListAsync(ct)).ConvertAll(CrosswalkSql.Entry);
        // A line that is refused names its entry all the same: a mistake in it retires nothing.
        var named = read.Wishes.Select(w => w.Entry).Concat(read.Refused.Select(r => r.After)).ToList();
        var ids = named.Select(e => e.Id).ToHashSet();
        var codes = named.Select(e => (e.Scope, e.Theirs.ToUpperInvariant(), e.Ours.ToUpperInvariant())).ToHashSet();
        var theirs = named.Select(e => (e.Scope, e.Theirs.ToUpperInvariant())).ToHashSet();
        var missing = inForce.Where(e => !ids.Contains(e.Id) && !codes.Contains((e.Scope, e.Theirs.ToUpperInvariant(), e.Ours.ToUpperInvariant())) && !theirs.Contains((e.Scope, e.Theirs.ToUpperInvariant())));
        return (read, [.. read.Wishes, .. missing.Select(e => new CrosswalkWish(e with { State = CrosswalkState.Retired }, 0, Known: true))]);
    }

    private static ImportPreview Preview(CrosswalkPlan plan, CrosswalkFile read)
    {
        var all = new CrosswalkPlan([.. plan.Steps.Concat(read.Refused).OrderBy(s => s.Line)]);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var step in all.Steps.Where(s => s.Change != CrosswalkChange.Unchanged))
            hash.AppendData(Encoding.UTF8.GetBytes($"{step.Change}|{step.Line}|{step.Before?.Id}|{step.Before?.Revision}|{step.After}|{step.After.Note}|{string.Join(',', step.Problems.Select(p => p.Code))}\n"));
        return new(all, Convert.ToHexStringLower(hash.GetHashAndReset()), read.Encoding, read.Defect);
    }
}

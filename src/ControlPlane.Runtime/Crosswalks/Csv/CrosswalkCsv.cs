using System.Globalization;
using System.Text;
using ControlPlane.Domain.Crosswalks;
using ControlPlane.Domain.Shared;

namespace ControlPlane.Runtime.Crosswalks.Csv;

/// <param name="Encoding">As <see cref="CsvBytes"/> takes it.</param>
/// <param name="DecimalComma">Factors are written 0,5.</param>
/// <param name="RetireMissing">Entries in force that the file does not name are retired: the file is the whole table.</param>
public sealed record CrosswalkCsvOptions(string? Encoding = null, bool DecimalComma = false, bool RetireMissing = false);

/// <summary>A file as wishes; lines that say nothing sensible stand in <paramref name="Refused"/>.</summary>
/// <param name="Defect">Why nothing, or nothing from some line on, could be read.</param>
public sealed record CrosswalkFile(IReadOnlyList<CrosswalkWish> Wishes, IReadOnlyList<CrosswalkStep> Refused, CsvDefect? Defect, string Encoding);

/// <summary>Entries from and to CSV. The header names the columns, in any order; <c>theirs</c> and <c>ours</c> are needed.</summary>
public static class CrosswalkCsv
{
    public static IReadOnlyList<string> Columns { get; } = ["theirs", "ours", "direction", "factor", "scope", "from", "until", "note", "state", "id"];

    public static CrosswalkFile Read(ReadOnlySpan<byte> bytes, CrosswalkCsvOptions options, TimeProvider clock)
    {
        if (CsvBytes.Read(bytes, options.Encoding, out var encoding, out var unreadable) is not { } text)
            return new([], [], unreadable, encoding);
        var records = CsvText.Read(text, CsvText.SeparatorOf(text), out var defect);
        if (records.Count == 0)
            return new([], [], defect ?? new(1, "The file is empty."), encoding);
        var header = records[0].Cells.Select(c => c.Trim().ToLowerInvariant()).ToList();
        if (HeaderProblem(header) is { } wrong)
            return new([], [], new(records[0].Line, wrong), encoding);
        var (wishes, refused) = (new List<CrosswalkWish>(records.Count - 1), new List<CrosswalkStep>());
        foreach (var record in records.Skip(1))
        {
            var row = new Row(header, record, options);
            var (entry, known) = row.Entry(clock);
            if (row.Problems.Count > 0)
                refused.Add(new(CrosswalkChange.Refused, record.Line, null, entry, row.Problems));
            else
                wishes.Add(new(entry, record.Line, known));
        }

        return new(wishes, refused, defect, encoding);
    }

    public static void WriteHeader(StringBuilder into) => CsvText.Write(into, ',', [.. Columns]);

    public static void Write(StringBuilder into, CrosswalkEntry entry) => CsvText.Write(into, ',',
        entry.Theirs, entry.Ours, entry.Directions.Word(), entry.Factor.ToString("0.############", CultureInfo.InvariantCulture), entry.Scope.ToString(), Day(entry.From), Day(entry.Until), entry.Note,
        entry.State == CrosswalkState.Retired ? "retired" : "approved", entry.Id.ToString("D"));

    public static string Day(DateTimeOffset? at) =>
        at?.UtcDateTime.ToString(at.Value.UtcDateTime.TimeOfDay == default ? "yyyy-MM-dd" : "yyyy-MM-dd'T'HH:mm:ss.FFFFFF'Z'", CultureInfo.InvariantCulture) ?? "";

    /// <summary>A day (its midnight in UTC) or an instant with its offset.</summary>
    public static bool TryDay(string text, out DateTimeOffset? at)
    {
        at = null;
        if (text.Length == 0)
            return true;
        if (!DateTimeOffset.TryParseExact(text, ["yyyy-MM-dd", "yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFK", "yyyy-MM-dd'T'HH:mmK"], CultureInfo.InvariantCulture,
                DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var parsed))
            return false;
        at = parsed;
        return true;
    }

    private static string? HeaderProblem(List<string> header)
    {
        var unknown = header.FirstOrDefault(h => !Columns.Contains(h));
        if (unknown is not null)
            return $"The first line names the columns, and '{unknown}' is none. Allowed: {string.Join(", ", Columns)}.";
        if (header.Distinct().Count() < header.Count)
            return $"The column {header.GroupBy(h => h).First(g => g.Count() > 1).Key} stands there twice.";
        return header.Contains("theirs") && header.Contains("ours") ? null : "The columns theirs and ours are needed.";
    }

    private sealed class Row(List<string> header, CsvRecord record, CrosswalkCsvOptions options)
    {
        public List<CrosswalkProblem> Problems { get; } = [];

        public (CrosswalkEntry Entry, bool Known) Entry(TimeProvider clock)
        {
            if (record.Cells.Count > header.Count)
                Problem("", "crosswalk.cells", $"The line has {record.Cells.Count} cells, and the header {header.Count}.");
            var (scope, directions, factor) = (CrosswalkScope.Global, CrosswalkDirections.Both, 1m);
            if (!CrosswalkScope.TryParse(Cell("scope"), out scope))
                Problem("scope", "crosswalk.scope", $"'{Shown("scope")}' is no scope. Allowed: {CrosswalkScope.Allowed}.");
            if (!CrosswalkWords.TryDirections(Cell("direction").ToLowerInvariant(), out directions))
                Problem("direction", "crosswalk.direction", $"'{Shown("direction")}' is no direction. Allowed: both, to-ours, to-theirs.");
            if (Cell("factor") is { Length: > 0 } written && !CrosswalkRules.TryFactor(written, options.DecimalComma, out factor))
                Problem("factor", "crosswalk.factor_form", $"'{Shown("factor")}' is no plain number with a decimal {(options.DecimalComma ? "comma" : "point")}.");
            if (!TryDay(Cell("from"), out var from))
                Problem("from", "crosswalk.date_form", $"'{Shown("from")}' is no date. Allowed: 2026-01-31, or an instant with its offset.");
            if (!TryDay(Cell("until"), out var until))
                Problem("until", "crosswalk.date_form", $"'{Shown("until")}' is no date. Allowed: 2026-01-31, or an instant with its offset.");
            var state = Cell("state").ToLowerInvariant();
            if (state is not ("" or "approved" or "retired"))
                Problem("state", "crosswalk.state", $"'{Shown("state")}' is no state. Allowed: approved, retired.");
            var known = Cell("id").Length > 0;
            var id = Guid.Empty;
            if (known && !Guid.TryParse(Cell("id"), out id))
                Problem("id", "crosswalk.id", $"'{Shown("id")}' is no id. Leave it empty for a new entry.");
            return (new()
            {
                Id = known ? id : EntityId.New(clock), Scope = scope, Theirs = Cell("theirs"), Ours = Cell("ours"), Directions = directions == 0 ? CrosswalkDirections.Both : directions, Factor = factor,
                From = from, Until = until, Note = Cell("note"), State = state == "retired" ? CrosswalkState.Retired : CrosswalkState.Approved,
            }, known);
        }

        private string Cell(string column) => header.IndexOf(column) is var at and >= 0 && at < record.Cells.Count ? record.Cells[at].Trim() : "";

        private string Shown(string column) => Cell(column) is { Length: > 40 } cell ? cell[..40] + "…" : Cell(column);

        private void Problem(string field, string code, string message) => Problems.Add(new(field, code, message));
    }
}

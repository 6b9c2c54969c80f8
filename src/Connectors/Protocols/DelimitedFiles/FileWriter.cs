using System.Globalization;
using System.Text;
using System.Text.Json;
using Connectors.Protocols.Formats;
using ControlPlane.Domain.Shared;

namespace Connectors.Protocols.DelimitedFiles;

/// <summary>
/// Writes what rows made as a file, by the same description that reads it: the document of one head, <c>{"records": […]}</c> for several,
/// and <c>file</c> for header and footer. A member that no column takes is refused, since it would be lost without a word.
/// </summary>
internal sealed class FileWriter(FileLayout layout, FormatContext context)
{
    private readonly List<Refusal> _refusals = [];
    private readonly List<RecordBeing> _records = [];

    public FormatWriting Write(JsonElement document)
    {
        if (document.ValueKind != JsonValueKind.Object)
            _refusals.Add(new("file.not_an_object", "", "The document is no object, so that there is nothing to write."));
        else
            Collect(document);
        foreach (var record in _records)
            Tallies(record);
        var text = new StringBuilder();
        if (layout.HeaderLine)
            text.AppendJoin(layout.Separator, layout.Records[0].Columns.Select(c => Protected(c.Title, first: false))).Append(layout.LineEnd);
        foreach (var record in _records)
        {
            if (layout.FixedWidth)
                FixedWidth(text, record);
            else
                Delimited(text, record);
            text.Append(layout.RecordLength > 0 ? "" : layout.LineEnd);
        }

        byte[] content = _refusals.Count > 0 ? Encoding.UTF8.GetBytes(text.ToString()) : layout.Encoding.Write(text.ToString());
        return new(content, layout.FixedWidth ? "text/plain" : "text/csv", [.. _refusals.Take(20)]);
    }

    private void Collect(JsonElement document)
    {
        document.TryGetProperty("file", out var file);
        Framed(RecordRole.Header, file);
        var roots = layout.Roots.ToList();
        if (roots is [var only] && document.TryGetProperty("records", out var list) && list.ValueKind == JsonValueKind.Array)
        {
            Unknown(document, ["records", "file"], "");
            foreach (var entry in list.EnumerateArray())
                Head(only, entry);
        }
        else if (roots is [var one])
            Head(one, document);
        else
            foreach (var root in Unknown(document, [.. roots.Select(r => r.Name), "file"], "") ? [] : roots)
                foreach (var entry in Entries(document, root.Name))
                    Head(root, entry);
        Framed(RecordRole.Footer, file);
    }

    private void Framed(RecordRole role, JsonElement file)
    {
        foreach (var kind in layout.Records.Where(r => r.Role == role))
        {
            var given = file.ValueKind == JsonValueKind.Object && file.TryGetProperty(kind.Name, out var found) ? found : default;
            if (given.ValueKind == JsonValueKind.Object || kind.Least > 0)
                Add(kind, given, default, null, $"file.{kind.Name}.", null);
        }
    }

    private void Head(RecordLayout kind, JsonElement entry)
    {
        if (layout.Group is not { } group)
        {
            Below(kind, entry, null, "");
            return;
        }

        Unknown(entry, [group.As, "file", .. kind.Columns.Select(c => c.Name)], "");
        var index = 0;
        foreach (var line in Entries(entry, group.As))
            Add(kind, line, entry, null, $"{group.As}[{index++.ToString(CultureInfo.InvariantCulture)}].", []);
        if (index == 0)
            _refusals.Add(new("file.no_records", group.As, $"The document has nothing in {group.As}, so that there is no record to write."));
    }

    private void Below(RecordLayout kind, JsonElement entry, RecordBeing? above, string place)
    {
        var below = layout.Below(kind).ToList();
        var record = Add(kind, entry, default, above, place, [.. below.Select(b => b.Name), .. above is null ? new[] { "file" } : []]);
        foreach (var child in below.Where(b => b.Tallies.Count == 0 || entry.ValueKind == JsonValueKind.Object && entry.TryGetProperty(b.Name, out _)))
        {
            var index = 0;
            foreach (var part in Entries(entry, child.Name))
                Below(child, part, record, $"{place}{child.Name}[{index++.ToString(CultureInfo.InvariantCulture)}].");
            if (index < child.Least || index > child.Most)
                _refusals.Add(new("file.records_below", place + child.Name, $"There are {index} of {child.Name}. Allowed: {child.Least} to {child.Most}."));
        }

        // A trailer that only states counts and totals needs no row that makes it.
        foreach (var trailer in below.Where(b => b.Tallies.Count > 0 && !(entry.ValueKind == JsonValueKind.Object && entry.TryGetProperty(b.Name, out _))))
            Add(trailer, default, default, record, $"{place}{trailer.Name}.", null);
    }

    private RecordBeing Add(RecordLayout kind, JsonElement from, JsonElement otherwise, RecordBeing? above, string place, IReadOnlyCollection<string>? others)
    {
        if (others is not null)
            Unknown(from, [.. kind.Columns.Select(c => c.Name), .. others], place);
        var record = new RecordBeing(kind, above, place);
        foreach (var column in kind.Columns)
            record.Values.Add(ColumnText.Of(from, column) ?? ColumnText.Of(otherwise, column));
        for (var i = 0; i < kind.Columns.Count; i++)
            record.Values[i] ??= Default(kind, kind.Columns[i], i, place);
        _records.Add(record);
        return record;
    }

    private string? Default(RecordLayout kind, ColumnLayout column, int index, string place)
    {
        if (column.Value is { } value)
        {
            var text = value.Render(context, out var missing);
            if (text is null)
                _refusals.Add(new("file.required", place + column.Name, $"{missing} has no value, and {column.Name} is made of it."));
            return text;
        }

        return layout.Discriminator is { } by && kind.Is is [var word] && !word.EndsWith('*') && (layout.FixedWidth ? column.At == by.At && column.Length >= by.Length : index == by.At - 1) ? word : null;
    }

    private bool Unknown(JsonElement entry, IReadOnlyCollection<string> known, string place)
    {
        if (entry.ValueKind != JsonValueKind.Object || layout.HeaderLine && layout.Records[0].Columns.Count == 0)
            return false;
        var found = false;
        foreach (var member in entry.EnumerateObject())
            if (!known.Contains(member.Name))
            {
                found = true;
                _refusals.Add(new("file.no_column", place + member.Name, $"No column of the format {layout.Name} takes {member.Name}. Columns: {string.Join(", ", known.Where(k => k != "file").Take(40))}."));
            }

        return found;
    }

    private static IEnumerable<JsonElement> Entries(JsonElement entry, string name)
    {
        if (entry.ValueKind != JsonValueKind.Object || !entry.TryGetProperty(name, out var list))
            return [];
        return list.ValueKind == JsonValueKind.Array ? list.EnumerateArray() : [list];
    }

    private void Tallies(RecordBeing record)
    {
        foreach (var tally in record.Kind.Tallies)
        {
            var index = Index(record.Kind, tally.Column);
            if (record.Values[index] is not null)
                continue;
            var scope = record.Above is { } above && record.Kind.Under is not null ? _records.Where(r => r.IsWithin(above)) : _records.AsEnumerable();
            var counted = scope.Where(r => tally.Counts(r.Kind.Name)).ToList();
            var number = tally.Sum is null ? counted.Count : counted.Sum(r => tally.Number(r.Values[Index(r.Kind, tally.Sum)] ?? "0") ?? 0);
            var text = number.ToString(CultureInfo.InvariantCulture);
            record.Values[index] = record.Kind.Columns[index].DecimalComma || tally.DecimalComma ? text.Replace('.', ',') : text;
        }
    }

    private static int Index(RecordLayout kind, string column)
    {
        for (var i = 0; i < kind.Columns.Count; i++)
            if (kind.Columns[i].Name == column)
                return i;
        throw new InvalidOperationException($"{kind.Name} has no column {column}; that is checked when the manifest is read.");
    }

    private void Delimited(StringBuilder text, RecordBeing record)
    {
        for (var i = 0; i < record.Values.Count; i++)
        {
            if (i > 0)
                text.Append(layout.Separator);
            var column = record.Kind.Columns[i];
            var value = Checked(record, i, column);
            if (column.Length > 0 && value.Length > column.Length)
                value = TooLong(record, column, value);
            text.Append(Protected(layout.Formulas == FormulaStyle.Keep ? value : Formula(record, column, value), i == 0 && record.Values.Count == 1));
        }
    }

    private void FixedWidth(StringBuilder text, RecordBeing record)
    {
        Span<char> line = new char[Math.Max(record.Kind.Length, layout.RecordLength)];
        line.Fill(' ');
        for (var i = 0; i < record.Values.Count; i++)
        {
            var column = record.Kind.Columns[i];
            var value = Checked(record, i, column);
            if (value.Length > column.Length)
                value = TooLong(record, column, value);
            var place = line.Slice(column.At - 1, column.Length);
            // An empty place is blank: zeros there would be a number.
            place.Fill(value.Length == 0 ? ' ' : column.Fill);
            value.AsSpan(0, Math.Min(value.Length, place.Length)).CopyTo(column.Right ? place[(place.Length - Math.Min(value.Length, place.Length))..] : place);
        }

        if (layout.Discriminator is { } by && record.Kind.Is is [var word] && !word.EndsWith('*') && by.At - 1 + word.Length <= line.Length && line.Slice(by.At - 1, by.Length).Trim(' ').IsEmpty)
            word.CopyTo(line[(by.At - 1)..]);
        text.Append(line);
    }

    /// <summary>The value, or why it cannot stand in a file of this encoding.</summary>
    private string Checked(RecordBeing record, int index, ColumnLayout column)
    {
        var (value, place) = (record.Values[index] ?? "", record.Place + column.Name);
        if (value.Length == 0 && column.Required)
            _refusals.Add(new("file.required", place, $"{column.Name} needs a value."));
        if (layout.Plain)
            value = layout.Encoding.Plain(value);
        if (value.Any(c => char.IsControl(c) && (layout.FixedWidth || c is not ('\t' or '\r' or '\n'))))
            _refusals.Add(new("file.control_character", place, $"{column.Name} holds a control character, which has no place in the file."));
        if (layout.Encoding.FirstUnknown(value) is { } rune)
            _refusals.Add(new("file.not_in_encoding", place, $"{column.Name} holds the character U+{rune.Value:X4}, which {layout.Encoding.Name} does not have. Set unencodable: plain to write plain letters instead."));
        return value;
    }

    private string TooLong(RecordBeing record, ColumnLayout column, string value)
    {
        if (!column.Cut)
            _refusals.Add(new("file.too_long", record.Place + column.Name, string.Create(CultureInfo.InvariantCulture, $"{column.Name} has {value.Length} characters, and its place has {column.Length}. Shorten it, or set cut: true on the column.")));
        // Never through the middle of a character.
        return char.IsHighSurrogate(value[column.Length - 1]) ? value[..(column.Length - 1)] : value[..column.Length];
    }

    private string Formula(RecordBeing record, ColumnLayout column, string value)
    {
        if (value.Length == 0 || value[0] is not ('=' or '+' or '-' or '@' or '\t' or '\r') || decimal.TryParse(value.Replace(',', '.'), NumberStyles.Number, CultureInfo.InvariantCulture, out _))
            return value;
        if (layout.Formulas == FormulaStyle.Mark)
            return "'" + value;
        _refusals.Add(new("file.formula", record.Place + column.Name, $"{column.Name} begins with a character that makes a spreadsheet take it for a formula."));
        return value;
    }

    private string Protected(string value, bool first)
    {
        var needed = value.AsSpan().IndexOfAny(layout.Separator, '\r', '\n') >= 0 || layout.Quote is { } q && value.StartsWith(q)
            || layout.Trim && value.AsSpan().Trim().Length != value.Length || first && value.Length == 0 || layout.Comment is { } comment && value.StartsWith(comment, StringComparison.Ordinal);
        if (layout.Quote is not { } quote)
        {
            if (needed && value.Length > 0)
                _refusals.Add(new("file.separator_in_value", "", "A value holds the separator or a line break, and the format has no quotation marks. Set quote, or take another separator."));
            return value;
        }

        if (!needed && layout.Quoting == QuotingStyle.Needed && !value.Contains(quote))
            return value;
        var escape = layout.Escape ?? quote;
        var inner = escape == quote ? value : value.Replace(escape.ToString(), $"{escape}{escape}", StringComparison.Ordinal);
        return $"{quote}{inner.Replace(quote.ToString(), $"{escape}{quote}", StringComparison.Ordinal)}{quote}";
    }

    /// <summary>A record on its way, in the order of the file.</summary>
    private sealed record RecordBeing(RecordLayout Kind, RecordBeing? Above, string Place)
    {
        public List<string?> Values { get; } = [];

        public bool IsWithin(RecordBeing head) => ReferenceEquals(this, head) || Above?.IsWithin(head) == true;
    }
}

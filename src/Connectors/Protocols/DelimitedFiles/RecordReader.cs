using System.Buffers;
using System.Globalization;
using ControlPlane.Domain.Shared;

namespace Connectors.Protocols.DelimitedFiles;

/// <summary>Says what kind each record is and where its values stand, and what is wrong with it.</summary>
internal sealed class RecordReader
{
    private static readonly string Controls = string.Concat(Enumerable.Range(0, 32).Select(i => (char)i).Except("\t\n\v\f\r")) + FileEncoding.Wrong + '\uFFFE';

    private readonly FileTokens _tokens;
    private readonly FileLayout _layout;
    private readonly SearchValues<char> _bad;
    private readonly List<Refusal> _problems;

    /// <summary>By header line: which place each column has. Null: the place is the column's index.</summary>
    private int[]? _places;

    public RecordReader(FileTokens tokens, List<Refusal> problems)
    {
        (_tokens, _layout, _problems) = (tokens, tokens.Layout, problems);
        _bad = SearchValues.Create(string.Concat(Controls.Where(c => _layout.FixedWidth || c != _layout.Separator)));
        Columns = _layout.Records[0].Columns;
    }

    /// <summary>Of the only kind of record, when a header line named them; otherwise each kind has its own.</summary>
    public IReadOnlyList<ColumnLayout> Columns { get; private set; }

    public IReadOnlyList<ColumnLayout> ColumnsOf(FileRecord record) => _layout.HeaderLine ? Columns : record.Layout!.Columns;

    public List<FileRecord> Read()
    {
        var records = new List<FileRecord>(_tokens.Records.Count);
        var text = _tokens.Text.AsSpan();
        // One look over the whole file, so that a clean one costs nothing more.
        var clean = text.TrimEnd("\x1A").IndexOfAny(_bad) < 0;
        foreach (var token in _tokens.Records)
        {
            if (token.Kind == TokenKind.Names)
                Names(token);
            else if (token.Kind == TokenKind.Record && !(token.Length == 1 && text[token.Start] == '\x1A'))
                records.Add(Record(token, clean));
            if (_problems.Count > 0)
                return records;
        }

        if (_layout.HeaderLine && _places is null)
            _problems.Add(new("file.no_header_line", "line 1", "Line 1: The header line that names the columns is missing."));
        return records;
    }

    /// <summary>The value of a column, without fill and blanks; empty when it is not there.</summary>
    public ReadOnlySpan<char> Value(FileRecord record, int column, ColumnLayout layout)
    {
        var token = record.Token;
        if (_layout.FixedWidth)
        {
            var raw = _tokens.Raw(token);
            var at = layout.At - 1;
            return at >= raw.Length ? default : Unfilled(raw.Slice(at, Math.Min(layout.Length, raw.Length - at)), layout);
        }

        var place = _places?[column] ?? column;
        var fields = _tokens.Fields(token);
        if (place < 0 || place >= fields.Length)
            return default;
        var value = _tokens.Value(fields[place]);
        return _layout.Trim && !fields[place].Quoted ? value.Trim() : value;
    }

    public string Text(FileRecord record, string column)
    {
        var columns = ColumnsOf(record);
        for (var i = 0; i < columns.Count; i++)
            if (columns[i].Name == column)
                return Value(record, i, columns[i]).ToString();
        return "";
    }

    private static ReadOnlySpan<char> Unfilled(ReadOnlySpan<char> raw, ColumnLayout layout)
    {
        if (!layout.Right)
            return raw.TrimEnd(layout.Fill).TrimEnd(' ');
        raw = raw.TrimStart(' ').TrimEnd(' ');
        if (layout.Fill == ' ' || raw.IsEmpty)
            return raw;
        // Zeros before a number are fill; a zero alone is a value.
        var value = raw.TrimStart(layout.Fill);
        return value.IsEmpty && layout.Fill == '0' ? "0" : value.Length > 0 && layout.Fill == '0' && !char.IsAsciiLetterOrDigit(value[0]) && value.Length < raw.Length ? raw[(raw.Length - value.Length - 1)..] : value;
    }

    private FileRecord Record(RecordToken token, bool clean)
    {
        if (_tokens.Refusal(token) is { } broken)
            return Lost(token, broken);
        if (!clean && _tokens.Raw(token).IndexOfAny(_bad) is var bad and >= 0)
            return Spoiled(token, bad);
        var layout = _layout.Records[0];
        if (_layout.Discriminator is { } by)
        {
            var word = Discriminating(token, by);
            if (_layout.Find(word) is not { } found)
                return Lost(token, FileRefusals.Of("file.record_unknown", token.Line, $"The kind of the record is unknown. Known at {Place(by)}: {string.Join(", ", _layout.Records.SelectMany(r => r.Is))}."));
            layout = found;
        }

        var record = new FileRecord(token, layout);
        if (_layout.FixedWidth)
            CheckLength(record, layout);
        else
            CheckColumns(record);
        CheckRequired(record);
        return record;
    }

    private FileRecord Spoiled(RecordToken token, int bad)
    {
        var at = token.Start + bad;
        var (line, column) = (_tokens.LineOf(token, at), _tokens.ColumnOf(at));
        return Lost(token, _tokens.Text[at] is FileEncoding.Wrong or '\uFFFE'
            ? FileRefusals.At("file.not_in_encoding", line, column, $"There is a byte that is no character in {_layout.Encoding.Name}. Is the right encoding set?")
            : FileRefusals.At("file.control_character", line, column, "There is a control character. Only tabs and line breaks are allowed."));
    }

    private static FileRecord Lost(RecordToken token, Refusal why)
    {
        var record = new FileRecord(token, null) { Lost = true };
        record.Refuse(why);
        return record;
    }

    private ReadOnlySpan<char> Discriminating(RecordToken token, Discriminator by)
    {
        if (_layout.FixedWidth)
        {
            var raw = _tokens.Raw(token);
            return by.At > raw.Length ? default : raw.Slice(by.At - 1, Math.Min(by.Length, raw.Length - by.At + 1)).TrimEnd(' ');
        }

        var fields = _tokens.Fields(token);
        return by.At > fields.Length ? default : _tokens.Value(fields[by.At - 1]).Trim();
    }

    private string Place(Discriminator by) => _layout.FixedWidth ? string.Create(CultureInfo.InvariantCulture, $"position {by.At}") : string.Create(CultureInfo.InvariantCulture, $"column {by.At}");

    private void CheckColumns(FileRecord record)
    {
        var fields = _tokens.Fields(record.Token);
        var wanted = _places is null ? record.Layout!.Columns.Count : _named;
        foreach (var nameless in _nameless)
            if (nameless < fields.Length && !_tokens.Value(fields[nameless]).Trim().IsEmpty)
                record.Refuse(FileRefusals.Of("file.column_nameless", record.Token.Line, string.Create(CultureInfo.InvariantCulture, $"Column {nameless + 1} has a value, and the header line gives it no name.")));
        if (fields.Length == wanted || _layout.Ragged && fields.Length < wanted)
            return;
        for (var i = wanted; i < fields.Length; i++)
            if (!_tokens.Value(fields[i]).Trim().IsEmpty || !_layout.Ragged)
            {
                record.Refuse(Count(record, fields.Length, wanted));
                return;
            }

        if (fields.Length < wanted)
            record.Refuse(Count(record, fields.Length, wanted));
    }

    private Refusal Count(FileRecord record, int has, int wanted) => FileRefusals.Of("file.columns", record.Token.Line, string.Create(CultureInfo.InvariantCulture,
        $"The record has {has} columns where {wanted} are described. Is a separator missing or not quoted?{(_layout.Ragged ? "" : " Set ragged: true when columns may be left out.")}"));

    private void CheckLength(FileRecord record, RecordLayout layout)
    {
        var raw = _tokens.Raw(record.Token);
        var length = layout.Length;
        if (raw.Length < length && !_layout.Ragged)
            record.Refuse(FileRefusals.Of("file.record_length", record.Token.Line, string.Create(CultureInfo.InvariantCulture, $"The record has {raw.Length} characters where {length} are described. Set ragged: true when blanks at its end may be left out.")));
        else if (raw.Length > length && !raw[length..].Trim(" \t").IsEmpty)
            record.Refuse(FileRefusals.At("file.record_length", record.Token.Line, length + 1, string.Create(CultureInfo.InvariantCulture, $"Something stands behind the {length} characters that are described.")));
    }

    private void CheckRequired(FileRecord record)
    {
        var columns = ColumnsOf(record);
        for (var i = 0; i < columns.Count; i++)
            if (columns[i].Required && Value(record, i, columns[i]).IsEmpty)
                record.Refuse(FileRefusals.In("file.required", record.Token.Line, columns[i].Name, "A value is missing."));
    }

    private int _named;
    private List<int> _nameless = [];

    private void Names(RecordToken token)
    {
        if (_tokens.Refusal(token) is { } broken || !_tokens.Raw(token).IsEmpty && _tokens.Raw(token).IndexOfAny(_bad) is var bad and >= 0 && (broken = Spoiled(token, bad).Refusals[0]) is not null)
        {
            _problems.Add(broken);
            return;
        }

        var titles = new List<string>();
        foreach (var field in _tokens.Fields(token))
            titles.Add(_tokens.Value(field).Trim().ToString());
        // A separator at the end of each line makes a column without name and values.
        _named = titles.Count;
        _nameless = [.. Enumerable.Range(0, titles.Count).Where(i => titles[i].Length == 0)];
        var described = _layout.Records[0].Columns;
        var twice = titles.Where(t => t.Length > 0).GroupBy(t => t, StringComparer.OrdinalIgnoreCase).FirstOrDefault(g => g.Count() > 1);
        if (twice is not null)
            _problems.Add(FileRefusals.In("file.column_twice", token.Line, Cut(twice.Key), "Two columns have this name. Each needs its own."));
        foreach (var column in described.Where(c => !titles.Contains(c.Title, StringComparer.OrdinalIgnoreCase)))
            if (column.Required || !_layout.Ragged)
                _problems.Add(FileRefusals.In("file.column_missing", token.Line, column.Title, "The header line does not name this column."));
        var others = titles.Where(t => t.Length > 0 && !described.Any(c => c.Title.Equals(t, StringComparison.OrdinalIgnoreCase))).ToList();
        if (others.FirstOrDefault(o => Taken(o, described)) is { } taken)
            _problems.Add(FileRefusals.In("file.column_taken", token.Line, Cut(taken), "The name is used for something else in documents. Describe the column under columns with another name."));
        Columns = [.. described, .. others.Select(o => new ColumnLayout { Name = o, Title = o })];
        _places = [.. Columns.Select(c => titles.FindIndex(t => t.Equals(c.Title, StringComparison.OrdinalIgnoreCase)))];
    }

    private bool Taken(string name, IReadOnlyList<ColumnLayout> described) =>
        name == "file" || name == _layout.Group?.As || described.Any(c => c.Name == name);

    private static string Cut(string text) => text.Length <= 60 ? text : text[..60] + "…";
}

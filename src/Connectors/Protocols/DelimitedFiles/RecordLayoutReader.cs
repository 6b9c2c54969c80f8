using Connectors.Protocols.Manifests;

namespace Connectors.Protocols.DelimitedFiles;

/// <summary>Reads the records and columns of a file, and checks that they fit together.</summary>
internal static class RecordLayoutReader
{
    private const int Deepest = 8;

    public static RecordLayout Only(YamlMap map, FileLayout layout) => new() { Name = "record", Topic = map.Text("topic") ?? "", Columns = Columns(map, layout) };

    public static RecordLayout Record(YamlMap map, FileLayout layout)
    {
        var role = map.Choice("role", RecordRole.Body, ("body", RecordRole.Body), ("header", RecordRole.Header), ("footer", RecordRole.Footer));
        var record = new RecordLayout
        {
            Name = map.Required("name"),
            Is = map.Texts("is"),
            Role = role,
            Under = map.Text("under"),
            Least = FileFormatReader.Whole(map, "min", 0, 1_000_000) ?? (role == RecordRole.Body ? 0 : 1),
            Most = FileFormatReader.Whole(map, "max", 1, 1_000_000) ?? int.MaxValue,
            Topic = map.Text("topic") ?? "",
            Columns = Columns(map, layout),
            Tallies = [.. map.Maps("states").Select(Tally)],
        };
        if (record.Is.Count == 0)
            map.Problem("is", "A value is missing: it says which records are of this kind. * stands for all others.");
        if (role != RecordRole.Body && record.Under is not null)
            map.Problem("under", "Header and footer belong to the file, not to a record.");
        foreach (var tally in record.Tallies)
            if (record.Columns.All(c => c.Name != tally.Column))
                map.Problem("states", $"There is no column '{tally.Column}' in this record.");
        map.Done();
        return record;
    }

    private static TallyLayout Tally(YamlMap map)
    {
        var (counts, sums) = (map.Texts("counts"), map.Text("sums"));
        if (counts.Count > 0 == sums is not null)
            map.Problem("counts", "Say either which records are counted (counts: line, or \"*\" for all) or what is added (sums: line.amount).");
        var at = sums?.IndexOf('.', StringComparison.Ordinal) ?? -1;
        if (sums is not null && at is <= 0)
            map.Problem("sums", $"'{sums}' cannot be read. Write the record, a dot and its column: line.amount.");
        var tally = new TallyLayout(map.Required("column"), sums is null ? counts : [at > 0 ? sums[..at] : ""], at > 0 ? sums![(at + 1)..] : null, map.Choice("decimal", false, ("point", false), ("comma", true)));
        map.Done();
        return tally;
    }

    private static List<ColumnLayout> Columns(YamlMap map, FileLayout layout)
    {
        var columns = !map.HoldsMaps("columns") ? [.. map.Texts("columns").Select(n => new ColumnLayout { Name = n, Title = n })] : map.Maps("columns").Select(c => Column(c, layout)).ToList();
        if (columns.Count == 0 && !layout.HeaderLine)
            map.Problem("columns", layout.FixedWidth ? "It is missing. Describe each column with name, at and length." : "It is missing. Name the columns, or set header: true.");
        if (columns.Count > FileLayout.MostColumns)
            map.Problem("columns", $"There are more than {FileLayout.MostColumns} columns.");
        foreach (var twice in columns.GroupBy(c => c.Name, StringComparer.Ordinal).Where(g => g.Count() > 1))
            map.Problem("columns", $"'{twice.Key}' stands there twice.");
        foreach (var column in columns.Where(c => c.Name == "file" || layout.Group is { } group && c.Name == group.As))
            map.Problem("columns", $"'{column.Name}' is the name of something else in documents. Name the column otherwise.");
        if (layout.FixedWidth)
            foreach (var (left, right) in columns.OrderBy(c => c.At).Zip(columns.OrderBy(c => c.At).Skip(1)))
                if (left.At + left.Length > right.At)
                    map.Problem("columns", $"'{left.Name}' and '{right.Name}' overlap at position {FileFormatReader.Text(right.At)}.");
        return columns;
    }

    private static ColumnLayout Column(YamlMap map, FileLayout layout)
    {
        var name = map.Required("name");
        var value = map.Text("value");
        var column = new ColumnLayout
        {
            Name = name,
            Title = layout.HeaderLine ? map.Text("title") ?? name : name,
            At = layout.FixedWidth ? FileFormatReader.Whole(map, "at", 1, 100_000) ?? 1 : 0,
            Length = FileFormatReader.Whole(map, "length", 1, 100_000) ?? 0,
            Right = layout.FixedWidth && map.Choice("align", false, ("left", false), ("right", true)),
            Fill = layout.FixedWidth && map.Text("fill") is { } fill ? fill is [var one] && !char.IsSurrogate(one) ? one : Bad(map, fill) : ' ',
            Required = map.Flag("required"),
            Cut = map.Flag("cut"),
            DecimalComma = map.Choice("decimal", false, ("point", false), ("comma", true)),
            Value = value is null ? null : ColumnValue.TryParse(value),
        };
        if (value is not null && column.Value is null)
            map.Problem("value", $"'{value}' cannot be read. Allowed: {ColumnValue.Allowed}.");
        foreach (var key in layout.FixedWidth ? new[] { "at", "length" } : [])
            if (!map.Has(key))
                map.Problem(key, "A value is missing.");
        map.Done();
        return column;
    }

    private static char Bad(YamlMap map, string fill)
    {
        map.Problem("fill", $"'{fill}' is not allowed. Allowed: one character.");
        return ' ';
    }

    public static void Check(YamlMap map, FileLayout layout)
    {
        var records = layout.Records;
        var names = records.Select(r => r.Name).ToList();
        if (map.Has("records") && layout.Discriminator is null)
            map.Problem("kind", "It is missing. Records of several kinds need to tell theirs: kind: { column: 1 }, or kind: { at: 1, length: 2 }.");
        if (!map.Has("records") && layout.Discriminator is not null)
            map.Problem("records", "It is missing. With kind each record is described under records.");
        if (map.Has("records") && (layout.HeaderLine || layout.Group is not null))
            map.Problem(layout.HeaderLine ? "header" : "group", "It goes with records of one kind only.");
        foreach (var twice in names.GroupBy(n => n, StringComparer.Ordinal).Where(g => g.Count() > 1))
            map.Problem("records", $"'{twice.Key}' stands there twice.");
        foreach (var record in records)
        {
            if (record.Under is { } under && !records.Any(r => r.Name == under && r.Role == RecordRole.Body))
                map.Problem("records", $"{record.Name}: there is no record '{under}' that it could be under.");
            else if (Depth(records, record) > Deepest)
                map.Problem("records", $"{record.Name}: records go in a circle, or are more than {Deepest} deep.");
            foreach (var clash in layout.Below(record).Where(b => record.Columns.Any(c => c.Name == b.Name)))
                map.Problem("records", $"{record.Name}: '{clash.Name}' is the name of a column and of a record below it. Name one of them otherwise.");
            foreach (var tally in record.Tallies)
                foreach (var of in tally.Records.Where(r => r != "*"))
                    if (records.FirstOrDefault(r => r.Name == of) is not { } counted || tally.Sum is not null && counted.Columns.All(c => c.Name != tally.Sum))
                        map.Problem("records", $"{record.Name}: there is no '{of}{(tally.Sum is null ? "" : "." + tally.Sum)}' to count or add.");
        }

        if (!layout.Roots.Any() && map.Has("records"))
            map.Problem("records", "All records are below others. One needs to be a head.");
        foreach (var column in layout.Group is { } group ? group.By.Concat(group.Same).Where(c => records[0].Columns.All(k => k.Name != c)) : [])
            map.Problem("group", $"There is no column '{column}'. Describe it under columns.");
        if (layout is { FixedWidth: true, RecordLength: > 0 } && records.Any(r => r.Length > layout.RecordLength))
            map.Problem("recordLength", "Columns reach beyond it.");
    }

    private static int Depth(IReadOnlyList<RecordLayout> records, RecordLayout record)
    {
        var depth = 1;
        for (var at = record; at.Under is { } under && depth <= Deepest + 1 && records.FirstOrDefault(r => r.Name == under) is { } above; depth++)
            at = above;
        return depth;
    }
}

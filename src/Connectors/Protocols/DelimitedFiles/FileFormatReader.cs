using System.Globalization;
using Connectors.Protocols.Formats;
using Connectors.Protocols.Manifests;

namespace Connectors.Protocols.DelimitedFiles;

/// <summary>Reads <c>type: delimited</c> and <c>type: fixed-width</c> of <c>formats:</c>. The keys are described in docs/files.md.</summary>
internal static class FileFormatReader
{
    public static IDocumentFormat? Delimited(string name, YamlMap map) => Read(name, map, fixedWidth: false);

    public static IDocumentFormat? FixedWidth(string name, YamlMap map) => Read(name, map, fixedWidth: true);

    private static FileFormat? Read(string name, YamlMap map, bool fixedWidth)
    {
        var before = map.Problems.Found.Count;
        var limits = map.Map("limits");
        var layout = new FileLayout
        {
            Name = name,
            FixedWidth = fixedWidth,
            Encoding = Encoding(map),
            SkipLines = Whole(map, "skipLines", 0, 1_000) ?? 0,
            Comment = map.Text("comment"),
            Ragged = map.Flag("ragged"),
            LineEnd = map.Choice("lineEnd", "\n", ("lf", "\n"), ("crlf", "\r\n"), ("cr", "\r")),
            Plain = map.Choice("unencodable", false, ("refuse", false), ("plain", true)),
            MostRecordLength = limits is null ? FileLayout.UsualRecordLength : Whole(limits, "recordLength", 1, 1_000_000) ?? FileLayout.UsualRecordLength,
            MostRecords = limits is null ? FileLayout.UsualRecords : Whole(limits, "records", 1, 10_000_000) ?? FileLayout.UsualRecords,
            OneDocument = map.Choice("documents", false, ("each", false), ("one", true)),
            Records = [],
        };
        limits?.Done();
        layout = fixedWidth ? layout with { RecordLength = Whole(map, "recordLength", 1, 100_000) ?? 0 } : Marks(map, layout);
        layout = layout with { Discriminator = Discriminator(map, fixedWidth), Group = Group(map) };
        layout = layout with { Records = map.Has("records") ? [.. map.Maps("records").Select(r => RecordLayoutReader.Record(r, layout))] : [RecordLayoutReader.Only(map, layout)] };
        RecordLayoutReader.Check(map, layout);
        return map.Problems.Found.Count > before ? null : new(layout);
    }

    internal static int? Whole(YamlMap map, string key, int least, int most)
    {
        if (map.Number(key, least, most) is not { } number)
            return null;
        if (number != Math.Floor(number))
            map.Problem(key, "A whole number is expected.");
        return (int)number;
    }

    private static FileEncoding Encoding(YamlMap map)
    {
        var name = map.Text("encoding") ?? "utf-8";
        if (FileEncoding.Find(name) is { } encoding)
            return encoding;
        map.Problem("encoding", $"'{name}' is unknown. Allowed: {FileEncoding.Allowed}.");
        return FileEncoding.Utf8;
    }

    private static FileLayout Marks(YamlMap map, FileLayout layout)
    {
        var quote = map.Text("quote") is { } text ? text == "none" ? null : One(map, "quote", text) : '"';
        layout = layout with
        {
            Separator = map.Text("separator") is { } separator ? separator == "tab" ? '\t' : One(map, "separator", separator) ?? ',' : ',',
            Quote = quote,
            Escape = map.Text("escape") is { } escape and not "double" ? One(map, "escape", escape) : null,
            HeaderLine = map.Flag("header"),
            Trim = map.Flag("trim"),
            Quoting = map.Choice("quoting", QuotingStyle.Needed, ("needed", QuotingStyle.Needed), ("always", QuotingStyle.Always)),
            Formulas = map.Choice("formulas", FormulaStyle.Keep, ("keep", FormulaStyle.Keep), ("mark", FormulaStyle.Mark), ("refuse", FormulaStyle.Refuse)),
        };
        if (layout.Separator == layout.Quote || layout.Separator == layout.Escape)
            map.Problem("separator", "It is the same as quote or escape. Each needs a character of its own.");
        if (layout.Escape == layout.Quote && layout.Escape is not null)
            return layout with { Escape = null };
        return layout;
    }

    private static char? One(YamlMap map, string key, string text)
    {
        if (text.Length == 1 && !char.IsSurrogate(text[0]) && text[0] is not ('\r' or '\n' or '\0'))
            return text[0];
        map.Problem(key, $"'{text}' is not allowed. Allowed: one character{(key == "separator" ? ", or tab" : key == "quote" ? ", or none" : ", or double")}.");
        return null;
    }

    private static Discriminator? Discriminator(YamlMap map, bool fixedWidth)
    {
        if (map.Map("kind") is not { } kind)
            return null;
        var read = fixedWidth
            ? new Discriminator(Whole(kind, "at", 1, 100_000) ?? 1, Whole(kind, "length", 1, 100) ?? 1)
            : new Discriminator(Whole(kind, "column", 1, FileLayout.MostColumns) ?? 1, 0);
        foreach (var key in fixedWidth ? new[] { "at", "length" } : ["column"])
            if (!kind.Has(key))
                kind.Problem(key, "A value is missing: it says where a record tells its kind.");
        kind.Done();
        return read;
    }

    private static GroupLayout? Group(YamlMap map)
    {
        if (map.Map("group") is not { } group)
            return null;
        var read = new GroupLayout(group.Texts("by"), group.Text("as") ?? "lines", group.Texts("same"));
        if (read.By.Count == 0)
            group.Problem("by", "A column is missing. Records with the same value there are one document.");
        group.Done();
        return read;
    }

    internal static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}

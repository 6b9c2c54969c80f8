using System.Globalization;

namespace Connectors.Protocols.DelimitedFiles;

/// <summary>What a record is within its file.</summary>
public enum RecordRole : byte
{
    /// <summary>A document, or a part of one.</summary>
    Body,

    /// <summary>Stands once before all others and is about the file.</summary>
    Header,

    /// <summary>Stands once after all others; its absence says that the file is not whole.</summary>
    Footer,
}

/// <summary>When a value is put into quotation marks.</summary>
public enum QuotingStyle : byte
{
    /// <summary>Where it would be misread without.</summary>
    Needed,
    Always,
}

/// <summary>What becomes of a text that a spreadsheet would run as a formula.</summary>
public enum FormulaStyle : byte
{
    /// <summary>It is written as it is: for programs, which take it as text.</summary>
    Keep,

    /// <summary>An apostrophe is put before it (OWASP, CSV injection).</summary>
    Mark,
    Refuse,
}

/// <summary>A delimited or fixed-width file, as a manifest describes it. Checked when it was read.</summary>
public sealed record FileLayout
{
    /// <summary>No record is longer, in characters, if the manifest does not say less or more.</summary>
    public const int UsualRecordLength = 65_536;

    public const int MostColumns = 1_000;
    public const int UsualRecords = 1_000_000;

    /// <summary>Beyond this a file is not read at all.</summary>
    public const int MostBytes = 64 * 1024 * 1024;

    public required string Name { get; init; }

    /// <summary>False: separated by <see cref="Separator"/>.</summary>
    public required bool FixedWidth { get; init; }

    public required FileEncoding Encoding { get; init; }

    public char Separator { get; init; } = ',';

    /// <summary>Null: there are no quotation marks, and none has a meaning.</summary>
    public char? Quote { get; init; } = '"';

    /// <summary>Stands before a quotation mark within a quoted value; null: that is doubled (RFC 4180).</summary>
    public char? Escape { get; init; }

    /// <summary>True: the first record names the columns; their order does not matter.</summary>
    public bool HeaderLine { get; init; }

    /// <summary>Lines at the beginning that are not looked at.</summary>
    public int SkipLines { get; init; }

    /// <summary>Lines that begin so are not looked at; null: there are none.</summary>
    public string? Comment { get; init; }

    /// <summary>Blanks around a value without quotation marks are no part of it.</summary>
    public bool Trim { get; init; }

    /// <summary>A record may have fewer columns than described; the others are then empty.</summary>
    public bool Ragged { get; init; }

    /// <summary>Written after each record. Read are all of LF, CR LF and CR.</summary>
    public string LineEnd { get; init; } = "\n";

    /// <summary>For fixed width without line ends: characters of each record; 0 = records are lines.</summary>
    public int RecordLength { get; init; }

    public QuotingStyle Quoting { get; init; }

    public FormulaStyle Formulas { get; init; }

    /// <summary>Characters that the encoding lacks are written in plain letters where they have such; otherwise they are refused.</summary>
    public bool Plain { get; init; }

    public int MostRecordLength { get; init; } = UsualRecordLength;

    public int MostRecords { get; init; } = UsualRecords;

    /// <summary>Null: all records are of one kind.</summary>
    public Discriminator? Discriminator { get; init; }

    /// <summary>At least one; without a discriminator exactly one.</summary>
    public required IReadOnlyList<RecordLayout> Records { get; init; }

    /// <summary>Null: each record, or each head with what is below it, is a document.</summary>
    public GroupLayout? Group { get; init; }

    /// <summary>True: the file is one document with the list <c>records</c>, or a list for each kind of head.</summary>
    public bool OneDocument { get; init; }

    public IEnumerable<RecordLayout> Roots => Records.Where(r => r is { Role: RecordRole.Body, Under: null });

    public IEnumerable<RecordLayout> Below(RecordLayout record) => Records.Where(r => r.Under == record.Name);

    /// <summary>The record that a discriminating value means; an exact value before one with <c>*</c>.</summary>
    public RecordLayout? Find(ReadOnlySpan<char> value)
    {
        foreach (var record in Records)
            foreach (var word in record.Is)
                if (value.SequenceEqual(word))
                    return record;
        foreach (var record in Records)
            foreach (var word in record.Is)
                if (word.EndsWith('*') && value.StartsWith(word.AsSpan(0, word.Length - 1), StringComparison.Ordinal))
                    return record;
        return null;
    }
}

/// <param name="At">Column, or position of the first character, from 1.</param>
/// <param name="Length">In characters; 0 for a column.</param>
public sealed record Discriminator(int At, int Length);

/// <param name="By">Records with the same values here are one document.</param>
/// <param name="As">Name of the list of its records.</param>
/// <param name="Same">Must be the same in all records of a document; a difference is refused.</param>
public sealed record GroupLayout(IReadOnlyList<string> By, string As, IReadOnlyList<string> Same);

public sealed record RecordLayout
{
    /// <summary>In documents: the name of the list of such records; also their topic when they are documents themselves.</summary>
    public required string Name { get; init; }

    /// <summary>Discriminating values; one that ends in <c>*</c> stands for all that begin so.</summary>
    public IReadOnlyList<string> Is { get; init; } = [];

    public RecordRole Role { get; init; }

    /// <summary>Name of the record that it belongs to; null for a head.</summary>
    public string? Under { get; init; }

    /// <summary>Fewest and most below one head.</summary>
    public int Least { get; init; }

    public int Most { get; init; } = int.MaxValue;

    public string Topic { get; init; } = "";

    /// <summary>In the order of the file. Empty with a header line: all that it names.</summary>
    public required IReadOnlyList<ColumnLayout> Columns { get; init; }

    public IReadOnlyList<TallyLayout> Tallies { get; init; } = [];

    /// <summary>Characters of a fixed-width record.</summary>
    public int Length => Columns.Count == 0 ? 0 : Columns.Max(c => c.At - 1 + c.Length);
}

public sealed record ColumnLayout
{
    /// <summary>In documents.</summary>
    public required string Name { get; init; }

    /// <summary>In the header line.</summary>
    public string Title { get; init; } = "";

    /// <summary>Fixed width: position of the first character, from 1.</summary>
    public int At { get; init; }

    /// <summary>Fixed width: characters. Delimited: the most that may be written; 0 = any number.</summary>
    public int Length { get; init; }

    /// <summary>Fixed width: the value stands at the end of its place.</summary>
    public bool Right { get; init; }

    /// <summary>Fixed width: what fills its place, and is no part of the value.</summary>
    public char Fill { get; init; } = ' ';

    public bool Required { get; init; }

    /// <summary>What does not fit is cut off instead of refused.</summary>
    public bool Cut { get; init; }

    /// <summary>Numbers are written with a decimal comma.</summary>
    public bool DecimalComma { get; init; }

    /// <summary>Written when the document has no value; null = nothing.</summary>
    public ColumnValue? Value { get; init; }
}

/// <summary>A number in a record that says how many records there are, or what a column of theirs adds up to.</summary>
/// <param name="Column">Where it stands.</param>
/// <param name="Records">Names of the records that are counted or added; <c>*</c> = all, with this one.</param>
/// <param name="Sum">The column that is added; null = they are counted.</param>
public sealed record TallyLayout(string Column, IReadOnlyList<string> Records, string? Sum, bool DecimalComma)
{
    public bool Counts(string record) => Records.Contains(record) || Records is ["*"];

    public decimal? Number(ReadOnlySpan<char> text)
    {
        var plain = DecimalComma ? text.Trim().ToString().Replace(".", "", StringComparison.Ordinal).Replace(',', '.') : text.Trim().ToString();
        return decimal.TryParse(plain, NumberStyles.AllowLeadingSign | NumberStyles.AllowTrailingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)
            && Math.Abs(number) < 1_000_000_000_000_000_000m ? number : null;
    }
}

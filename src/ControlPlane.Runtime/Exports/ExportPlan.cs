using ControlPlane.Domain.Shared;
using ControlPlane.Runtime.Transactions.Queries;

namespace ControlPlane.Runtime.Exports;

public enum ExportKind
{
    Text,

    /// <summary>A count: a whole number.</summary>
    Number,

    /// <summary>An amount with the decimals of its currency, which stands in a column of its own.</summary>
    Money,

    Instant,
}

/// <param name="Title">Of the head row. Instants get the zone added.</param>
/// <param name="Width">In characters, for spreadsheets.</param>
public sealed record ExportColumn(string Title, ExportKind Kind, int Width);

/// <summary>One value of a row; nothing where there is none.</summary>
public readonly struct ExportCell
{
    private ExportCell(string? text, decimal number, DateTimeOffset? at, int decimals, bool isNumber) => (Text, Number, At, Decimals, IsNumber) = (text, number, at, decimals, isNumber);

    public string? Text { get; }

    public decimal Number { get; }

    public DateTimeOffset? At { get; }

    /// <summary>Of an amount.</summary>
    public int Decimals { get; }

    public bool IsNumber { get; }

    public static readonly ExportCell None;

    public static ExportCell Of(string? text) => string.IsNullOrEmpty(text) ? None : new(text, 0, null, 0, false);

    public static ExportCell Of(long number) => new(null, number, null, 0, true);

    public static ExportCell Of(DateTimeOffset? at) => at is { } instant ? new(null, 0, instant, 0, false) : None;

    public static ExportCell Of(Money? money) => money is { } m ? new(null, m.ToDecimal(), null, Currencies.MinorDigits(m.Currency), true) : None;
}

/// <summary>Rows that are ready to be written, and what is said about them at the head of the file.</summary>
/// <param name="Title">"Transactions".</param>
/// <param name="Filter">Each filter in force, in words.</param>
/// <param name="Rows">Read while they are written, a page at a time. A row may be given in the same array as the one before.</param>
public sealed record ExportPlan(string Title, IReadOnlyList<ExportColumn> Columns, IReadOnlyList<(string Name, string Value)> Filter, IAsyncEnumerable<ExportCell[]> Rows);

/// <summary>Who takes rows out, and how he reads times.</summary>
/// <param name="Reveal">True shows personal data: for administrators.</param>
public sealed record ExportViewer(string PersonId, string PersonName, TimeZoneInfo Zone, bool Reveal)
{
    /// <summary>How the person signs in: by this claims are kept.</summary>
    public string? SignInName { get; init; }
}

public enum ExportFormat
{
    Csv,
    Xlsx,
}

/// <param name="Masked">Personal data is hidden.</param>
public sealed record ExportHead(string Title, IReadOnlyList<(string Name, string Value)> Filter, TimeZoneInfo Zone, DateTimeOffset At, string By, bool Masked);

/// <summary>Hides what is personal in free text.</summary>
public static class ExportMask
{
    public static string? Text(string? text, bool reveal)
    {
        var hidden = 0;
        return reveal || text is null ? text : PayloadMask.Free(text, ref hidden);
    }
}

using System.Globalization;

namespace ControlPlane.Runtime.Exports;

/// <summary>Writes one file while its rows are read. Nothing but the row at hand is in memory.</summary>
internal interface IExportWriter : IAsyncDisposable
{
    /// <summary>Bytes handed over until now.</summary>
    long Written { get; }

    ValueTask BeginAsync(CancellationToken ct);

    ValueTask RowAsync(ExportCell[] cells, CancellationToken ct);

    ValueTask EndAsync(CancellationToken ct);
}

/// <summary>What a file says about itself, the same in every format.</summary>
internal static class ExportWords
{
    public static IEnumerable<(string Name, string Value)> About(ExportHead head)
    {
        yield return ("", $"{head.Title}, exported from ControlPlane");
        yield return ("Exported at", string.Create(CultureInfo.InvariantCulture, $"{TimeZoneInfo.ConvertTime(head.At, head.Zone):yyyy-MM-ddTHH:mm:sszzz}"));
        yield return ("By", head.By);
        yield return ("Times are in", Zone(head.Zone));
        if (head.Filter.Count == 0)
            yield return ("Filter", "none");
        foreach (var (name, value) in head.Filter)
            yield return ("Filter", $"{name} = {value}");
        yield return ("Personal data", head.Masked ? "hidden" : "shown");
    }

    public static string Zone(TimeZoneInfo zone) => zone.HasSameRules(TimeZoneInfo.Utc) && zone.BaseUtcOffset == TimeSpan.Zero ? "UTC" : zone.Id;
}

using ControlPlane.Domain.Operations;
using ControlPlane.Web.Controls;
using ControlPlane.Web.Shell;

namespace ControlPlane.Web.Features.Operations;

/// <summary>The times that an address of the dashboard and its lists speaks of. Pure.</summary>
internal static class OperationsAddress
{
    /// <returns>The range, and what was not understood: then it is the usual one.</returns>
    public static (OperationRange Range, string? Problem) Read(string? range, string? from, string? to, DateTimeOffset now) =>
        OperationRange.Read(range, from, to, now, out _, out var problem) is { } read ? (read, null) : (OperationRange.Of(OperationRange.Default, now), $"{problem} The last six hours are shown.");

    /// <summary>The borders that were counted: a list behind a figure has the same rows, however late it is opened.</summary>
    public static (string Name, string? Value)[] Exactly(OperationRange range) => [("from", TimeText.Iso(range.From)), ("to", TimeText.Iso(range.To))];

    /// <summary>As it was asked for: it goes on with the time.</summary>
    public static (string Name, string? Value)[] Same(OperationRange range) => range.Word is { } word ? [("range", word)] : Exactly(range);

    public static string List(string figure, OperationRange range, params (string Name, string? Value)[] filters) => PageUrls.OperationsFor(figure, [.. Exactly(range), .. filters]);

    /// <summary>What a field for a local time holds: no offset, since the field has none.</summary>
    public static string Field(DateTimeOffset at, TimeZoneInfo zone) => TimeZoneInfo.ConvertTime(at, zone).ToString("yyyy-MM-dd'T'HH:mm", System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>The instant that a field for a local time means in a zone; as it was written where it means none, so that the address says what was wrong.</summary>
    public static string? Instant(string? field, TimeZoneInfo zone)
    {
        if (!DateTime.TryParseExact(field, ["yyyy-MM-dd'T'HH:mm", "yyyy-MM-dd'T'HH:mm:ss"], System.Globalization.CultureInfo.InvariantCulture, System.Globalization.DateTimeStyles.None, out var local))
            return field;
        return TimeText.Iso(new DateTimeOffset(local, zone.GetUtcOffset(local)));
    }
}

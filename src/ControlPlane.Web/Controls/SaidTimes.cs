using System.Globalization;
using System.Text.RegularExpressions;
using ControlPlane.Web.Shell;

namespace ControlPlane.Web.Controls;

/// <summary>Sentences that are made where nobody knows who reads them name times in UTC. A page shows them in the zone of everything else on it.</summary>
public static partial class SaidTimes
{
    public static string Shown(string text, ViewerTime viewer) => Stamp().Replace(text, match =>
        DateTimeOffset.TryParseExact(match.Value, "yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at)
            ? $"{TimeText.Absolute(at, viewer.Zone, viewer.Now)} {TimeText.Zone(at, viewer.Zone)}"
            : match.Value);

    [GeneratedRegex("[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2} UTC")]
    private static partial Regex Stamp();
}

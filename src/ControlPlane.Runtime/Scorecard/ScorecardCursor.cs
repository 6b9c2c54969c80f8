using System.Globalization;

namespace ControlPlane.Runtime.Scorecard;

/// <summary>Places in the lists of the scorecard, as pages name the next one.</summary>
public static class ScorecardCursor
{
    /// <summary>Whether a page of such a list could have given it out as its next.</summary>
    public static bool Fits(ScorecardListKind kind, string cursor) => kind switch
    {
        ScorecardListKind.Misses => MissedWalk.IsCursor(cursor),
        ScorecardListKind.ToSave => int.TryParse(cursor, NumberStyles.None, CultureInfo.InvariantCulture, out _),
        _ => Guid.TryParseExact(cursor, "D", out _),
    };
}

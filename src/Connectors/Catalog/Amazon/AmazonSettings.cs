using System.Globalization;
using ControlPlane.Domain.Connections;

namespace Connectors.Catalog.Amazon;

/// <summary>What a connection says, read.</summary>
internal static class AmazonSettings
{
    private const int LongestLookBackHours = 720;

    public static IReadOnlyList<string> Marketplaces(Connection connection) =>
        (connection.Setting("marketplaceIds") ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    /// <summary>A day when nothing is said; null when it cannot be read.</summary>
    public static TimeSpan? LookBack(Connection connection) =>
        connection.Setting("lookBackHours") is not { Length: > 0 } text ? TimeSpan.FromHours(24)
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var hours) && hours is >= 1 and <= LongestLookBackHours ? TimeSpan.FromHours(hours)
        : null;
}

using ControlPlane.Runtime.Objectives;

namespace ControlPlane.Web.Features.Objectives;

/// <summary>What the address of the pages asks for, which is what the API asks for, too.</summary>
public static class ObjectiveAddress
{
    public static readonly IReadOnlyList<(string Word, string Title, int Days)> Periods = [("1d", "24 hours", 1), ("7d", "7 days", 7), ("30d", "30 days", 30), ("90d", "90 days", 90)];

    public static readonly (string, string)[] Parameters =
        [("period", "1d, 7d, 30d or 90d; default: the objective's own"), ("connection", "Key of the channel"), ("brand", "As orders name it"), ("region", "Country of the recipient, ISO 3166"), ("warehouse", "Key of the warehouse's connection"), ("canary", "true: synthetic orders alone")];

    public static ObjectiveScope Scope(string? connection, string? brand, string? region, string? warehouse, string? canary = null) =>
        new(Given(connection), Given(brand), Given(region), Given(warehouse), canary == "true");

    /// <summary>Null = the objective's own.</summary>
    public static TimeSpan? Over(string? period) => Periods.FirstOrDefault(p => p.Word == period) is { Days: > 0 and var days } ? TimeSpan.FromDays(days) : null;

    private static string? Given(string? text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim();
}

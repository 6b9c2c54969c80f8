using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Objectives;
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

    /// <summary>In whose hands orders are that missed: a role, us, or unknown.</summary>
    public static bool IsParty(string? word) => word is MissParty.Us or MissParty.Unknown || (SystemRoles.TryParse(word, out var role) && role.Word() == word);

    /// <summary>What of the address of missed orders is not understood, and what is shown instead, for people; null = all of it is understood.</summary>
    /// <param name="exists">Whether there is a connection by that key.</param>
    public static string? Problem(string? period, string? connection, string? party, string? @case, Func<string, bool> exists)
    {
        var problems = new List<string>();
        if (Given(period) is { } stretch && Over(stretch) is null)
            problems.Add($"There is no period “{Cut(stretch)}”: {string.Join(", ", Periods.Select(p => p.Word))} are. The objective's own is shown.");
        if (Given(connection) is { } key && !exists(key))
            problems.Add($"There is no connection “{Cut(key)}” now. What came over one of that name before is shown.");
        if (Given(party) is { } word && !IsParty(word))
            problems.Add($"There is no party “{Cut(word)}”: {MissParty.Us}, {MissParty.Unknown} and the roles of systems are. All are shown.");
        if (Given(@case) is { } id && !Guid.TryParse(id, out _))
            problems.Add($"“{Cut(id)}” is no id of a case. Orders of all cases are shown.");
        return problems.Count == 0 ? null : string.Join(' ', problems);
    }

    private static string Cut(string text) => text.Length > 40 ? text[..40] + "…" : text;

    private static string? Given(string? text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim();
}

using ControlPlane.Domain.Shared.Calendars;

namespace ControlPlane.Domain.Ownership;

/// <summary>One thing that a rule asks of a stuck order.</summary>
/// <param name="Field">One of <see cref="OwnershipFields"/>, or a path in the canonical order: <c>order.extensions.brand</c>.</param>
/// <param name="Values">One of them is enough; compared without regard to case, a <c>*</c> at the end means "begins with". For <c>total</c>: one amount, at least so much: <c>500 EUR</c>.</param>
public sealed record OwnershipCondition(string Field, IReadOnlyList<string> Values)
{
    public override string ToString() => Field == OwnershipFields.Total ? $"total at least {string.Join(" or ", Values)}" : $"{Field} is {string.Join(" or ", Values)}";
}

/// <summary>All conditions must hold; without one it fits everything.</summary>
/// <param name="Team">Key of a team.</param>
public sealed record OwnershipRule(IReadOnlyList<OwnershipCondition> When, string Team)
{
    public override string ToString() => $"{(When.Count == 0 ? "everything" : string.Join(" and ", When))} → {Team}";
}

/// <summary>Who owns what: the decision table, the teams and their calendars. One version is one setup.</summary>
public sealed record OwnershipSetup
{
    /// <summary>The first that fits decides.</summary>
    public IReadOnlyList<OwnershipRule> Rules { get; init; } = [];

    /// <summary>Key of the team that gets what no rule fits; null leaves it to nobody.</summary>
    public string? Fallback { get; init; }

    /// <summary>Why it is right that some orders may be nobody's; needed where there is no fallback.</summary>
    public string? Waiver { get; init; }

    public IReadOnlyList<Team> Teams { get; init; } = [];

    public IReadOnlyList<CalendarDefinition> Calendars { get; init; } = [];

    public const string FirstTeam = "operations";

    /// <summary>Before anybody decided anything, operators own everything: no order is nobody's.</summary>
    public static OwnershipSetup First { get; } = new()
    {
        Fallback = FirstTeam,
        Teams = [new() { Key = FirstTeam, Name = "Operations", Members = [Team.RolePrefix + "operator", Team.RolePrefix + "business"], Leads = [Team.RolePrefix + "operator"], Managers = [Team.RolePrefix + "admin"] }],
    };

    public Team? FindTeam(string? key) => key is null ? null : Teams.FirstOrDefault(t => t.Key == key);
}

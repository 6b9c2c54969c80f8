namespace ControlPlane.Domain.Alerts;

public enum AlertCauseKind : short
{
    /// <summary>One exception case is behind most misses.</summary>
    Case = 1,

    /// <summary>One party is behind most misses.</summary>
    Party = 2,

    /// <summary>Nothing stands out.</summary>
    Objective = 3,

    /// <summary>An alert channel does not take what it is sent.</summary>
    Channel = 4,

    /// <summary>The journal is not counted: nobody would be alerted.</summary>
    Counting = 5,
}

/// <summary>What most misses have in common. Alerts of one cause are one incident.</summary>
/// <param name="Key">Id of the case, role of the party, name of the objective or the channel.</param>
/// <param name="Bad">Misses with this cause.</param>
/// <param name="OfBad">All misses in the stretch.</param>
public sealed record AlertCause(AlertCauseKind Kind, string Key, long Bad, long OfBad)
{
    /// <summary>From this share on one cause speaks for all.</summary>
    public const decimal Dominates = 0.5m;

    public string Id => $"{Kind.ToString().ToLowerInvariant()}:{Key}";

    /// <summary>0 to 1; 0 where nothing was counted.</summary>
    public decimal Share => OfBad == 0 ? 0 : (decimal)Bad / OfBad;

    /// <summary>The greatest part, where it dominates; null where none does. What has no key, or is unknown, is no cause.</summary>
    public static AlertCause? Of(AlertCauseKind kind, IEnumerable<(string Key, long Bad)> parts)
    {
        var all = parts.GroupBy(p => p.Key, StringComparer.Ordinal).Select(g => (g.Key, Bad: g.Sum(p => p.Bad))).ToList();
        var whole = all.Sum(p => p.Bad);
        var top = all.Where(p => p.Key is not ("" or "unknown")).OrderByDescending(p => p.Bad).ThenBy(p => p.Key, StringComparer.Ordinal).FirstOrDefault();
        return whole > 0 && top.Bad >= Dominates * whole ? new(kind, top.Key, top.Bad, whole) : null;
    }
}

/// <summary>Which incident a finding belongs to.</summary>
public static class IncidentGrouping
{
    /// <param name="Key">Of the incident: <see cref="AlertCause.Id"/>.</param>
    /// <param name="Objectives">In it already.</param>
    /// <param name="Case">Id of its top case; null = none stands out.</param>
    /// <param name="Party">Role of its top party; null = none stands out.</param>
    public sealed record Standing(string Key, IReadOnlyCollection<string> Objectives, string? Case, string? Party);

    /// <summary>
    /// The key of the incident: one that has the objective already keeps it, since causes are known better by the minute; else the one with the same
    /// case; else, where no case stands out on one of the two sides, the one with the same party; else a new one.
    /// </summary>
    public static string KeyOf(string objective, AlertCause? topCase, AlertCause? party, IReadOnlyCollection<Standing> open)
    {
        var found = open.FirstOrDefault(i => i.Objectives.Contains(objective))
            ?? (topCase is null ? null : open.FirstOrDefault(i => i.Case == topCase.Key))
            ?? (party is null ? null : open.FirstOrDefault(i => i.Party == party.Key && (topCase is null || i.Case is null)));
        return found?.Key ?? (topCase ?? party ?? new(AlertCauseKind.Objective, objective, 0, 0)).Id;
    }
}

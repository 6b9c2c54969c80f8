using System.ComponentModel.DataAnnotations;
using ControlPlane.Domain.Reviews;
using ControlPlane.Runtime.Settings;

namespace ControlPlane.Runtime.Reviews;

/// <summary>Section <c>ControlPlane:Reviews</c>: how often things are looked at, as iCalendar writes it. A thing may have its own interval.</summary>
public sealed class ReviewOptions
{
    public const string Section = "ControlPlane:Reviews";

    /// <summary>Whose days are counted, as <c>Europe/Berlin</c>.</summary>
    [MaxLength(60)]
    public string Zone { get; set; } = "UTC";

    /// <summary>Objectives.</summary>
    [MaxLength(60)]
    public string Objective { get; set; } = "FREQ=MONTHLY;INTERVAL=3";

    /// <summary>Teams, and the rules that say whose an order is.</summary>
    [MaxLength(60)]
    public string Ownership { get; set; } = "FREQ=MONTHLY;INTERVAL=3";

    /// <summary>Runbooks.</summary>
    [MaxLength(60)]
    public string Runbook { get; set; } = "FREQ=MONTHLY;INTERVAL=6";

    /// <summary>Mappings: connectors that a user wrote.</summary>
    [MaxLength(60)]
    public string Mapping { get; set; } = "FREQ=MONTHLY;INTERVAL=6";

    /// <summary>Connections.</summary>
    [MaxLength(60)]
    public string Connection { get; set; } = "FREQ=YEARLY;INTERVAL=1";

    /// <summary>Causes that were added to the catalogue here.</summary>
    [MaxLength(60)]
    public string Cause { get; set; } = "FREQ=YEARLY;INTERVAL=1";

    internal ReviewInterval Of(ReviewKind kind) => ReviewInterval.Parse(kind switch
    {
        ReviewKind.Objective => Objective,
        ReviewKind.Ownership => Ownership,
        ReviewKind.Runbook => Runbook,
        ReviewKind.Mapping => Mapping,
        ReviewKind.Connection => Connection,
        _ => Cause,
    }, out _)!;

    /// <summary>What is wrong with it, each naming the key.</summary>
    internal IEnumerable<SettingProblem> Problems()
    {
        if (!TimeZoneInfo.TryFindSystemTimeZoneById(Zone, out _))
            yield return new($"{Section}:{nameof(Zone)}", $"is '{Zone}'. Allowed: the name of a time zone, such as UTC or Europe/Berlin.");
        foreach (var (name, rule) in new[] { (nameof(Objective), Objective), (nameof(Ownership), Ownership), (nameof(Runbook), Runbook), (nameof(Mapping), Mapping), (nameof(Connection), Connection), (nameof(Cause), Cause) })
            if (ReviewInterval.Parse(rule, out var problem) is null)
                yield return new($"{Section}:{name}", $"is '{rule}'. {problem}");
    }

    internal TimeZoneInfo TimeZone => TimeZoneInfo.FindSystemTimeZoneById(Zone);
}

using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Shared;

namespace ControlPlane.Runtime.Worklist;

public enum WorkDue
{
    /// <summary>The deadline has passed.</summary>
    Overdue,

    /// <summary>Within four hours, or passed.</summary>
    Soon,

    /// <summary>Before the end of the viewer's day, or passed.</summary>
    Today,
}

/// <summary>What of the worklist is shown. Everything left out does not filter.</summary>
public sealed record WorkFilter
{
    public static readonly WorkFilter None = new();

    /// <summary>As an owner: nobody has it.</summary>
    public const string Nobody = "nobody";

    /// <summary>What the one who looks has in hand.</summary>
    public const string Mine = "me";

    /// <summary>Before how a person signs in.</summary>
    public const string PersonPrefix = "person:";

    /// <summary>The same with "me" written out.</summary>
    /// <param name="person">How the one who looks signs in.</param>
    public WorkFilter For(string? person) => Owner == Mine ? this with { Owner = PersonPrefix + person } : this;

    /// <summary>Any number that anyone holds.</summary>
    public string? Search { get; init; }

    /// <summary>Key of the channel's connection.</summary>
    public string? Channel { get; init; }

    /// <summary>Role of the system at which it stands.</summary>
    public SystemRole? Party { get; init; }

    /// <summary>True: it stands at no other system.</summary>
    public bool Ours { get; init; }

    /// <summary>Key of the connection at which it stands.</summary>
    public string? System { get; init; }

    /// <summary>An exception case; those merged into it count.</summary>
    public Guid? Case { get; init; }

    public string? Code { get; init; }

    /// <summary>Key of a team; <see cref="Nobody"/> = unclaimed.</summary>
    public string? Owner { get; init; }

    public WorkDue? Due { get; init; }

    /// <summary>In which the day of <see cref="WorkDue.Today"/> ends; null = UTC.</summary>
    public TimeZoneInfo? Zone { get; init; }

    /// <summary>In this currency, and at least this much.</summary>
    public Money? Least { get; init; }

    /// <summary>order, return or settlement.</summary>
    public string? Kind { get; init; }

    /// <summary>Deadlines before this instant pass; null = any.</summary>
    internal DateTimeOffset? DueBefore(DateTimeOffset now)
    {
        if (Due is not WorkDue.Today)
            return Due switch { WorkDue.Overdue => now, WorkDue.Soon => now.AddHours(4), _ => null };
        var zone = Zone ?? TimeZoneInfo.Utc;
        var tomorrow = TimeZoneInfo.ConvertTime(now, zone).Date.AddDays(1);
        // Midnight that does not exist because clocks go forward: the moment they do.
        while (zone.IsInvalidTime(tomorrow))
            tomorrow = tomorrow.AddMinutes(15);
        return new DateTimeOffset(tomorrow, zone.GetUtcOffset(tomorrow));
    }
}

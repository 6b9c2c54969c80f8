using System.Globalization;

namespace ControlPlane.Domain.Reviews;

public enum ReviewUnit
{
    Daily,
    Weekly,
    Monthly,
    Yearly,
}

/// <summary>
/// How often something is looked at: the part of an iCalendar recurrence rule (RFC 5545, 3.3.10) that a review needs, <c>FREQ</c> and
/// <c>INTERVAL</c>. It counts from the last review and not from a fixed day, so there is nothing else to say.
/// </summary>
/// <param name="Every">1 to 120, and no more than ten years.</param>
public sealed record ReviewInterval(ReviewUnit Unit, int Every)
{
    public const int Most = 120;

    public const string Allowed = "Allowed: FREQ=DAILY, WEEKLY, MONTHLY or YEARLY, and INTERVAL=1 to 120, as in FREQ=MONTHLY;INTERVAL=3; at most ten years.";

    private const int MostDays = 3_660;

    /// <summary>With or without the name <c>RRULE:</c>; names and words in any case, as the standard says.</summary>
    /// <param name="problem">Why it is not one; null when it is.</param>
    public static ReviewInterval? Parse(string? text, out string? problem)
    {
        problem = null;
        ReviewUnit? unit = null;
        int? every = null;
        var rule = (text ?? "").Trim();
        if (rule.StartsWith("RRULE:", StringComparison.OrdinalIgnoreCase))
            rule = rule[6..];
        foreach (var part in rule.Split(';'))
        {
            var (name, value) = part.Split('=') is [var n, var v] ? (n.Trim().ToUpperInvariant(), v.Trim()) : ("", "");
            if (name == "FREQ" && unit is null && Enum.TryParse<ReviewUnit>(value, ignoreCase: true, out var read) && Enum.IsDefined(read) && !char.IsAsciiDigit(value[0]))
                unit = read;
            else if (name == "INTERVAL" && every is null && int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number is >= 1 and <= Most)
                every = number;
            else
                problem ??= $"'{(part.Length > 40 ? part[..40] + "…" : part)}' cannot be used here. {Allowed}";
        }

        if (problem is null && unit is null)
            problem = $"FREQ is missing. {Allowed}";
        if (problem is not null)
            return null;
        var interval = new ReviewInterval(unit!.Value, every ?? 1);
        if (interval.AtMostDays <= MostDays)
            return interval;
        problem = $"That is longer than ten years. {Allowed}";
        return null;
    }

    private int AtMostDays => Every * Unit switch { ReviewUnit.Daily => 1, ReviewUnit.Weekly => 7, ReviewUnit.Monthly => 30, _ => 366 };

    /// <summary>
    /// The day on which it is due again. A day that the month does not have is its last one: three months after 30 November is 28 or 29
    /// February. The standard would leave such a month out; a review that is left out is what the clock is there to prevent.
    /// </summary>
    public DateOnly After(DateOnly last) => Unit switch
    {
        ReviewUnit.Daily => last.AddDays(Every),
        ReviewUnit.Weekly => last.AddDays(7 * Every),
        ReviewUnit.Monthly => last.AddMonths(Every),
        _ => last.AddYears(Every),
    };

    /// <summary>For people: "every 3 months".</summary>
    public string Words => (Unit, Every) switch
    {
        (_, 1) => $"every {Name}",
        _ => string.Create(CultureInfo.InvariantCulture, $"every {Every} {Name}s"),
    };

    private string Name => Unit switch { ReviewUnit.Daily => "day", ReviewUnit.Weekly => "week", ReviewUnit.Monthly => "month", _ => "year" };

    /// <summary>As the standard writes it.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"FREQ={Unit.ToString().ToUpperInvariant()};INTERVAL={Every}");
}

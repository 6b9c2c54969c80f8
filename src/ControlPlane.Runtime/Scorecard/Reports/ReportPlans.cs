using System.Text.RegularExpressions;
using ControlPlane.Domain.Objectives;
using ControlPlane.Domain.Scorecard;
using ControlPlane.Runtime.Connections;
using ControlPlane.Runtime.Persistence;
using MimeKit;

namespace ControlPlane.Runtime.Scorecard;

/// <summary>Between plans and their rows, and what is wrong with one.</summary>
internal static partial class ReportPlans
{
    public const int MostRecipients = 20;

    public static ReportPlan Read(ReportPlanRow row) => new(
        row.Name, row.Title, row.Rhythm, row.Zone, row.RetailYear is { } day ? MarketplaceQuery.DayName(day) : null, row.Recipients.Split(',', StringSplitOptions.RemoveEmptyEntries),
        new(Empty(row.Connection), Empty(row.Brand), Empty(row.Region)), row.Enabled);

    public static void Fill(ReportPlanRow row, ReportPlan plan)
    {
        (row.Title, row.Rhythm, row.Zone, row.Enabled) = (plan.Title.Trim(), plan.Rhythm, plan.Zone, plan.Enabled);
        row.RetailYear = plan is { Rhythm: ReportRhythm.Retail445, RetailYear: { } year } ? year.DayNumber - DateOnly.FromDateTime(DateTime.UnixEpoch).DayNumber : null;
        (row.Recipients, row.Connection, row.Brand, row.Region) = (string.Join(',', plan.Recipients.Select(r => r.Trim())), plan.Scope.Connection ?? "", plan.Scope.Brand ?? "", plan.Scope.Region ?? "");
    }

    /// <param name="connections">Null = whether the channel is there is not asked.</param>
    public static IReadOnlyList<ReportProblem> Check(ReportPlan plan, IConnectionRegistry? connections)
    {
        var problems = new List<ReportProblem>();
        if (!Key().IsMatch(plan.Name))
            problems.Add(new("name", "1 to 40 lower-case letters, digits and hyphens, beginning with a letter."));
        if (plan.Title.Trim() is not { Length: > 0 and <= ColumnLengths.Identifier })
            problems.Add(new("title", $"A report has a title of at most {ColumnLengths.Identifier} characters."));
        if (!Enum.IsDefined(plan.Rhythm))
            problems.Add(new("rhythm", "Allowed: month, week, 4-4-5."));
        if (!TimeZoneInfo.TryFindSystemTimeZoneById(plan.Zone, out _))
            problems.Add(new("zone", "There is no such time zone. Name it as IANA does: Europe/Berlin."));
        if (plan is { Rhythm: ReportRhythm.Retail445, RetailYear: null })
            problems.Add(new("retailYear", "A 4-4-5 calendar needs the first day of one of its years."));
        if (plan.Recipients.Count > MostRecipients)
            problems.Add(new("recipients", $"At most {MostRecipients} addresses; a list of your mail server takes more."));
        foreach (var wrong in plan.Recipients.Where(r => r.Contains(',') || !MailboxAddress.TryParse(r, out var address) || !address.Address.Contains('@')))
            problems.Add(new("recipients", $"'{wrong}' is no mail address."));
        if (plan.Recipients.Sum(r => r.Length + 1) > ColumnLengths.Path)
            problems.Add(new("recipients", "The addresses are too long together."));
        if (connections is not null && plan.Scope.Connection is { } key && connections.Find(key) is null)
            problems.Add(new("channel", $"There is no connection {key}."));
        return problems;
    }

    public static CalendarWindow Window(ReportPlan plan) => ReportPeriods.Window(plan.Rhythm, plan.Zone, plan.RetailYear);

    private static string? Empty(string text) => text.Length == 0 ? null : text;

    [GeneratedRegex("^[a-z][a-z0-9-]{0,39}$")]
    private static partial Regex Key();
}

using System.Globalization;
using System.Text;
using ControlPlane.Domain.Reviews;
using ControlPlane.Runtime.Crosswalks.Csv;
using ControlPlane.Runtime.Reviews;
using ControlPlane.Web.Controls;
using ControlPlane.Web.Shell;
using MudBlazor;

namespace ControlPlane.Web.Features.Reviews;

/// <summary>Words, icons and files of the review clock.</summary>
internal static class ReviewsPresentation
{
    public static readonly IReadOnlyList<(string Word, string Title, ReviewUrgency Urgency)> Urgencies =
        [("overdue", "Overdue", ReviewUrgency.Overdue), ("soon", "Due soon", ReviewUrgency.Soon), ("later", "Later", ReviewUrgency.Later)];

    /// <summary>What people choose from; a document or the API may say others.</summary>
    public static readonly IReadOnlyList<string> Intervals =
        ["FREQ=MONTHLY;INTERVAL=1", "FREQ=MONTHLY;INTERVAL=2", "FREQ=MONTHLY;INTERVAL=3", "FREQ=MONTHLY;INTERVAL=6", "FREQ=YEARLY;INTERVAL=1", "FREQ=YEARLY;INTERVAL=2"];

    /// <summary>Who may do a review: executives read.</summary>
    public static readonly string[] Reviewers = [Runtime.Identity.PortalRoles.Business, Runtime.Identity.PortalRoles.Operator, Runtime.Identity.PortalRoles.Admin];

    public static string Answer(ReviewList list)
    {
        var over = list.Items.Where(i => i.Due.Urgency == ReviewUrgency.Overdue).ToList();
        var soon = list.Items.Count(i => i.Due.Urgency == ReviewUrgency.Soon);
        if (list.Items.Count == 0)
            return "Nothing stands on the review clock yet.";
        var debt = over.Count == 0 ? "No review is overdue." : $"{Count(over.Count, "review")} {(over.Count == 1 ? "is" : "are")} overdue, the longest by {Count(over.Max(i => i.Due.DaysOver), "day")}.";
        return $"{debt} {(soon == 0 ? $"None is due within {ReviewClock.SoonDays} days." : $"{soon} {(soon == 1 ? "is" : "are")} due within {ReviewClock.SoonDays} days.")}";
    }

    public static string Title(ReviewKind kind) => kind switch
    {
        ReviewKind.Ownership => "Ownership",
        _ => kind.ToString(),
    };

    public static string Word(ReviewUrgency urgency) => Urgencies.First(u => u.Urgency == urgency).Word;

    public static (string Word, string Icon, Tone Tone) Look(ReviewDue due) => due.Urgency switch
    {
        ReviewUrgency.Overdue => ($"{Count(due.DaysOver, "day")} overdue", Icons.Material.Outlined.AssignmentLate, Tone.Stuck),
        ReviewUrgency.Soon => (due.DaysLeft <= 0 ? "due today" : $"due in {Count(due.DaysLeft, "day")}", Icons.Material.Outlined.Schedule, Tone.Waiting),
        _ => ($"in {Count(due.DaysLeft, "day")}", Icons.Material.Outlined.CheckCircle, Tone.Done),
    };

    public static string Outcome(ReviewOutcome outcome) => outcome switch
    {
        ReviewOutcome.Kept => "kept as it is",
        ReviewOutcome.Changed => "changed",
        _ => "to be retired",
    };

    public static string Owner(string owner) => owner.Length > 0 ? owner : "nobody";

    /// <summary>Address of one thing within the list.</summary>
    public static string Open(ReviewItem item) => $"{item.Thing.Kind.Word()}/{item.Thing.Key}";

    /// <summary>The overdue list as RFC 4180; no cell begins with a sign that a spreadsheet would run.</summary>
    public static string Csv(IEnumerable<ReviewItem> items)
    {
        var text = new StringBuilder("kind,key,title,owner,due,days overdue,last reviewed (UTC),reviewed by,outcome,note,interval\r\n");
        foreach (var i in items)
            CsvText.Write(
                text, ',', i.Thing.Kind.Word(), i.Thing.Key, i.Thing.Title, i.Thing.Owner, i.Due.Due.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), i.Due.DaysOver.ToString(CultureInfo.InvariantCulture),
                i.Last?.At.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture) ?? "", i.Last?.By ?? "", i.Last?.Outcome.Word() ?? "", i.Last?.Note ?? "", i.Interval.ToString());
        return text.ToString();
    }

    /// <param name="site">Where the portal is reached, without a slash at the end; null leaves addresses out.</param>
    public static string Calendar(ReviewList list, IEnumerable<ReviewItem> items, string? site) => ReviewCalendar.Write("Reviews", items.Select(i => new ReviewEntry(
        $"{i.Thing.Kind.Word()}-{Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(Encoding.UTF8.GetBytes(i.Thing.Key)))[..24]}@controlplane.reviews", i.Due.Due,
        $"Review: {i.Thing.Title}", $"{Title(i.Thing.Kind)}, owner: {Owner(i.Thing.Owner)}, {i.Interval.Words}. {(i.Last is { } last ? $"Last looked at by {last.By} on {last.At.UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)}: {Outcome(last.Outcome)}. {last.Note}" : "Nobody looked at it yet.")}".Trim(),
        site is null ? null : site + PageUrls.ReviewOf(i.Thing.Kind.Word(), i.Thing.Key), list.ReadAt)));

    private static string Count(int count, string of) => string.Create(CultureInfo.InvariantCulture, $"{count:N0} {of}{(count == 1 ? "" : "s")}");
}

using ControlPlane.Domain.ExceptionCases;
using ControlPlane.Domain.Shared;
using ControlPlane.Domain.Transactions;
using ControlPlane.Runtime.ExceptionCases;
using ControlPlane.Web.Controls;
using MudBlazor;

namespace ControlPlane.Web.Features.ExceptionCases;

/// <summary>How cases read and look: words, icons, tones, the answer under the title.</summary>
public static class CasesPresentation
{
    public static readonly IReadOnlyList<(CaseSort Sort, string Word, string Title)> Sorts =
        [(CaseSort.Money, "money", "money held up"), (CaseSort.Stuck, "stuck", "stuck orders"), (CaseSort.Age, "age", "oldest first"), (CaseSort.Recent, "recent", "newest failure")];

    public static Look Of(CasePhase phase) => phase switch
    {
        CasePhase.New => new("New", Icons.Material.Outlined.FiberNew, Tone.Info),
        CasePhase.Ongoing => new("Ongoing", Icons.Material.Outlined.Schedule, Tone.Waiting),
        CasePhase.Escalating => new("Escalating", Icons.Material.Outlined.TrendingUp, Tone.Stuck),
        CasePhase.Regressed => new("Regressed", Icons.Material.Outlined.Replay, Tone.Stuck),
        CasePhase.Settled => new("Settled", Icons.Material.Outlined.CheckCircle, Tone.Done),
        CasePhase.Muted => new("Muted", Icons.Material.Outlined.NotificationsOff, Tone.Neutral),
        _ => throw new ArgumentOutOfRangeException(nameof(phase)),
    };

    /// <summary>Whose move it is, as the catalogue says: after the cause's title.</summary>
    public static string Fixer(CauseFixer fixer) => fixer switch
    {
        CauseFixer.Business => "Somebody of the business",
        CauseFixer.Administrator => "An administrator of the integration",
        CauseFixer.SystemOwner => "The owner of the system",
        CauseFixer.Partner => "The partner",
        CauseFixer.Operator => "Whoever runs ControlPlane",
        CauseFixer.Nobody => "Nobody: it ends by itself",
        _ => throw new ArgumentOutOfRangeException(nameof(fixer)),
    };

    /// <summary>The message that tells a case from others of the same title; null where the title says it already.</summary>
    public static string? Says(CaseItem item)
    {
        var says = PartnerText.Tidy(item.Sample);
        // A long message is cut where it is in the title.
        return says.Length == 0 || PartnerText.Tidy(item.Title).Contains(says[..Math.Min(says.Length, 100)], StringComparison.Ordinal) ? null : says;
    }

    public static string Answer(CaseList list, bool open)
    {
        if (list.AllStuck + list.Ungrouped == 0 && open)
            return "No order is stuck.";
        var sum = MoneyFormat.Sum(list.Money);
        var what = list.Total == 0 ? "No case fits."
            : $"{Count(list.Stuck, "stuck order")} in {Count(list.Total, "case")}{(list.Money.Count == 0 ? "" : $", {sum} held up")}.";
        // Where nothing is shown it would speak of what is not there.
        var known = list.AllStuck == 0 || list.Total == 0 ? "" : $" The cause is known of {Share(list.Explained, list.AllStuck)}.";
        return what + known + (list.Ungrouped > 0 ? $" {Count(list.Ungrouped, "order")} will be grouped in a moment." : "");
    }

    public static string Count(int count, string word) => count == 1 ? $"1 {word}" : $"{MoneyFormat.Count(count)} {word}s";

    /// <summary>Never rounded up to all, nor down to none.</summary>
    public static string Share(int part, int all) => part == all ? "all of them" : part == 0 ? "none of them" : $"{Math.Clamp((int)Math.Round(100.0 * part / all), 1, 99)} %";

    public static string Percent(double share) => $"{Math.Round(100 * share):0} %";

    public static string Field(string path) => path.Replace("[]", "", StringComparison.Ordinal).Replace('.', ' ');

    /// <summary>"9 failures in the last 24 hours, most of them 2 h ago": what the bars say.</summary>
    public static string Trend(IReadOnlyList<int> counts)
    {
        var sum = counts.Sum();
        if (sum == 0)
            return $"No failure in the last {counts.Count} hours";
        var most = counts.Max();
        var ago = 0;
        for (var i = 0; i < counts.Count; i++)
            if (counts[i] == most)
                ago = counts.Count - 1 - i;
        return $"{Count(sum, "failure")} in the last {counts.Count} hours, most ({MoneyFormat.Count(most)}) {(ago == 0 ? "in this hour" : $"{ago} h ago")}";
    }

    public static string History(CaseHistory history)
    {
        var parts = new (int Count, string Word)[] { (history.Closed, "went through to the end"), (history.Moving, "moved on"), (history.Cancelled, "cancelled"), (history.StuckAgain, "got stuck again") }
            .Where(p => p.Count > 0).Select(p => $"{p.Count}× {p.Word}");
        var took = history.Median is { } median ? $"; half of them within {TimeText.Duration(median)}" : "";
        return $"The last {(history.Of == 1 ? "time" : $"{history.Of} times")}: {string.Join(", ", parts)}{took}.";
    }

    public static string Money(IReadOnlyList<Money> money) => MoneyFormat.Sum(money);
}

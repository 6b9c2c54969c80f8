using System.Globalization;
using ControlPlane.Domain.Scorecard;
using ControlPlane.Runtime.Objectives;
using ControlPlane.Runtime.Scorecard;

namespace ControlPlane.Web.Features.Reports;

/// <summary>A plan as it is typed.</summary>
public sealed class ReportDraft
{
    public ReportDraft(ReportPlan? plan, string zone)
    {
        New = plan is null;
        (Name, Title, Zone, Enabled) = (plan?.Name ?? "", plan?.Title ?? "", plan?.Zone ?? zone, plan?.Enabled ?? true);
        (Rhythm, RetailYear) = (ReportWords.Word(plan?.Rhythm ?? ReportRhythm.Month), plan?.RetailYear?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) ?? "");
        (Recipients, Channel, Brand, Region) = (string.Join("\n", plan?.Recipients ?? []), plan?.Scope.Connection ?? "", plan?.Scope.Brand ?? "", plan?.Scope.Region ?? "");
    }

    public bool New { get; }

    public string Name { get; set; }

    public string Title { get; set; }

    public string Rhythm { get; set; }

    public string Zone { get; set; }

    public string RetailYear { get; set; }

    public string Recipients { get; set; }

    public string Channel { get; set; }

    public string Brand { get; set; }

    public string Region { get; set; }

    public bool Enabled { get; set; }

    public ReportPlan Plan() => new(
        Name.Trim(), Title, ReportWords.Rhythm(Rhythm) ?? default, Zone.Trim(), DateOnly.TryParseExact(RetailYear.Trim(), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) ? day : null,
        Recipients.Split(['\n', ',', ';'], StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries), new ObjectiveScope(Text(Channel), Text(Brand), Text(Region)), Enabled);

    /// <summary>What only the typed text shows: a plan holds no date that is none. Null = nothing is wrong.</summary>
    public ReportProblem? Unread() => Rhythm == ReportWords.Word(ReportRhythm.Retail445) && RetailYear.Trim() is { Length: > 0 } typed && Plan().RetailYear is null
        ? new("retailYear", $"“{typed}” is no date. Write it like 2026-02-01.") : null;

    /// <summary>What the form calls a field of a plan.</summary>
    public static string Label(string field) => field switch
    {
        "name" => "Key",
        "title" => "Title",
        "rhythm" => "When",
        "zone" => "Time zone",
        "retailYear" => "First day of a retail year",
        "channel" => "Channel",
        "recipients" => "Recipients",
        _ => field,
    };

    private static string? Text(string text) => text.Trim() is { Length: > 0 } some ? some : null;
}

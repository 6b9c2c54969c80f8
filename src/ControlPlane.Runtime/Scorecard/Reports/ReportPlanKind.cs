using System.Globalization;
using ControlPlane.Domain.Scorecard;
using ControlPlane.Runtime.Estate;
using ControlPlane.Runtime.Objectives;

namespace ControlPlane.Runtime.Scorecard;

/// <summary>Reads <c>kind: ReportPlan</c>: who gets which report, and when.</summary>
public sealed class ReportPlanKind : IEstateKind
{
    public const string Name = "ReportPlan";

    private static readonly Dictionary<string, ReportRhythm> Rhythms = new() { ["month"] = ReportRhythm.Month, ["week"] = ReportRhythm.Week, ["4-4-5"] = ReportRhythm.Retail445 };

    public string Kind => Name;

    public string Folder => "report-plans";

    public IReadOnlyList<EstateProblem> Check(EstateDocument document)
    {
        var problems = new List<EstateProblem>();
        Read(document.Text, document.Source, problems);
        return problems;
    }

    /// <summary>Null when there are problems. Whether the channel is there is not asked: it may come with the same estate.</summary>
    public static ReportPlan? Read(string text, string source, List<EstateProblem> problems)
    {
        var before = problems.Count;
        if (EstateHead.Read(text, source, Name, problems) is not (var metadata, var spec))
            return null;
        DateOnly? year = null;
        if (spec.Optional("retailYear") is { } day)
            if (DateOnly.TryParseExact(day, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var read))
                year = read;
            else
                spec.Problem("retailYear", "Expected the first day of one of its years, like \"2026-02-01\".");
        var plan = new ReportPlan(
            metadata.Text("name"), spec.Text("title"), spec.Choice("rhythm", Rhythms, ReportRhythm.Month, required: true), spec.Text("zone", "UTC"), year, spec.Texts("recipients"),
            new ObjectiveScope(spec.Optional("channel"), spec.Optional("brand"), spec.Optional("region")), spec.Flag("enabled", true));
        // What is missing was told already.
        if (problems.Count == before)
            foreach (var problem in ReportPlans.Check(plan, null))
                (problem.Field == "name" ? metadata : spec).Problem(problem.Field, problem.Message);
        metadata.Done();
        spec.Done();
        return problems.Count == before ? plan : null;
    }
}

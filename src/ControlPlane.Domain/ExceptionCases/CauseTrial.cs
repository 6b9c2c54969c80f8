namespace ControlPlane.Domain.ExceptionCases;

/// <summary>A case that failed in the time that is looked at, as the catalogue is asked about it.</summary>
/// <param name="Days">Failures by day, oldest first, the present day last.</param>
/// <param name="Stuck">Orders that are stuck for it now.</param>
public sealed record FailedCase(Guid Id, CauseQuestion Question, string Sample, string Pattern, IReadOnlyList<int> Days, int Stuck)
{
    public int Failures { get; } = Days.Sum();
}

/// <param name="Before">What answered until now; null = nothing.</param>
/// <param name="After">What would answer.</param>
public sealed record TrialCase(FailedCase Case, Cause? Before, Cause? After);

/// <summary>What a new or changed entry would do to the answers of the last days.</summary>
/// <param name="Gains">Cases that it would explain and does not explain now, most failures first.</param>
/// <param name="Losses">Cases that it explains now and would not any more.</param>
/// <param name="Kept">Cases that it explains before and after.</param>
public sealed record CauseTrialResult(IReadOnlyList<TrialCase> Gains, IReadOnlyList<TrialCase> Losses, IReadOnlyList<TrialCase> Kept);

/// <summary>Tries entries and measures the catalogue over what failed. Pure.</summary>
public static class CauseTrial
{
    /// <param name="entry">New, or changed under its id.</param>
    public static CauseTrialResult Run(CauseCatalogue catalogue, Cause entry, IReadOnlyList<FailedCase> cases)
    {
        var after = catalogue.With([entry]);
        var all = cases.Select(c => new TrialCase(c, catalogue.Explain(c.Question), after.Explain(c.Question)))
            .Where(t => t.Before?.Id == entry.Id || t.After?.Id == entry.Id).OrderByDescending(t => t.Case.Failures).ThenBy(t => t.Case.Id).ToList();
        return new([.. all.Where(t => t.Before?.Id != entry.Id)], [.. all.Where(t => t.After?.Id != entry.Id)], [.. all.Where(t => t.Before?.Id == entry.Id && t.After?.Id == entry.Id)]);
    }

    public static CauseCoverage Coverage(CauseCatalogue catalogue, IReadOnlyList<FailedCase> cases)
    {
        var answers = cases.Select(c => (Case: c, Explained: IsExplained(catalogue, c.Question))).ToList();
        var days = cases.Count == 0 ? 0 : cases.Max(c => c.Days.Count);
        return new(
            cases.Count, answers.Count(a => a.Explained), cases.Sum(c => c.Failures), answers.Where(a => a.Explained).Sum(a => a.Case.Failures),
            [.. Enumerable.Range(0, days).Select(d => new CoverageDay(answers.Sum(a => a.Case.Days[d]), answers.Where(a => a.Explained).Sum(a => a.Case.Days[d])))]);
    }

    /// <summary>A general entry says only what kind of failure it is.</summary>
    public static bool IsExplained(CauseCatalogue catalogue, CauseQuestion question) => catalogue.Explain(question) is { General: false };
}

/// <param name="Failures">That day.</param>
public sealed record CoverageDay(int Failures, int Explained);

/// <summary>Which share of what failed the catalogue explains, as it is now.</summary>
/// <param name="Days">Oldest first, the present day last.</param>
public sealed record CauseCoverage(int Cases, int CasesExplained, int Failures, int FailuresExplained, IReadOnlyList<CoverageDay> Days)
{
    /// <summary>0 to 1; 1 when nothing failed.</summary>
    public double ByFailures => Failures == 0 ? 1 : (double)FailuresExplained / Failures;

    public double ByCases => Cases == 0 ? 1 : (double)CasesExplained / Cases;
}

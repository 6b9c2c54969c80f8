using ControlPlane.Domain.ExceptionCases;
using ControlPlane.Domain.Faults;
using ControlPlane.Runtime.ExceptionCases;

namespace ControlPlane.Web.Features.ExceptionCases;

/// <summary>When an entry applies: every part that is given must fit.</summary>
/// <param name="Code">Fault codes; a star at the end stands for any rest.</param>
/// <param name="ProviderCode">The target's own codes, likewise.</param>
/// <param name="Connector">Names of connectors.</param>
/// <param name="Text">Any of them is in the message; <c>a + b</c> asks for both.</param>
/// <param name="Kind">Fault kinds: <c>data</c>, <c>unknownOutcome</c>, …</param>
public sealed record CauseWhen(IReadOnlyList<string>? Code, IReadOnlyList<string>? ProviderCode, IReadOnlyList<string>? Connector, IReadOnlyList<string>? Text, IReadOnlyList<string>? Kind);

/// <summary>An entry as a script writes it.</summary>
/// <param name="Id">Of the entry; in a PUT the one in the path counts.</param>
/// <param name="Fixer"><c>business</c>, <c>administrator</c>, <c>systemOwner</c>, <c>partner</c>, <c>operator</c> or <c>nobody</c>.</param>
/// <param name="General">True: it says only what kind of failure it is, and explains nothing.</param>
/// <param name="BasedOn">Version of the own entries that was in service when the change was begun; left out = whatever is.</param>
/// <param name="Reason">1 to 300 characters; not needed for a trial.</param>
public sealed record CauseWrite(string? Id, string? Title, string? What, string? Fixer, IReadOnlyList<string>? Steps, string? Field, bool? General, CauseWhen? When, int? BasedOn, string? Reason);

/// <param name="BasedOn">As in <see cref="CauseWrite"/>.</param>
public sealed record CauseRemoval(string? Reason, int? BasedOn);

public sealed record CauseRollBack(int? Version, string? Reason);

/// <summary>An entry in service.</summary>
/// <param name="Origin"><c>shipped</c>, <c>own</c> or <c>override</c> (own, in place of a shipped one).</param>
/// <param name="Failures">How many it answered in the last 30 days.</param>
public sealed record CauseEntryItem(string Id, string Title, string What, string Fixer, IReadOnlyList<string> Steps, string? Field, bool General, CauseWhen When, string Origin, int Failures);

/// <param name="Outcome"><c>done</c> or <c>unchanged</c>.</param>
/// <param name="Version">Of the own entries that is in service.</param>
public sealed record CauseChanged(string Outcome, int Version);

/// <param name="Before">The entry that answers now; null = none.</param>
/// <param name="After">The entry that would answer.</param>
public sealed record CauseTrialItem(Guid Case, string Message, int Failures, int Stuck, string? Before, string? After);

public sealed record CauseTrialAnswer(IReadOnlyList<CauseTrialItem> Gains, IReadOnlyList<CauseTrialItem> Losses, IReadOnlyList<CauseTrialItem> Kept, IReadOnlyList<CauseProblem> Problems);

/// <param name="Day">In UTC.</param>
public sealed record CauseCoverageDay(DateOnly Day, int Failures, int Explained);

/// <param name="ByFailures">Share from 0 to 1 of the failures of the last 30 days that the catalogue explains as it is now.</param>
/// <param name="Unexplained">Texts that nothing explains.</param>
public sealed record CauseCoverageAnswer(double ByFailures, double ByCases, int Failures, int FailuresExplained, int Cases, int CasesExplained, int Unexplained, IReadOnlyList<CauseCoverageDay> Days);

/// <param name="Case">One of its cases, to begin from.</param>
/// <param name="General">Id of the entry that tells its kind; null = none.</param>
public sealed record UnexplainedItem(Guid Case, string Message, string Pattern, string Code, string? ProviderCode, string? Connector, string? General, int Cases, int Failures, int Stuck, IReadOnlyList<CaseMoney> AtRisk, DateTimeOffset LastSeen);

/// <summary>Between what a script or a form writes and what the domain holds.</summary>
internal static class CauseWords
{
    public static string Word<T>(T value)
        where T : struct, Enum => char.ToLowerInvariant(value.ToString()[0]) + value.ToString()[1..];

    public static string Allowed<T>()
        where T : struct, Enum => string.Join(", ", Enum.GetValues<T>().Select(Word));

    /// <summary>As the API writes it, or as a configuration document does.</summary>
    public static bool TryRead<T>(string? word, out T value)
        where T : struct, Enum
    {
        value = default;
        return word is { Length: > 0 } && char.IsLetter(word[0]) && Enum.TryParse(word.Replace("-", "", StringComparison.Ordinal), ignoreCase: true, out value);
    }

    public static (Cause Cause, IReadOnlyList<CauseProblem> Problems) Read(CauseWrite write, string? id)
    {
        var problems = new List<CauseProblem>();
        if (!TryRead<CauseFixer>(write.Fixer, out var fixer))
            problems.Add(new("fixer", $"Allowed: {Allowed<CauseFixer>()}."));
        var kinds = new List<FaultKind>();
        foreach (var word in write.When?.Kind ?? [])
            if (TryRead<FaultKind>(word, out var kind))
                kinds.Add(kind);
            else
                problems.Add(new("when.kind", $"Allowed: {Allowed<FaultKind>()}."));
        return (new(
            (id ?? write.Id ?? "").Trim(), (write.Title ?? "").Trim(), (write.What ?? "").Trim(), fixer, Clean(write.Steps), write.Field?.Trim() is { Length: > 0 } field ? field : null,
            new(Clean(write.When?.Code), Clean(write.When?.ProviderCode), Clean(write.When?.Connector), Clean(write.When?.Text), kinds), write.General ?? false), problems);
    }

    public static CauseWhen When(CauseRule rule) => new(rule.Codes, rule.ProviderCodes, rule.Connectors, rule.Texts, [.. rule.Kinds.Select(Word)]);

    /// <summary>Where an entry comes from.</summary>
    public static string Origin(string id, CauseCatalogue shipped, IReadOnlyList<Cause> own) => own.All(c => c.Id != id) ? "shipped" : shipped.Find(id) is null ? "own" : "override";

    private static IReadOnlyList<string> Clean(IReadOnlyList<string>? values) => [.. (values ?? []).Select(v => (v ?? "").Trim()).Where(v => v.Length > 0)];
}

using ControlPlane.Domain.ExceptionCases;
using ControlPlane.Domain.Faults;
using ControlPlane.Runtime.Estate;

namespace ControlPlane.Runtime.ExceptionCases;

/// <summary>
/// Reads and writes <c>kind: CauseCatalogue</c>: the shipped one, and an installation's own entries, which have metadata and spec as every
/// configuration document does. Strict: whatever is unknown is a problem with line and key.
/// </summary>
internal static partial class Causes
{
    private static readonly Dictionary<string, CauseFixer> Fixers = new()
    {
        ["business"] = CauseFixer.Business,
        ["administrator"] = CauseFixer.Administrator,
        ["system-owner"] = CauseFixer.SystemOwner,
        ["partner"] = CauseFixer.Partner,
        ["operator"] = CauseFixer.Operator,
        ["nobody"] = CauseFixer.Nobody,
    };

    private static readonly Dictionary<string, FaultKind> Kinds = new()
    {
        ["transient"] = FaultKind.Transient,
        ["throttled"] = FaultKind.Throttled,
        ["maintenance"] = FaultKind.Maintenance,
        ["authentication"] = FaultKind.Authentication,
        ["data"] = FaultKind.Data,
        ["conflict"] = FaultKind.Conflict,
        ["unknown-outcome"] = FaultKind.UnknownOutcome,
        ["overdue"] = FaultKind.Overdue,
        ["internal"] = FaultKind.Internal,
    };

    /// <summary>What the product brings along.</summary>
    public static CauseCatalogue Shipped()
    {
        using var stream = typeof(Causes).Assembly.GetManifestResourceStream("ControlPlane.Runtime.ExceptionCases.Shipped.causes.yaml")!;
        using var reader = new StreamReader(stream);
        var problems = new List<EstateProblem>();
        var catalogue = Read(reader.ReadToEnd(), "causes.yaml", problems);
        return problems.Count == 0 ? catalogue : throw new InvalidDataException(string.Join(" ", problems));
    }

    public static CauseCatalogue Read(string text, string source, ICollection<EstateProblem> problems)
    {
        var causes = new List<Cause>();
        var version = 0;
        foreach (var document in StrictYaml.Documents(text, source, problems))
        {
            if (document.Text("kind") != "CauseCatalogue")
                document.Problem("kind", "Allowed: CauseCatalogue.");
            version = Math.Max(version, document.Number("version", 0, 1, int.MaxValue));
            foreach (var entry in document.Children("causes"))
                causes.Add(Entry(entry, causes));
            document.Done();
        }

        return new(version, causes);
    }

    /// <summary>The entries of a configuration document's <c>spec</c>.</summary>
    public static IReadOnlyList<Cause> Entries(StrictYaml spec)
    {
        var causes = new List<Cause>();
        foreach (var entry in spec.Children("causes"))
        {
            var cause = Entry(entry, causes);
            foreach (var problem in CauseRules.Check(cause))
                entry.Problem(problem.Field.Split('.')[0], problem.Message);
            causes.Add(cause);
        }

        spec.Done();
        return causes;
    }

    /// <summary>Own entries as they were stored: sound when they were, and rules that came later do not take them out of service.</summary>
    public static IReadOnlyList<Cause> Own(string document)
    {
        var problems = new List<EstateProblem>();
        var causes = new List<Cause>();
        foreach (var root in StrictYaml.Documents(document, "causes", problems))
            foreach (var entry in root.Child("spec")?.Children("causes") ?? [])
                causes.Add(Entry(entry, causes));
        return causes;
    }

    private static Cause Entry(StrictYaml y, List<Cause> before)
    {
        var when = y.Child("when");
        if (when is null)
            y.Problem("when", "This key is required: when: { code: [...] }.");
        var rule = new CauseRule(when?.Texts("code") ?? [], when?.Texts("providerCode") ?? [], when?.Texts("connector") ?? [], when?.Texts("text") ?? [], [.. KindsOf(when)]);
        when?.Done();
        var cause = new Cause(
            y.Text("id"), y.Text("title"), y.Text("what"), y.Choice("fixer", Fixers, CauseFixer.Business, required: true), y.Texts("steps"), y.Text("field", "") is { Length: > 0 } field ? field : null, rule, y.Flag("general", false));
        if (before.Any(c => c.Id == cause.Id))
            y.Problem("id", $"There are two entries {cause.Id}.");
        if (cause.Steps.Count == 0)
            y.Problem("steps", "Say what to do, at least one step.");
        if (rule is { Codes.Count: 0, ProviderCodes.Count: 0, Connectors.Count: 0, Texts.Count: 0, Kinds.Count: 0 })
            y.Problem("when", "An entry needs a code, providerCode, connector, text or kind.");
        y.Done();
        return cause;
    }

    private static IEnumerable<FaultKind> KindsOf(StrictYaml? when)
    {
        foreach (var word in when?.Texts("kind") ?? [])
            if (Kinds.TryGetValue(word, out var kind))
                yield return kind;
            else
                when!.Problem("kind", $"Allowed: {string.Join(", ", Kinds.Keys)}.");
    }
}

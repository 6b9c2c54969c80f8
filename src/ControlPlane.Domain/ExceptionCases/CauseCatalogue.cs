using ControlPlane.Domain.Faults;

namespace ControlPlane.Domain.ExceptionCases;

/// <summary>Who can end a cause.</summary>
public enum CauseFixer
{
    /// <summary>Somebody of the business: the order, a product, a customer is changed here or there.</summary>
    Business,

    /// <summary>Whoever administers the integration here: credentials, mappings, crosswalks, connections.</summary>
    Administrator,

    /// <summary>The owner of the system at which it stands.</summary>
    SystemOwner,

    /// <summary>The partner at the other end: marketplace, trading partner, 3PL.</summary>
    Partner,

    /// <summary>Whoever runs this installation.</summary>
    Operator,

    /// <summary>Nobody: it ends by itself.</summary>
    Nobody,
}

/// <summary>When an entry applies: every part that is given must fit.</summary>
/// <param name="Codes">Fault codes; <c>*</c> at the end stands for any rest.</param>
/// <param name="ProviderCodes">The target's own codes, likewise.</param>
/// <param name="Connectors">Names of connectors.</param>
/// <param name="Texts">Any of them is in the message, without regard to case; <c>a + b</c> asks for both.</param>
public sealed record CauseRule(IReadOnlyList<string> Codes, IReadOnlyList<string> ProviderCodes, IReadOnlyList<string> Connectors, IReadOnlyList<string> Texts, IReadOnlyList<FaultKind> Kinds);

/// <summary>An entry of the catalogue.</summary>
/// <param name="Id">Stable, lower-case with hyphens.</param>
/// <param name="Title">The cause in business words, one line without a full stop.</param>
/// <param name="What">What happened and what it means, one or two sentences.</param>
/// <param name="Steps">What to do, in order; at least one.</param>
/// <param name="Field">The canonical field to look at; null when it is none in particular.</param>
/// <param name="General">True when it says only what kind of failure it is: better than nothing, and not counted as explained.</param>
public sealed record Cause(string Id, string Title, string What, CauseFixer Fixer, IReadOnlyList<string> Steps, string? Field, CauseRule When, bool General = false);

/// <summary>What is known of a failure whose cause is asked for.</summary>
/// <param name="Connector">Name of the connector of the system; null = here, or not known.</param>
public sealed record CauseQuestion(FaultKind? Kind, string Code, string? ProviderCode, string? Connector, string Message);

/// <summary>Explains failures. The most specific entry answers: a provider's code before a text, a text before a code, a code before a family of codes.</summary>
/// <param name="version">Rises with each change of the shipped entries.</param>
public sealed class CauseCatalogue(int version, IReadOnlyList<Cause> causes)
{
    public static readonly CauseCatalogue Empty = new(0, []);

    public int Version => version;

    public IReadOnlyList<Cause> All => causes;

    /// <summary>With entries of the installation's own: one with the id of a shipped entry stands in its place, and an own one answers before an equal shipped one.</summary>
    public CauseCatalogue With(IReadOnlyList<Cause> own) => own.Count == 0 ? this : new(version, [.. own, .. causes.Where(c => own.All(o => o.Id != c.Id))]);

    public Cause? Find(string id) => causes.FirstOrDefault(c => c.Id == id);

    /// <returns>Null when nothing explains it: then it belongs into the queue of what is to be explained.</returns>
    public Cause? Explain(CauseQuestion question)
    {
        Cause? best = null;
        var most = 0;
        foreach (var cause in causes)
            // The first of equals: the order of the document counts.
            if (Weight(cause.When, question) is var weight && weight > most)
                (best, most) = (cause, weight);
        return best;
    }

    /// <summary>0 = does not fit.</summary>
    private static int Weight(CauseRule rule, CauseQuestion question)
    {
        var weight = 1;
        if (rule.Kinds.Count > 0)
        {
            if (question.Kind is not { } kind || !rule.Kinds.Contains(kind))
                return 0;
            weight += 1;
        }

        if (rule.Codes.Count > 0)
        {
            var fit = rule.Codes.Max(c => Fit(c, question.Code));
            if (fit == 0)
                return 0;
            weight += fit * 2;
        }

        if (rule.Connectors.Count > 0)
        {
            if (question.Connector is not { } connector || !rule.Connectors.Contains(connector, StringComparer.OrdinalIgnoreCase))
                return 0;
            weight += 300;
        }

        if (rule.Texts.Count > 0)
        {
            if (!rule.Texts.Any(t => Holds(question.Message, t)))
                return 0;
            weight += 500;
        }

        if (rule.ProviderCodes.Count > 0)
        {
            var fit = question.ProviderCode is { } code ? rule.ProviderCodes.Max(c => Fit(c, code)) : 0;
            if (fit == 0)
                return 0;
            weight += 1_000 + fit;
        }

        return weight;
    }

    /// <summary>A whole code fits better than a family of codes, a narrow family better than a wide one.</summary>
    private static int Fit(string pattern, string code)
    {
        if (!pattern.EndsWith('*'))
            return string.Equals(pattern, code, StringComparison.OrdinalIgnoreCase) ? 110 : 0;
        return code.AsSpan().StartsWith(pattern.AsSpan()[..^1], StringComparison.OrdinalIgnoreCase) ? Math.Min(100, pattern.Length) : 0;
    }

    private static bool Holds(string message, string text) =>
        text.Split(" + ", StringSplitOptions.TrimEntries).All(part => message.Contains(part, StringComparison.OrdinalIgnoreCase));
}

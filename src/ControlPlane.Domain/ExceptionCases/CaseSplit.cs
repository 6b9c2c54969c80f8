namespace ControlPlane.Domain.ExceptionCases;

/// <summary>By what a case can be parted in two.</summary>
public enum SplitBy : short
{
    /// <summary>Key of the channel's connection.</summary>
    Channel = 1,

    /// <summary>Name of the flow.</summary>
    Flow = 2,

    /// <summary>Id of the step.</summary>
    Step = 3,

    /// <summary>A text that the message holds: a value that the pattern takes out, such as one product.</summary>
    Text = 4,
}

public static class SplitBys
{
    public const string Allowed = "channel, flow, step, text";

    public static string Word(this SplitBy by) => by switch
    {
        SplitBy.Channel => "channel",
        SplitBy.Flow => "flow",
        SplitBy.Step => "step",
        SplitBy.Text => "text",
        _ => throw new ArgumentOutOfRangeException(nameof(by)),
    };

    public static SplitBy? Parse(string? word)
    {
        foreach (var by in Enum.GetValues<SplitBy>())
            if (string.Equals(by.Word(), word, StringComparison.OrdinalIgnoreCase))
                return by;
        return null;
    }
}

/// <summary>What of a failure a split can look at, beside its fingerprint.</summary>
public sealed record SplitFacts(string Channel, string Flow, string Step, string Message);

/// <summary>A person's decision that a part of a case is a case of its own. It is remembered: what fails tomorrow is parted the same way.</summary>
/// <param name="Case">The case that is parted.</param>
/// <param name="Value">1 to 120 characters; compared without regard to case.</param>
public sealed record CaseSplit(Guid Case, SplitBy By, string Value)
{
    public const int LongestValue = 120;

    /// <summary>The new case; the same for the same decision, on every node.</summary>
    public Guid Target => Fingerprint.First16($"split\n{Case:N}\n{By.Word()}\n{Value.ToLowerInvariant()}");

    public bool Fits(SplitFacts facts) => By switch
    {
        SplitBy.Channel => Same(facts.Channel),
        SplitBy.Flow => Same(facts.Flow),
        SplitBy.Step => Same(facts.Step),
        SplitBy.Text => facts.Message.Contains(Value, StringComparison.OrdinalIgnoreCase),
        _ => throw new ArgumentOutOfRangeException(nameof(facts)),
    };

    /// <summary>Follows the splits from a case to the part that the failure belongs to. A part can be parted again; ten times is plenty.</summary>
    public static Guid Follow(Guid natural, SplitFacts facts, ILookup<Guid, CaseSplit> splits)
    {
        var at = natural;
        for (var depth = 0; depth < 10; depth++)
        {
            // Ordered, so that two that fit give the same answer everywhere.
            if (splits[at].Where(s => s.Fits(facts)).OrderBy(s => s.By).ThenBy(s => s.Value, StringComparer.OrdinalIgnoreCase).FirstOrDefault() is not { } split)
                return at;
            at = split.Target;
        }

        return at;
    }

    private bool Same(string other) => string.Equals(Value, other, StringComparison.OrdinalIgnoreCase);
}

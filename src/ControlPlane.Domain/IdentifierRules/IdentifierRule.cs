using System.Text.RegularExpressions;
using ControlPlane.Domain.Mappings.Incoming;
using ControlPlane.Domain.Transactions;

namespace ControlPlane.Domain.IdentifierRules;

/// <summary>Which document a rule reads.</summary>
public enum RuleDocument : short
{
    /// <summary>As it came: an order, or what happened to one.</summary>
    Message = 1,

    /// <summary>What we made of the channel's order, the same for every channel.</summary>
    Order = 2,
}

/// <summary>One thing that is wrong with a rule.</summary>
/// <param name="Field">Name of the rule's own field, as the API writes it.</param>
public sealed record RuleProblem(string Field, string Message);

/// <summary>
/// Says which numbers of a document find its transaction. Numbers that the flow itself needs (order number, reference, tracking) are
/// found without a rule; a rule adds what somebody of this company holds.
/// </summary>
public sealed record IdentifierRule
{
    public const int LongestPath = 500;

    public const int LongestPattern = 300;

    public const int LongestTitle = 60;

    /// <summary>1 to 40 lower-case letters, digits and hyphens: what it is called in addresses and files.</summary>
    public required string Name { get; init; }

    /// <summary>Kind of the numbers that it gives, lower-case with hyphens; several rules may give one kind.</summary>
    public required string Kind { get; init; }

    /// <summary>The kind in words: "SSCC".</summary>
    public string Title { get; init; } = "";

    /// <summary>Key of the only connection whose documents it reads; null = any. For the order it is the channel.</summary>
    public string? Connection { get; init; }

    /// <summary>Name of the only connector; null = any.</summary>
    public string? Connector { get; init; }

    /// <summary>The only topic; null = any. Means nothing for the order.</summary>
    public string? Topic { get; init; }

    public RuleDocument Document { get; init; } = RuleDocument.Message;

    /// <summary>See <see cref="DocumentPath"/>; null where the whole text is looked through by <see cref="Pattern"/>.</summary>
    public string? Path { get; init; }

    /// <summary>A regular expression without look-around and back-references; its first group, or all of it, is the number.</summary>
    public string? Pattern { get; init; }

    /// <summary>True: only a keyed digest is stored. A search by the value finds it all the same, and nobody can read it back.</summary>
    public bool Hash { get; init; }

    /// <summary>One such number, for people.</summary>
    public string Example { get; init; } = "";

    /// <summary>Kinds that receiving and the flow write; events are matched by them, so no rule may give them.</summary>
    public static readonly IReadOnlySet<string> OwnKinds = new HashSet<string>(StringComparer.Ordinal)
    {
        IdentifierKinds.OrderNumber, IdentifierKinds.ChannelOrderId, IdentifierKinds.Reference, IdentifierKinds.ErpOrder, IdentifierKinds.ErpShipment, IdentifierKinds.WmsOrder, IdentifierKinds.Shipment,
        IdentifierKinds.Tracking, IdentifierKinds.PurchaseOrder, IdentifierKinds.ChannelFulfilment, IdentifierKinds.CorrelationId, IdentifierKinds.EmailHash,
    };

    /// <summary>True when it reads documents of this connection and topic.</summary>
    public bool Fits(string connection, string connector, string topic) =>
        (Connection is null || Connection == connection) && (Connector is null || Connector == connector) && (Topic is null || Document == RuleDocument.Order || Topic == topic);

    /// <summary>Empty when it can be used.</summary>
    public IReadOnlyList<RuleProblem> Check()
    {
        var problems = new List<RuleProblem>();
        if (!IsWord(Name))
            problems.Add(new("name", "Allowed: 1 to 40 lower-case letters, digits and hyphens, beginning with a letter."));
        if (!IsWord(Kind))
            problems.Add(new("kind", "Allowed: 1 to 40 lower-case letters, digits and hyphens, beginning with a letter."));
        else if (OwnKinds.Contains(Kind))
            problems.Add(new("kind", $"The kind “{Kind}” is written by the flow, and events are matched by it. Choose another word."));
        if (Title.Length > LongestTitle || Title.Any(char.IsControl))
            problems.Add(new("title", $"Allowed: at most {LongestTitle} characters on one line."));
        if (Example.Length > Identifier.LongestValue || Example.Any(char.IsControl))
            problems.Add(new("example", $"Allowed: at most {Identifier.LongestValue} characters on one line."));
        if (Path is null && Pattern is null)
            problems.Add(new("path", "Give a path, a pattern, or both."));
        if (Path is not null && (Path.Length > LongestPath || DocumentPath.TryParse(Path) is not { OfLine: false }))
            problems.Add(new("path", $"This is no path. Allowed: {DocumentPath.Allowed}; it begins with $."));
        if (Pattern is not null && PatternProblem(Pattern) is { } wrong)
            problems.Add(new("pattern", wrong));
        if (Document == RuleDocument.Order && Topic is not null)
            problems.Add(new("topic", "The order has no topic. Leave it out, or read the message."));
        return problems;
    }

    /// <summary>The expression as it is run: in time that grows with the text alone, whatever the expression is, and never longer than <see cref="Patience"/>.</summary>
    internal static Regex Compile(string pattern) => new(pattern, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant, Patience);

    /// <summary>How long one expression may look at one document.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(100);

    private static string? PatternProblem(string pattern)
    {
        if (pattern.Length is 0 or > LongestPattern)
            return $"Allowed: 1 to {LongestPattern} characters.";
        try
        {
            return Compile(pattern).IsMatch("") ? "It fits an empty text, so it would find nothing of use." : null;
        }
        catch (NotSupportedException)
        {
            return "Look-around and back-references are not allowed: their time has no bound. \\b marks where a word begins or ends.";
        }
        catch (ArgumentException)
        {
            return "This is no regular expression.";
        }
    }

    private static bool IsWord(string text) => text is { Length: > 0 and <= 40 } && char.IsAsciiLetterLower(text[0]) && text.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-');
}

using System.Globalization;
using System.Text;

namespace ControlPlane.Domain.Crosswalks;

/// <param name="Score">0 to 100: how likely it is what is meant.</param>
/// <param name="Reason">For people: "Amazon DE means it by this code".</param>
public sealed record CrosswalkSuggestion(string Code, int Score, string Reason);

/// <summary>What is known that could be the answer.</summary>
public sealed record SuggestionFacts
{
    /// <summary>Entries in force of the table, in all scopes.</summary>
    public required IEnumerable<(CrosswalkScope Scope, string Theirs, string Ours)> Pairs { get; init; }

    /// <summary>Our codes with their GTIN and name, where a list is loaded.</summary>
    public IEnumerable<MasterCode> Master { get; init; } = [];

    /// <summary>What the same code meant until it was retired or changed.</summary>
    public IEnumerable<(CrosswalkScope Scope, string Answer, DateTimeOffset Until)> History { get; init; } = [];
}

public sealed record MasterCode(string Code, string? Gtin, string? Title);

/// <summary>Ranks what a missing code could mean, each with its reason. Pure.</summary>
public static class CrosswalkSuggestions
{
    public const int Most = 5;

    /// <summary>In long codes; short ones would all look alike.</summary>
    private const int MostEdits = 2;

    public static IReadOnlyList<CrosswalkSuggestion> Rank(string code, CrosswalkDirection direction, SuggestionFacts facts)
    {
        var best = new Dictionary<string, CrosswalkSuggestion>(StringComparer.OrdinalIgnoreCase);
        var (plain, gtin) = (Plain(code), Gtin.Normalize(code));
        foreach (var (scope, answer, until) in facts.History)
            Offer(answer, 88, $"{scope} had it until {until.UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)}");
        foreach (var (scope, theirs, ours) in facts.Pairs)
        {
            var (known, answer) = direction == CrosswalkDirection.ToOurs ? (theirs, ours) : (ours, theirs);
            if (known == CrosswalkRules.Wildcard || answer == CrosswalkRules.Wildcard)
                continue;
            if (string.Equals(known, code, StringComparison.OrdinalIgnoreCase))
                Offer(answer, 95, $"{scope} means it by this code");
            else if (gtin is not null && Gtin.Normalize(known) == gtin)
                Offer(answer, 97, $"{known} is the same GTIN");
            else if (plain.Length > 1 && Plain(known) == plain)
                Offer(answer, 90, $"{scope} writes it {known}");
            else
                Near(known, answer, $"looks like {known}", 10);
            // Both sides are often spelled alike: their DHL-EXPRESS is our DHL_EXPRESS.
            Offered(answer, "");
        }

        foreach (var master in facts.Master)
        {
            if (gtin is not null && master.Gtin is not null && Gtin.Normalize(master.Gtin) == gtin)
                Offer(master.Code, 98, $"has this GTIN{Named(master)}");
            else
                Offered(master.Code, Named(master));
        }

        return [.. best.Values.OrderByDescending(s => s.Score).ThenBy(s => s.Code, StringComparer.Ordinal).Take(Most)];

        void Offered(string answer, string named)
        {
            if (gtin is not null && Gtin.Normalize(answer) == gtin)
                Offer(answer, 96, $"is the same GTIN{named}");
            else if (string.Equals(answer, code, StringComparison.OrdinalIgnoreCase))
                Offer(answer, 92, $"is the same code{named}");
            else if (plain.Length > 1 && Plain(answer) == plain)
                Offer(answer, 85, $"is spelled the same{named}");
            else
                Near(answer, answer, $"looks like it{named}", 0);
        }

        void Near(string known, string answer, string reason, int bonus)
        {
            if (plain.Length < 3 || Math.Abs(known.Length - code.Length) > 12)
                return;
            var other = Plain(known);
            if (other.Length < 3)
                return;
            if (Edits(plain, other) is { } edits && edits <= (plain.Length < 4 ? 0 : plain.Length < 6 ? 1 : MostEdits))
                Offer(answer, 70 + bonus - 15 * edits, $"{reason}, {(edits == 1 ? "one letter" : $"{edits} letters")} apart");
            else if (plain.StartsWith(other, StringComparison.Ordinal) || other.StartsWith(plain, StringComparison.Ordinal))
                Offer(answer, 45 + bonus, $"begins like {known}");
        }

        void Offer(string answer, int score, string reason)
        {
            if (!best.TryGetValue(answer, out var there) || there.Score < score)
                best[answer] = new(answer, score, reason);
        }
    }

    private static string Named(MasterCode master) => master.Title is { Length: > 0 } title ? $": {title}" : "";

    /// <summary>Letters and digits alone, upper case, without accents: <c>Post-AG</c> and <c>POST AG</c> are one.</summary>
    public static string Plain(string code)
    {
        var plain = new StringBuilder(code.Length);
        foreach (var c in code.All(char.IsAscii) ? code : code.Normalize(NormalizationForm.FormD))
            if (char.IsLetterOrDigit(c))
                plain.Append(char.ToUpperInvariant(c));
        return plain.ToString();
    }

    /// <summary>Letters to change, add or drop; null beyond <see cref="MostEdits"/>. Looks only at a band around the diagonal.</summary>
    private static int? Edits(string one, string other)
    {
        if (Math.Abs(one.Length - other.Length) > MostEdits)
            return null;
        Span<int> before = stackalloc int[CrosswalkRules.LongestCode + 2], row = stackalloc int[CrosswalkRules.LongestCode + 2];
        if (other.Length > CrosswalkRules.LongestCode || one.Length > CrosswalkRules.LongestCode)
            return null;
        for (var j = 0; j <= other.Length; j++)
            before[j] = j;
        for (var i = 1; i <= one.Length; i++)
        {
            row[..(other.Length + 1)].Fill(MostEdits + 1);
            row[0] = i;
            var least = row[0];
            for (var j = Math.Max(1, i - MostEdits); j <= Math.Min(other.Length, i + MostEdits); j++)
            {
                row[j] = Math.Min(Math.Min(row[j - 1], before[j]) + 1, before[j - 1] + (one[i - 1] == other[j - 1] ? 0 : 1));
                least = Math.Min(least, row[j]);
            }

            if (least > MostEdits)
                return null;
            var swap = before;
            before = row;
            row = swap;
        }

        return before[other.Length] is var edits && edits is > 0 and <= MostEdits ? edits : null;
    }
}

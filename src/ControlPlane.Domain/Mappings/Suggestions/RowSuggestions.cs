using System.Globalization;
using System.Text.RegularExpressions;
using ControlPlane.Domain.Mappings.Incoming;
using ControlPlane.Domain.Shared;

namespace ControlPlane.Domain.Mappings.Suggestions;

/// <summary>A row that may be meant.</summary>
/// <param name="From">As the row would write it: <c>@.sku</c>, <c>$.number</c>.</param>
/// <param name="Convert">What the values need to fit; null = nothing.</param>
/// <param name="Score">0 to 100; more is likelier.</param>
/// <param name="Reason">Why, for people.</param>
/// <param name="Example">A value that came.</param>
public sealed record RowSuggestion(string Target, string From, string? Convert, int Score, string Reason, string Example);

/// <summary>What another connector maps to a target: experience.</summary>
/// <param name="Name">The last name of its source: <c>order_number</c>.</param>
/// <param name="Connector">As people call it.</param>
public sealed record MappingPrecedent(string Target, string Name, string Connector);

/// <summary>
/// Ranks places of received documents for targets that have no row: by name in the words of the trade, by whether the values that came
/// fit, by how many documents have it, and by what other connectors map there. Pure; the same input gives the same order.
/// </summary>
public static partial class RowSuggestions
{
    public const int MostForEach = 3;

    /// <summary>Below it a guess would cost more than it saves.</summary>
    public const int Least = 40;

    /// <param name="taken">Targets that have a row already.</param>
    /// <param name="read">Places that a row reads already: possible once more, and less likely.</param>
    /// <param name="linesAt">Path of the lines in the documents; null = they are not known yet, and nothing is suggested for lines.</param>
    public static IReadOnlyList<RowSuggestion> For(IncomingKind kind, DocumentProfile profile, IReadOnlyCollection<string> taken, IReadOnlyCollection<string> read, string? linesAt, IReadOnlyList<MappingPrecedent> precedents)
    {
        var experience = precedents.ToLookup(p => p.Target, StringComparer.Ordinal);
        var fields = profile.Fields.Select(f => new Candidate(f, linesAt)).Where(c => c.Field.Samples.Count > 0).ToList();
        return
        [
            .. IncomingTargets.All(kind).Where(t => !taken.Contains(t.Path))
                .SelectMany(t => fields.Where(f => f.OfLine == t.OfLine && f.IsOne).Select(f => Rank(t, f, profile.Documents, experience[t.Path], read.Contains(f.From))).OfType<RowSuggestion>()
                    .OrderByDescending(s => s.Score).ThenBy(s => s.From.Length).ThenBy(s => s.From, StringComparer.Ordinal).Take(MostForEach))
                .OrderByDescending(s => s.Score).ThenBy(s => s.Target, StringComparer.Ordinal),
        ];
    }

    /// <summary>Where lines may stand: lists whose entries have something like a quantity, the likeliest first.</summary>
    public static IReadOnlyList<string> Lines(DocumentProfile profile) =>
    [
        .. profile.Lists.Select(l => (List: l, Score: profile.Fields.Where(f => f.Path.StartsWith(l + ".", StringComparison.Ordinal) && !f.Path.AsSpan(l.Length).Contains('['))
                .Sum(f => FieldNames.Likeness(FieldNames.Words(f.Name), ["quantity"]) + FieldNames.Likeness(FieldNames.Words(f.Name), ["sku"]) + FieldNames.Likeness(FieldNames.Words(f.Name), ["price"]))))
            .Where(l => l.Score > 0.8).OrderByDescending(l => l.Score).ThenBy(l => l.List, StringComparer.Ordinal).Select(l => l.List),
    ];

    private static RowSuggestion? Rank(IncomingTarget target, Candidate candidate, int documents, IEnumerable<MappingPrecedent> precedents, bool isRead)
    {
        if (Fit(target, candidate.Field.Samples) is not ({ } fit, var convert, var words))
            return null;
        var name = NameOf(target.Path);
        var own = FieldNames.Likeness(name, FieldNames.Words(candidate.Field.Name));
        var whole = FieldNames.Likeness(name, [.. FieldNames.Words(candidate.Field.Parent), .. FieldNames.Words(candidate.Field.Name)]);
        var likeness = Math.Max(own * (name.Count > 1 && target.Path.Contains('.', StringComparison.Ordinal) && !target.OfLine ? 0.8 : 1), whole);
        var others = precedents.Where(p => string.Equals(p.Name, candidate.Field.Name, StringComparison.OrdinalIgnoreCase)).Select(p => p.Connector).Distinct().ToList();
        var share = documents == 0 ? 0 : (double)candidate.Field.Seen / documents;
        var score = likeness * 55 + fit * 20 + (others.Count > 0 ? 15 : 0) + share * 10 - (isRead ? 25 : 0);
        // Without a name that says it, the values alone would fit too many places.
        if (likeness < 0.45 && others.Count == 0 || score < Least)
            return null;
        var reasons = new List<string>();
        if (likeness >= 0.45)
            reasons.Add(likeness >= 0.95 ? "the name says it" : "the name is alike");
        if (words.Length > 0)
            reasons.Add(words);
        if (others.Count > 0)
            reasons.Add($"{string.Join(" and ", others.Take(2))} map it so");
        reasons.Add(candidate.Field.Seen == documents ? documents == 1 ? "the message has it" : $"all {documents.ToString(CultureInfo.InvariantCulture)} messages have it" : $"{candidate.Field.Seen.ToString(CultureInfo.InvariantCulture)} of {documents.ToString(CultureInfo.InvariantCulture)} messages have it");
        if (isRead)
            reasons.Add("another row reads it, too");
        return new(target.Path, candidate.From, convert, (int)Math.Min(100, Math.Round(score)), string.Join(", ", reasons), candidate.Field.Samples[0]);
    }

    /// <summary>How well values fit, 0 to 1, and what they need; null when they do not.</summary>
    private static (double Fit, string? Convert, string Words)? Fit(IncomingTarget target, IReadOnlyList<string> samples)
    {
        bool All(Func<string, bool> fits) => samples.All(fits);
        switch (target.Type)
        {
            case IncomingType.Currency:
                return All(s => Currencies.IsKnown(s.ToUpperInvariant())) ? (1, null, "the values are currencies") : null;
            case IncomingType.Amount:
                return All(s => Plain().IsMatch(s)) ? (0.8, samples.Any(s => s.Contains('.', StringComparison.Ordinal) && s.Length - s.IndexOf('.', StringComparison.Ordinal) > 3) ? "round" : null, "the values are numbers")
                    : All(s => Comma().IsMatch(s)) ? (0.8, "decimal-comma", "the values are numbers with a comma") : null;
            case IncomingType.Quantity:
                return All(s => Whole().IsMatch(s)) ? (1, null, "the values are whole numbers") : null;
            case IncomingType.Instant:
                return All(s => s.Length >= 17 && IncomingConversion.TryParse(null, IncomingType.Instant, out var iso, out _) && iso.Apply(s, IncomingType.Instant, 2) is not null) ? (1, null, "the values are instants")
                    : All(s => Seconds().IsMatch(s)) ? (0.8, "unix", "the values are seconds since 1970") : All(s => Milliseconds().IsMatch(s)) ? (0.8, "unix-ms", "the values are milliseconds since 1970")
                    : All(s => DateTime.TryParse(s, CultureInfo.InvariantCulture, DateTimeStyles.None, out _) && s.Length >= 8 && s.Any(c => c is '-' or '/' or '.')) ? (0.7, "local:UTC", "the values are dates without a zone") : null;
            case IncomingType.Truth:
                return All(s => s.ToLowerInvariant() is "true" or "false" or "0" or "1" or "yes" or "no") ? (0.9, null, "the values are true or false") : null;
            case IncomingType.Status:
                return All(s => s.ToLowerInvariant() is "open" or "pending" or "cancelled") ? (1, null, "the values are states") : null;
            case IncomingType.Id:
                return All(s => s.Length <= 128 && !s.Contains(' ', StringComparison.Ordinal)) ? (0.7, null, "") : null;
        }

        return target.Path switch
        {
            "customer.email" => All(s => s.Contains('@', StringComparison.Ordinal)) ? (1, null, "the values are mail addresses") : null,
            _ when target.Path.EndsWith("countryCode", StringComparison.Ordinal) => All(s => s.Length == 2 && s.All(char.IsAsciiLetter)) ? (1, samples.Any(s => s.Any(char.IsLower)) ? "upper" : null, "the values are country codes") : (0.2, null, ""),
            _ when target.Path.EndsWith("phone", StringComparison.Ordinal) => All(s => s.Count(char.IsAsciiDigit) >= 5) ? (0.9, null, "") : null,
            _ when target.Path.EndsWith("Url", StringComparison.Ordinal) => All(s => s.StartsWith("http", StringComparison.Ordinal)) ? (1, null, "the values are links") : null,
            _ => All(s => s.Contains('@', StringComparison.Ordinal)) ? null : (0.6, null, ""),
        };
    }

    private static IReadOnlyList<string> NameOf(string target) => target switch
    {
        "externalId" => ["id"],
        "number" => ["order", "number"],
        "lines[].channelLineRef" => ["line", "id"],
        "lines[].channelProductRef" => ["product", "id"],
        "placedAt" => ["order", "created"],
        "shipTo.name" or "billTo.name" or "customer.name" => [.. FieldNames.Words(target.Split('.')[0]), "name"],
        _ => FieldNames.Words(target.Replace("lines[].", "", StringComparison.Ordinal)),
    };

    [GeneratedRegex(@"^-?\d{1,13}(\.\d+)?$")]
    private static partial Regex Plain();

    [GeneratedRegex(@"^-?[\d.]{1,15},\d+$")]
    private static partial Regex Comma();

    [GeneratedRegex(@"^\d{1,7}(\.0+)?$")]
    private static partial Regex Whole();

    [GeneratedRegex(@"^1\d{9}$")]
    private static partial Regex Seconds();

    [GeneratedRegex(@"^1\d{12}$")]
    private static partial Regex Milliseconds();

    private sealed class Candidate
    {
        public Candidate(ProfiledField field, string? linesAt)
        {
            Field = field;
            OfLine = linesAt is not null && field.Path.StartsWith(linesAt, StringComparison.Ordinal) && field.Path.Length > linesAt.Length;
            From = OfLine ? "@" + field.Path[linesAt!.Length..] : field.Path;
            IsOne = !From.Contains("[]", StringComparison.Ordinal);
        }

        public ProfiledField Field { get; }

        public bool OfLine { get; }

        public string From { get; }

        /// <summary>False where it stands in a list of its own: then somebody has to say which entry.</summary>
        public bool IsOne { get; }
    }
}

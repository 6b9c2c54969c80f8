using ControlPlane.Domain.Mappings.Incoming;
using ControlPlane.Domain.Mappings.Suggestions;

namespace Connectors.Protocols.OpenApi;

/// <param name="Sure">False: it is marked for a person to look at.</param>
internal sealed record DraftGuess(string From, string? Convert, bool Sure, string Reason);

/// <summary>
/// The rows of an order. What identifies it and its lines goes by its very name; all else by the suggestions of the workbench, of which only the
/// likely ones are written: a wrong row is worse than none, and the workbench offers the others.
/// </summary>
internal sealed class DraftGuesses(DocumentProfile profile, string? lines)
{
    /// <summary>From here on a suggestion is written without a question.</summary>
    private const int Certain = 70;

    private const int Likely = 55;

    private readonly ILookup<string, RowSuggestion> _suggested = RowSuggestions.For(IncomingKind.Order, profile, [], [], lines, []).Where(s => DocumentPath.TryParse(s.From) is not null).ToLookup(s => s.Target, StringComparer.Ordinal);
    private readonly HashSet<string> _used = new(StringComparer.Ordinal);

    public DraftGuess? For(string target)
    {
        var found = ByName(target) ?? Suggested(target);
        if (found is not null)
            _used.Add(found.From);
        return found;
    }

    private DraftGuess? Suggested(string target)
    {
        // A state or a truth has meanings that names do not tell.
        if (target is "status" or "pricesIncludeTax" or "lines[].requiresShipping")
            return null;
        var once = target is "updatedAt" or "shipBy" or "lines[].channelProductRef" or "customer.externalId" or "number" or "shipping" or "discount" or "tax";
        return _suggested[target].Where(s => s.Score >= Likely && Fits(target, FieldNames.Words(s.From)) && !(once && _used.Contains(s.From)))
            .Select(s => new DraftGuess(s.From, s.Convert, s.Score >= Certain || Says(target, FieldNames.Words(s.From)), s.Reason)).FirstOrDefault();
    }

    /// <summary>An address whose place is named after what it is for.</summary>
    private static bool Says(string target, IReadOnlyList<string> words) =>
        target.StartsWith("billTo.", StringComparison.Ordinal) || target.StartsWith("shipTo.", StringComparison.Ordinal) && words.Any(w => w is "ship" or "shipping" or "delivery" or "consignee");

    private static bool Fits(string target, IReadOnlyList<string> words)
    {
        bool Has(params string[] any) => any.Any(words.Contains);
        if (Has("phone") != target.EndsWith("phone", StringComparison.Ordinal) || Has("email", "mail") && !target.EndsWith("email", StringComparison.Ordinal))
            return false;
        if (target.StartsWith("billTo.", StringComparison.Ordinal))
            return Has("bill", "billing", "invoice", "payer");
        if (target.StartsWith("shipTo.", StringComparison.Ordinal))
            return !Has("bill", "billing", "invoice", "payer", "tax", "method");
        if (target is "shipping" or "discount" or "tax" or "total" or "lines[].tax" or "lines[].discount" or "lines[].unitPrice")
            return !Has("postal", "zip", "date", "id", "code", "rate", "address");
        return target != "externalId" && target != "number" || !Has("tax", "customer", "buyer", "seller", "store", "shop", "marketplace");
    }

    private DraftGuess? ByName(string target) => target switch
    {
        "externalId" => Named(Heads(), w => w is ["id"] ? 9 : w is ["order", "id"] ? 8 : w is [.., "order", "id"] ? 7 : w is [.., "order", "number"] or ["order", "no"] ? 5 : w is ["number"] ? 4 : 0),
        "number" => Named(Heads(), w => w is [.., "order", "number" or "no" or "name"] ? 9 : w is ["number"] ? 8 : w is ["customer", "order", "id"] ? 4 : 0),
        "currency" => Named(profile.Fields, w => w is ["currency"] or ["currency", "code"] or ["order", "currency"] ? 9 : w.Contains("currency") ? 5 : 0),
        "lines[].channelLineRef" => Named(OfLines(), w => w is ["id"] ? 9 : w is [.., "line" or "item", "id"] or [.., "line", "item", "id"] ? 8 : w is ["line" or "item", "number" or "no"] or ["number"] or ["position"] or [.., "sequence", "number"] ? 7 : 0),
        _ => null,
    };

    private IEnumerable<ProfiledField> Heads() => profile.Fields.Where(f => f.Path.Count(c => c == '.') == 1 && !f.Path.Contains('[', StringComparison.Ordinal));

    private IEnumerable<ProfiledField> OfLines() => lines is null ? [] : profile.Fields.Where(f => f.Path.StartsWith(lines + ".", StringComparison.Ordinal) && !f.Path.AsSpan(lines.Length + 1).ContainsAny('.', '['));

    private DraftGuess? Named(IEnumerable<ProfiledField> fields, Func<IReadOnlyList<string>, int> rank)
    {
        var best = fields.Select(f => (Field: f, Rank: rank(FieldNames.Words(f.Name)))).Where(f => f.Rank > 0).OrderByDescending(f => f.Rank).ThenBy(f => f.Field.Path.Length).ThenBy(f => f.Field.Path, StringComparer.Ordinal).FirstOrDefault();
        if (best.Field is not { } field)
            return null;
        var path = lines is not null && field.Path.StartsWith(lines + ".", StringComparison.Ordinal) && rank(["currency"]) == 0 ? "@" + field.Path[lines.Length..] : field.Path.Replace("[]", "[0]", StringComparison.Ordinal);
        return DocumentPath.TryParse(path) is null ? null : new(path, null, best.Rank > 4, $"its name is {field.Name}");
    }
}

using System.Collections.Frozen;
using System.Text;

namespace ControlPlane.Domain.Mappings.Suggestions;

/// <summary>How alike two names are, in the words of the trade: <c>order_number</c>, <c>OrderNo</c> and <c>purchaseOrderId</c>.</summary>
public static class FieldNames
{
    /// <summary>Words that mean the same in an order, wherever it comes from. The first stands for all.</summary>
    private static readonly string[][] Same =
    [
        ["id", "identifier", "key", "uid", "uuid", "guid"], ["number", "no", "nr", "num", "code"], ["order", "purchase", "sales", "po", "bestellung"], ["line", "item", "position", "entry", "row", "product", "article", "lineitem"],
        ["quantity", "qty", "pieces", "count", "units", "amountordered", "menge", "ordered"], ["sku", "article", "itemnumber", "itemno", "articlenumber", "articleno", "productnumber", "productno", "materialnumber", "productcode", "merchantsku", "sellersku", "stockcode", "variant"],
        ["total", "sum", "grand", "gross"], ["price", "unitprice", "cost", "rate"], ["tax", "vat", "gst", "duty", "mwst"], ["shipping", "freight", "delivery", "postage", "ship", "shipment", "carriage"],
        ["discount", "rebate", "promotion", "reduction", "coupon", "voucher"], ["currency", "curr", "money", "iso4217"], ["placed", "created", "ordered", "purchased", "date", "time", "at", "on", "timestamp", "datetime"],
        ["updated", "modified", "changed", "lastupdate"], ["status", "state", "stage"], ["customer", "buyer", "client", "consumer", "shopper"], ["email", "mail", "emailaddress"], ["phone", "tel", "telephone", "mobile", "cell"],
        ["name", "fullname", "recipient", "contact", "title"], ["company", "organisation", "organization", "firm"], ["line1", "street", "address1", "street1", "streetaddress", "addressline1", "address"],
        ["line2", "address2", "street2", "addressline2"], ["city", "town", "locality", "place"], ["region", "state", "province", "county", "stateorregion"], ["postal", "zip", "postcode", "postalcode", "zipcode", "plz"],
        ["country", "countrycode", "countryiso", "countryiso2", "land", "nation"], ["to", "recipient", "destination", "receiver"], ["bill", "billing", "invoice", "payer", "soldto"], ["carrier", "courier", "shipper"], ["tracking", "trackingnumber", "awb", "consignment", "waybill"],
        ["service", "method", "option", "level", "class"], ["url", "link", "href"], ["title", "description", "name", "label"], ["reference", "ref"], ["unit", "each", "single"], ["external", "channel", "marketplace", "shop"],
    ];

    private static readonly FrozenDictionary<string, HashSet<int>> Groups = Same.SelectMany((words, group) => words.Select(w => (Word: w, Group: group))).GroupBy(x => x.Word)
        .ToFrozenDictionary(g => g.Key, g => g.Select(x => x.Group).ToHashSet(), StringComparer.Ordinal);

    /// <summary>Lower-case words of a name: <c>lineItems</c> and <c>line_items</c> are <c>line item</c>.</summary>
    public static IReadOnlyList<string> Words(string name)
    {
        var words = new List<string>();
        var word = new StringBuilder();
        for (var i = 0; i < name.Length; i++)
        {
            var c = name[i];
            var starts = char.IsUpper(c) && (i == 0 || !char.IsUpper(name[i - 1]) || (i + 1 < name.Length && char.IsLower(name[i + 1])));
            if ((!char.IsLetterOrDigit(c) || starts) && word.Length > 0)
            {
                words.Add(Singular(word.ToString()));
                word.Clear();
            }

            if (char.IsLetterOrDigit(c))
                word.Append(char.ToLowerInvariant(c));
        }

        if (word.Length > 0)
            words.Add(Singular(word.ToString()));
        return words;
    }

    /// <summary>0 to 1. What a name ends with says what it is and counts most; the words before it say of what.</summary>
    public static double Likeness(IReadOnlyList<string> one, IReadOnlyList<string> other)
    {
        if (one.Count == 0 || other.Count == 0)
            return 0;
        var whole = Alike(string.Concat(one), string.Concat(other));
        var end = Ends(one).Max(a => Ends(other).Max(b => Alike(a, b)));
        return Math.Max(whole, end == 0 ? 0 : 0.6 * end + 0.4 * (Share(one, other) + Share(other, one)) / 2);
    }

    /// <summary>The last word, and the last two together: <c>emailAddress</c> is one thing. That something is an amount says nothing of what.</summary>
    private static IEnumerable<string> Ends(IReadOnlyList<string> name) =>
        name.Count == 1 ? [name[^1]] : name[^1] is "amount" or "value" or "text" ? [name[^2]] : [name[^1], name[^2] + name[^1]];

    /// <summary>How much of what stands before the end of a name the other has, too.</summary>
    private static double Share(IReadOnlyList<string> of, IReadOnlyList<string> among) => of.Count == 1 ? 1 : of.Take(of.Count - 1).Average(w => among.Max(a => Alike(w, a)));

    private static double Alike(string one, string other) =>
        one == other ? 1
        : Groups.TryGetValue(one, out var a) && Groups.TryGetValue(other, out var b) && a.Overlaps(b) ? 0.9
        : one.Length > 3 && other.Length > 3 && (one.StartsWith(other, StringComparison.Ordinal) || other.StartsWith(one, StringComparison.Ordinal)) ? 0.6
        : 0;

    private static string Singular(string word) => word.Length > 3 && word[^1] == 's' && word[^2] is not ('s' or 'u') && word is not ("address" or "status" or "sales") ? word[..^1] : word;
}

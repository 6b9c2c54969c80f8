using System.Globalization;
using System.Text.Json;
using Connectors.Protocols.Http;
using ControlPlane.Domain.Shared;
using ControlPlane.Domain.Transactions;

namespace Connectors.Catalog.Shopify;

/// <summary>
/// Access to an object of an order. Lenient where it costs nothing (a missing phone, a number written as text), and a
/// refusal with its path where guessing would change money, quantities or instants.
/// </summary>
/// <param name="element">Undefined where there is no such object: everything in it is then missing.</param>
/// <param name="path">Of this object in the sender's document; empty for the outermost.</param>
internal readonly struct ShopifyFields(JsonElement element, string path, List<Refusal> refusals)
{
    /// <summary>The same, with its refusals elsewhere: for what may be unreadable without making the document unusable.</summary>
    public ShopifyFields Quietly(List<Refusal> elsewhere) => new(element, path, elsewhere);

    private const int MostQuantity = 1_000_000;

    /// <summary>Longer texts are no names, titles or addresses.</summary>
    private const int LongestText = 2_000;

    /// <summary>Of a decimal number as text; more digits would be lost in reading.</summary>
    private const int LongestAmount = 24;

    public bool Exists => element.ValueKind == JsonValueKind.Object;

    public string At(string name) => path.Length == 0 ? name : $"{path}.{name}";

    public bool Has(string name) => Member(name, out _);

    /// <summary>Present, whatever it holds, null included.</summary>
    public bool Names(string name) => Exists && element.TryGetProperty(name, out _);

    public bool IsObject(string name) => Member(name, out var member) && member.ValueKind == JsonValueKind.Object;

    public bool IsList(string name) => Member(name, out var member) && member.ValueKind == JsonValueKind.Array;

    public ShopifyFields Object(string name) =>
        new(Member(name, out var member) && member.ValueKind == JsonValueKind.Object ? member : default, At(name), refusals);

    /// <summary>Trimmed, without control characters; numbers as they are written. Null when absent, empty, or anything else.</summary>
    public string? Text(string name)
    {
        if (!Member(name, out var member))
            return null;
        if (member.ValueKind == JsonValueKind.Number)
            return member.GetRawText() is { Length: <= LongestText } number ? number : null;
        if (member.ValueKind != JsonValueKind.String)
            return null;
        if (JsonText.String(member) is not { } text)
            return Refuse("json.wrong_type", name, "The text holds half a character (a lone surrogate).");
        if (text.Length > LongestText)
            return Refuse("json.too_long", name, $"The text is longer than {LongestText} characters.");
        return Clean(text);
    }

    /// <summary>A text that others will search for and carry on; a longer one would be cut on the way.</summary>
    public string? Key(string name)
    {
        var text = Text(name);
        return text?.Length > Identifier.LongestValue
            ? Refuse("json.too_long", name, $"The value is longer than {Identifier.LongestValue} characters.")
            : text;
    }

    /// <summary>Shopify's ids: a number, or the number at the end of <c>gid://shopify/Order/450789469</c>. Null when absent; anything else is refused.</summary>
    /// <param name="kind">What the gid must name.</param>
    public string? Id(string name, string kind)
    {
        if (!Member(name, out var member))
            return null;
        if (Digits(member, kind) is { } digits)
            return digits;
        return Refuse("shopify.id_invalid", name, $"The id is neither a whole number nor gid://shopify/{kind}/ and a number.");
    }

    /// <summary>As <see cref="Id"/>, also within an object of that name; null instead of a refusal.</summary>
    public string? Reference(string name, string kind)
    {
        if (!Member(name, out var member))
            return null;
        if (member.ValueKind == JsonValueKind.Object && !member.TryGetProperty("id", out member))
            return null;
        return Digits(member, kind);
    }

    public bool? Flag(string name) => Member(name, out var member) ? member.ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => null,
    } : null;

    public int Quantity(string name)
    {
        if (!Member(name, out var member))
            Refuse("order.quantity_missing", name, "The quantity is missing. Order at least one unit.");
        else if (Number(member) is not { } text || !decimal.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)
            || number != decimal.Truncate(number))
            Refuse("order.quantity_not_whole", name, "The quantity is not a whole number.");
        else if (number is > MostQuantity or < -MostQuantity)
            Refuse("json.out_of_range", name, $"The quantity is out of range. Allowed: 1 to {MostQuantity}.");
        else
            return (int)number;
        return 0;
    }

    /// <summary>ISO 8601 with an offset, which Shopify always writes; kept in the result.</summary>
    public DateTimeOffset? Instant(string name)
    {
        if (!Member(name, out var member))
            return null;
        if (member.ValueKind == JsonValueKind.String && JsonText.String(member) is { Length: >= 17 and <= 40 } text && (text[^1] == 'Z' || text[^6] is '+' or '-')
            && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.None, out var instant))
            return instant;
        Refuse("json.not_an_instant", name, "The value is no date and time with an offset. Write it in ISO 8601: 2026-11-23T10:00:00+01:00.");
        return null;
    }

    /// <summary>Minor units of the shop's currency; null when absent, null or empty.</summary>
    /// <param name="currency">Null when the order's own is unknown, which is refused elsewhere.</param>
    public long? Amount(ShopifyAmount amount, ShopifyWords words, string? currency)
    {
        if (currency is null)
            return null;
        if (Member(amount.Set, out var set) && set.ValueKind == JsonValueKind.Object && set.TryGetProperty(words.ShopMoney, out var money) && money.ValueKind == JsonValueKind.Object)
        {
            var shop = new ShopifyFields(money, "", refusals);
            if (shop.Text(words.CurrencyCode) is { } other && other != currency)
            {
                Refuse("order.currency_mixed", $"{amount.Set}.{words.ShopMoney}.{words.CurrencyCode}", "The amount in the shop's currency is in another currency than the order.");
                return null;
            }

            if (shop.Member("amount", out var inSet))
                return Minor(inSet, currency, $"{amount.Set}.{words.ShopMoney}.amount");
        }

        return amount.Plain.Length > 0 && Member(amount.Plain, out var plain) ? Minor(plain, currency, amount.Plain) : null;
    }

    /// <summary>As <see cref="Amount"/>; absence is refused.</summary>
    public long RequiredAmount(ShopifyAmount amount, ShopifyWords words, string? currency)
    {
        var before = refusals.Count;
        if (Amount(amount, words, currency) is { } minor)
            return minor;
        if (refusals.Count == before && currency is not null)
            Refuse("order.amount_missing", amount.Place, "The amount is missing.");
        return 0;
    }

    /// <summary>The objects of a list, or of a GraphQL connection with <c>nodes</c> or <c>edges</c>. Anything else in it is refused.</summary>
    public List<ShopifyFields> List(string name)
    {
        var found = new List<ShopifyFields>();
        if (!Member(name, out var member))
            return found;
        var (at, inside) = (At(name), "");
        if (member.ValueKind == JsonValueKind.Object && member.TryGetProperty("nodes", out var nodes))
            (member, at) = (nodes, at + ".nodes");
        else if (member.ValueKind == JsonValueKind.Object && member.TryGetProperty("edges", out var edges))
            (member, at, inside) = (edges, at + ".edges", ".node");
        if (member.ValueKind != JsonValueKind.Array)
        {
            refusals.Add(new("json.wrong_type", at, "The value must be a list of objects."));
            return found;
        }

        found.EnsureCapacity(member.GetArrayLength());
        foreach (var item in member.EnumerateArray())
        {
            var entry = item;
            var place = string.Create(CultureInfo.InvariantCulture, $"{at}[{found.Count}]{inside}");
            if (inside.Length > 0 && (entry.ValueKind != JsonValueKind.Object || !entry.TryGetProperty("node", out entry)) || entry.ValueKind != JsonValueKind.Object)
            {
                refusals.Add(new("json.wrong_type", place, "The entry must be an object."));
                entry = default;
            }

            found.Add(new(entry, place, refusals));
        }

        return found;
    }

    /// <summary>How many entries a list holds; 0 when it is none.</summary>
    public int Count(string name) => Member(name, out var member) ? member.ValueKind switch
    {
        JsonValueKind.Array => member.GetArrayLength(),
        JsonValueKind.Object when member.EnumerateObject().MoveNext() => 1,
        _ => 0,
    } : 0;

    /// <summary>A text, or the texts of a list, separated by commas: REST and GraphQL write tags differently.</summary>
    public string? Texts(string name)
    {
        if (!Member(name, out var member) || member.ValueKind != JsonValueKind.Array)
            return Text(name);
        var texts = member.EnumerateArray().Where(t => t.ValueKind == JsonValueKind.String).Select(JsonText.String).OfType<string>().Select(Clean).OfType<string>();
        var joined = string.Join(", ", texts);
        return joined.Length is 0 or > LongestText ? null : joined;
    }

    public string? Refuse(string code, string name, string message)
    {
        refusals.Add(new(code, At(name), message));
        return null;
    }

    private long? Minor(JsonElement member, string currency, string name)
    {
        var text = Number(member);
        if (text is { Length: 0 })
            return null;
        if (text is { Length: <= LongestAmount } && Money.TryParse(text, currency, out var money))
            return money.MinorUnits;
        Refuse("order.amount_unreadable", name, $"The amount is no plain decimal number that {currency} can hold exactly.");
        return null;
    }

    /// <summary>As written; null when it is neither a number nor a text.</summary>
    private static string? Number(JsonElement member) => member.ValueKind switch
    {
        JsonValueKind.Number => member.GetRawText(),
        JsonValueKind.String => JsonText.String(member)?.Trim(),
        _ => null,
    };

    private static string? Digits(JsonElement member, string kind)
    {
        var text = Number(member);
        var head = $"gid://shopify/{kind}/";
        if (text is not null && text.StartsWith(head, StringComparison.Ordinal))
            text = text[head.Length..];
        return text is { Length: > 0 and <= 20 } && text.AsSpan().IndexOfAnyExceptInRange('0', '9') < 0 ? text : null;
    }

    private static string? Clean(string text)
    {
        var trimmed = text.AsSpan().Trim();
        var dirty = false;
        foreach (var character in trimmed)
            dirty |= char.IsControl(character);
        if (!dirty)
            return trimmed.Length == 0 ? null : trimmed.Length == text.Length ? text : trimmed.ToString();
        // Databases refuse NUL in text, and labels break on line feeds.
        var clean = string.Create(trimmed.Length, text, static (span, from) =>
        {
            from.AsSpan().Trim().CopyTo(span);
            foreach (ref var character in span)
                if (char.IsControl(character))
                    character = ' ';
        }).Trim();
        return clean.Length == 0 ? null : clean;
    }

    private bool Member(string name, out JsonElement member)
    {
        member = default;
        return element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out member) && member.ValueKind != JsonValueKind.Null;
    }
}

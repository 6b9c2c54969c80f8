using Connectors.Sandbox.Assortment;

namespace Connectors.Sandbox.Erp;

/// <summary>
/// The customers in the books: one collective account per channel and one for guests, everybody who ever orders, and one that is blocked.
/// All are private customers, whose prices include tax.
/// </summary>
internal sealed class ErpCustomers
{
    /// <summary>Collective account of the web shop.</summary>
    public const string Shop = "10000";

    /// <summary>Collective account of the marketplace.</summary>
    public const string Marketplace = "20000";

    /// <summary>Whoever orders without an account.</summary>
    public const string Guest = "WEB-GUEST";

    /// <summary>No document may be made for this one.</summary>
    public const string Blocked = "90000";

    private readonly Dictionary<string, ErpRow> _byNumber = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<Guid, ErpRow> _byId = [];
    private readonly ILookup<string, ErpRow> _byEmail;

    public ErpCustomers(DateTimeOffset now)
    {
        Add(Row(1, Shop, "Web shop customers", "webshop@example.com", now));
        Add(Row(2, Marketplace, "Amazon customers", "marketplace@example.com", now));
        Add(Row(4, Guest, "Guests of the web shop", "guest@example.com", now));
        var blocked = Row(3, Blocked, "Old Harbour Trading", "accounts@harbour.example.com", now);
        blocked["blocked"] = "All";
        Add(blocked);
        foreach (var person in People.All)
            Add(Row(1_000 + person.Number, $"C{person.Number:00000}", person.Name, person.Email, now, person));
        _byEmail = _byId.Values.ToLookup(c => c.Text("email"), StringComparer.OrdinalIgnoreCase);
    }

    public IEnumerable<ErpRow> All => _byId.Values;

    public ErpRow? Find(Guid id) => _byId.GetValueOrDefault(id);

    public ErpRow? FindNumber(string number) => _byNumber.GetValueOrDefault(number);

    /// <summary>By the narrowest index that the filter allows.</summary>
    public IEnumerable<ErpRow> Candidates(IReadOnlyList<ErpComparison> filter)
    {
        if (filter.Wanted("number") is { } number)
            return FindNumber(number) is { } one ? [one] : [];
        return filter.Wanted("email") is { } email ? _byEmail[email] : All;
    }

    private void Add(ErpRow row)
    {
        _byNumber.Add(row.Text("number"), row);
        _byId.Add(row.Id, row);
    }

    private static ErpRow Row(int key, string number, string name, string email, DateTimeOffset now, Person? person = null)
    {
        // The same id at every start: whoever stored it finds the customer again.
        var row = new ErpRow(ErpEntities.Customer, new Guid(key, 0x4c75, 0x4d1a, 0x9e, 0x21, 0x5a, 0x6b, 0x7c, 0x8d, 0x9e, 0xaf))
        {
            ["number"] = number,
            ["displayName"] = name,
            ["email"] = email,
            ["type"] = person is null ? "Company" : "Person",
            ["addressLine1"] = person?.Street ?? "Speicherweg 1",
            ["city"] = person?.City ?? "Hamburg",
            ["postalCode"] = person?.Zip ?? "20000",
            ["country"] = person?.CountryCode ?? "DE",
            ["phoneNumber"] = person?.Phone ?? "",
            ["currencyCode"] = "EUR",
            // One blank, as the option is called there.
            ["blocked"] = " ",
            ["taxLiable"] = true,
            ["lastModifiedDateTime"] = now,
        };
        return row;
    }
}

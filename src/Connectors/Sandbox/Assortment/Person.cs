namespace Connectors.Sandbox.Assortment;

/// <summary>A customer who does not exist: names, streets and numbers are put together from invented parts, mail goes to a reserved domain.</summary>
/// <param name="Number">1 to <see cref="People.Count"/>; the same person orders again.</param>
internal sealed record Person(int Number, string FirstName, string LastName, string Street, string Zip, string City, string Country, string CountryCode, string Email, string Phone)
{
    public string Name => $"{FirstName} {LastName}";
}

internal static class People
{
    public const int Count = 240;

    private static readonly string[] FirstNames = ["Anna", "Björn", "Carla", "Deniz", "Elif", "Frieda", "Gustav", "Hanne", "Ilse", "Jakub", "Käthe", "Luca", "Mara", "Nils", "Oda", "Pauline", "Quirin", "Rosa", "Sören", "Tilda"];
    private static readonly string[] LastNames = ["Ahlbach", "Bergmüller", "Castrell", "Dornhoff", "Eschwald", "Fintel", "Grünhagen", "Hollerstein", "Immel", "Jessberg", "Kornfeld", "Lindqvort"];
    private static readonly string[] Streets = ["Amselpfad", "Birkenhof", "Dünenweg", "Erlenstieg", "Föhrenallee", "Glockengasse", "Heidering", "Kastanienufer", "Lerchenstraße"];

    private static readonly (string Zip, string City, string Country, string Code, string Dial)[] Places =
    [
        ("10000", "Berlin", "Germany", "DE", "+49 30"),
        ("20000", "Hamburg", "Germany", "DE", "+49 40"),
        ("80000", "München", "Germany", "DE", "+49 89"),
        ("50000", "Köln", "Germany", "DE", "+49 221"),
        ("04000", "Leipzig", "Germany", "DE", "+49 341"),
        ("1000", "Wien", "Austria", "AT", "+43 1"),
        ("5000", "Salzburg", "Austria", "AT", "+43 662"),
        ("1000 AA", "Amsterdam", "Netherlands", "NL", "+31 20"),
    ];

    /// <summary>Everybody, made without chance: customers in the ERP are the same at every start.</summary>
    public static IReadOnlyList<Person> All { get; } = [.. Enumerable.Range(1, Count).Select(Make)];

    private static Person Make(int number)
    {
        var first = FirstNames[number % FirstNames.Length];
        var last = LastNames[number / FirstNames.Length % LastNames.Length];
        var place = Places[number * 7 % Places.Length];
        return new(
            number,
            first,
            last,
            $"{Streets[number * 5 % Streets.Length]} {number % 97 + 1}",
            place.Zip,
            place.City,
            place.Country,
            place.Code,
            $"{Plain(first)}.{Plain(last)}{number}@example.com",
            $"{place.Dial} 5550 {number:0000}");
    }

    private static string Plain(string name) =>
        name.ToLowerInvariant().Replace("ä", "ae", StringComparison.Ordinal).Replace("ö", "oe", StringComparison.Ordinal).Replace("ü", "ue", StringComparison.Ordinal);
}

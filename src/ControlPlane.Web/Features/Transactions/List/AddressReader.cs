using System.Globalization;
using ControlPlane.Domain.Shared;
using ControlPlane.Runtime.Transactions.Queries;

namespace ControlPlane.Web.Features.Transactions.List;

/// <summary>Reads the values of an address one by one, and keeps which were understood and what is wrong with the others.</summary>
internal sealed class AddressReader(Func<string, string?> value)
{
    private readonly Dictionary<string, string> _understood = new(StringComparer.Ordinal);
    private readonly List<string> _problems = [];

    public IReadOnlyList<string> Problems => _problems;

    public IReadOnlyList<KeyValuePair<string, string>> Understood(IEnumerable<string> order) =>
        [.. order.Where(_understood.ContainsKey).Select(name => KeyValuePair.Create(name, _understood[name]))];

    public string? Text(string name)
    {
        if (Given(name) is not { } text)
            return null;
        return _understood[name] = text;
    }

    /// <param name="unknown">What to say of a word that is none of them; <c>{0}</c> is the word.</param>
    public string? One(string name, IReadOnlyList<string> words, string unknown)
    {
        if (Given(name) is not { } text)
            return null;
        if (words.FirstOrDefault(w => string.Equals(w, text, StringComparison.OrdinalIgnoreCase)) is { } word)
            return _understood[name] = word;
        Unknown(unknown, text, words);
        return null;
    }

    /// <summary>Several words parted by commas; those that are understood count.</summary>
    public IReadOnlyList<T> Choices<T>(string name, IReadOnlyList<T> choices, Func<T, string> word, string unknown)
    {
        var found = new List<T>();
        foreach (var text in (Given(name) ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
            if (choices.Where(c => string.Equals(word(c), text, StringComparison.OrdinalIgnoreCase)).Take(1).ToList() is [var choice])
                found.Add(choice);
            else
                Unknown(unknown, text, [.. choices.Select(word)]);
        if (found.Count == 0)
            return [];
        _understood[name] = string.Join(", ", found.Distinct().Select(word));
        return [.. found.Distinct()];
    }

    public DateOnly? Day(string name)
    {
        if (Given(name) is not { } text)
            return null;
        if (DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) && day.Year is > 2000 and < 2200)
        {
            _understood[name] = text;
            return day;
        }

        _problems.Add($"“{Short(text)}” is no day; it is left out. Write it as 2026-11-23.");
        return null;
    }

    /// <summary><c>250 EUR</c> or <c>250.00 EUR</c>: without a currency an amount says nothing.</summary>
    public Money? Amount(string name)
    {
        if (Given(name) is not { } text)
            return null;
        if (text.Split(' ', StringSplitOptions.RemoveEmptyEntries) is [var number, { Length: 3 } currency]
            && Money.TryParse(number, currency.ToUpperInvariant(), out var money) && money.MinorUnits >= 0)
        {
            _understood[name] = money.ToString();
            return money;
        }

        _problems.Add($"“{Short(text)}” is no amount; it is left out. Write it as 250 EUR.");
        return null;
    }

    public PageCursor? Cursor(string name)
    {
        if (Given(name) is not { } text)
            return null;
        if (PageCursor.TryParse(text, out var at))
            return at;
        _problems.Add("The place in the list was not understood: the list begins with the newest.");
        return null;
    }

    public void Remark(string problem) => _problems.Add(problem);

    /// <summary>Something that was understood, but cannot hold beside the others.</summary>
    public T? LeaveOut<T>(string name, string problem)
    {
        _understood.Remove(name);
        _problems.Add(problem);
        return default;
    }

    public static string Short(string text) => text.Length > 40 ? text[..40] + "…" : text;

    public static string List(IReadOnlyList<string> words) => words.Count == 0 ? "is none" : $"{(words.Count == 1 ? "is" : "are")} {string.Join(", ", words)}";

    private void Unknown(string what, string text, IReadOnlyList<string> words) =>
        _problems.Add($"{what.Replace("{0}", Short(text), StringComparison.Ordinal)} It is left out. There {List(words)}.");

    private string? Given(string name) => string.IsNullOrWhiteSpace(value(name)) ? null : value(name)!.Trim();
}

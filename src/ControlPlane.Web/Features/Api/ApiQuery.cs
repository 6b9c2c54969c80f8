using System.Globalization;

namespace ControlPlane.Web.Features.Api;

/// <summary>
/// Reads query parameters and collects what is wrong with them. A parameter that is not known is an error: a mistyped
/// filter would otherwise return everything and look like an answer.
/// </summary>
internal sealed class ApiQuery(IQueryCollection query)
{
    private readonly List<ApiError> _errors = [];
    private readonly HashSet<string> _asked = new(StringComparer.Ordinal);

    public string? Text(string name, int longest = 200)
    {
        if (One(name) is not { } text)
            return null;
        if (text.Length <= longest && !text.Any(char.IsControl))
            return text;
        Refuse(name, string.Create(CultureInfo.InvariantCulture, $"Allowed: at most {longest} characters, no control characters."));
        return null;
    }

    /// <summary>As it was given, for people; empty when it was not.</summary>
    public string Given(string name) => string.Join(", ", query[name].Where(v => !string.IsNullOrWhiteSpace(v)));

    public int Limit() => Number("limit", Paging.DefaultLimit, 1, Paging.LargestLimit);

    public int Number(string name, int otherwise, int least, int most)
    {
        if (One(name) is not { } text)
            return otherwise;
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most)
            return number;
        Refuse(name, string.Create(CultureInfo.InvariantCulture, $"Allowed: a whole number from {least} to {most}."));
        return otherwise;
    }

    /// <summary>An instant with its offset, as RFC 3339 writes it; a date alone is its midnight in UTC.</summary>
    public DateTimeOffset? Time(string name)
    {
        if (One(name) is not { } text)
            return null;
        // "+" arrives as a space from clients that do not escape it.
        if (DateTimeOffset.TryParseExact(
                text.Replace(' ', '+'), ["yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK", "yyyy-MM-dd'T'HH:mmK", "yyyy-MM-dd"], CultureInfo.InvariantCulture,
                DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time))
            return time;
        Refuse(name, "Allowed: an instant like 2026-11-23T10:00:00Z, or a date like 2026-11-23 (midnight in UTC).");
        return null;
    }

    public Guid? Id(string name)
    {
        if (One(name) is not { } text)
            return null;
        if (Guid.TryParse(text, out var id))
            return id;
        Refuse(name, "Allowed: an id like 019ab2f4-5d6e-7c3a-9b1f-2e4d6c8a0b1c.");
        return null;
    }

    /// <summary>Words of a closed list, parted by commas or given several times.</summary>
    public IReadOnlyList<T> Choices<T>(string name, IReadOnlyList<string> words, Func<string, T> read)
    {
        _asked.Add(name);
        var given = query[name].SelectMany(v => (v ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)).ToList();
        if (given.All(g => words.Contains(g, StringComparer.OrdinalIgnoreCase)))
            return [.. given.Select(g => read(g.ToLowerInvariant())).Distinct()];
        Refuse(name, $"Allowed: {string.Join(", ", words)}.");
        return [];
    }

    /// <param name="read">Null for text that is no cursor of this list.</param>
    public T? Cursor<T>(Func<string, T?> read)
        where T : struct
    {
        if (One("cursor") is not { } text)
            return null;
        if (read(text) is { } cursor)
            return cursor;
        RefuseCursor();
        return null;
    }

    public string? KeyCursor()
    {
        if (One("cursor") is not { } text)
            return null;
        if (Paging.KeyOf(text) is { } key)
            return key;
        RefuseCursor();
        return null;
    }

    public void Refuse(string name, string message) => _errors.Add(new("request.parameter", name, message));

    /// <summary>Call last. Empty when the request can be answered.</summary>
    public IReadOnlyList<ApiError> Errors()
    {
        foreach (var name in query.Keys.Where(k => !_asked.Contains(k)))
            _errors.Add(new("request.parameter_unknown", name, _asked.Count == 0 ? "This path takes no parameters." : $"This parameter is not known here. Allowed: {string.Join(", ", _asked.Order(StringComparer.Ordinal))}."));
        return _errors;
    }

    private void RefuseCursor() => Refuse("cursor", "Allowed: the next of an earlier answer of this list. Leave it out to begin at the start.");

    private string? One(string name)
    {
        _asked.Add(name);
        if (query[name] is not { Count: > 0 } values)
            return null;
        if (values.Count > 1)
            Refuse(name, "Allowed: once.");
        return values[0] is { Length: > 0 } text ? text.Trim() : null;
    }
}

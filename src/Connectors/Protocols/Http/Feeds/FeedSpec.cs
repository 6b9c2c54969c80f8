using System.Globalization;
using System.Text;
using Connectors.Protocols.Formats;
using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Mappings.Incoming;

namespace Connectors.Protocols.Http.Feeds;

/// <summary>How the next page is asked for.</summary>
public enum PagingStyle
{
    /// <summary>There is one page.</summary>
    None,

    /// <summary><c>{page}</c> in the path counts up.</summary>
    Page,

    /// <summary><c>{offset}</c> in the path counts the documents read.</summary>
    Offset,

    /// <summary>A token of the answer goes into a parameter of the next request.</summary>
    Token,

    /// <summary>The header Link has an address with rel="next" (RFC 8288).</summary>
    Link,

    /// <summary>The answer holds the address of the next page, or its path.</summary>
    NextUrl,

    /// <summary>The answer holds the whole query of the next page.</summary>
    NextQuery,
}

/// <summary>A list of changed documents, as a manifest describes it.</summary>
public sealed record FeedSpec
{
    public required string Name { get; init; }

    public required FeedPath Path { get; init; }

    /// <summary>Files of a folder instead of an answer's documents; then nothing below but budget and format has a meaning.</summary>
    public Folders.FolderSpec? Folder { get; init; }

    /// <summary>Where the documents stand in the answer; <c>$[]</c> when the answer is the list.</summary>
    public required DocumentPath Items { get; init; }

    public PagingStyle Paging { get; init; }

    /// <summary>Documents on a page; fewer mean that it was the last.</summary>
    public int Size { get; init; } = 50;

    /// <summary>Number of the first page, 0 or 1.</summary>
    public int First { get; init; } = 1;

    /// <summary>Where token, address or query of the next page stand.</summary>
    public DocumentPath? Next { get; init; }

    /// <summary>Where the answer says how many documents there are in all, for systems that answer the last page again and again; null = it does not.</summary>
    public DocumentPath? Total { get; init; }

    public string TokenParameter { get; init; } = "";

    /// <summary>Each walk begins this much before the last one began: documents show up late, and clocks differ.</summary>
    public TimeSpan Overlap { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>How far back the first walk goes.</summary>
    public TimeSpan LookBack { get; init; } = TimeSpan.FromDays(1);

    public RateBudget? Budget { get; init; }

    /// <summary>How an answer becomes JSON; null = it is JSON.</summary>
    public IDocumentFormat? Format { get; init; }

    /// <summary>For one document by its id; null when it cannot be asked for.</summary>
    public FeedPath? One { get; init; }

    /// <summary>Where that one stands in its answer; null = it is the whole.</summary>
    public DocumentPath? OneAt { get; init; }
}

/// <summary>
/// A path with <c>{since}</c>, <c>{page}</c>, <c>{offset}</c>, <c>{size}</c>, <c>{id}</c> and <c>{settings.name}</c>; values are percent-encoded.
/// </summary>
public sealed class FeedPath
{
    private readonly (string Text, bool Name)[] _parts;

    private FeedPath((string, bool)[] parts) => _parts = parts;

    public IEnumerable<string> Names => _parts.Where(p => p.Name).Select(p => p.Text);

    /// <summary>How <c>{since}</c> is written: <c>iso</c>, <c>unix</c>, <c>unix-ms</c>, or a .NET pattern in UTC.</summary>
    public string SinceFormat { get; init; } = "iso";

    /// <summary>Null when it cannot be read.</summary>
    public static FeedPath? TryParse(string text, string sinceFormat, IReadOnlyCollection<string> names, out string problem)
    {
        var parts = new List<(string, bool)>();
        problem = "";
        for (var at = 0; at < text.Length;)
        {
            var open = text.IndexOf('{', at);
            if (open != at)
                parts.Add((open < 0 ? text[at..] : text[at..open], false));
            if (open < 0)
                break;
            var close = text.IndexOf('}', open);
            var name = close < 0 ? "" : text[(open + 1)..close];
            if (!names.Contains(name) && !(name.StartsWith(Placeholders.Settings, StringComparison.Ordinal) && name.Length > Placeholders.Settings.Length))
            {
                problem = close < 0 ? "A '{' has no '}'." : $"'{{{name}}}' cannot be read here. Allowed: {string.Join(", ", names.Select(n => $"{{{n}}}"))} and {{settings.<name>}}.";
                return null;
            }

            parts.Add((name, true));
            at = close + 1;
        }

        return new([.. parts]) { SinceFormat = sinceFormat };
    }

    /// <summary>Null when a setting has no value; <paramref name="missing"/> names it.</summary>
    public string? Render(Func<string, string?> values, out string missing)
    {
        missing = "";
        var path = new StringBuilder();
        foreach (var (text, isName) in _parts)
        {
            if (!isName)
            {
                path.Append(text);
                continue;
            }

            if (values(text) is not { Length: > 0 } value || value is "." or "..")
            {
                missing = text;
                return null;
            }

            path.Append(Uri.EscapeDataString(value));
        }

        return path.ToString();
    }

    public string Since(DateTimeOffset instant) => SinceFormat switch
    {
        "iso" => instant.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture),
        "unix" => instant.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture),
        "unix-ms" => instant.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture),
        _ => instant.UtcDateTime.ToString(SinceFormat, CultureInfo.InvariantCulture),
    };
}

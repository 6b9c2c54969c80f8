using System.Globalization;
using System.Text;
using Connectors.Protocols.Calls;
using Connectors.Protocols.Formats;
using Connectors.Protocols.Http.Bodies;
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

    /// <summary>A token of the answer goes into a parameter of the next request, or to <c>{token}</c> in its body.</summary>
    Token,

    /// <summary>The header Link has an address with rel="next" (RFC 8288).</summary>
    Link,

    /// <summary>The answer holds the address of the next page, or its path.</summary>
    NextUrl,

    /// <summary>The answer holds the whole query of the next page.</summary>
    NextQuery,

    /// <summary>The answer names the search and how many pages it has; the next ones are asked for by its name and their number.</summary>
    Search,
}

/// <summary>A list of changed documents, as a manifest describes it.</summary>
public sealed record FeedSpec
{
    public required string Name { get; init; }

    public required FeedPath Path { get; init; }

    /// <summary>Files of a folder instead of an answer's documents; then nothing below but budget and format has a meaning.</summary>
    public Folders.FolderSpec? Folder { get; init; }

    /// <summary>What is asked as JSON, or the variables of <see cref="GraphQl"/>; null = <see cref="Body"/> says it, or the path.</summary>
    public BodyTemplate<FeedPath>? Json { get; init; }

    /// <summary>A query in the GraphQL language.</summary>
    public string? GraphQl { get; init; }

    /// <summary>Empty = all from 200 to 299 but 206, which says that only a part came.</summary>
    public IReadOnlyList<int> Success { get; init; } = [];

    /// <summary>Where the answer says whether there is a next page; null = the next token says so.</summary>
    public DocumentPath? HasMore { get; init; }

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

    /// <summary>Where the answer says how many pages there are, for <see cref="PagingStyle.Search"/>.</summary>
    public DocumentPath? Pages { get; init; }

    /// <summary>The system's codes that mean that a walk over pages cannot go on and begins anew.</summary>
    public IReadOnlyList<string> Expired { get; init; } = [];

    /// <summary>GET, or POST for systems that are asked with a document.</summary>
    public HttpMethod Method { get; init; } = HttpMethod.Get;

    /// <summary>What is asked; null = the path says it all.</summary>
    public FeedPath? Body { get; init; }

    /// <summary>What is asked on the pages after the first, with <c>{token}</c>; null = <see cref="Body"/>.</summary>
    public FeedPath? NextBody { get; init; }

    public string ContentType { get; init; } = "application/json";

    public IReadOnlyList<KeyValuePair<string, FeedPath>> Headers { get; init; } = [];

    /// <summary>What must hold for an answer to be a success.</summary>
    public DocumentConditions Only { get; init; } = DocumentConditions.None;

    /// <summary>Each walk begins this much before the last one began: documents show up late, and clocks differ.</summary>
    public TimeSpan Overlap { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>How far back the first walk goes.</summary>
    public TimeSpan LookBack { get; init; } = TimeSpan.FromDays(1);

    public RateBudget? Budget { get; init; }

    /// <summary>Asked by one or several calls instead of a GET; null = by GET.</summary>
    internal FeedCalls? Calls { get; init; }

    /// <summary>How an answer becomes JSON; null = it is JSON.</summary>
    public IDocumentFormat? Format { get; init; }

    /// <summary>The list only names its documents: where each entry has the id with which <see cref="One"/> is asked for it; null = the entries are the documents.</summary>
    public DocumentPath? EachId { get; init; }

    /// <summary>For one document by its id; null when it cannot be asked for.</summary>
    public FeedPath? One { get; init; }

    /// <summary>Where that one stands in its answer; null = it is the whole.</summary>
    public DocumentPath? OneAt { get; init; }
}

/// <param name="Sequence">Its calls read <c>since</c>, <c>page</c>, <c>offset</c>, <c>size</c>.</param>
/// <param name="Each">The entries of which each makes a document.</param>
/// <param name="Document">What is made of an entry and of what else was read; null = the entry as it is.</param>
internal sealed record FeedCalls(SequenceSpec Sequence, CallSource Each, CallDocument? Document);

/// <summary>
/// A path with <c>{since}</c>, <c>{page}</c>, <c>{offset}</c>, <c>{size}</c>, <c>{id}</c> and <c>{settings.name}</c>; values are percent-encoded.
/// </summary>
public sealed class FeedPath
{
    private static readonly Func<string, string> InPath = Uri.EscapeDataString;

    private readonly (string Text, bool Name)[] _parts;

    private FeedPath((string, bool)[] parts) => _parts = parts;

    public IEnumerable<string> Names => _parts.Where(p => p.Name).Select(p => p.Text);

    /// <summary>How <c>{since}</c> is written: <c>iso</c>, <c>unix</c>, <c>unix-ms</c>, or a .NET pattern in UTC.</summary>
    public string SinceFormat { get; init; } = "iso";

    /// <summary>Null when it cannot be read.</summary>
    /// <param name="text">A path, or a document.</param>
    /// <param name="braces">Whether what stands in braces and is no name is text, as in JSON.</param>
    public static FeedPath? TryParse(string text, string sinceFormat, IReadOnlyCollection<string> names, out string problem, bool braces = false)
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
            if (braces && !names.Contains(name) && !name.StartsWith(Placeholders.Settings, StringComparison.Ordinal))
            {
                parts.Add(("{", false));
                at = open + 1;
                continue;
            }

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
    /// <param name="encode">For the place that values go to; null = a path.</param>
    public string? Render(Func<string, string?> values, out string missing, Func<string, string>? encode = null)
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

            var pieces = text.EndsWith(Placeholders.OfPieces, StringComparison.Ordinal);
            var name = pieces ? text[..^Placeholders.OfPieces.Length] : text;
            if (values(name) is not { Length: > 0 } value || encode is null && value is "." or ".." || (pieces ? Placeholders.EncodePieces(value) : (encode ?? InPath)(value)) is not { } encoded)
            {
                missing = name;
                return null;
            }

            path.Append(encoded);
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

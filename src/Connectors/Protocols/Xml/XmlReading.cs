namespace Connectors.Protocols.Xml;

/// <summary>How elements become members of JSON.</summary>
public sealed record XmlReading
{
    /// <summary>Local names, whatever the namespace: what most systems mean.</summary>
    public static XmlReading Plain { get; } = new();

    /// <summary>Namespace → prefix, for names that keep one: <c>cbc:ID</c>. Empty: local names. The prefix is the manifest's, not the document's.</summary>
    public IReadOnlyDictionary<string, string> Prefixes { get; init; } = new Dictionary<string, string>();

    /// <summary>Elements that are lists even when there is one: a name for it anywhere, a path from the root for one place.</summary>
    public IReadOnlySet<string> Lists { get; init; } = new HashSet<string>();

    /// <summary>Names from the root to the element that each makes a document of its own; empty = the whole is one.</summary>
    public IReadOnlyList<string> Split { get; init; } = [];

    /// <summary>Takes white space from both ends of texts.</summary>
    public bool Trim { get; init; }

    internal string Name(string local, string space) =>
        Prefixes.Count > 0 && space.Length > 0 && Prefixes.TryGetValue(space, out var prefix) && prefix.Length > 0 ? $"{prefix}:{local}" : local;
}

using System.Text;
using Connectors.Protocols.Http;

namespace Connectors.Protocols.Xml;

/// <summary>How JSON becomes XML, beyond what the names of its members say.</summary>
public sealed record XmlShape
{
    /// <summary>Name of the root, with a prefix of <see cref="Namespaces"/>; null: the document's one member is the root.</summary>
    public string? Root { get; init; }

    /// <summary>Prefix → namespace, all declared on the root in this order; the empty prefix is the default namespace. May name settings.</summary>
    public IReadOnlyList<KeyValuePair<string, ConnectionText>> Namespaces { get; init; } = [];

    /// <summary>Path of an element (its names joined by dots, without the root's) → the order of what is within, where a schema demands one; what is not named follows.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Order { get; init; } = new Dictionary<string, IReadOnlyList<string>>();

    public bool Declaration { get; init; } = true;

    /// <summary>Characters that it has not are written as references.</summary>
    public Encoding Encoding { get; init; } = new UTF8Encoding(false);

    public bool Indent { get; init; }
}

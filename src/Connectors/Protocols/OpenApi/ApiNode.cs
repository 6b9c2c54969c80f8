namespace Connectors.Protocols.OpenApi;

/// <summary>A place of a description, whether it is written as JSON or YAML: an object, a list or a value, with its line.</summary>
/// <param name="Line">Counted from 1.</param>
internal sealed class ApiNode(int line)
{
    private readonly Dictionary<string, ApiNode> _fields = new(StringComparer.Ordinal);
    private readonly List<string> _names = [];
    private readonly List<ApiNode> _items = [];

    public int Line => line;

    public bool IsMap { get; init; }

    public bool IsList { get; init; }

    /// <summary>Null for objects, lists and null itself.</summary>
    public string? Value { get; init; }

    /// <summary>Written in quotation marks: a text, even where it looks like a number.</summary>
    public bool Quoted { get; init; }

    public IReadOnlyList<ApiNode> Items => _items;

    /// <summary>In the order written.</summary>
    public IEnumerable<(string Name, ApiNode Node)> Fields => _names.Select(n => (n, _fields[n]));

    public ApiNode? this[string name] => _fields.GetValueOrDefault(name);

    public string? Text(string name) => this[name]?.Value;

    public bool Flag(string name) => Text(name) == "true";

    /// <returns>False when the name stands there already.</returns>
    public bool Add(string name, ApiNode node)
    {
        if (!_fields.TryAdd(name, node))
            return false;
        _names.Add(name);
        return true;
    }

    public void Add(ApiNode item) => _items.Add(item);
}

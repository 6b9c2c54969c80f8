using System.Collections.Frozen;
using System.Globalization;
using System.Text.Json.Nodes;

namespace Connectors.Sandbox.Erp;

internal enum ErpKind
{
    Text,
    Number,
    Flag,
    Date,
    Instant,
    Id,
}

/// <param name="MostLength">For texts; longer ones are refused, as the real fields are.</param>
/// <param name="ReadOnly">Sending it is refused.</param>
internal sealed record ErpField(string Name, ErpKind Kind, int MostLength = 250, bool ReadOnly = false);

/// <summary>A kind of record: its fields in the order in which they are written.</summary>
internal sealed class ErpEntity
{
    private readonly FrozenDictionary<string, int> _index;

    public ErpEntity(string typeName, params ErpField[] fields)
    {
        TypeName = typeName;
        Fields = fields;
        _index = fields.Select((f, i) => (f.Name, i)).ToFrozenDictionary(p => p.Name, p => p.i, StringComparer.Ordinal);
    }

    public string TypeName { get; }

    public IReadOnlyList<ErpField> Fields { get; }

    /// <summary>-1 when there is no such field.</summary>
    public int IndexOf(string field) => _index.GetValueOrDefault(field, -1);
}

/// <summary>One record. Fields that were never set read as the empty value of their kind, never as null.</summary>
internal class ErpRow(ErpEntity entity, Guid id)
{
    private readonly object?[] _values = new object?[entity.Fields.Count];

    public ErpEntity Entity => entity;

    public Guid Id => id;

    /// <summary>Grows with every change.</summary>
    public int Version { get; private set; } = 1;

    public string ETag => "W/\"" + Convert.ToBase64String(System.Text.Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"'19;{id.GetHashCode() & 0x7FFFFFFF};{Version};'"))) + "\"";

    public object this[string field]
    {
        get => field == "id" ? id : _values[Index(field)] ?? Empty(entity.Fields[Index(field)].Kind);
        set => _values[Index(field)] = value;
    }

    public string Text(string field) => (string)this[field];

    public decimal Number(string field) => (decimal)this[field];

    public bool IsSet(string field) => _values[Index(field)] is not null;

    public void Touch() => Version++;

    /// <summary>Takes over every value of a record of the same kind, so that a change can be tried on a copy first.</summary>
    public void CopyFrom(ErpRow other) => other._values.CopyTo(_values, 0);

    public virtual JsonObject Write(IReadOnlyCollection<string> select)
    {
        var body = new JsonObject { ["@odata.etag"] = ETag };
        foreach (var field in entity.Fields)
            if (select.Count == 0 || select.Contains(field.Name))
                body[field.Name] = Node(this[field.Name]);
        return body;
    }

    private static JsonNode Node(object value) => value switch
    {
        string text => text,
        decimal number => number,
        int number => number,
        bool flag => flag,
        Guid guid => guid.ToString(),
        DateOnly date => date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        DateTimeOffset at => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture),
        _ => throw new InvalidOperationException($"{value.GetType().Name} is no kind of field."),
    };

    private static object Empty(ErpKind kind) => kind switch
    {
        ErpKind.Text => "",
        ErpKind.Number => 0m,
        ErpKind.Flag => false,
        ErpKind.Date => DateOnly.MinValue,
        ErpKind.Instant => DateTimeOffset.MinValue,
        _ => Guid.Empty,
    };

    private int Index(string field) => entity.IndexOf(field) is var i and >= 0 ? i : throw new ArgumentException($"{entity.TypeName} has no field {field}.", nameof(field));
}

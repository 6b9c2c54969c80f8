using System.Text;
using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Mappings;

namespace Connectors.Protocols.Http;

/// <summary>How a value is made safe for the place it goes to.</summary>
public enum PlaceholderUse
{
    /// <summary>Part of a path or query: percent-encoded, so that a value can never add a segment or a parameter.</summary>
    Path,

    /// <summary>A header: control characters are refused.</summary>
    Header,

    /// <summary>For people, or a body that encodes it itself.</summary>
    Plain,
}

/// <summary>
/// Text with <c>{name}</c> in it. <c>{name:odata}</c> doubles quotation marks, for a value within an OData string.
/// <c>{settings.folder:path}</c> keeps the slashes of a folder's name in a path.
/// Names are what a mapping can read, outside of lines: <c>{settings.companyId}</c>, <c>{outputs.erpOrderId}</c>, <c>{reference}</c>.
/// </summary>
public sealed class Placeholders
{
    private readonly Part[] _parts;

    private Placeholders(Part[] parts) => _parts = parts;

    public static Placeholders Empty { get; } = new([]);

    public static Placeholders Literal(string text) => new([new(text, "", null, false)]);

    /// <summary>The names it reads.</summary>
    public IEnumerable<string> Names => _parts.Where(p => p.Name.Length > 0).Select(p => p.Name);

    /// <summary>Null when it cannot be read; <paramref name="problem"/> says why and what is allowed.</summary>
    public static Placeholders? TryParse(string text, out string problem)
    {
        var parts = new List<Part>();
        problem = "";
        var at = 0;
        while (at < text.Length)
        {
            var open = text.IndexOf('{', at);
            if (open != at)
                parts.Add(new(open < 0 ? text[at..] : text[at..open], "", null, false));
            if (open < 0)
                break;
            var close = text.IndexOf('}', open);
            if (close < 0)
            {
                problem = "A '{' has no '}'.";
                return null;
            }

            if (!TryName(text[(open + 1)..close], parts, out problem))
                return null;
            at = close + 1;
        }

        return new([.. parts]);
    }

    /// <summary>Null when a value is missing or not allowed at that place; <paramref name="problem"/> then holds the name it comes from.</summary>
    public string? Render(MappingInput input, PlaceholderUse use, out string problem) =>
        Render((in Part part) => part.Source!.Read(new MappingScope(input)).ToText(), use, out problem);

    /// <summary>As the other, for texts that are about the connection alone, such as its credentials: reads <c>settings.</c> and <c>secrets.</c>.</summary>
    public string? Render(Connection connection, IReadOnlyDictionary<string, string> defaults, PlaceholderUse use, out string problem) => Render(
        (in Part part) => part.Name.StartsWith(Secrets, StringComparison.Ordinal)
            ? connection.Secret(part.Name[Secrets.Length..])
            : connection.Setting(part.Name[Settings.Length..]) ?? defaults.GetValueOrDefault(part.Name[Settings.Length..]),
        use, out problem);

    /// <summary>Behind a name in a path: its slashes stay.</summary>
    internal const string OfPieces = ":path";

    internal const string Secrets = "secrets.";
    internal const string Settings = "settings.";

    private string? Render(Reader read, PlaceholderUse use, out string problem)
    {
        problem = "";
        if (_parts is [{ Name.Length: 0 } only])
            return only.Literal;
        var text = new StringBuilder();
        foreach (ref readonly var part in _parts.AsSpan())
        {
            if (part.Name.Length == 0)
            {
                text.Append(part.Literal);
                continue;
            }

            if ((part.Pieces && use == PlaceholderUse.Path ? EncodePieces(read(in part)) : Encode(read(in part), part.OData, use)) is not { } value)
            {
                problem = part.Name;
                return null;
            }

            text.Append(value);
        }

        return text.ToString();
    }

    /// <summary>A value of dots alone would climb up the path, since dots are not encoded.</summary>
    private static string? Encode(string? value, bool odata, PlaceholderUse use)
    {
        if (string.IsNullOrEmpty(value) || value.Any(char.IsControl) && use != PlaceholderUse.Plain)
            return null;
        if (odata)
            value = value.Replace("'", "''", StringComparison.Ordinal);
        return use != PlaceholderUse.Path ? value : value is "." or ".." ? null : Uri.EscapeDataString(value);
    }

    /// <summary>A folder as a setting names it: its slashes stay, and each piece between them is encoded for itself. Null when a piece would climb up.</summary>
    internal static string? EncodePieces(string? value)
    {
        var pieces = (value ?? "").Split('/', StringSplitOptions.RemoveEmptyEntries);
        return pieces.Length == 0 || pieces.Any(p => p is "." or ".." || p.Any(char.IsControl)) ? null : string.Join('/', pieces.Select(Uri.EscapeDataString));
    }

    private static bool TryName(string inside, List<Part> parts, out string problem)
    {
        var odata = inside.EndsWith(":odata", StringComparison.Ordinal);
        var pieces = inside.EndsWith(OfPieces, StringComparison.Ordinal);
        var name = odata ? inside[..^":odata".Length] : pieces ? inside[..^OfPieces.Length] : inside;
        var source = SourcePaths.Find(name);
        problem = source is { Lines: LineScope.None } || name.StartsWith(Secrets, StringComparison.Ordinal) && name.Length > Secrets.Length
            ? ""
            : $"'{{{inside}}}' cannot be read. Allowed: what a mapping reads outside of lines, such as {{reference}}, {{settings.<name>}}, {{outputs.<name>}}, {{order.number}}, each also with :odata behind.";
        parts.Add(new("", name, source, odata) { Pieces = pieces });
        return problem.Length == 0;
    }

    private delegate string? Reader(in Part part);

    private readonly record struct Part(string Literal, string Name, SourcePath? Source, bool OData)
    {
        public bool Pieces { get; init; }
    }
}

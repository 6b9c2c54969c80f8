using System.Globalization;
using System.Text.RegularExpressions;

namespace Connectors.Protocols.Edi.Writing;

/// <summary>The values of one segment to be written, by place.</summary>
internal sealed partial class SegmentDraft(string tag)
{
    private const int MostPosition = 99;
    private const int MostRepeats = 999;

    private readonly SortedDictionary<(int Position, int Repeat, int Component), string> _values = [];

    public string Tag => tag;

    public bool IsEmpty => _values.Count == 0;

    public IEnumerable<KeyValuePair<(int Position, int Repeat, int Component), string>> Values => _values;

    public bool Has(int position) => _values.Any(v => v.Key.Position == position);

    public bool Has(int position, int component) => _values.ContainsKey((position, 1, Math.Max(1, component)));

    /// <summary>False when something is there already.</summary>
    public bool Set(int position, int repeat, int component, string value) => _values.TryAdd((position, repeat, Math.Max(1, component)), value);

    /// <summary>Reads <c>PO103</c>, <c>PO103-2</c>, <c>PO103/2</c>.</summary>
    public bool TryPlace(string name, out (int Position, int Repeat, int Component) place)
    {
        place = default;
        if (!name.StartsWith(tag, StringComparison.Ordinal) || Form().Match(name[tag.Length..]) is not { Success: true } m)
            return false;
        place = (Number(m, 1), m.Groups[2].Success ? Number(m, 2) : 1, m.Groups[3].Success ? Number(m, 3) : 1);
        return place is { Position: > 0 and <= MostPosition, Repeat: > 0 and <= MostRepeats, Component: > 0 and <= MostPosition };
    }

    private static int Number(Match match, int group) => int.Parse(match.Groups[group].Value, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^(\d{2})(?:/(\d{1,3}))?(?:-(\d{1,2}))?$")]
    private static partial Regex Form();
}

using System.Globalization;
using System.Text;
using Connectors.Protocols.Edi.Reading;
using ControlPlane.Domain.Shared;

namespace Connectors.Protocols.Edi.Writing;

/// <summary>Writes drafts as segments, counts them, and refuses what cannot stand in an interchange.</summary>
/// <param name="blankSeparators">True: separators and control characters within values become blanks. False: they are refused.</param>
internal sealed class SegmentWriter(EdiWriter output, EdiCharacters characters, bool blankSeparators, List<Refusal> refusals)
{
    private readonly Dictionary<string, int> _counts = new(StringComparer.Ordinal);

    private readonly Dictionary<string, decimal> _sums = new(StringComparer.Ordinal);

    /// <summary>Since the set began.</summary>
    public int Count { get; private set; }

    /// <summary>Of the values of one element in the set so far: <c>W0101</c>.</summary>
    public decimal SumOf(string element) => _sums.GetValueOrDefault(element);

    /// <summary>How many segments with this tag the set has so far.</summary>
    public int CountOf(string tag) => _counts.GetValueOrDefault(tag);

    public void BeginSet()
    {
        Count = 0;
        _counts.Clear();
        _sums.Clear();
    }

    public void Write(SegmentDraft draft)
    {
        Count++;
        _counts[draft.Tag] = CountOf(draft.Tag) + 1;
        output.Begin(Encoding.ASCII.GetBytes(draft.Tag));
        var (position, repeat, component) = (0, 1, 1);
        foreach (var (at, value) in draft.Values)
        {
            for (; position < at.Position; position++, repeat = 1, component = 1)
                output.Element();
            for (; repeat < at.Repeat; repeat++, component = 1)
                output.Repeat();
            for (; component < at.Component; component++)
                output.Component();
            output.Value(Encode(value, draft.Tag, at.Position));
            if (at is { Repeat: 1, Component: 1 } && value.Length < 20 && decimal.TryParse(value, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)
                && ElementJson.NameOf(draft.Tag, at.Position) is var name)
                _sums[name] = SumOf(name) + number;
        }

        output.End();
    }

    /// <summary>A head or trailer: elements in order, components separated by a NUL.</summary>
    public void Write(string tag, params IReadOnlyList<string> elements)
    {
        var draft = new SegmentDraft(tag);
        for (var i = 0; i < elements.Count; i++)
        {
            var parts = elements[i].Split('\0');
            for (var c = 0; c < parts.Length; c++)
                if (parts[c].Length > 0)
                    draft.Set(i + 1, 1, c + 1, parts[c]);
        }

        Write(draft);
    }

    private byte[] Encode(string value, string tag, int position)
    {
        var place = $"{tag}{position:00}";
        if (characters.Write(value) is not { } bytes)
        {
            refusals.Add(new("edi.character", place, $"{place} has a character that cannot be written in {characters.Name}. Replace it in the mapping, or agree on another character set with the partner."));
            return [];
        }

        var separators = output.Separators;
        for (var i = 0; i < bytes.Length; i++)
        {
            var bad = bytes[i] < ' ' || bytes[i] == 0x7F || separators.Release == 0 && separators.IsSeparator(bytes[i]);
            if (bad && blankSeparators)
                bytes[i] = (byte)' ';
            else if (bad)
            {
                refusals.Add(new("edi.separator_in_data", place, $"{place} has a character that separates, or a control character. Take it out in the mapping, or let the format write a blank for it (separatorsInData: blank)."));
                return [];
            }
        }

        return bytes;
    }
}

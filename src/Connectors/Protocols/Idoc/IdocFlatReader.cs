using System.Globalization;
using Connectors.Protocols.Xml;
using ControlPlane.Domain.Shared;

namespace Connectors.Protocols.Idoc;

/// <summary>Reads flat IDocs: a control record of fixed places, then data records that name their parent. Several may follow each other in a file.</summary>
internal sealed class IdocFlatReader(IdocSchema schema)
{
    private const int MostSegments = 1_000_000;

    private readonly List<IdocFound> _found = [];
    private readonly Dictionary<string, XmlPart> _byNumber = new(StringComparer.Ordinal);
    private readonly List<Refusal> _refusals = [];
    private XmlPart? _root;
    private int _from;
    private int _last;
    private int _segments;

    public List<IdocFound> Read(string text)
    {
        var number = 0;
        foreach (var range in text.AsSpan().Split('\n'))
        {
            number++;
            var line = text.AsSpan()[range].TrimEnd("\r ");
            if (line.IsEmpty)
                continue;
            var before = _last;
            _last = number;
            if (line.StartsWith(IdocSchema.ControlName))
                Begin(line, number, before);
            else if (_root is null)
                throw new XmlRefusedException(new("idoc.no_control_record", Line(number), $"The file does not begin with a control record ({IdocSchema.ControlName}), at {Line(number)}."));
            else
                Segment(line, number);
        }

        End(_last);
        return _found;
    }

    private void Begin(ReadOnlySpan<char> line, int number, int before)
    {
        End(before);
        _root = new("IDOC") { Children = [new(IdocSchema.ControlName) { Children = Fields(line, IdocSchema.Control.Fields) }] };
        _byNumber.Clear();
        _refusals.Clear();
        _from = number;
    }

    private void End(int number)
    {
        if (_root is not null)
            _found.Add(new(_root, string.Create(CultureInfo.InvariantCulture, $"IDoc {_found.Count + 1}, lines {_from} to {number}"), [.. _refusals]));
        _root = null;
    }

    private void Segment(ReadOnlySpan<char> line, int number)
    {
        if (++_segments > MostSegments)
            throw new XmlRefusedException(new("idoc.too_many_segments", Line(number), $"The file has more than {MostSegments} segments. Divide it."));
        if (line.Length is <= IdocSchema.DataAt - 8 or > IdocSchema.DataAt + IdocSchema.LongestData)
        {
            Refuse("idoc.record_length", number, $"A data record has {IdocSchema.DataAt} characters of head and up to {IdocSchema.LongestData} of data, and this one has {line.Length}");
            return;
        }

        var name = line[..30].Trim().ToString();
        var own = line.Slice(49, 6).Trim().ToString();
        var parent = (line.Length > 55 ? line[55..Math.Min(line.Length, 61)] : "").Trim().TrimStart('0').ToString();
        var into = _root!;
        if (parent.Length > 0 && !_byNumber.TryGetValue(parent, out into!))
        {
            Refuse("idoc.parent_unknown", number, $"The segment {Shown(name)} names a parent that does not stand before it");
            return;
        }

        var data = line.Length > IdocSchema.DataAt ? line[IdocSchema.DataAt..] : "";
        var known = schema.Find(name);
        var plain = known?.Name ?? IdocSchema.Plain(name);
        if (!plain.All(c => char.IsAsciiLetterOrDigit(c) || c == '_') || plain.Length == 0)
        {
            Refuse("idoc.segment_name", number, "The record does not begin with the name of a segment");
            return;
        }

        // What is not described is kept as it stands: nothing is lost, and a row can still cut a value out of it.
        var node = new XmlPart(plain) { Children = known is null ? [new("#data") { Text = data.ToString() }] : Fields(data, known.Fields) };
        into.Children!.Add(node);
        _byNumber[own.TrimStart('0')] = node;
    }

    private static List<XmlPart> Fields(ReadOnlySpan<char> data, IReadOnlyList<IdocField> fields)
    {
        var read = new List<XmlPart>();
        var at = 0;
        foreach (var field in fields)
        {
            if (at >= data.Length)
                break;
            var value = data.Slice(at, Math.Min(field.Length, data.Length - at)).Trim();
            at += field.Length;
            if (!value.IsEmpty)
                read.Add(new(field.Name) { Text = value.ToString() });
        }

        return read;
    }

    private void Refuse(string code, int line, string message)
    {
        if (_refusals.Count < 20)
            _refusals.Add(new(code, Line(line), $"{message}, at {Line(line)}."));
    }

    private static string Shown(string name) => name.Length > 30 ? name[..30] : name;

    private static string Line(int number) => string.Create(CultureInfo.InvariantCulture, $"line {number}");
}

internal sealed record IdocFound(XmlPart Idoc, string Place, IReadOnlyList<Refusal> Refusals);

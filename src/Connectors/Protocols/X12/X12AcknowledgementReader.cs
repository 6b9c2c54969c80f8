using System.Globalization;
using Connectors.Protocols.Edi;
using Connectors.Protocols.Edi.Acknowledging;
using Connectors.Protocols.Edi.Reading;

namespace Connectors.Protocols.X12;

/// <summary>Reads received 997 and 999: one result for each set that is listed, or one for the group when none is.</summary>
internal sealed class X12AcknowledgementReader(EdiSet set, SetText text, string connectionKey)
{
    private readonly List<AcknowledgedSet> _found = [];
    private string _functionalId = "", _group = "", _segment = "", _setId = "", _setControl = "";
    private int _position;
    private List<AcknowledgedError> _errors = [];
    private bool _open, _closed;

    public IReadOnlyList<AcknowledgedSet> Read(int last)
    {
        for (var i = 1; i < last; i++)
            Segment(text[i], i);
        if (_open)
            Problem(last, "AK5", "The last set that it lists has no result (AK5).");
        if (!_closed)
            Problem(last, "AK9", "It has no result for the group (AK9).");
        return _found;
    }

    private void Segment(EdiSegment s, int index)
    {
        switch (EdiText.Tag(s.Tag))
        {
            case "AK1":
                (_functionalId, _group) = (Element(s, 1), Element(s, 2));
                break;
            case "AK2":
                if (_open)
                    Problem(index, "AK2", "The set before has no result (AK5).");
                (_setId, _setControl, _errors, _open) = (Element(s, 1), Element(s, 2), [], true);
                break;
            case "AK3" or "IK3":
                (_segment, _position) = (Element(s, 1), Number(Element(s, 2)));
                if (Element(s, 4) is { Length: > 0 } code and not "8")
                    _errors.Add(new(_segment, _position, 0, 0, code, X12Codes.SegmentMeaning(code)));
                break;
            case "AK4" or "IK4":
                var wrong = Element(s, 3);
                _errors.Add(new(_segment, _position, Number(EdiText.Label(s.Component(1, 1), s.Separators, text.Characters)), Number(EdiText.Label(s.Component(1, 2), s.Separators, text.Characters)), wrong, X12Codes.ElementMeaning(wrong)));
                break;
            case "AK5" or "IK5":
                if (!_open)
                    Problem(index, "AK5", "It has a result (AK5) for no set (AK2).");
                else
                    Close(s);
                break;
            case "AK9":
                Group(s, index);
                break;
        }
    }

    private void Close(EdiSegment s)
    {
        _open = false;
        var code = Element(s, 1);
        if (_errors.Count == 0)
            Codes(s, 2, X12Codes.SetMeaning, _errors);
        Add(new(set.Id, code is "A" or "E", code)
        {
            Level = "set",
            FunctionalId = _functionalId,
            SetId = _setId,
            SetControlNumber = _setControl,
            GroupControlNumber = _group,
            Control = AcknowledgedSet.ControlOf(connectionKey, _setControl),
        }, _errors);
    }

    private void Group(EdiSegment s, int index)
    {
        _closed = true;
        var code = Element(s, 1);
        var errors = new List<AcknowledgedError>();
        Codes(s, 5, X12Codes.GroupMeaning, errors);
        if (_found.Count == 0 && !_open)
        {
            // A part accepted without saying which leaves every set in doubt.
            Add(new(set.Id, code is "A" or "E", code) { Level = "group", FunctionalId = _functionalId, GroupControlNumber = _group, Control = AcknowledgedSet.ControlOf(connectionKey, _group) }, errors);
        }
        else if (code == "R" && _found.Exists(f => f.Accepted))
        {
            // The group is rejected with all that is in it, whatever was said about its sets.
            var overruled = _found.ConvertAll(f => f with { Accepted = false, Code = "R" });
            _found.Clear();
            overruled.ForEach(f => Add(f, errors));
        }
        else if (EdiText.Count(s.Element(2)) is { } included && included > _found.Count && code is not "A")
            Problem(index, "AK9", $"It says that the group had {included.ToString(CultureInfo.InvariantCulture)} sets and lists {_found.Count.ToString(CultureInfo.InvariantCulture)}: what became of the others is open.", element: 2);
    }

    private void Add(AcknowledgedSet about, List<AcknowledgedError> errors)
    {
        foreach (var error in errors)
            about.Add(error);
        _found.Add(about);
    }

    private void Problem(int index, string tag, string message, int element = 0) =>
        set.Add(new(element > 0 ? EdiFault.ElementCode : EdiFault.SegmentMissing, message) { Segment = index + 1, Tag = tag, Element = element });

    /// <summary>Up to five codes, one an element.</summary>
    private void Codes(EdiSegment s, int from, Func<string, string> meaning, List<AcknowledgedError> into)
    {
        for (var i = from; i < from + 5; i++)
            if (Element(s, i) is { Length: > 0 } code)
                into.Add(new("", 0, 0, 0, code, meaning(code)));
    }

    private string Element(EdiSegment s, int position) => EdiText.Label(s.Component(position, 1), s.Separators, text.Characters);

    private static int Number(string number) => int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var n) ? n : 0;
}

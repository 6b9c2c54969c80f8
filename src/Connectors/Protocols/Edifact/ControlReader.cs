using System.Globalization;
using Connectors.Protocols.Edi;
using Connectors.Protocols.Edi.Acknowledging;
using Connectors.Protocols.Edi.Reading;

namespace Connectors.Protocols.Edifact;

/// <summary>Reads a received CONTRL: one result for each message that is listed (UCM), or one for the interchange (UCI) when none is.</summary>
internal sealed class ControlReader(EdiSet set, SetText text, string connectionKey)
{
    private const string Received = "8";
    private const string Rejected = "4";

    private readonly List<AcknowledgedSet> _found = [];
    private string _interchange = "", _code = "";
    private int _position;
    private bool _anyMessage;

    public IReadOnlyList<AcknowledgedSet> Read(int last)
    {
        AcknowledgedSet? whole = null;
        for (var i = 1; i < last; i++)
        {
            var s = text[i];
            if (s.Is("UCI"u8))
                whole = Interchange(s);
            else if (s.Is("UCM"u8))
                Message(s);
            else if (s.Is("UCS"u8))
                Segment(s);
            else if (s.Is("UCD"u8))
                Element(s);
        }

        if (whole is null)
            set.Add(new(EdiFault.SegmentMissing, "It names no interchange (UCI).") { Segment = 2, Tag = "UCI" });
        else if (!_anyMessage)
            _found.Add(whole);
        return _found;
    }

    private AcknowledgedSet Interchange(EdiSegment s)
    {
        (_interchange, _code) = (Value(s, 1), Value(s, 4));
        var about = new AcknowledgedSet("CONTRL", _code is "7" or Received, _code)
        {
            // 7 covers every message within; 8 only says that the interchange arrived.
            Level = _code == Received ? "interchange" : "group",
            InterchangeControlNumber = _interchange,
            GroupControlNumber = _interchange,
            Control = AcknowledgedSet.ControlOf(connectionKey, _interchange),
        };
        if (Value(s, 5) is { Length: > 0 } error)
            about.Add(new(Value(s, 6), 0, Number(Value(s, 7)), Number(Value(s, 7, 2)), error, EdifactCodes.Meaning(error)));
        return about;
    }

    private void Message(EdiSegment s)
    {
        _anyMessage = true;
        var (number, code) = (Value(s, 1), _code == Rejected ? Rejected : Value(s, 3));
        var about = new AcknowledgedSet("CONTRL", code is "7" or Received, code)
        {
            Level = "set",
            SetId = Value(s, 2),
            SetControlNumber = number,
            GroupControlNumber = _interchange,
            InterchangeControlNumber = _interchange,
            Control = AcknowledgedSet.ControlOf(connectionKey, number),
        };
        if (Value(s, 4) is { Length: > 0 } error)
            about.Add(new(Value(s, 5), 0, Number(Value(s, 6)), Number(Value(s, 6, 2)), error, EdifactCodes.Meaning(error)));
        _found.Add(about);
    }

    private void Segment(EdiSegment s)
    {
        _position = Number(Value(s, 1));
        if (_found.Count > 0 && Value(s, 2) is { Length: > 0 } error)
            _found[^1].Add(new("", _position, 0, 0, error, string.Create(CultureInfo.InvariantCulture, $"at segment {_position} {EdifactCodes.Meaning(error)}")));
    }

    private void Element(EdiSegment s)
    {
        if (_found.Count > 0 && Value(s, 1) is { Length: > 0 } error)
            _found[^1].Add(new("", _position, Number(Value(s, 2)), Number(Value(s, 2, 2)), error,
                string.Create(CultureInfo.InvariantCulture, $"at segment {_position}, element {Number(Value(s, 2))}: {EdifactCodes.Meaning(error)}")));
    }

    private string Value(EdiSegment s, int position, int component = 1) => EdiText.Label(s.Component(position, component), s.Separators, text.Characters);

    private static int Number(string number) => int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var n) ? n : 0;
}

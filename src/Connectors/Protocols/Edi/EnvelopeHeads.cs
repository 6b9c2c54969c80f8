namespace Connectors.Protocols.Edi;

/// <summary>Reads the heads of interchange, group and set, where each standard has them.</summary>
internal readonly struct EnvelopeHeads(EdiCharacters characters)
{
    public EdiInterchange Interchange(EdiSegment s, EdiDialect dialect, long offset) => dialect.Tags.Group.Length == 2
        ? new()
        {
            Separators = s.Separators,
            SenderQualifier = Element(s, 5),
            Sender = Element(s, 6),
            ReceiverQualifier = Element(s, 7),
            Receiver = Element(s, 8),
            Date = Element(s, 9),
            Time = Element(s, 10),
            Version = Element(s, 12),
            ControlNumber = Element(s, 13),
            WantsAcknowledgement = Element(s, 14) == "1",
            Test = Element(s, 15) switch { "T" => true, "P" => false, _ => null },
            Offset = offset,
        }
        : new()
        {
            Separators = s.Separators,
            Version = Part(s, 1, 1) + (Part(s, 1, 2) is { Length: > 0 } version ? ":" + version : ""),
            Sender = Part(s, 2, 1),
            SenderQualifier = Part(s, 2, 2),
            Receiver = Part(s, 3, 1),
            ReceiverQualifier = Part(s, 3, 2),
            Date = Part(s, 4, 1),
            Time = Part(s, 4, 2),
            ControlNumber = Element(s, 5),
            WantsAcknowledgement = Element(s, 9) == "1",
            Test = Element(s, 11) switch { "1" => true, "" or "0" => false, _ => null },
            Offset = offset,
        };

    public EdiGroup Group(EdiSegment s, EdiDialect dialect, EdiInterchange of) => dialect.Tags.Group.Length == 2
        ? new()
        {
            Interchange = of,
            FunctionalId = Element(s, 1),
            Sender = Element(s, 2),
            Receiver = Element(s, 3),
            Date = Element(s, 4),
            Time = Element(s, 5),
            ControlNumber = Element(s, 6),
            Version = Element(s, 8),
        }
        : new()
        {
            Interchange = of,
            FunctionalId = Element(s, 1),
            Sender = Part(s, 2, 1),
            Receiver = Part(s, 3, 1),
            Date = Part(s, 4, 1),
            Time = Part(s, 4, 2),
            ControlNumber = Element(s, 5),
            Version = Version(s, 7),
        };

    public EdiSet Set(EdiSegment s, EdiDialect dialect, EdiGroup of, int segment, long offset) => dialect.Tags.Group.Length == 2
        ? new() { Group = of, Id = Part(s, 1, 1), ControlNumber = Part(s, 2, 1), Version = Element(s, 3) is { Length: > 0 } own ? own : of.Version, FirstSegment = segment, Offset = offset }
        : new() { Group = of, Id = Part(s, 2, 1), ControlNumber = Element(s, 1), Version = Version(s, 2, from: 2), FirstSegment = segment, Offset = offset };

    private string Element(EdiSegment s, int position) => EdiText.Label(s.Element(position), s.Separators, characters);

    private string Part(EdiSegment s, int position, int component) => EdiText.Label(s.Component(position, component), s.Separators, characters);

    private string Version(EdiSegment s, int position, int from = 1)
    {
        var parts = new List<string>();
        for (var i = from; i < from + 4; i++)
            parts.Add(Part(s, position, i));
        return string.Join(':', parts).TrimEnd(':');
    }
}

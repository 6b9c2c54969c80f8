using System.Globalization;

namespace Connectors.Protocols.Edi;

public enum EdiStep : byte
{
    End,
    InterchangeBegins,
    GroupBegins,
    SetBegins,

    /// <summary>A segment within a set; head and trailer of the set are among them.</summary>
    Segment,
    SetEnds,
    GroupEnds,

    /// <summary>A segment between the head of an interchange and its groups, such as TA1 or ISB.</summary>
    Service,
    InterchangeEnds,

    /// <summary>Bytes that belong to no interchange.</summary>
    Unreadable,
}

/// <summary>
/// Walks through interchanges, groups and sets as their trailers are checked against their heads. Keeps only what is open, so that any
/// length streams through. A missing trailer ends a level where its parent ends, and is noted at that level.
/// </summary>
public sealed class EdiEnvelopeReader(EdiReader reader, EdiDialect dialect, EdiCharacters characters)
{
    /// <summary>Beyond, repeats of control numbers are no longer looked for, so that memory stays flat whatever streams in.</summary>
    private const int MostControlNumbers = 50_000;

    private readonly Queue<(EdiStep Step, EdiInterchange? Interchange, EdiGroup? Group, EdiSet? Set)> _due = new();
    private EdiInterchange? _interchange;
    private EdiGroup? _group;
    private EdiSet? _set;

    /// <summary>X12 has groups always, EDIFACT hardly ever.</summary>
    private readonly bool _grouped = dialect.Tags.Group.Length == 2;

    public EdiReader Reader => reader;

    public EdiInterchange? Interchange { get; private set; }

    public EdiGroup? Group { get; private set; }

    public EdiSet? Set { get; private set; }

    /// <summary>The next step; what it is about is in <see cref="Interchange"/>, <see cref="Group"/>, <see cref="Set"/> and the reader until the call after.</summary>
    public EdiStep Next()
    {
        while (_due.Count == 0)
            switch (reader.Next())
            {
                case EdiToken.End:
                    CloseInterchange(missing: true);
                    if (_due.Count == 0)
                        return EdiStep.End;
                    break;
                case EdiToken.Unreadable:
                    _interchange?.Add(new(EdiFault.InterchangeStructure, reader.TooLong
                        ? $"The segment at byte {Text(reader.Offset)} has no end within {EdiReader.MostSegmentLength} bytes. Close each segment with the terminator that the interchange states."
                        : $"At byte {Text(reader.Offset)} there is something that is no segment."));
                    CloseInterchange(missing: true);
                    Due(EdiStep.Unreadable);
                    break;
                case EdiToken.Header:
                    CloseInterchange(missing: true);
                    _interchange = new EnvelopeHeads(characters).Interchange(reader.Segment, dialect, reader.Offset);
                    if (_interchange.ControlNumber.Length == 0)
                        _interchange.Add(new(EdiFault.InterchangeControlMissing, "The interchange has no control number."));
                    Due(EdiStep.InterchangeBegins);
                    break;
                case EdiToken.Segment:
                    Handle(reader.Segment, dialect.Tags);
                    break;
            }
        (var step, Interchange, Group, Set) = _due.Dequeue();
        return step;
    }

    private void Due(EdiStep step) => _due.Enqueue((step, _interchange, _group, _set));

    private void Handle(EdiSegment segment, EdiTags tags)
    {
        if (_interchange is null)
            Due(EdiStep.Unreadable);
        else if (segment.Is(tags.InterchangeEnd))
            CloseInterchange(missing: false);
        else if (segment.Is(tags.Group))
        {
            CloseGroup(missing: true);
            _interchange.Groups++;
            Begin(new EnvelopeHeads(characters).Group(segment, dialect, _interchange));
        }
        else if (segment.Is(tags.GroupEnd))
            CloseGroup(missing: false);
        else if (segment.Is(tags.Set))
            OpenSet(segment);
        else if (_set is null)
            Outside(segment);
        else
        {
            _set.Segments++;
            Due(EdiStep.Segment);
            if (segment.Is(tags.SetEnd))
                CloseSet(missing: false);
        }
    }

    private void Begin(EdiGroup group)
    {
        _group = group;
        if (!group.Implicit && group.ControlNumber.Length == 0)
            group.Add(new(EdiFault.GroupControlMissing, "The group has no control number."));
        Due(EdiStep.GroupBegins);
    }

    private void OpenSet(EdiSegment segment)
    {
        CloseSet(missing: true);
        if (_group is null)
        {
            var group = new EdiGroup { Interchange = _interchange!, Implicit = true };
            if (_grouped)
                _interchange!.Add(new(EdiFault.InterchangeStructure, $"A set begins outside of a group, at byte {Text(reader.Offset)}."));
            Begin(group);
        }

        var head = EdiText.Tag(dialect.Tags.Set);
        _set = new EnvelopeHeads(characters).Set(segment, dialect, _group!, reader.Number, reader.Offset);
        _set.Segments = 1;
        if (_set.Id.Length == 0)
            _set.Add(new(EdiFault.SetIdMissing, "The set does not say which one it is.") { Segment = 1, Tag = head, Element = _grouped ? 1 : 2 });
        if (_set.ControlNumber.Length == 0)
            _set.Add(new(EdiFault.SetControlMissing, "The set has no control number.") { Segment = 1, Tag = head, Element = _grouped ? 2 : 1 });
        else if (_group!.ControlNumbers.Count < MostControlNumbers && !_group.ControlNumbers.Add(_set.ControlNumber))
            _set.Add(new(EdiFault.SetControlRepeated, "Another set of the group has the same control number. Each needs its own.") { Segment = 1, Tag = head });
        _interchange!.Sets++;
        _group!.Sets++;
        Due(EdiStep.SetBegins);
        Due(EdiStep.Segment);
    }

    private void Outside(EdiSegment segment)
    {
        if (_group is null && IsService(segment))
            Due(EdiStep.Service);
        else if ((_group?.Problems ?? _interchange!.Problems).Count < EdiInterchange.MostProblems)
        {
            var problem = new EdiProblem(_group is null ? EdiFault.InterchangeStructure : EdiFault.GroupCount,
                $"Segment {Text(reader.Number)} of the delivery ({EdiText.Tag(segment.Tag)}) stands outside of any set.");
            if (_group is { } group)
                group.Add(problem);
            else
                _interchange!.Add(problem);
        }
    }

    /// <summary>What X12 lets stand between ISA and GS; EDIFACT has nothing there.</summary>
    private static bool IsService(EdiSegment segment) => segment.Is("TA1"u8) || segment.Is("TA3"u8) || segment.Is("ISB"u8) || segment.Is("ISE"u8);

    private void CloseSet(bool missing)
    {
        if (_set is null)
            return;
        var end = EdiText.Tag(dialect.Tags.SetEnd);
        EdiProblem At(EdiFault fault, string message, int element = 0) => new(fault, message) { Segment = _set.Segments, Tag = end, Element = element };
        if (missing)
            _set.Add(At(EdiFault.SetTrailerMissing, $"The set has no {end}. Close each set with it."));
        else
        {
            if (Stated() is var stated && stated != _set.Segments)
                _set.Add(At(EdiFault.SetCount, $"{end} counts {Text(stated)} segments, and the set has {Text(_set.Segments)}.", 1));
            if (!ClosesWith(_set.ControlNumber))
                _set.Add(At(EdiFault.SetControlMismatch, $"The control number in {end} is not that of the set's head.", 2));
        }

        Due(EdiStep.SetEnds);
        _set = null;
    }

    private void CloseGroup(bool missing)
    {
        CloseSet(missing: true);
        var end = EdiText.Tag(dialect.Tags.GroupEnd);
        if (_group is null)
        {
            if (!missing)
                _interchange!.Add(new(EdiFault.InterchangeStructure, $"There is a {end} without its head, at byte {Text(reader.Offset)}."));
            return;
        }

        if (missing && !_group.Implicit)
            _group.Add(new(EdiFault.GroupTrailerMissing, $"The group has no {end}. Close each group with it."));
        if (!missing)
        {
            _group.StatedSets = Stated();
            if (_group.StatedSets != _group.Sets)
                _group.Add(new(EdiFault.GroupCount, $"{end} counts {Text(_group.StatedSets)} sets, and the group has {Text(_group.Sets)}."));
            if (!ClosesWith(_group.ControlNumber))
                _group.Add(new(EdiFault.GroupControlMismatch, $"The control number in {end} is not that of the group's head."));
        }

        Due(EdiStep.GroupEnds);
        _group = null;
    }

    private void CloseInterchange(bool missing)
    {
        if (_interchange is null)
            return;
        CloseGroup(missing: true);
        var end = EdiText.Tag(dialect.Tags.InterchangeEnd);
        var (counts, what) = _grouped || _interchange.Groups > 0 ? (_interchange.Groups, "groups") : (_interchange.Sets, "messages");
        if (missing)
            _interchange.Add(new(EdiFault.InterchangeTrailerMissing, $"The interchange has no {end}: it is not complete."));
        else
        {
            if (Stated() is var stated && stated != counts)
                _interchange.Add(new(EdiFault.InterchangeCount, $"{end} counts {Text(stated)} {what}, and the interchange has {Text(counts)}."));
            if (!ClosesWith(_interchange.ControlNumber))
                _interchange.Add(new(EdiFault.InterchangeControlMismatch, $"The control number in {end} is not that of the interchange's head."));
        }

        Due(EdiStep.InterchangeEnds);
        _interchange = null;
    }

    /// <summary>The count of the trailer at hand.</summary>
    private long? Stated() => EdiText.Count(reader.Segment.Component(1, 1));

    private bool ClosesWith(string controlNumber) => EdiText.SameNumber(EdiText.Label(reader.Segment.Component(2, 1), reader.Separators, characters), controlNumber);

    private static string Text(long? number) => number is { } n ? n.ToString(CultureInfo.InvariantCulture) : "no";
}

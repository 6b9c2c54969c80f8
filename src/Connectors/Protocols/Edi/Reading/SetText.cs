namespace Connectors.Protocols.Edi.Reading;

/// <summary>The segments of one set, as places in the text of the delivery. Head and trailer are among them.</summary>
public sealed class SetText(ReadOnlyMemory<byte> text, EdiSeparators separators, EdiCharacters characters)
{
    private readonly List<(int At, int Length, int BinaryAt)> _segments = [];

    public EdiSeparators Separators => separators;

    public EdiCharacters Characters => characters;

    public int Count => _segments.Count;

    public EdiSegment this[int index] => new(text.Span.Slice(_segments[index].At, _segments[index].Length), separators, _segments[index].BinaryAt);

    public void Add(int at, int length, int binaryAt) => _segments.Add((at, length, binaryAt));

    public string Read(ReadOnlySpan<byte> value) => EdiText.Read(value, separators, characters);
}

using Connectors.Protocols.Edi.Reading;

namespace Connectors.Protocols.Edi;

/// <summary>Everything in one delivery, its sets still as places in the text.</summary>
public sealed class EdiDelivery
{
    /// <summary>Beyond, the delivery is refused: each set becomes a document of its own, and so many are made of within a second.</summary>
    public const int MostSets = 20_000;

    public List<(EdiInterchange Interchange, List<(EdiGroup Group, List<(EdiSet Set, SetText Text)> Sets)> Groups, List<SetText> Services)> Interchanges { get; } = [];

    /// <summary>Bytes before the first thing that belongs to no interchange; null when there is none.</summary>
    public (long At, string Begins)? Unreadable { get; private set; }

    public bool TooManySets { get; private set; }

    public static EdiDelivery Read(ReadOnlyMemory<byte> text, EdiDialect dialect)
    {
        var delivery = new EdiDelivery();
        var characters = EdiCharacters.Detect(text.Span, Syntax(text.Span));
        using var reader = new EdiReader(text, dialect);
        var envelope = new EdiEnvelopeReader(reader, dialect, characters);
        var sets = 0;
        List<(EdiGroup, List<(EdiSet, SetText)>)> groups = [];
        List<(EdiSet, SetText)> inGroup = [];
        List<SetText> services = [];
        SetText? current = null;
        while (true)
            switch (envelope.Next())
            {
                case EdiStep.InterchangeBegins:
                    (groups, services) = ([], []);
                    delivery.Interchanges.Add((envelope.Interchange!, groups, services));
                    break;
                case EdiStep.GroupBegins:
                    inGroup = [];
                    groups.Add((envelope.Group!, inGroup));
                    break;
                case EdiStep.SetBegins:
                    if (++sets > MostSets)
                    {
                        delivery.TooManySets = true;
                        return delivery;
                    }

                    current = new(text, reader.Separators, characters);
                    inGroup.Add((envelope.Set!, current));
                    break;
                case EdiStep.Segment:
                    current!.Add((int)reader.Offset, reader.Raw.Length, reader.BinaryAt);
                    break;
                case EdiStep.Service:
                    var service = new SetText(text, reader.Separators, characters);
                    service.Add((int)reader.Offset, reader.Raw.Length, 0);
                    services.Add(service);
                    break;
                case EdiStep.Unreadable:
                    delivery.Unreadable ??= (reader.Offset, EdiText.Label(reader.Raw.Length > 8 ? reader.Raw[..8] : reader.Raw, default, EdiCharacters.Latin1));
                    break;
                case EdiStep.End:
                    return delivery;
            }
    }

    /// <summary>The syntax identifier of the first UNB; empty without one.</summary>
    private static string Syntax(ReadOnlySpan<byte> text)
    {
        var at = text[..Math.Min(text.Length, 256)].IndexOf("UNB"u8);
        return at >= 0 && text.Length >= at + 8 ? System.Text.Encoding.Latin1.GetString(text.Slice(at + 4, 4)) : "";
    }
}

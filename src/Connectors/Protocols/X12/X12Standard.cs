using System.Buffers;
using System.Globalization;
using System.Text.Json;
using Connectors.Protocols.Edi;
using Connectors.Protocols.Edi.Acknowledging;
using Connectors.Protocols.Edi.Reading;
using Connectors.Protocols.Edi.Writing;
using Connectors.Protocols.Formats;
using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Mappings.Incoming;
using ControlPlane.Domain.Shared;

namespace Connectors.Protocols.X12;

/// <summary>ANSI ASC X12: 997, 999 and TA1 both ways, and the envelope of what is written.</summary>
public sealed class X12Standard : IEdiStandard
{
    public const string MediaType = "application/edi-x12";

    /// <summary>Our acknowledgements count apart from our documents, so that a partner sees each interchange number once.</summary>
    private const long FirstOfAcknowledgements = 900_000_000;

    public static X12Standard Instance { get; } = new();

    public static EdiSeparators Usual { get; } = new() { Element = (byte)'*', Component = (byte)'>', Terminator = (byte)'~', DecimalMark = (byte)'.' };

    public EdiDialect Dialect => X12Dialect.Instance;

    /// <summary>RFC 1767, and what senders say who do not know it.</summary>
    public IReadOnlyCollection<string> MediaTypes { get; } = [MediaType, "application/edi-consent", "text/plain", "application/octet-stream", "text/x12", "application/x12"];

    public bool IsAcknowledgement(EdiSet set) => set.Id is "997" or "999" || set.Group.FunctionalId == "FA";

    public IReadOnlyList<AcknowledgedSet> Acknowledged(EdiSet set, SetText text, int last, string connectionKey) => set.Id is "997" or "999" ? new X12AcknowledgementReader(set, text, connectionKey).Read(last) : [];

    public IEnumerable<AcknowledgedSet> Services(EdiInterchange interchange, SetText segment, string connectionKey)
    {
        if (!segment[0].Is("TA1"u8))
            yield break;
        string Element(int position) => EdiText.Label(segment[0].Element(position), segment.Separators, segment.Characters);
        var (control, code, note) = (Element(1), Element(4), Element(5));
        var about = new AcknowledgedSet("TA1", code is "A" or "E", code) { Level = "interchange", InterchangeControlNumber = control, Control = AcknowledgedSet.ControlOf(connectionKey, control) };
        if (note.Length > 0 && note != "000")
            about.Add(new("", 0, 0, 0, note, X12Codes.InterchangeMeaning(note)));
        yield return about;
    }

    public DeliveryAnswer? Answer(EdiInterchange interchange, IReadOnlyList<(EdiGroup Group, List<(EdiSet Set, SetText Text)> Sets)> groups, EdiOptions options, DateTimeOffset at)
    {
        var refused = interchange.Problems.Count > 0;
        var due = refused || options.Acknowledge == EdiAcknowledgement.None ? [] : groups.Where(g => !g.Group.Implicit && g.Group.FunctionalId != "FA" && g.Sets.Count > 0 && !g.Sets.TrueForAll(s => IsAcknowledgement(s.Set))).ToList();
        var acknowledgesOnly = groups.Count == 0 || groups.All(g => g.Group.FunctionalId == "FA" || g.Sets.TrueForAll(s => IsAcknowledgement(s.Set)));
        var technical = options.Technical != EdiTechnical.Never && !acknowledgesOnly
            && (refused || options.Technical == EdiTechnical.Always || interchange.WantsAcknowledgement && options.Technical == EdiTechnical.WhenAsked);
        if (due.Count == 0 && !technical)
            return null;
        var buffer = new ArrayBufferWriter<byte>(512);
        // In the partner's own separators, which he can read for sure.
        var separators = interchange.Separators.Component == 0 ? Usual : interchange.Separators;
        var output = new EdiWriter(buffer, separators, options.LineBreaks && separators.IgnoresLineBreaks ? "\n"u8.ToArray() : default);
        var writer = new SegmentWriter(output, EdiCharacters.Latin1, blankSeparators: true, []);
        var envelope = new X12Envelope(writer, output);
        var number = Number(interchange.ControlNumber);
        envelope.Open((interchange.ReceiverQualifier, interchange.Receiver), (interchange.SenderQualifier, interchange.Sender), at,
            interchange.Version.Length == 5 ? interchange.Version : "00401", number, wantsAcknowledgement: false, interchange.Test == true);
        if (technical)
            writer.Write("TA1", interchange.ControlNumber, interchange.Date, interchange.Time, refused ? "R" : "A", refused ? X12Codes.Interchange(interchange.Problems[0].Fault) : "000");
        var acknowledgement = new X12Acknowledgement(writer, options.Acknowledge == EdiAcknowledgement.Implementation, separators);
        var version = due.Count > 0 && due[0].Group.Version.Length > 0 ? due[0].Group.Version : "004010";
        if (due.Count > 0)
        {
            var group = number.ToString(CultureInfo.InvariantCulture);
            envelope.Group("FA", due[0].Group.Receiver, due[0].Group.Sender, at, group, options.Acknowledge == EdiAcknowledgement.Implementation ? "005010X231A1" : version);
            for (var i = 0; i < due.Count; i++)
                acknowledgement.Write(due[i].Group, due[i].Sets, i + 1);
            envelope.Close(due.Count, group, number);
        }
        else
            envelope.End(0, number);
        var kind = due.Count > 0 ? acknowledgement.Set : "TA1";
        return new($"x12/{interchange.Sender}/{interchange.Receiver}/{interchange.ControlNumber}/{interchange.Date}{interchange.Time}/{kind}", FileName($"{kind}-{interchange.ControlNumber}"), MediaType, buffer.WrittenMemory);
    }

    public FormatWriting Write(JsonElement document, EdiProfile profile, FormatContext context)
    {
        var refusals = new List<Refusal>();
        var options = profile.Options;
        var set = document.ValueKind == JsonValueKind.Object && document.TryGetProperty("set", out var head) && head.ValueKind == JsonValueKind.Object && head.TryGetProperty("id", out var id)
            ? DocumentPath.TextOf(id) ?? "" : options.Schemas.Count == 1 ? options.Schemas.Keys.First() : "";
        var schema = options.Schemas.GetValueOrDefault(set);
        var functionalId = schema?.FunctionalId ?? (document.ValueKind == JsonValueKind.Object && document.TryGetProperty("group", out var g) && g.ValueKind == JsonValueKind.Object && g.TryGetProperty("functionalId", out var f) ? DocumentPath.TextOf(f) ?? "" : "");
        WriteChecks.Check(profile, context, set, refusals);
        if (functionalId.Length == 0)
            refusals.Add(new("edi.no_functional_id", "group.functionalId", "The group's functional id (GS01) is not known: name a schema for the set, or write group.functionalId."));
        foreach (var (name, value) in new[] { ("us", profile.UsId), ("partner", profile.PartnerId) })
            if (value.Length > X12Envelope.LongestId)
                refusals.Add(new("edi.too_long", name, $"The id of {name} is longer than the {X12Envelope.LongestId} characters of ISA."));
        if (refusals.Count > 0)
            return new(default, MediaType, refusals);

        var number = context.Number!.Value;
        var control = number.ToString("0000", CultureInfo.InvariantCulture);
        var version = options.Version ?? schema?.Version ?? "004010";
        var buffer = new ArrayBufferWriter<byte>(2048);
        var output = new EdiWriter(buffer, options.Separators, options.LineBreaks ? "\n"u8.ToArray() : default);
        var writer = new SegmentWriter(output, options.Characters, options.BlankSeparators, refusals);
        var envelope = new X12Envelope(writer, output);
        envelope.Open((profile.UsQualifier, profile.UsId), (profile.PartnerQualifier, profile.PartnerId), context.At, X12Envelope.OfGroup(version), number, false, profile.Test);
        envelope.Group(functionalId, profile.UsGroup, profile.PartnerGroup, context.At, number.ToString(CultureInfo.InvariantCulture), version);
        writer.BeginSet();
        writer.Write("ST", set, control);
        new SetComposer(writer, (byte)'.', refusals).Write(document, schema);
        writer.Write("SE", (writer.Count + 1).ToString(CultureInfo.InvariantCulture), control);
        envelope.Close(1, number.ToString(CultureInfo.InvariantCulture), number);
        return new(buffer.WrittenMemory, MediaType, refusals);
    }

    /// <summary>The same for the same interchange, so that sending the acknowledgement again changes nothing.</summary>
    internal static long Number(string controlNumber)
    {
        var number = 0L;
        foreach (var c in controlNumber)
            number = char.IsAsciiDigit(c) ? (number * 10 + c - '0') % 99_999_999 : (number * 31 + c) % 99_999_999;
        return FirstOfAcknowledgements + number;
    }

    internal static string FileName(string text) => string.Concat(text.Select(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' ? c : '_'));
}

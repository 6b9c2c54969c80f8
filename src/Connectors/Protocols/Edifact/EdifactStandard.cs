using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Connectors.Protocols.Edi;
using Connectors.Protocols.Edi.Acknowledging;
using Connectors.Protocols.Edi.Reading;
using Connectors.Protocols.Edi.Writing;
using Connectors.Protocols.Formats;
using Connectors.Protocols.X12;
using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Mappings.Incoming;
using ControlPlane.Domain.Shared;

namespace Connectors.Protocols.Edifact;

/// <summary>UN/EDIFACT: CONTRL both ways, and the envelope of what is written, in syntax version 3.</summary>
public sealed class EdifactStandard : IEdiStandard
{
    public const string MediaType = "application/edifact";

    private const int LongestId = 35;
    private const string Accepted = "7";
    private const string Rejected = "4";

    public static EdifactStandard Instance { get; } = new();

    public EdiDialect Dialect => EdifactDialect.Instance;

    /// <summary>RFC 1767, and what senders say who do not know it.</summary>
    public IReadOnlyCollection<string> MediaTypes { get; } = [MediaType, "application/edi-consent", "text/plain", "application/octet-stream"];

    public bool IsAcknowledgement(EdiSet set) => set.Id == "CONTRL";

    public IReadOnlyList<AcknowledgedSet> Acknowledged(EdiSet set, SetText text, int last, string connectionKey) => new ControlReader(set, text, connectionKey).Read(last);

    public IEnumerable<AcknowledgedSet> Services(EdiInterchange interchange, SetText segment, string connectionKey) => [];

    public DeliveryAnswer? Answer(EdiInterchange interchange, IReadOnlyList<(EdiGroup Group, List<(EdiSet Set, SetText Text)> Sets)> groups, EdiOptions options, DateTimeOffset at)
    {
        var sets = groups.SelectMany(g => g.Sets).ToList();
        if (options.Acknowledge == EdiAcknowledgement.None || sets.Count > 0 && sets.TrueForAll(s => IsAcknowledgement(s.Set)) || sets.Count == 0 && interchange.Problems.Count == 0)
            return null;
        var refused = interchange.Problems.Count > 0;
        var buffer = new ArrayBufferWriter<byte>(512);
        var output = new EdiWriter(buffer, interchange.Separators, options.LineBreaks && interchange.Separators.IgnoresLineBreaks ? "\n"u8.ToArray() : default);
        var writer = new SegmentWriter(output, options.Characters, blankSeparators: true, []);
        var number = X12Standard.Number(interchange.ControlNumber).ToString(CultureInfo.InvariantCulture);
        Open(output, writer, Syntax(options), (interchange.ReceiverQualifier, interchange.Receiver), (interchange.SenderQualifier, interchange.Sender), at, number, false, interchange.Test == true);
        writer.BeginSet();
        writer.Write("UNH", "1", "CONTRL\0D\03\0UN");
        writer.Write("UCI", interchange.ControlNumber, $"{interchange.Sender}\0{interchange.SenderQualifier}", $"{interchange.Receiver}\0{interchange.ReceiverQualifier}", refused ? Rejected : Accepted,
            refused ? EdifactCodes.Error(interchange.Problems[0].Fault) : "");
        foreach (var (group, inGroup) in refused ? [] : groups)
            foreach (var (set, _) in inGroup)
                if (!IsAcknowledgement(set))
                    Result(writer, set, group);
        writer.Write("UNT", Text(writer.Count + 1), "1");
        writer.Write("UNZ", "1", number);
        return new($"edifact/{interchange.Sender}/{interchange.Receiver}/{interchange.ControlNumber}/{interchange.Date}{interchange.Time}/CONTRL",
            X12Standard.FileName($"CONTRL-{interchange.ControlNumber}"), MediaType, buffer.WrittenMemory);
    }

    public FormatWriting Write(JsonElement document, EdiProfile profile, FormatContext context)
    {
        var refusals = new List<Refusal>();
        var options = profile.Options;
        var set = document.ValueKind == JsonValueKind.Object && document.TryGetProperty("set", out var head) && head.ValueKind == JsonValueKind.Object && head.TryGetProperty("id", out var id)
            ? DocumentPath.TextOf(id) ?? "" : options.Schemas.Count == 1 ? options.Schemas.Keys.First() : "";
        var schema = options.Schemas.GetValueOrDefault(set);
        WriteChecks.Check(profile, context, set, refusals);
        foreach (var (name, value) in new[] { ("us", profile.UsId), ("partner", profile.PartnerId) })
            if (value.Length > LongestId)
                refusals.Add(new("edi.too_long", name, $"The id of {name} is longer than the {LongestId} characters of UNB."));
        var version = options.Version ?? (schema?.Version is { Length: > 0 } own ? own : "D:96A:UN");
        if (refusals.Count > 0)
            return new(default, MediaType, refusals);

        var number = Text(context.Number!.Value);
        var buffer = new ArrayBufferWriter<byte>(2048);
        var output = new EdiWriter(buffer, options.Separators, options.LineBreaks ? "\n"u8.ToArray() : default);
        var writer = new SegmentWriter(output, options.Characters, options.BlankSeparators, refusals);
        Open(output, writer, Syntax(options), (profile.UsQualifier, profile.UsId), (profile.PartnerQualifier, profile.PartnerId), context.At, number, profile.AcknowledgedWithin is not null, profile.Test);
        writer.BeginSet();
        writer.Write("UNH", number, $"{set}\0{version.Replace(':', '\0')}");
        new SetComposer(writer, options.Separators.DecimalMark, refusals).Write(document, schema);
        writer.Write("UNT", Text(writer.Count + 1), number);
        writer.Write("UNZ", "1", number);
        return new(buffer.WrittenMemory, MediaType, refusals);
    }

    private static void Open(EdiWriter output, SegmentWriter writer, string syntax, (string Qualifier, string Id) sender, (string Qualifier, string Id) receiver, DateTimeOffset at, string number, bool wantsAcknowledgement, bool test)
    {
        var s = output.Separators;
        // Stated when they are not the usual ones; stating the usual ones does no harm, and some partners insist on it.
        output.Raw("UNA"u8);
        output.Raw([s.Component, s.Element, s.DecimalMark, s.Release == 0 ? (byte)' ' : s.Release, s.Repetition == 0 ? (byte)' ' : s.Repetition]);
        output.End();
        writer.Write("UNB", $"{syntax}\0{(s.Repetition == 0 ? "3" : "4")}", $"{sender.Id}\0{sender.Qualifier}", $"{receiver.Id}\0{receiver.Qualifier}",
            $"{at.ToString(s.Repetition == 0 ? "yyMMdd" : "yyyyMMdd", CultureInfo.InvariantCulture)}\0{at.ToString("HHmm", CultureInfo.InvariantCulture)}", number, "", "", "", wantsAcknowledgement ? "1" : "", "", test ? "1" : "");
    }

    private static void Result(SegmentWriter writer, EdiSet set, EdiGroup group)
    {
        var problems = group.Problems.Concat(set.Problems).ToList();
        var whole = problems.FirstOrDefault(p => !p.Fault.IsOfSegment());
        writer.Write("UCM", set.ControlNumber, $"{set.Id}\0{set.Version.Replace(':', '\0')}", problems.Count > 0 ? Rejected : Accepted, whole is null ? "" : EdifactCodes.Error(whole.Fault));
        foreach (var at in set.Problems.Where(p => p.Fault.IsOfSegment()).GroupBy(p => (p.Segment, Whole: !p.Fault.IsOfElement())).Take(50))
        {
            writer.Write("UCS", Text(at.Key.Segment), at.Key.Whole ? EdifactCodes.Error(at.First().Fault) : "");
            foreach (var problem in at.Where(p => p.Fault.IsOfElement()).Take(20))
                writer.Write("UCD", EdifactCodes.Error(problem.Fault), problem.Component > 0 ? $"{Text(problem.Element)}\0{Text(problem.Component)}" : Text(problem.Element));
        }
    }

    /// <summary>By the characters in which we write (ISO 9735, code list 0001).</summary>
    private static string Syntax(EdiOptions options) => options.Characters.Name switch { "ascii" => "UNOA", "utf-8" => "UNOW", _ => "UNOC" };

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}

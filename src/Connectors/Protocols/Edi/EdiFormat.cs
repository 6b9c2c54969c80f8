using System.Buffers;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Connectors.Protocols.Edi.Acknowledging;
using Connectors.Protocols.Edi.Reading;
using Connectors.Protocols.Edi.Writing;
using Connectors.Protocols.Formats;
using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Shared;

namespace Connectors.Protocols.Edi;

/// <summary>
/// X12 or EDIFACT as a format: an interchange is a delivery of as many documents as it has transaction sets or messages. A set that is
/// wrong is refused alone; what is wrong with a group or an interchange refuses what is within. The sender's acknowledgements are made
/// along the way, and received ones become one document for each set that they are about.
/// </summary>
public sealed class EdiFormat(EdiOptions options, IEdiStandard standard) : IDocumentFormat, ITakesSettingDefaults
{
    private static readonly JsonWriterOptions Json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    private IReadOnlyDictionary<string, string> _defaults = new Dictionary<string, string>();

    public EdiOptions Options => options;

    public string Name => options.Name;

    public IReadOnlyCollection<string> MediaTypes => standard.MediaTypes;

    public bool MakesAnswers => options.Acknowledge != EdiAcknowledgement.None || options.Technical == EdiTechnical.Always;

    public TimeSpan? AcknowledgedWithin(Connection connection) => new EdiProfile(options, connection, _defaults).AcknowledgedWithin;

    public IEnumerable<string> Check(Connection connection) => new EdiProfile(options, connection, _defaults).Check();

    public IDocumentFormat With(IReadOnlyDictionary<string, string> settingDefaults) => new EdiFormat(options, standard) { _defaults = settingDefaults };

    public FormatReading Read(ReadOnlyMemory<byte> content, Connection connection) => Read(content, connection, DateTimeOffset.UnixEpoch);

    public FormatReading Read(ReadOnlyMemory<byte> content, Connection connection, DateTimeOffset receivedAt)
    {
        var delivery = EdiDelivery.Read(content, standard.Dialect);
        if (delivery.TooManySets)
            return FormatReading.Unreadable(new("edi.too_many_sets", "", $"The delivery holds more than {EdiDelivery.MostSets} sets. Send it in parts."));
        if (delivery.Interchanges.Count == 0)
            return FormatReading.Unreadable(NotEdi.Refusal(content.Span, standard.Dialect));
        var profile = new EdiProfile(options, connection, _defaults);
        var documents = new List<FormatDocument>();
        var answers = new List<DeliveryAnswer>();
        // One for all sets: a delivery may hold tens of thousands of small ones.
        var buffer = new ArrayBufferWriter<byte>(4096);
        using var json = new Utf8JsonWriter(buffer, Json);
        foreach (var (interchange, groups, services) in delivery.Interchanges)
        {
            profile.Check(interchange);
            foreach (var (group, sets) in groups)
            {
                profile.Check(group);
                // Made once: as many as there are sets, each of which is refused with them.
                List<Refusal> above = [.. interchange.Problems.Concat(group.Problems).Select(p => p.ToRefusal())];
                foreach (var (set, text) in sets)
                    Documents(documents, set, text, above, profile, connection, buffer, json);
            }

            documents.AddRange(services.SelectMany(s => standard.Services(interchange, s, connection.Key)).Select(a => Document(a, interchange, [.. interchange.Problems.Select(p => p.ToRefusal())])));
            if (documents.Count == 0 || interchange.Problems.Count > 0 && groups.Sum(g => g.Sets.Count) == 0)
                documents.Add(new("", $"Interchange {interchange.ControlNumber}", Envelope(interchange), interchange.Problems.Count == 0
                    ? [new("edi.no_sets", "", "The interchange has no sets.")] : [.. interchange.Problems.Select(p => p.ToRefusal())]));
            if (profile.Knows(interchange) && standard.Answer(interchange, groups, options, receivedAt) is { } answer)
                answers.Add(answer);
        }

        if (delivery.Unreadable is { } rubbish)
            documents.Add(new("", $"Byte {rubbish.At.ToString(CultureInfo.InvariantCulture)}", "{}"u8.ToArray(), [new("edi.not_edi", "", $"At byte {rubbish.At.ToString(CultureInfo.InvariantCulture)} there is something that belongs to no interchange.")]));
        return Reading(delivery, documents, answers);
    }

    public FormatWriting Write(JsonElement document, FormatContext context) =>
        standard.Write(document, new EdiProfile(options, context.Connection, context.SettingDefaults.Count > 0 ? context.SettingDefaults : _defaults), context);

    private static FormatReading Reading(EdiDelivery delivery, List<FormatDocument> documents, List<DeliveryAnswer> answers)
    {
        var first = delivery.Interchanges[0].Interchange;
        var sets = delivery.Interchanges.Sum(i => i.Interchange.Sets);
        var refused = documents.Count(d => d.Refusals.Count > 0);
        var whole = delivery.Interchanges.Count == 1 ? $"Interchange {first.ControlNumber} from {first.Sender}" : $"{delivery.Interchanges.Count.ToString(CultureInfo.InvariantCulture)} interchanges, the first {first.ControlNumber} from {first.Sender}";
        var summary = $"{whole}, {sets.ToString(CultureInfo.InvariantCulture)} {(sets == 1 ? "set" : "sets")}{(refused > 0 ? $", {refused.ToString(CultureInfo.InvariantCulture)} refused" : "")}";
        // Refused as a whole when nothing in it can be used for a reason of the interchange itself.
        var whyAll = delivery.Interchanges.TrueForAll(i => i.Interchange.Problems.Count > 0) ? delivery.Interchanges.SelectMany(i => i.Interchange.Problems).Select(p => p.ToRefusal()).ToList() : [];
        return new(Container: true, summary, documents) { Refusals = whyAll, Answers = answers };
    }

    private void Documents(List<FormatDocument> results, EdiSet set, SetText text, List<Refusal> above, EdiProfile profile, Connection connection, ArrayBufferWriter<byte> buffer, Utf8JsonWriter json)
    {
        profile.Check(set, standard.Dialect);
        var last = standard.Dialect.Tags.SetEnd is var end && text.Count > 1 && text[text.Count - 1].Is(end) ? text.Count - 1 : text.Count;
        if (options.Accept.Count > 0 && !options.Accept.Contains(set.Id) && !standard.IsAcknowledgement(set))
            set.Add(new(EdiFault.SetUnsupported, $"The set is none of those that are taken here: {string.Join(", ", options.Accept)}.") { Segment = 1, Tag = EdiText.Tag(standard.Dialect.Tags.Set) });
        var before = results.Count;
        if (standard.IsAcknowledgement(set) && set.Problems.Count == 0)
        {
            results.AddRange(standard.Acknowledged(set, text, last, connection.Key).Select(a => Document(a, set, Place(set), above)));
            if (results.Count > before && set.Problems.Count == 0)
                return;
        }

        // An acknowledgement that leaves something open is shown beside the results that it does have.
        buffer.ResetWrittenCount();
        json.Reset(buffer);
        json.WriteStartObject();
        EnvelopeJson.Write(json, set);
        if (options.Schemas.GetValueOrDefault(set.Id) is { } schema)
            new SetJson(text, set, json).Write(schema, last);
        else
            new SetJson(text, set, json).WriteGeneric(last);
        json.WriteEndObject();
        json.Flush();
        results.Add(new(set.Id, Place(set), buffer.WrittenSpan.ToArray(), set.Problems.Count == 0 ? above : [.. above, .. set.Problems.Select(p => p.ToRefusal())]));
    }

    private string Place(EdiSet set) => string.Create(CultureInfo.InvariantCulture,
        $"{EdiText.Tag(standard.Dialect.Tags.Set)} {set.ControlNumber}, segments {set.FirstSegment} to {set.FirstSegment + set.Segments - 1}");

    private static FormatDocument Document(AcknowledgedSet about, EdiSet of, string place, List<Refusal> refusals)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(buffer, Json))
        {
            json.WriteStartObject();
            EnvelopeJson.Write(json, of);
            about.Write(json);
            json.WriteEndObject();
        }

        return new(of.Id, $"{place}, about {about.Title}", buffer.WrittenMemory, refusals);
    }

    private static FormatDocument Document(AcknowledgedSet about, EdiInterchange of, List<Refusal> refusals)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(buffer, Json))
        {
            json.WriteStartObject();
            EnvelopeJson.Write(json, of);
            about.Write(json);
            json.WriteEndObject();
        }

        return new(about.By, $"{about.By} about {about.Title}", buffer.WrittenMemory, refusals);
    }

    private static ReadOnlyMemory<byte> Envelope(EdiInterchange interchange)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using (var json = new Utf8JsonWriter(buffer, Json))
        {
            json.WriteStartObject();
            EnvelopeJson.Write(json, interchange);
            json.WriteEndObject();
        }

        return buffer.WrittenMemory;
    }
}

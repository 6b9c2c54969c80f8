using System.Collections.Frozen;
using ControlPlane.Domain.Mappings;
using ControlPlane.Domain.Mappings.Incoming;

namespace Connectors.Protocols.Manifests.Schema;

/// <summary>What an editor shows beside a word of a connector's document.</summary>
internal static class SchemaWords
{
    private static readonly FrozenDictionary<string, string> Whole = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["metadata.name"] = "Lower-case letters, digits and hyphens, 1 to 40. Connections name it.",
        ["spec.version"] = "Semantic version of the description, for people.",
        ["spec.title"] = "As people call the system; begins messages.",
        ["spec.roles"] = "What the system can be to a retailer. A connection picks one.",
        ["spec.settings"] = "What a connection has to give. Secrets are given by reference and never shown.",
        ["spec.authentication"] = "How requests prove who asks. Values may hold {settings.name} and {secrets.name}.",
        ["spec.authentication.scheme"] = "none, basic (user, password), bearer (token), api-key (header, key), oauth1, oauth2.",
        ["spec.headers"] = "What every request carries; {callId} alone is new for each call.",
        ["spec.notOffered"] = "Operations left out on purpose, with the reason that people see.",
        ["spec.formats"] = "How bytes become the JSON that rows read, and back. json is always there.",
        ["spec.errors"] = "Where failures say what they are. Rules of an operation stand before these.",
        ["spec.mappings"] = "Documents that go out, as rows.",
        ["spec.operations"] = "What can be asked of the system.",
        ["spec.feeds"] = "Lists of changed documents, asked for by the connection's pollEvery.",
        ["spec.receive"] = "Who may send, how repeats are known, what each document means.",
        ["spec.operations[].write"] = "read; keyed: a repeated key changes nothing; upsert: the same again changes nothing; blind: a repeat makes a second one.",
        ["spec.operations[].numbered"] = "Each write carries a number of its own, stable over retries.",
        ["spec.operations[].lookUp"] = "How the target is asked whether a write arrived whose answer was lost.",
        ["spec.operations[].lookUpFirst"] = "Ask before the first try, too.",
        ["spec.operations[].alreadyDone"] = "What means that an earlier try succeeded.",
        ["spec.operations[].request.path"] = "Behind the connection's address. Placeholders are percent-encoded: {reference}, {order.number}, {settings.x}.",
        ["spec.operations[].request.mapping"] = "Name of one of the mappings; left out for a request without a body.",
        ["spec.operations[].request.idempotencyHeader"] = "Header that carries the idempotency key.",
        ["spec.operations[].answer.outputs"] = "Name to path in the answer, or header:Name; a question mark behind it = may be absent.",
        ["spec.operations[].answer.identifiers"] = "Kind of identifier to path: people find the transaction by them.",
        ["spec.feeds[].path"] = "With {since}, {page}, {offset}, {size}, {settings.x}.",
        ["spec.feeds[].items"] = "Path to the list: $.orders[], or $[] when the answer is the list.",
        ["spec.feeds[].sinceFormat"] = "iso, unix, unix-ms, or a pattern such as yyyy-MM-dd HH:mm:ss, in UTC.",
        ["spec.feeds[].overlapSeconds"] = "Each walk begins this much before the last one began, so that late changes are not missed. Default 300.",
        ["spec.feeds[].lookBackHours"] = "How far back the first walk goes. Default 24.",
        ["spec.feeds[].one"] = "One document by its id, after a webhook that holds only the id.",
        ["spec.receive.signature"] = "How a webhook proves its sender. Left out: there are feeds only.",
        ["spec.receive.signature.inside"] = "Member of the JSON object within the header, in base64, in which the signature stands.",
        ["spec.receive.challenge"] = "How the sender asks whether the address is ours: by GET with a code, answered by the SHA-256 of code, secret and address.",
        ["spec.receive.challenge.parameter"] = "Of the query, in which the code stands.",
        ["spec.receive.challenge.secret"] = "Name of the connection's secret that the sender was given with the address; 32 characters or more.",
        ["spec.receive.challenge.answer"] = "Member of the JSON answer.",
        ["spec.receive.topic"] = "$.path or header:Name. Left out: the part of the address behind the connection.",
        ["spec.receive.deliveryId"] = "$.path or header:Name by which repeats are known.",
        ["spec.receive.documents"] = "The first whose topic and conditions fit says what the document means.",
        ["spec.receive.documents[].topics"] = "Names of feeds and topics; none = all.",
        ["spec.receive.documents[].at"] = "Where the document stands in the message; $ below means this place.",
        ["spec.receive.documents[].correlate"] = "Kind of identifier to path: which order the news is of.",
        ["spec.receive.documents[].ignore"] = "Why documents of this kind are not used.",
        ["spec.receive.documents[].code"] = "Beside ignore: what the sender means and is not carried out, such as stock.not_carried_out.",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private static readonly FrozenDictionary<string, string> OfRows = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["to"] = "Where the value goes.",
        ["value"] = "A constant instead of a source.",
        ["join"] = "Puts the values of all sources together with this between them.",
        ["expression"] = "JavaScript over the values named under with: no loops, functions or assignments.",
        ["with"] = "Name in the expression to source.",
        ["values"] = "Table of codes, in any case; * stands for all others, which otherwise pass unchanged.",
        ["crosswalk"] = "Code equivalences kept apart from the mapping: a table's name, or table with onMissing, direction, use, and by or code.",
        ["default"] = "When no source has a value.",
        ["required"] = "Refuse without a value; the same as missing: refuse.",
        ["missing"] = "What happens without a value: refuse the document, leave the target out, or write null (going out only).",
        ["when"] = "The row counts only where all of these hold.",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>Every place that is described, for the test that none of them is made up.</summary>
    public static IEnumerable<string> Places => Whole.Keys;

    public static string? Of(string at)
    {
        if (Whole.GetValueOrDefault(at) is { } words)
            return words;
        if (at.LastIndexOf(".rows[].", StringComparison.Ordinal) is not (> 0 and var rows))
            return null;
        var outgoing = at.StartsWith("spec.mappings[]", StringComparison.Ordinal);
        return at[(rows + ".rows[].".Length)..] switch
        {
            "from" when outgoing => "A source, or a list of which the first with a value wins: order.number, order.lines[].sku, outputs.name, settings.name.",
            "from" => "A path ($ = the document, @ = the line), position, receivedAt, settings.name; or a list of which the first with a value wins.",
            "convert" => outgoing ? ValueConversion.Allowed : IncomingConversion.Allowed,
            var key => OfRows.GetValueOrDefault(key),
        };
    }
}

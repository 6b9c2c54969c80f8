using Connectors.Protocols.Calls;
using Connectors.Protocols.Formats;
using Connectors.Protocols.Http.Bodies;
using Connectors.Protocols.OData;
using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Faults;
using ControlPlane.Domain.Mappings;
using ControlPlane.Domain.Mappings.Incoming;

namespace Connectors.Protocols.Http;

/// <summary>An operation as its manifest describes it.</summary>
public sealed record OperationSpec
{
    public required OperationDescriptor Descriptor { get; init; }

    public required RequestSpec Request { get; init; }

    public required AnswerSpec Answer { get; init; }

    /// <summary>How failures are read: the operation's own rules stand before the connector's.</summary>
    public required ErrorSpec Errors { get; init; }

    /// <summary>A read whose values the request needs, such as the version that it changes; null = it needs none.</summary>
    public BeforeSpec? Before { get; init; }

    /// <summary>True: the target is asked before the first try, too. For blind writes whose earlier try may be from another life.</summary>
    public bool LookUpFirst { get; init; }

    /// <summary>What means that an earlier try succeeded; null when the target has no such answer.</summary>
    public AlreadyDoneSpec? AlreadyDone { get; init; }

    public LookUpSpec? LookUp { get; init; }

    /// <summary>Several calls instead of one request; null = one request.</summary>
    internal SequenceSpec? Sequence { get; init; }
}

public sealed record RequestSpec
{
    public required HttpMethod Method { get; init; }

    public required Placeholders Path { get; init; }

    /// <summary>Null for a request without a body.</summary>
    public CompiledMapping? Mapping { get; init; }

    public string ContentType { get; init; } = CompiledMapping.ContentType;

    /// <summary>How the mapped JSON becomes what is sent; null = it is sent as JSON.</summary>
    public IDocumentFormat? Format { get; init; }

    public IReadOnlyList<KeyValuePair<string, Placeholders>> Headers { get; init; } = [];

    /// <summary>The header that carries the idempotency key; null when the target has none.</summary>
    public string? IdempotencyHeader { get; init; }

    /// <summary>How what the rows wrote is put on the wire, where no <see cref="Format"/> says it.</summary>
    public RequestEncoding Encoding { get; init; }

    /// <summary>For <see cref="RequestEncoding.Multipart"/>.</summary>
    public MultipartSpec? Multipart { get; init; }

    /// <summary>A query or mutation in the GraphQL language; what the rows write are its variables.</summary>
    public string? GraphQl { get; init; }

    public bool Compress { get; init; }

    /// <summary>Each entry of a list that the rows wrote is a request of its own within one OData batch; null = the document is one request.</summary>
    public BatchSpec? Batch { get; init; }
}

public enum RequestEncoding
{
    Json,
    Form,
    Multipart,
}

/// <param name="Outputs">For path and headers of the request, as <c>{outputs.name}</c>.</param>
public sealed record BeforeSpec(Placeholders Path, IReadOnlyList<AnswerValue> Outputs);

/// <param name="Each">Member of the document that holds the list.</param>
/// <param name="Atomic">All or none. Otherwise parts that were done stay done, and the whole must be safe to send again.</param>
/// <param name="Most">Parts in one request, 1 to 1,000; more are sent in several.</param>
public sealed record BatchSpec(BatchStyle Style, string Each, HttpMethod Method, Placeholders Path, bool Atomic, int Most);

/// <summary>Where a value stands in an answer.</summary>
/// <param name="Path">Null when it stands in <paramref name="Header"/>.</param>
/// <param name="Optional">Written with a question mark at the end: its absence is no failure.</param>
public sealed record AnswerValue(string Name, JsonPath? Path, string? Header, bool Optional)
{
    /// <summary>Made from what the request was made from, for systems that answer nothing: <c>{connection.key}/{number}</c>. Null = it stands in the answer.</summary>
    public Placeholders? Made { get; init; }
}

public sealed record AnswerSpec
{
    /// <summary>Empty = all from 200 to 299 but 206, which says that only a part was done.</summary>
    public IReadOnlyList<int> Success { get; init; } = [];

    /// <summary>False: the answer's body is not looked at.</summary>
    public bool ExpectsJson { get; init; } = true;

    /// <summary>How the body becomes JSON; null = it is JSON.</summary>
    public IDocumentFormat? Format { get; init; }

    /// <summary>True: the answer says only that it was done; the look-up says what came of it.</summary>
    public bool ReadBack { get; init; }

    public IReadOnlyList<AnswerValue> Outputs { get; init; } = [];

    /// <summary>Names are identifier kinds.</summary>
    public IReadOnlyList<AnswerValue> Identifiers { get; init; } = [];

    /// <summary>For the timeline; may name outputs of this very answer.</summary>
    public required Placeholders Summary { get; init; }

    /// <summary>What must hold for an answer with a success status to be a success: many a system says in its document whether it did what was asked.</summary>
    public DocumentConditions Only { get; init; } = DocumentConditions.None;

    public bool IsSuccess(int status) => Success.Count == 0 ? status is >= 200 and < 300 and not 206 : Success.Contains(status);
}

public sealed record LookUpSpec
{
    /// <summary>Method, address, and for systems that are asked with a document its mapping and format.</summary>
    public required RequestSpec Request { get; init; }

    /// <summary>What is sent, for searches that are asked by POST with what no mapping writes; null = nothing.</summary>
    public BodyTemplate<Placeholders>? Body { get; init; }

    /// <summary>A query in the GraphQL language, whose variables are the body.</summary>
    public string? GraphQl { get; init; }

    /// <summary>Something stands there when the write arrived; null: a success status alone says so.</summary>
    public JsonPath? Found { get; init; }

    /// <summary>Something stands there that is ours: where others' writes can be found by the same look-up. Null = whatever is found is ours.</summary>
    public LookUpMatch? Matches { get; init; }

    /// <summary>Statuses that mean "no trace of it"; 404 when nothing else is given.</summary>
    public IReadOnlyList<int> NotThere { get; init; } = [404];

    /// <summary>The target's own codes that mean it, whatever the status; with <c>*</c> at the end for all that begin so.</summary>
    public IReadOnlyList<string> NotThereCodes { get; init; } = [];

    public required AnswerSpec Answer { get; init; }
}

/// <param name="At">May lead to several places; one that has the text is enough.</param>
public sealed record LookUpMatch(DocumentPath At, Placeholders Is);

/// <summary>Either list may be empty; what is given must fit.</summary>
public sealed record AlreadyDoneSpec(IReadOnlyList<int> Statuses, IReadOnlyList<string> Codes)
{
    public bool Fits(int status, string? code) =>
        (Statuses.Count == 0 || Statuses.Contains(status)) && (Codes.Count == 0 || Codes.Any(c => FaultRule.CodeFits(c, code)));
}

public sealed record ErrorSpec
{
    public static ErrorSpec None { get; } = new();

    /// <summary>Where the target's own code, message and field stand; the first that has something wins.</summary>
    public IReadOnlyList<JsonPath> Code { get; init; } = [];

    public IReadOnlyList<JsonPath> Message { get; init; } = [];

    public IReadOnlyList<JsonPath> Field { get; init; } = [];

    /// <summary>Something there makes a failure of an answer with a success status.</summary>
    public IReadOnlyList<JsonPath> Present { get; init; } = [];

    public IReadOnlyList<FaultRule> Rules { get; init; } = [];

    /// <summary>What counts where no rule fits, with codes of its own: what a format says of itself.</summary>
    public ErrorSpec? Otherwise { get; init; }

    /// <summary>With what a format says of its failures. Places that mean a failure by standing there keep meaning it.</summary>
    public ErrorSpec With(IDocumentFormat? format) => format is null || ReferenceEquals(format.Errors, None) || Otherwise is not null ? this : new()
    {
        Code = [.. Code, .. format.Errors.Code],
        Message = [.. Message, .. format.Errors.Message],
        Field = [.. Field, .. format.Errors.Field],
        Present = [.. Present.Count > 0 ? Present : Code, .. format.Errors.Present],
        Rules = Rules,
        RetryAfter = RetryAfter,
        Otherwise = format.Errors,
    };

    /// <summary>Where the answer itself says how long to wait: seconds, alone or in front of a word, such as <c>7 seconds</c>.</summary>
    public IReadOnlyList<JsonPath> RetryAfter { get; init; } = [];

    /// <summary>As GraphQL servers tell errors, for whoever says nothing else.</summary>
    public static ErrorSpec GraphQl { get; } = new()
    {
        Code = [JsonPath.TryParse("$.errors[0].extensions.code")!],
        Message = [JsonPath.TryParse("$.errors[0].message")!],
        Present = [JsonPath.TryParse("$.errors")!],
        Rules = [new([], ["THROTTLED"], FaultKind.Throttled, null, null)],
    };

    public ErrorSpec Before(ErrorSpec general) => new()
    {
        Code = [.. Code, .. general.Code],
        Message = [.. Message, .. general.Message],
        Field = [.. Field, .. general.Field],
        Present = [.. Present, .. general.Present],
        Rules = [.. Rules, .. general.Rules],
        RetryAfter = [.. RetryAfter, .. general.RetryAfter],
    };
}

/// <summary>What one of the target's refusals means here.</summary>
/// <param name="Statuses">Empty = any.</param>
/// <param name="Codes">The target's own codes, with <c>*</c> at the end for all that begin so; empty = any.</param>
/// <param name="As">Our own code, stable: <c>erp.customer_blocked</c>; null = <c>http.</c> and the status.</param>
/// <param name="Message">One sentence for people; null = what the target said.</param>
public sealed record FaultRule(IReadOnlyList<int> Statuses, IReadOnlyList<string> Codes, FaultKind Kind, string? As, string? Message)
{
    /// <summary>Parts of the message, in any case, of which one must be in it: for systems whose refusals have no codes. Empty = any message.</summary>
    public IReadOnlyList<string> Texts { get; init; } = [];

    public bool Fits(int status, string? code, string? told = null) =>
        (Statuses.Count == 0 || Statuses.Contains(status)) && (Codes.Count == 0 || Codes.Any(c => CodeFits(c, code)))
        && (Texts.Count == 0 || told is not null && Texts.Any(t => told.Contains(t, StringComparison.OrdinalIgnoreCase)));

    public static bool CodeFits(string pattern, string? code) => code is not null
        && (pattern.EndsWith('*') ? code.StartsWith(pattern[..^1], StringComparison.OrdinalIgnoreCase) : string.Equals(pattern, code, StringComparison.OrdinalIgnoreCase));
}

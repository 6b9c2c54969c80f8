using ControlPlane.Domain.Faults;

namespace Connectors.Protocols.Calls;

/// <summary>How JSON-RPC is spoken with a system.</summary>
public sealed record JsonRpcSpec
{
    /// <summary>Behind the connection's address.</summary>
    public string Path { get; init; } = "";

    /// <summary><c>2.0</c> is told in every call; null = the member is left out, as systems want that came before it.</summary>
    public string? Version { get; init; }

    /// <summary>Decimals and dates travel as objects that name their class; see <see cref="JsonRpc.TaggedValues"/>.</summary>
    public bool Tagged { get; init; }

    /// <summary>Goes behind the params of every call; null = nothing.</summary>
    internal CallDocument? Context { get; init; }
}

/// <summary>One call of several.</summary>
internal sealed record CallSpec
{
    /// <summary>Under this name its answer is read by those that follow.</summary>
    public required string Name { get; init; }

    public bool Writes { get; init; }

    public CallConditions When { get; init; } = CallConditions.None;

    /// <summary>Made once for each: of lines, or of entries of an answer.</summary>
    public string Lines { get; init; } = "";

    public CallSource? Of { get; init; }

    public bool Repeats => Lines.Length > 0 || Of is not null;

    /// <summary>JSON-RPC method; null for a plain HTTP call.</summary>
    public string? Method { get; init; }

    /// <summary>JSON-RPC params, or the body of an HTTP call.</summary>
    public CallDocument? Body { get; init; }

    /// <summary>Members that this call adds to the context.</summary>
    public CallDocument? Context { get; init; }

    public HttpMethod Http { get; init; } = HttpMethod.Post;

    public CallText? Path { get; init; }

    /// <summary>A call that is made again afterwards, so that what really happened is read; null = none.</summary>
    public string? Then { get; init; }

    public IReadOnlyList<(string Name, CallExpression Expression)> Set { get; init; } = [];

    public IReadOnlyList<CallExpectation> Expect { get; init; } = [];
}

/// <summary>What must be so after a call, whatever it answered; otherwise the operation ends with this fault.</summary>
/// <param name="Lines">Expected of each; empty = once.</param>
internal sealed record CallExpectation(string Lines, CallSource? Of, CallConditions That, FaultKind Kind, string As, CallText Message);

/// <summary>What a system asks back before it goes on, and by which rule it may be answered.</summary>
internal sealed record QuestionSpec
{
    /// <summary>The error code that means that it is a question.</summary>
    public required string Code { get; init; }

    public required Http.JsonPath Name { get; init; }

    public required Http.JsonPath Text { get; init; }

    /// <summary>Setting with the names that may be answered, separated by commas; <c>*</c> at the end stands for all that begin so.</summary>
    public required string Accept { get; init; }

    public required string As { get; init; }

    /// <summary>Made before the call that was asked about is made again. Reads <c>question</c>.</summary>
    public required IReadOnlyList<CallSpec> Answer { get; init; }
}

/// <summary>An operation of several calls: resumable, since each looks at what is there before it acts.</summary>
internal sealed record SequenceSpec
{
    public required IReadOnlyList<CallSpec> Calls { get; init; }

    public JsonRpcSpec? JsonRpc { get; init; }

    public QuestionSpec? Question { get; init; }

    public required IReadOnlyList<(string Name, CallText Value)> Outputs { get; init; }

    public required IReadOnlyList<(string Kind, CallText Value)> Identifiers { get; init; }

    public required CallText Summary { get; init; }
}

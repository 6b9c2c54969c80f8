using System.Buffers;
using System.Text.Json;
using System.Text.Json.Nodes;
using Connectors.Protocols.Http;
using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Effects;
using ControlPlane.Domain.Faults;

namespace Connectors.Protocols.GraphQl;

/// <summary>One query or mutation.</summary>
/// <param name="Path">Of the endpoint, below the connection's address.</param>
/// <param name="Document">In the GraphQL language, with one operation.</param>
/// <param name="Operation">Which budget of the manifest it draws on.</param>
public sealed record GraphQlCall(string Path, string Document, JsonObject Variables, string Operation, WriteKind Write);

/// <summary>
/// Sends GraphQL over HTTP and tells data from faults. A GraphQL server answers 200 to almost everything: what failed
/// stands in <c>errors</c>, beside data or instead of it.
/// </summary>
/// <param name="system">As people call it.</param>
/// <param name="errors">The system's own codes, at <c>errors[0].extensions.code</c>, and what they mean.</param>
public sealed class GraphQlEndpoint(string system, ErrorSpec errors, TimeProvider clock)
{
    /// <summary>The query does not fit the schema of the version that is asked: a defect of ours, or a version that ended.</summary>
    public const string QueryRefused = "graphql.query_refused";

    /// <summary>Data came with errors beside it, and a part of what was asked is missing.</summary>
    public const string Incomplete = "graphql.incomplete";

    private readonly AnswerFaults _faults = new(system, errors, clock);

    /// <exception cref="ExchangeException">As the exchange threw it.</exception>
    public async Task<GraphQlAnswer> SendAsync(GraphQlCall call, IExchange exchange, CancellationToken ct)
    {
        var answer = await exchange.SendAsync(Request(call), ct);
        using var body = AnswerBody.Read(answer);
        if (!answer.IsSuccess)
            return GraphQlAnswer.Failed(Lost(_faults.From(answer, body, call.Write), answer.Status, call.Write));
        if (body.IsMarkup)
            return GraphQlAnswer.Failed(_faults.Markup(answer, call.Write));
        if (body.Root.ValueKind != JsonValueKind.Object)
            return GraphQlAnswer.Failed(_faults.Unreadable(answer, call.Write));
        var data = body.Root.TryGetProperty("data", out var found) && found.ValueKind == JsonValueKind.Object ? found.Clone() : default;
        if (body.Root.TryGetProperty("errors", out var told) && told.ValueKind != JsonValueKind.Null && !(told.ValueKind == JsonValueKind.Array && told.GetArrayLength() == 0))
            return Errors(answer, body, data, call.Write);
        return data.ValueKind == JsonValueKind.Object ? new(data, null, null) : GraphQlAnswer.Failed(_faults.Unreadable(answer, call.Write));
    }

    /// <summary>
    /// A mutation that returned its payload was done, whatever failed beside it. A query with errors lacks a part, and
    /// what is missing would be taken for something that is not there.
    /// </summary>
    private GraphQlAnswer Errors(ExchangeAnswer answer, AnswerBody body, JsonElement data, WriteKind write)
    {
        var hasData = data.ValueKind == JsonValueKind.Object && data.EnumerateObject().Any(p => p.Value.ValueKind != JsonValueKind.Null);
        if (hasData && write != WriteKind.Read)
            return new(data, null, null);
        var fault = _faults.From(answer, body, write);
        if (fault.Code == AnswerFaults.RefusedWithin)
            fault = hasData
                ? fault with { Kind = FaultKind.Internal, Code = Incomplete, Message = $"{system} answered a part of the query only. {fault.Message}" }
                : fault with { Kind = FaultKind.Internal, Code = QueryRefused, Message = $"{system} does not understand the query; the API version of the connection may have ended. {fault.Message}" };
        if (fault.Kind == FaultKind.Throttled)
            fault = fault with { RetryAfter = GraphQlCost.Wait(body.Root) ?? fault.RetryAfter };
        else if (fault.Kind == FaultKind.Transient && write == WriteKind.Blind)
            fault = fault with { Kind = FaultKind.UnknownOutcome };
        return new(default, fault, GraphQlCost.Limit(body.Root));
    }

    /// <summary>Behind a server error or a gateway's, a blind write may have been done. 503 says that it was not begun.</summary>
    private static Fault Lost(Fault fault, int status, WriteKind write) =>
        write == WriteKind.Blind && status >= 500 && status != 503 ? fault with { Kind = FaultKind.UnknownOutcome } : fault;

    private static ExchangeRequest Request(GraphQlCall call)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            writer.WriteString("query", call.Document);
            writer.WritePropertyName("variables");
            call.Variables.WriteTo(writer);
            writer.WriteEndObject();
        }

        return new()
        {
            Method = HttpMethod.Post,
            Path = call.Path,
            Body = buffer.WrittenMemory,
            ContentType = "application/json",
            Writes = call.Write != WriteKind.Read,
            Operation = call.Operation,
            Headers = { ["Accept"] = "application/json" },
        };
    }
}

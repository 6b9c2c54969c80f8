using System.Buffers;
using System.Text.Json;
using Connectors.Protocols.Http;
using Connectors.Protocols.JsonRpc;
using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Effects;
using ControlPlane.Domain.Faults;
using ControlPlane.Domain.Mappings;

namespace Connectors.Protocols.Calls;

/// <summary>Sends one call and reads its answer: JSON-RPC, where 200 means success and failure alike, or plain HTTP with JSON.</summary>
internal sealed class CallExchange(JsonRpcSpec? rpc, AnswerFaults faults, string operation, WriteKind write)
{
    public async Task<CallAnswer> SendAsync(CallSpec call, CallPlace at, IExchange exchange, CancellationToken ct)
    {
        var missing = new List<string>();
        var request = Request(call, in at, missing);
        if (missing.Count > 0)
            return CallAnswer.Failed(new(FaultKind.Data, "mapping.required_missing", $"{missing[0]} is needed by the call {call.Name} of {operation}, and has no usable value.", missing[0]));
        var answer = await exchange.SendAsync(request, ct);
        using var body = AnswerBody.Read(answer);
        var kind = call.Writes ? write : WriteKind.Read;
        if (answer.IsSuccess && body.IsMarkup)
            return CallAnswer.Failed(faults.Markup(answer, kind));
        if (!answer.IsSuccess || answer.Status == 206 || body.IsJson && faults.HidesError(body))
            return new(default, faults.From(answer, body, kind), faults.Code(body), body.IsJson ? body.Root.Clone() : default);
        if (call.Method is null)
            return new(body.IsJson ? Plain(body.Root) : default, null, null, default);
        return body.Root.ValueKind == JsonValueKind.Object && body.Root.TryGetProperty("result", out var result)
            ? new(Plain(result), null, null, default)
            : CallAnswer.Failed(faults.Unreadable(answer, kind));
    }

    /// <summary>The whole document of a call, as it would be sent.</summary>
    public ReadOnlyMemory<byte> Body(CallSpec call, in CallPlace at, List<string> missing)
    {
        if (call.Method is null && call.Body is null)
            return default;
        var buffer = new ArrayBufferWriter<byte>(1024);
        using (var writer = new Utf8JsonWriter(buffer, CallDocument.Writing))
        {
            var body = call.Body?.Render(in at, missing);
            if (call.Method is null)
                body!.Value.WriteTo(writer);
            else
                WriteRpc(writer, call, body, in at, missing);
        }

        return buffer.WrittenMemory;
    }

    private JsonElement Plain(JsonElement value) => rpc?.Tagged == true ? TaggedValues.Plain(value) : value.Clone();

    private ExchangeRequest Request(CallSpec call, in CallPlace at, List<string> missing)
    {
        var path = rpc?.Path ?? "";
        if (call.Method is null)
        {
            path = call.Path!.Render(in at, out var absent, Uri.EscapeDataString) ?? "";
            if (absent.Length > 0)
                missing.Add(absent);
        }

        var body = Body(call, in at, missing);
        return new()
        {
            Method = call.Method is null ? call.Http : HttpMethod.Post,
            Path = path,
            Body = body,
            ContentType = body.IsEmpty ? null : "application/json",
            Writes = call.Writes,
            Operation = operation,
            Headers = { ["Accept"] = "application/json" },
        };
    }

    private void WriteRpc(Utf8JsonWriter writer, CallSpec call, JsonElement? body, in CallPlace at, List<string> missing)
    {
        writer.WriteStartObject();
        if (rpc!.Version is { } version)
            writer.WriteString("jsonrpc", version);
        writer.WriteNumber("id", 1);
        writer.WriteString("method", call.Method);
        writer.WritePropertyName("params");
        if (body is { ValueKind: JsonValueKind.Object } named && rpc.Context is null)
        {
            named.WriteTo(writer);
        }
        else
        {
            writer.WriteStartArray();
            foreach (var entry in body is { ValueKind: JsonValueKind.Array } list ? list.EnumerateArray() : default)
                entry.WriteTo(writer);
            if (rpc.Context is { } context)
                WriteContext(writer, context.Render(in at, missing), call.Context?.Render(in at, missing));
            writer.WriteEndArray();
        }

        writer.WriteEndObject();
    }

    private static void WriteContext(Utf8JsonWriter writer, JsonElement general, JsonElement? own)
    {
        writer.WriteStartObject();
        foreach (var member in general.EnumerateObject())
            if (own is not { ValueKind: JsonValueKind.Object } more || !more.TryGetProperty(member.Name, out _))
                member.WriteTo(writer);
        foreach (var member in own is { ValueKind: JsonValueKind.Object } added ? added.EnumerateObject() : default)
            member.WriteTo(writer);
        writer.WriteEndObject();
    }
}

/// <param name="Result">Undefined when there was none.</param>
/// <param name="Error">The whole answer, when it was a failure in JSON.</param>
internal sealed record CallAnswer(JsonElement Result, Fault? Fault, string? Code, JsonElement Error)
{
    public static CallAnswer Failed(Fault fault) => new(default, fault, null, default);
}

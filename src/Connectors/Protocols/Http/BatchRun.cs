using System.Buffers;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using Connectors.Protocols.OData;
using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Effects;
using ControlPlane.Domain.Faults;
using ControlPlane.Domain.Mappings;

namespace Connectors.Protocols.Http;

/// <summary>
/// Sends the entries of a list as one OData batch, or several where there are more than the service takes. It succeeds when every part did;
/// otherwise the fault is the first part's, and says how many were done.
/// </summary>
internal sealed class BatchRun(OperationSpec spec, BatchSpec batch, AnswerFaults faults, string system)
{
    public async Task<OperationResult> RunAsync(MappingInput input, ReadOnlyMemory<byte> document, Func<ReadOnlyMemory<byte>, string, ExchangeRequest?> call, IExchange exchange, CancellationToken ct)
    {
        using var json = JsonDocument.Parse(document);
        if (!json.RootElement.TryGetProperty(batch.Each, out var list) || list.ValueKind != JsonValueKind.Array || list.GetArrayLength() == 0)
            return Failed(new(FaultKind.Data, "batch.empty", $"The mapping of {spec.Descriptor.Name} wrote no {batch.Each}, so that there is nothing to send.", batch.Each));
        if (batch.Path.Render(input, PlaceholderUse.Path, out var missing) is not { } path)
            return Failed(new(FaultKind.Internal, "mapping.required_missing", $"{missing} is needed in the address of each part of {spec.Descriptor.Name}, and has no usable value.", missing));
        var parts = list.EnumerateArray().Select(e => new BatchRequest(batch.Method, path, JsonMarshal.GetRawUtf8Value(e).ToArray())).ToList();
        if (batch.Atomic && parts.Count > batch.Most)
            return Failed(new(FaultKind.Data, "batch.too_many", $"{system} takes {batch.Most.ToString(CultureInfo.InvariantCulture)} parts at once, and the document has {parts.Count.ToString(CultureInfo.InvariantCulture)}, which must not be split.", batch.Each));
        var results = new List<BatchResult>();
        var size = batch.Most;
        while (results.Count < parts.Count)
        {
            var chunk = parts.GetRange(results.Count, Math.Min(size, parts.Count - results.Count));
            if (call(ODataBatch.Write(batch.Style, chunk, batch.Atomic), ODataBatch.ContentType(batch.Style)) is not { } request)
                return Failed(new(FaultKind.Internal, "mapping.required_missing", $"A value is needed in the address or a header of {spec.Descriptor.Name} at {system}."));
            var answer = await exchange.SendAsync(request, ct);
            // Too large for one request: the half of it may pass. Nothing of a refused batch was done.
            if (answer.Status == 413 && !batch.Atomic && chunk.Count > 1)
            {
                size = (chunk.Count + 1) / 2;
                continue;
            }

            if (Read(answer, out var problem) is not { } read)
                return Failed(problem!);
            if (Refused(read, chunk.Count, results.Count, parts.Count, answer) is { } fault)
                return Failed(fault);
            results.AddRange(read);
        }

        return Confirmed(input, results);
    }

    private IReadOnlyList<BatchResult>? Read(ExchangeAnswer answer, out Fault? problem)
    {
        problem = null;
        using var body = AnswerBody.Read(answer);
        if (!answer.IsSuccess)
            problem = faults.From(answer, body, spec.Descriptor.Write);
        else if (ODataBatch.Read(batch.Style, answer.Body) is { } read)
            return read;
        else
            problem = body.IsMarkup ? faults.Markup(answer, spec.Descriptor.Write) : faults.Unreadable(answer, spec.Descriptor.Write);
        return null;
    }

    private Fault? Refused(IReadOnlyList<BatchResult> read, int asked, int before, int all, ExchangeAnswer answer)
    {
        var first = read.ToList().FindIndex(r => !r.IsSuccess);
        if (first < 0)
            return read.Count >= asked ? null : faults.Unreadable(answer, spec.Descriptor.Write);
        var done = batch.Atomic ? 0 : before + read.Count(r => r.IsSuccess);
        var part = new ExchangeAnswer { Status = read[first].Status, Body = read[first].Body, ContentType = "application/json" };
        using var body = AnswerBody.Read(part);
        var fault = faults.From(part, body, spec.Descriptor.Write);
        var place = string.Create(CultureInfo.InvariantCulture, $"{batch.Each}[{before + first}]");
        // A change set that fails is answered once for all of it: which part was wrong is not told then.
        return fault with
        {
            Field = read.Count < asked ? fault.Field : fault.Field is null ? place : $"{place}.{fault.Field}",
            Message = string.Create(CultureInfo.InvariantCulture, $"{fault.Message} {done} of {all} parts were done."),
        };
    }

    /// <summary>Outputs are read from <c>$.parts[0].body</c> and <c>$.parts[0].status</c>.</summary>
    private OperationResult Confirmed(MappingInput input, List<BatchResult> results)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            writer.WriteStartArray("parts");
            foreach (var result in results)
            {
                writer.WriteStartObject();
                writer.WriteNumber("status", result.Status);
                if (IsJson(result.Body))
                {
                    writer.WritePropertyName("body");
                    writer.WriteRawValue(result.Body.Span);
                }

                writer.WriteEndObject();
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        var whole = new ExchangeAnswer { Status = 200, Body = buffer.WrittenMemory, ContentType = "application/json" };
        using var body = AnswerBody.Read(whole);
        return new AnswerReader(spec.Answer, faults, spec.Descriptor.Write).Read(whole, body, input);
    }

    private static bool IsJson(ReadOnlyMemory<byte> body)
    {
        if (body.IsEmpty)
            return false;
        var reader = new Utf8JsonReader(body.Span);
        try
        {
            return reader.Read() && reader.TrySkip() && !reader.Read();
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static OperationResult.Failed Failed(Fault fault) => new(fault);
}

using System.Text.Json;
using Connectors.Protocols.Formats;
using Connectors.Protocols.GraphQl;
using Connectors.Protocols.Http.Bodies;
using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Effects;
using ControlPlane.Domain.Faults;
using ControlPlane.Domain.Mappings;
using ControlPlane.Domain.Mappings.Incoming;
using ControlPlane.Domain.Shared;

namespace Connectors.Protocols.Http;

/// <summary>An operation that is data alone: one request, one answer, and a look-up beside it.</summary>
/// <param name="system">As people call it: the manifest's title.</param>
/// <param name="settingDefaults">What the manifest says for settings that the connection leaves out.</param>
public sealed class DeclarativeOperation(OperationSpec spec, string system, IReadOnlyDictionary<string, string> settingDefaults, TimeProvider clock) : IOperation
{
    private readonly AnswerFaults _faults = new(system, spec.Errors, clock);

    public OperationDescriptor Descriptor => spec.Descriptor;

    public OperationSpec Spec => spec;

    public TimeSpan? AcknowledgedWithin(Connection connection) => spec.Request.Format?.AcknowledgedWithin(connection);

    /// <summary>A value that the address needs is required as one of the document is, so that the gap shows before anything is sent.</summary>
    public MappedDocument Map(OperationRequest request) => Explain(request, null);

    /// <summary>As <see cref="Map(OperationRequest)"/>, and says where each value came from.</summary>
    /// <param name="trace">Filled, when given.</param>
    public MappedDocument Explain(OperationRequest request, List<MappedValue>? trace)
    {
        var input = Input(request);
        return Map(spec.Request, request, input, trace);
    }

    private MappedDocument Map(RequestSpec of, OperationRequest request, MappingInput input, List<MappedValue>? trace = null)
    {
        var mapped = of.Mapping?.Map(input, trace) ?? MappedDocument.None;
        var refusals = new List<Refusal>(mapped.Refusals);
        Check(of.Path, PlaceholderUse.Path, "the address", input, refusals);
        foreach (var (name, value) in of.Headers)
            Check(value, PlaceholderUse.Header, $"the header {name}", input, refusals);
        if (refusals.Count > 0 || of is { Mapping: null, GraphQl: null })
            return mapped with { Refusals = refusals, ContentType = of.Mapping is null ? "" : of.ContentType };
        if (of.Format is { } format)
            mapped = Written(of, format, mapped.Content, request, refusals);
        return mapped.Refusals.Count > 0 ? mapped : Encoded(of, mapped, input);
    }

    private MappedDocument Written(RequestSpec of, IDocumentFormat format, ReadOnlyMemory<byte> json, OperationRequest request, List<Refusal> refusals)
    {
        using var document = JsonDocument.Parse(json);
        var written = format.Write(document.RootElement, new(request.Connection, request.Reference, request.Number, request.At) { Key = request.IdempotencyKey, SettingDefaults = settingDefaults });
        return new(written.Content, FileType(of), [.. refusals, .. written.Refusals]);
    }

    /// <summary>What goes over the wire, where that is more than the rows wrote.</summary>
    private static MappedDocument Encoded(RequestSpec of, MappedDocument mapped, MappingInput input)
    {
        if (of.GraphQl is { } query)
            return mapped with { Content = GraphQlBody.Write(query, mapped.Content.Span), ContentType = CompiledMapping.ContentType };
        if (of.Multipart is { Part: { } part } multipart)
        {
            var fields = multipart.Fields.Select(f => (f.Key, f.Value.Render(input, PlaceholderUse.Plain, out _) ?? ""));
            var file = MultipartBody.OfFile(mapped.Content, FileType(of), part, multipart.FileName?.Render(input, PlaceholderUse.Plain, out _) ?? part, fields);
            return mapped with { Content = file, ContentType = MultipartBody.ContentTypeOf(file) };
        }

        if (of.Encoding == RequestEncoding.Json)
            return mapped with { ContentType = FileType(of) };
        using var document = JsonDocument.Parse(mapped.Content);
        var body = of.Encoding == RequestEncoding.Form ? FormBody.Write(document.RootElement) : MultipartBody.OfMembers(document.RootElement);
        return mapped with { Content = body, ContentType = ContentType(of, body) };
    }

    /// <summary>The manifest's word, or else the format's.</summary>
    private static string FileType(RequestSpec of) => of.Format is { } format && of.ContentType == CompiledMapping.ContentType
        ? format.SendsAs ?? format.MediaTypes.FirstOrDefault(t => !t.Contains('*', StringComparison.Ordinal)) ?? CompiledMapping.ContentType
        : of.ContentType;

    private static string ContentType(RequestSpec of, ReadOnlyMemory<byte> body) => of.Encoding switch
    {
        RequestEncoding.Form => FormBody.ContentType,
        RequestEncoding.Multipart => MultipartBody.ContentTypeOf(body.Span),
        _ => FileType(of),
    };

    public async Task<OperationResult> ExecuteAsync(OperationRequest request, ReadOnlyMemory<byte> document, IExchange exchange, CancellationToken ct)
    {
        if (spec.LookUpFirst)
            switch (await LookUpAsync(request, exchange, ct))
            {
                case LookUpResult.Found found:
                    return found.Result;
                case LookUpResult.Inconclusive open:
                    return new OperationResult.Failed(open.Fault);
            }

        return await OnceAsync(request, document, exchange, ct) switch
        {
            // Somebody changed it between our read and our write, which was refused: what it is now is read once.
            OperationResult.Failed { Fault: { Kind: FaultKind.Conflict } } when spec.Before is not null => await OnceAsync(request, document, exchange, ct),
            var result => result,
        };
    }

    private async Task<OperationResult> OnceAsync(OperationRequest request, ReadOnlyMemory<byte> document, IExchange exchange, CancellationToken ct)
    {
        var input = Input(request);
        if (spec.Before is { } before)
        {
            var (read, fault) = await BeforeAsync(before, input, exchange, ct);
            if (fault is not null)
                return new OperationResult.Failed(fault);
            input = read!;
        }

        if (spec.Request.Batch is { } batch)
            return await new BatchRun(spec, batch, _faults, system).RunAsync(input, document, (body, type) => Request(spec.Request, spec.Descriptor.Write, spec.Answer, input, body, type, out _), exchange, ct);
        if (Request(spec.Request, spec.Descriptor.Write, spec.Answer, input, document, ContentType(spec.Request, document), out var problem) is not { } call)
            return new OperationResult.Failed(problem!);
        var answer = await exchange.SendAsync(call, ct);
        using var body = AnswerBody.Read(answer, spec.Answer.Format, request.Connection);
        var reader = new AnswerReader(spec.Answer, _faults, spec.Descriptor.Write, spec.Request.GraphQl is not null);
        if (reader.IsSuccess(answer, body))
            return spec.Answer.ReadBack ? await BackAsync(request, exchange, ct) : reader.Read(answer, body, input);
        if (spec.AlreadyDone?.Fits(answer.Status, _faults.Code(body)) == true)
            return await EarlierAsync(request, reader, answer, body, input, exchange, ct);
        return new OperationResult.Failed(_faults.From(answer, body, spec.Descriptor.Write));
    }

    /// <summary>The input with what was read as outputs.</summary>
    private async Task<(MappingInput? Input, Fault? Fault)> BeforeAsync(BeforeSpec before, MappingInput input, IExchange exchange, CancellationToken ct)
    {
        if (before.Path.Render(input, PlaceholderUse.Path, out var missing) is not { } path)
            return (null, NoValue(missing, "the address of what is read before"));
        var answer = await exchange.SendAsync(new() { Method = HttpMethod.Get, Path = path, Operation = spec.Descriptor.Name, Headers = { ["Accept"] = "application/json" } }, ct);
        using var body = AnswerBody.Read(answer);
        var reader = new AnswerReader(new() { Outputs = before.Outputs, Summary = Placeholders.Empty }, _faults, WriteKind.Read);
        if (!reader.IsSuccess(answer, body))
            return (null, _faults.From(answer, body, WriteKind.Read));
        return reader.Read(answer, body, input) switch
        {
            OperationResult.Confirmed read => (input.With(read.Outputs), null),
            OperationResult.Failed failed => (null, failed.Fault),
            _ => throw new InvalidOperationException("An answer is either confirmed or failed."),
        };
    }

    public async Task<LookUpResult> LookUpAsync(OperationRequest request, IExchange exchange, CancellationToken ct)
    {
        if (spec.LookUp is not { } lookUp)
            throw new InvalidOperationException($"{spec.Descriptor.Name} of {system} has no look-up; its descriptor says so.");
        var input = Input(request);
        var asked = lookUp.Request.Mapping is null ? MappedDocument.None : Map(lookUp.Request, request, input);
        if (asked.Refusals is [var gap, ..])
            return new LookUpResult.Inconclusive(new(FaultKind.Internal, gap.Code, $"The look-up of {spec.Descriptor.Name} at {system} cannot be asked: {gap.Message}", gap.Field));
        var content = Asked(lookUp, asked.Content, input, out var without);
        if (without.Length > 0)
            return new LookUpResult.Inconclusive(NoValue(without, "the look-up"));
        if (Request(lookUp.Request, WriteKind.Read, lookUp.Answer, input, content, FileType(lookUp.Request), out var problem) is not { } call)
            return new LookUpResult.Inconclusive(problem!);
        var answer = await exchange.SendAsync(call, ct);
        if (lookUp.NotThere.Contains(answer.Status))
            return new LookUpResult.NotThere();
        using var body = AnswerBody.Read(answer, lookUp.Answer.Format, request.Connection);
        if (lookUp.NotThereCodes.Any(c => FaultRule.CodeFits(c, _faults.Code(body))))
            return new LookUpResult.NotThere();
        var reader = new AnswerReader(lookUp.Answer, _faults, WriteKind.Read);
        if (!reader.IsSuccess(answer, body))
            return new LookUpResult.Inconclusive(_faults.From(answer, body, WriteKind.Read));
        if (lookUp.Found is not null && body.IsJson && !lookUp.Found.IsPresent(body.Root))
            return new LookUpResult.NotThere();
        if (lookUp.Matches is { } matches && body.IsJson)
        {
            if (matches.Is.Render(input, PlaceholderUse.Plain, out var missing) is not { } ours)
                return new LookUpResult.Inconclusive(NoValue(missing, "the look-up"));
            var places = new List<JsonElement>();
            matches.At.Select(body.Root, places);
            if (!places.Exists(p => string.Equals(DocumentPath.TextOf(p), ours, StringComparison.OrdinalIgnoreCase)))
                return new LookUpResult.NotThere();
        }

        return reader.Read(answer, body, input) switch
        {
            OperationResult.Confirmed confirmed => new LookUpResult.Found(confirmed),
            OperationResult.Failed failed => new LookUpResult.Inconclusive(failed.Fault),
            _ => throw new InvalidOperationException("An answer is either confirmed or failed."),
        };
    }

    /// <summary>A search has a body of its own, or a query with it as variables; otherwise what a mapping wrote.</summary>
    private static ReadOnlyMemory<byte> Asked(LookUpSpec lookUp, ReadOnlyMemory<byte> mapped, MappingInput input, out string missing)
    {
        missing = "";
        if (lookUp is { Body: null, GraphQl: null })
            return mapped;
        byte[] body = [];
        if (lookUp.Body is { } template)
            body = template.Render((Placeholders text, out string gap) => text.Render(input, PlaceholderUse.Plain, out gap), out missing) ?? [];
        return lookUp.GraphQl is { } query && missing.Length == 0 ? GraphQlBody.Write(query, body) : body;
    }

    /// <summary>It was done; whatever stands in the way of reading what came of it must not lead to doing it again.</summary>
    private async Task<OperationResult> BackAsync(OperationRequest request, IExchange exchange, CancellationToken ct)
    {
        var kind = spec.Descriptor.Write == WriteKind.Blind ? FaultKind.UnknownOutcome : FaultKind.Transient;
        try
        {
            return await LookUpAsync(request, exchange, ct) switch
            {
                LookUpResult.Found found => found.Result,
                LookUpResult.Inconclusive open => new OperationResult.Failed(open.Fault with { Kind = kind }),
                _ => new OperationResult.Failed(new(kind, "answer.not_there_yet", $"{system} took the document and does not find it yet.")),
            };
        }
        catch (ExchangeException e) when (kind == FaultKind.UnknownOutcome)
        {
            return new OperationResult.Failed(e.Fault with { Kind = kind });
        }
    }

    /// <summary>The target says that it has it already. What it has is read from a look-up, or from that very answer.</summary>
    private async Task<OperationResult> EarlierAsync(
        OperationRequest request, AnswerReader reader, ExchangeAnswer answer, AnswerBody body, MappingInput input, IExchange exchange, CancellationToken ct)
    {
        if (spec.LookUp is null)
            return reader.Read(answer, body, input);
        return await LookUpAsync(request, exchange, ct) switch
        {
            LookUpResult.Found found => found.Result,
            LookUpResult.Inconclusive open => new OperationResult.Failed(open.Fault),
            _ => new OperationResult.Failed(new(FaultKind.Conflict, "answer.done_but_not_found",
                $"{system} says that it has the document already, and does not find it by our reference. Look it up there by hand.", null, _faults.Code(body))),
        };
    }

    private ExchangeRequest? Request(RequestSpec of, WriteKind write, AnswerSpec answer, MappingInput input, ReadOnlyMemory<byte> document, string contentType, out Fault? problem)
    {
        problem = null;
        if (of.Path.Render(input, PlaceholderUse.Path, out var missing) is not { } path)
        {
            problem = NoValue(missing, "the address");
            return null;
        }

        var call = new ExchangeRequest
        {
            Method = of.Method,
            Path = path,
            Body = document,
            ContentType = document.IsEmpty ? null : contentType,
            Compress = of.Compress && !document.IsEmpty,
            Writes = write != WriteKind.Read,
            Operation = spec.Descriptor.Name,
        };
        call.Headers["Accept"] = answer.Format is null or JsonFormat ? "application/json" : "*/*";
        foreach (var (name, value) in document.IsEmpty ? [] : of.Format?.Headers ?? [])
            call.Headers[name] = value;
        foreach (var (name, value) in of.Headers)
        {
            if (value.Render(input, PlaceholderUse.Header, out missing) is not { } text)
            {
                problem = NoValue(missing, $"the header {name}");
                return null;
            }

            call.Headers[name] = text;
        }

        if (of.IdempotencyHeader is { } header)
            call.Headers[header] = input.IdempotencyKey;
        return call;
    }

    private void Check(Placeholders text, PlaceholderUse use, string where, MappingInput input, List<Refusal> refusals)
    {
        if (text.Render(input, use, out var missing) is null && !ReadBefore(missing))
            refusals.Add(new("mapping.required_missing", missing, $"{missing} is needed in {where} of {spec.Descriptor.Name}, and has no usable value."));
    }

    /// <summary>Comes with the read that goes before, and cannot be there yet.</summary>
    private bool ReadBefore(string name) => spec.Before?.Outputs.Any(o => name == "outputs." + o.Name) == true;

    private Fault NoValue(string name, string where) =>
        new(FaultKind.Internal, "mapping.required_missing", $"{name} is needed in {where} of {spec.Descriptor.Name} at {system}, and has no usable value.", name);

    private MappingInput Input(OperationRequest request) => MappingInput.From(request, settingDefaults);
}

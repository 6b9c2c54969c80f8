using System.Text.Json;
using Connectors.Protocols.Formats;
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
        if (of.Format is { } format && of.Mapping is not null && refusals.Count == 0)
            return Written(of, format, mapped.Content, request, refusals);
        return mapped with { Refusals = refusals, ContentType = of.Mapping is null ? "" : of.ContentType };
    }

    private MappedDocument Written(RequestSpec of, IDocumentFormat format, ReadOnlyMemory<byte> json, OperationRequest request, List<Refusal> refusals)
    {
        using var document = JsonDocument.Parse(json);
        var written = format.Write(document.RootElement, new(request.Connection, request.Reference, request.Number, request.At) { Key = request.IdempotencyKey, SettingDefaults = settingDefaults });
        return new(written.Content, ContentType(of), [.. refusals, .. written.Refusals]);
    }

    /// <summary>The manifest's word, or else the format's.</summary>
    private static string ContentType(RequestSpec of) => of.Format is { } format && of.ContentType == CompiledMapping.ContentType
        ? format.SendsAs ?? format.MediaTypes.FirstOrDefault(t => !t.Contains('*', StringComparison.Ordinal)) ?? CompiledMapping.ContentType
        : of.ContentType;

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

        var input = Input(request);
        if (Request(spec.Request, spec.Descriptor.Write, spec.Answer, input, document, out var problem) is not { } call)
            return new OperationResult.Failed(problem!);
        var answer = await exchange.SendAsync(call, ct);
        using var body = AnswerBody.Read(answer, spec.Answer.Format, request.Connection);
        var reader = new AnswerReader(spec.Answer, _faults, spec.Descriptor.Write);
        if (reader.IsSuccess(answer, body))
            return reader.Read(answer, body, input);
        if (spec.AlreadyDone?.Fits(answer.Status, _faults.Code(body)) == true)
            return await EarlierAsync(request, reader, answer, body, input, exchange, ct);
        return new OperationResult.Failed(_faults.From(answer, body, spec.Descriptor.Write));
    }

    public async Task<LookUpResult> LookUpAsync(OperationRequest request, IExchange exchange, CancellationToken ct)
    {
        if (spec.LookUp is not { } lookUp)
            throw new InvalidOperationException($"{spec.Descriptor.Name} of {system} has no look-up; its descriptor says so.");
        var input = Input(request);
        var asked = lookUp.Request.Mapping is null ? MappedDocument.None : Map(lookUp.Request, request, input);
        if (asked.Refusals is [var gap, ..])
            return new LookUpResult.Inconclusive(new(FaultKind.Internal, gap.Code, $"The look-up of {spec.Descriptor.Name} at {system} cannot be asked: {gap.Message}", gap.Field));
        if (Request(lookUp.Request, WriteKind.Read, lookUp.Answer, input, asked.Content, out var problem) is not { } call)
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

    private ExchangeRequest? Request(RequestSpec of, WriteKind write, AnswerSpec answer, MappingInput input, ReadOnlyMemory<byte> document, out Fault? problem)
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
            ContentType = document.IsEmpty ? null : ContentType(of),
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
        if (text.Render(input, use, out var missing) is null)
            refusals.Add(new("mapping.required_missing", missing, $"{missing} is needed in {where} of {spec.Descriptor.Name}, and has no usable value."));
    }

    private Fault NoValue(string name, string where) =>
        new(FaultKind.Internal, "mapping.required_missing", $"{name} is needed in {where} of {spec.Descriptor.Name} at {system}, and has no usable value.", name);

    private MappingInput Input(OperationRequest request) => MappingInput.From(request, settingDefaults);
}

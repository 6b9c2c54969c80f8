using System.Buffers;
using System.Text.Json;
using Connectors.Protocols.Http;
using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Faults;
using ControlPlane.Domain.Mappings;
using ControlPlane.Domain.Shared;

namespace Connectors.Protocols.Calls;

/// <summary>
/// An operation of several calls. Each looks at what earlier ones read before it acts, so the whole can be run again from the start at any
/// time: after a lost answer, a crash, or somebody else's change. Asked whether it arrived, it goes the same way and stops before it would write.
/// </summary>
internal sealed class SequenceOperation : IOperation
{
    private readonly OperationSpec _spec;
    private readonly SequenceSpec _sequence;
    private readonly CallExchange _calls;
    private readonly IReadOnlyDictionary<string, string> _defaults;
    private readonly TimeProvider _clock;
    private readonly string _system;

    public SequenceOperation(OperationSpec spec, string system, IReadOnlyDictionary<string, string> settingDefaults, TimeProvider clock)
    {
        (_spec, _sequence, _system, _defaults, _clock) = (spec, spec.Sequence!, system, settingDefaults, clock);
        _calls = new(_sequence.JsonRpc, new AnswerFaults(system, spec.Errors, clock), spec.Descriptor.Name, spec.Descriptor.Write);
    }

    public OperationDescriptor Descriptor => _spec.Descriptor;

    /// <summary>The calls in order, with the names of what only an answer can say.</summary>
    public MappedDocument Map(OperationRequest request)
    {
        var at = new CallPlace(Scope(request, preview: true));
        var refusals = new List<Refusal>();
        var buffer = new ArrayBufferWriter<byte>(2048);
        using (var writer = new Utf8JsonWriter(buffer, CallDocument.Writing))
        {
            writer.WriteStartArray();
            foreach (var call in _sequence.Calls)
                foreach (var place in CallPlaces.Of(call.Lines, call.Of, at))
                {
                    if (call.When.Hold(in place) == false)
                        continue;
                    var missing = new List<string>();
                    writer.WriteStartObject();
                    writer.WriteString("call", call.Name);
                    if (_calls.Body(call, in place, missing) is { IsEmpty: false } body)
                    {
                        writer.WritePropertyName("document");
                        writer.WriteRawValue(body.Span);
                    }

                    writer.WriteEndObject();
                    refusals.AddRange(missing.Distinct().Select(m => new Refusal("mapping.required_missing", m, $"{m} is needed by the call {call.Name} of {Descriptor.Name}, and has no usable value.")));
                }

            writer.WriteEndArray();
        }

        return new(buffer.WrittenMemory, CompiledMapping.ContentType, refusals);
    }

    public async Task<OperationResult> ExecuteAsync(OperationRequest request, ReadOnlyMemory<byte> document, IExchange exchange, CancellationToken ct)
    {
        for (var run = 1; ; run++)
        {
            var end = await new SequenceRun(_sequence, _calls, _system, Scope(request), exchange, mayWrite: true).ToEndAsync(ct);
            if (end.Fault is null)
                return Done(end.Scope);
            // Somebody changed the record in between: everything is read anew and decided again.
            if (end.Fault.Kind != FaultKind.Conflict || run == SequenceRun.MostRuns)
                return new OperationResult.Failed(end.Fault);
        }
    }

    public async Task<LookUpResult> LookUpAsync(OperationRequest request, IExchange exchange, CancellationToken ct)
    {
        var end = await new SequenceRun(_sequence, _calls, _system, Scope(request), exchange, mayWrite: false).ToEndAsync(ct);
        if (end.WouldWrite)
            return new LookUpResult.NotThere();
        if (end.Fault is not null)
            return new LookUpResult.Inconclusive(end.Fault);
        return Done(end.Scope) switch
        {
            OperationResult.Confirmed confirmed => new LookUpResult.Found(confirmed),
            OperationResult.Failed failed => new LookUpResult.Inconclusive(failed.Fault),
            _ => throw new InvalidOperationException("A result is either confirmed or failed."),
        };
    }

    private CallScope Scope(OperationRequest request, bool preview = false)
    {
        var input = MappingInput.From(request, _defaults);
        return new() { Input = input, Setting = input.Setting, Now = _clock.GetUtcNow(), Preview = preview };
    }

    private OperationResult Done(CallScope scope)
    {
        var at = new CallPlace(scope);
        var outputs = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in _sequence.Outputs)
            if (value.Render(in at, out var missing) is not { } text)
                return new OperationResult.Failed(new(FaultKind.Internal, AnswerFaults.OutputMissing, $"{_system} did not tell {missing}, from which {name} is read. Correct the operation, or mark the value as optional with a question mark."));
            else if (text.Length > 0)
                outputs[name] = text;
        var identifiers = new List<ControlPlane.Domain.Transactions.Identifier>();
        foreach (var (kind, value) in _sequence.Identifiers)
            if (value.Render(in at, out _) is { Length: > 0 } text)
                identifiers.Add(new(kind, text));
        return new OperationResult.Confirmed(_sequence.Summary.Render(in at, out _) ?? "Done.", identifiers, outputs);
    }
}

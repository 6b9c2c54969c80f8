using Connectors.Protocols.GraphQl;
using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Effects;
using ControlPlane.Domain.Faults;
using ControlPlane.Domain.Flows;
using ControlPlane.Domain.Mappings;
using ControlPlane.Domain.Transactions;

namespace Connectors.Protocols.Http;

/// <summary>Takes outputs and identifiers out of a success answer.</summary>
/// <param name="graphQl">A mutation whose payload came was done, although errors stand beside it.</param>
internal sealed class AnswerReader(AnswerSpec spec, AnswerFaults faults, WriteKind write, bool graphQl = false)
{
    public bool IsSuccess(ExchangeAnswer answer, AnswerBody body) => spec.IsSuccess(answer.Status) && !(spec.ExpectsJson && (Hides(body) || body.IsJson && !spec.Only.Hold(body.Root)));

    private bool Hides(AnswerBody body) =>
        graphQl && write != WriteKind.Read && GraphQlBody.HasData(body.Root) ? faults.HidesError(body, but: "$.errors") : faults.HidesError(body);

    public OperationResult Read(ExchangeAnswer answer, AnswerBody body, MappingInput input)
    {
        if (spec.ExpectsJson && body.IsMarkup)
            return Failed(faults.Markup(answer, write));
        if (spec.ExpectsJson && !body.IsJson && !answer.Body.IsEmpty)
            return Failed(faults.Unreadable(answer, write, body.Why));
        var outputs = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var output in spec.Outputs)
            if (Value(output, answer, body, input) is { } value)
                outputs[output.Name] = value;
            else if (!output.Optional)
                return Failed(faults.Missing(output.Name, Place(output), write));
        var identifiers = new List<Identifier>();
        foreach (var identifier in spec.Identifiers)
            if (Value(identifier, answer, body, input) is { } value)
                identifiers.Add(new(identifier.Name, value));
            else if (!identifier.Optional)
                return Failed(faults.Missing(identifier.Name, Place(identifier), write));
        return new OperationResult.Confirmed(Summary(input, outputs), identifiers, outputs);
    }

    /// <summary>May name outputs that came with this very answer.</summary>
    private string Summary(MappingInput input, Dictionary<string, string> fresh) =>
        spec.Summary.Render(input.With(fresh), PlaceholderUse.Plain, out _) ?? "Done.";

    private static OperationResult.Failed Failed(Fault fault) => new(fault);

    private static string? Value(AnswerValue value, ExchangeAnswer answer, AnswerBody body, MappingInput input) =>
        value.Made is { } made ? made.Render(input, PlaceholderUse.Plain, out _)
        : value.Path is not null ? value.Path.Read(body.Root) : answer.Header(value.Header!);

    private static string Place(AnswerValue value) => value.Made is not null ? "the request" : value.Path?.Text ?? $"the header {value.Header}";
}

using System.Globalization;
using Connectors.Protocols.GraphQl;
using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Effects;
using ControlPlane.Domain.Faults;
using ControlPlane.Domain.Shared;

namespace Connectors.Protocols.Http;

/// <summary>What an answer that is no success means. The body is asked before the status: many systems say 200 or 400 for everything.</summary>
/// <param name="system">As people call it.</param>
/// <param name="errors">Where codes stand, and what they mean.</param>
public sealed class AnswerFaults(string system, ErrorSpec errors, TimeProvider clock)
{
    public const string UnexpectedContent = "http.unexpected_content";
    public const string UnreadableAnswer = "http.unreadable_answer";
    public const string OutputMissing = "answer.output_missing";
    public const string RefusedWithin = "answer.refused";

    private const int LongestCode = 200;

    public ErrorSpec Errors => errors;

    /// <summary>Whether a success status hides an error: <c>userErrors</c>, <c>errors</c>, or a code where one stands only on failure.</summary>
    /// <param name="but">A place that is not looked at; null = all are.</param>
    public bool HidesError(AnswerBody body, string? but = null) =>
        errors.Present.Any(p => p.Text != but && p.IsPresent(body.Root)) || errors.Present.Count == 0 && errors.Code.Any(p => p.IsPresent(body.Root));

    /// <summary>Some put a whole exception where others have a code.</summary>
    public string? Code(AnswerBody body) => body.First(errors.Code) is { } code ? code.Length <= LongestCode ? code : code[..LongestCode] : null;

    public Fault From(ExchangeAnswer answer, AnswerBody body, WriteKind write)
    {
        var code = Code(body);
        var told = body.First(errors.Message);
        var field = body.First(errors.Field);
        var general = HttpFaults.From(answer, system, clock.GetUtcNow(), code, told);
        foreach (var rule in errors.Rules)
            if (rule.Fits(answer.Status, code, told))
                return new(rule.Kind, rule.As ?? general.Code, rule.Message ?? Told(told), field, code, general.RetryAfter ?? Wait(rule.Kind, body));
        if (errors.Otherwise is { } format && body.First(format.Code) is { } own)
            foreach (var rule in format.Rules)
                if (rule.Fits(answer.Status, own))
                    return new(rule.Kind, rule.As ?? general.Code, rule.Message ?? Told(told), field, code, general.RetryAfter);
        if (answer.Status == 206)
            return new(Lost(write), general.Code, $"{system} did only a part of what was asked.", field, code);
        return answer.IsSuccess
            ? new(FaultKind.Data, RefusedWithin, Told(told), field, code)
            : general with { Field = field };
    }

    /// <summary>How long the answer's body asks us to wait; a calculated cost says it, too.</summary>
    private TimeSpan? Wait(FaultKind kind, AnswerBody body)
    {
        if (kind is not (FaultKind.Throttled or FaultKind.Maintenance))
            return null;
        var text = body.First(errors.RetryAfter)?.TrimStart().Split(' ')[0];
        return HttpFaults.RetryAfter(text, clock.GetUtcNow()) ?? GraphQlCost.Wait(body.Root);
    }

    /// <summary>A page instead of a document. Whether a write behind it arrived is open.</summary>
    public Fault Markup(ExchangeAnswer answer, WriteKind write) => new(Lost(write), UnexpectedContent,
        $"{system} answered {answer.Status.ToString(CultureInfo.InvariantCulture)} with a web page instead of JSON. A proxy or a maintenance page may stand in between.");

    /// <param name="why">What the format says of the body; null = it is no JSON.</param>
    public Fault Unreadable(ExchangeAnswer answer, WriteKind write, Refusal? why = null) => new(Lost(write), UnreadableAnswer, why is null
        ? $"{system} answered {answer.Status.ToString(CultureInfo.InvariantCulture)} with a body that is no JSON. Check the address of the connection."
        : $"{system} answered {answer.Status.ToString(CultureInfo.InvariantCulture)} with a body that cannot be read. {why.Message}");

    /// <summary>It was done, and what later steps need was not told: for a blind write a look-up may find it; otherwise the definition does not fit the system.</summary>
    public Fault Missing(string output, string place, WriteKind write) => new(write == WriteKind.Blind ? FaultKind.UnknownOutcome : FaultKind.Internal, OutputMissing,
        $"The answer of {system} has nothing at {place}, from which {output} is read. Correct the operation's answer, or mark the value as optional with a question mark.");

    /// <summary>Only a blind write must not be repeated; the others may be sent again.</summary>
    private static FaultKind Lost(WriteKind write) => write == WriteKind.Blind ? FaultKind.UnknownOutcome : FaultKind.Transient;

    private string Told(string? told) => told switch
    {
        null => $"{system} refused the document.",
        { Length: > 300 } => $"{system} refused the document: {told[..300]}…",
        _ => $"{system} refused the document: {told}",
    };
}

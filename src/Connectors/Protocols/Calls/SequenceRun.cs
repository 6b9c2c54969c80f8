using System.Text.Json;
using Connectors.Protocols.Http;
using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Faults;
using ControlPlane.Domain.Shared;
using ControlPlane.Domain.Mappings;

namespace Connectors.Protocols.Calls;

/// <summary>One way through the calls of an operation.</summary>
/// <param name="mayWrite">False: it stops before the first call that would write.</param>
internal sealed class SequenceRun(SequenceSpec sequence, CallExchange calls, string system, CallScope scope, IExchange exchange, bool mayWrite)
{
    /// <summary>The first, and two more when somebody changed a record in between.</summary>
    public const int MostRuns = 3;

    /// <summary>Questions of one call; more are asked in circles.</summary>
    private const int MostQuestions = 5;

    private const int LongestText = 300;

    public async Task<SequenceEnd> ToEndAsync(CancellationToken ct)
    {
        foreach (var call in sequence.Calls)
        {
            var made = false;
            foreach (var place in CallPlaces.Of(call.Lines, call.Of, new CallPlace(scope)).ToList())
            {
                if (call.When.Hold(in place) != true)
                    continue;
                if (call.Writes && !mayWrite)
                    return new(scope, null, WouldWrite: true);
                if (await MakeAsync(call, place, ct) is { } fault)
                    return new(scope, fault, false);
                made = true;
            }

            if (!made)
                continue;
            scope.Made.Add(call.Name);
            if (call.Then is { } again && await MakeAsync(sequence.Calls.First(c => c.Name == again), new CallPlace(scope), ct) is { } unread)
                return new(scope, unread, false);
            if (Settle(call) is { } refused)
                return new(scope, refused, false);
        }

        return new(scope, null, false);
    }

    /// <summary>Computes what follows from the answer, then checks what has to be so.</summary>
    private Fault? Settle(CallSpec call)
    {
        var at = new CallPlace(scope);
        foreach (var (name, expression) in call.Set)
            if (expression.Evaluate(in at, out var problem) is { } value)
                scope.Computed[name] = value;
            else if (problem.Length > 0)
                return new(FaultKind.Internal, "call.not_computed", $"{name} could not be computed after the call {call.Name}: {problem}");
        foreach (var expected in call.Expect)
            foreach (var place in CallPlaces.Of(expected.Lines, expected.Of, at))
                if (expected.That.Hold(in place) != true)
                    return new(expected.Kind, expected.As, Cut(expected.Message.Render(in place, out var missing) ?? $"{system} did not say {missing}, which was expected after the call {call.Name}."));
        return null;
    }

    private async Task<Fault?> MakeAsync(CallSpec call, CallPlace at, CancellationToken ct)
    {
        for (var asked = 0; ; asked++)
        {
            var answer = await calls.SendAsync(call, at, exchange, ct);
            if (answer.Fault is null)
            {
                scope.Answers[call.Name] = answer.Result;
                return null;
            }

            if (sequence.Question is not { } question || answer.Code != question.Code)
                return answer.Fault;
            if (Refused(question, answer.Error, asked, out var name) is { } refused)
                return refused;
            if (!mayWrite)
                return answer.Fault;
            if (await AnswerAsync(question, name, ct) is { } failed)
                return failed;
        }
    }

    /// <summary>Null when the question may be answered by rule.</summary>
    private Fault? Refused(QuestionSpec question, JsonElement error, int asked, out string name)
    {
        name = question.Name.Read(error) ?? "";
        var named = name;
        var allowed = (scope.Setting(question.Accept) ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        if (asked < MostQuestions && named.Length > 0 && allowed.Any(a => FaultRule.CodeFits(a, named)))
            return null;
        return new(FaultKind.Data, question.As,
            $"{system} asks before it goes on: {Cut(question.Text.Read(error) ?? "no text")} ({Cut(named)}). Approve it there by hand, or let the rule answer it (setting {question.Accept}); then retry.", null, named);
    }

    private async Task<Fault?> AnswerAsync(QuestionSpec question, string name, CancellationToken ct)
    {
        var about = new CallScope { Input = scope.Input, Setting = scope.Setting, Now = scope.Now, Named = new Dictionary<string, SourceValue> { ["question"] = SourceValue.Of(name) } };
        foreach (var call in question.Answer)
        {
            var answer = await calls.SendAsync(call, new CallPlace(about), exchange, ct);
            if (answer.Fault is not null)
                return answer.Fault;
            about.Answers[call.Name] = answer.Result;
        }

        return null;
    }

    private static string Cut(string text) => text.Length <= LongestText ? text : text[..LongestText] + "…";
}

/// <param name="WouldWrite">It stopped before a call that writes: what was asked for is not there yet, or not all of it.</param>
internal sealed record SequenceEnd(CallScope Scope, Fault? Fault, bool WouldWrite);

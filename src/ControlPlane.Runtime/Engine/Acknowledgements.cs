using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Effects;
using ControlPlane.Domain.Flows;
using ControlPlane.Domain.Transactions;

namespace ControlPlane.Runtime.Engine;

/// <summary>What a partner's profile says about acknowledging what it is sent.</summary>
internal sealed record AcknowledgementPromise(Connection By, TimeSpan Within)
{
    public string Words => Within.TotalMinutes switch
    {
        1 => "a minute",
        60 => "an hour",
        < 120 => $"{Within.TotalMinutes:0} minutes",
        < 2880 => Within.TotalMinutes % 60 == 0 ? $"{Within.TotalHours:0} hours" : $"{(int)Within.TotalHours} hours and {Within.Minutes} minutes",
        _ => $"{Within.TotalDays:0.#} days",
    };
}

/// <summary>Which document an acknowledgement is about, where a flow sends several: the one that the wait names, or another one.</summary>
internal static class Acknowledgements
{
    /// <summary>Remembers what a numbered write left to find it by.</summary>
    public static void Sent(Activation a, string key, IReadOnlyList<Identifier> left)
    {
        if (left.Count > 0 && a.Variables.Numbers is { } numbers && numbers.TryGetValue(key, out var number))
            numbers[key] = number with { Left = [.. left.Select(Text)] };
    }

    /// <summary>True when the document that the wait is about was acknowledged before the wait began.</summary>
    public static bool CameBefore(Activation a, WaitStep step) =>
        a.Variables.Acknowledged is { Count: > 0 } known && Awaited(a, step) is { Count: > 0 } left && left.Any(known.Contains);

    /// <summary>True when it names a document of this transaction, and that is not the one which the wait is about.</summary>
    public static bool IsOfAnother(Activation a, WaitStep step, IReadOnlyList<Identifier> correlation) =>
        Awaited(a, step) is { Count: > 0 } left
        && a.Variables.Numbers!.Values.Any(n => n.Left is { } other && correlation.Any(c => other.Contains(Text(c))))
        && !correlation.Any(c => left.Contains(Text(c)));

    public static void Remember(Activation a, IReadOnlyList<Identifier> correlation)
    {
        foreach (var text in correlation.Select(Text))
            if (a.Variables.Acknowledged?.Contains(text) != true)
                (a.Variables.Acknowledged ??= []).Add(text);
    }

    /// <summary>Of the newest write of the step that the wait names; null when it left nothing.</summary>
    private static IReadOnlyList<string>? Awaited(Activation a, WaitStep step)
    {
        if (step.Acknowledges is not { } call || a.Variables.Numbers is not { } numbers)
            return null;
        for (var occurrence = a.Variables.Occurrence; occurrence >= 0; occurrence--)
            if (numbers.TryGetValue(IdempotencyKey.For(a.Work.TransactionId, call, occurrence, a.Variables.Epoch), out var number))
                return number.Left;
        return null;
    }

    private static string Text(Identifier identifier) => $"{identifier.Kind} {Identifier.Normalize(identifier.Value)}";
}

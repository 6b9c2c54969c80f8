using System.Globalization;

namespace ControlPlane.Domain.Repair;

/// <summary>What lets a held order go. Stored; do not renumber.</summary>
public enum HoldKind : short
{
    /// <summary>A date and time.</summary>
    Until = 1,

    /// <summary>An event about this order.</summary>
    Event = 2,

    /// <summary>A system that can be called again: no window is open, and no breaker.</summary>
    System = 3,

    /// <summary>A figure of a look-up: stock, credit.</summary>
    Figure = 4,
}

/// <param name="Until">For <see cref="HoldKind.Until"/>; for <see cref="HoldKind.Figure"/> the time at the latest, null = however long it takes.</param>
/// <param name="Name">Of the event, or key of the system's connection.</param>
public sealed record HoldCondition(HoldKind Kind, DateTimeOffset? Until, string? Name)
{
    /// <summary>For <see cref="HoldKind.Figure"/>.</summary>
    public FigureCondition? Figure { get; init; }

    public static HoldCondition OnFigure(FigureCondition figure, DateTimeOffset? latest = null) => new(HoldKind.Figure, latest, figure.Connection) { Figure = figure };

    public static HoldCondition At(DateTimeOffset until) => new(HoldKind.Until, until, null);

    public static HoldCondition OnEvent(string name) => new(HoldKind.Event, null, name);

    public static HoldCondition OnSystem(string connection) => new(HoldKind.System, null, connection);

    /// <summary>For people, after "until": "2026-11-30 08:00 UTC".</summary>
    public string Words(string? system = null) => Kind switch
    {
        HoldKind.Until => Until!.Value.UtcDateTime.ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture),
        HoldKind.Event => $"the event {Name} comes",
        HoldKind.System => $"{system ?? Name} can be called again",
        HoldKind.Figure => Figure!.Words(system) + (Until is { } latest ? latest.UtcDateTime.ToString("', at the latest' yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture) : ""),
        _ => throw new ArgumentOutOfRangeException(nameof(system)),
    };
}

/// <summary>What is known when a hold is asked for.</summary>
/// <param name="Events">That can still come for this order, by its flow.</param>
/// <param name="Systems">Keys of the connections, each with whether it is closed now.</param>
public sealed record HoldFacts(DateTimeOffset Now, IReadOnlyCollection<string> Events, IReadOnlyDictionary<string, bool> Systems)
{
    /// <summary>Events of its flow whose step was not begun: while it is held they cannot come.</summary>
    public IReadOnlyCollection<string> NotYet { get; init; } = [];

    /// <summary>What the connection of a figure offers; null = there is no such connection.</summary>
    public IReadOnlyList<ControlPlane.Domain.Connections.OperationDescriptor>? LookUps { get; init; }
}

/// <summary>Refuses what can never come true, before anything is saved. Pure.</summary>
public static class HoldConditions
{
    public static readonly TimeSpan Longest = TimeSpan.FromDays(366);

    /// <summary>The fault code that a held order shows.</summary>
    public const string FaultCode = "held.person";

    /// <summary>Null when the condition can come true.</summary>
    public static string? Problem(HoldCondition condition, HoldFacts facts) => condition.Kind switch
    {
        HoldKind.Until when condition.Until is not { } => "Say until when.",
        HoldKind.Until when condition.Until <= facts.Now => "That time is past: it would never come. Choose a time in the future.",
        HoldKind.Until when condition.Until > facts.Now + Longest => $"At most {Longest.TotalDays:0} days ahead.",
        HoldKind.Until => null,
        HoldKind.Event when condition.Name is not { Length: > 0 } => "Say which event.",
        HoldKind.Event when facts.NotYet.Contains(condition.Name) => $"The event {condition.Name} cannot come yet: the step that causes it was not begun, and nothing is sent while it is held. {(facts.Events.Count == 0 ? "Choose a time instead." : $"Those that can: {string.Join(", ", facts.Events.Order(StringComparer.Ordinal))}.")}",
        HoldKind.Event when facts.Events.Count == 0 => "No event can come for this order any more by its flow. Choose a time instead.",
        HoldKind.Event when !facts.Events.Contains(condition.Name) => $"The event {condition.Name} cannot come for this order by its flow. Those that can: {string.Join(", ", facts.Events.Order(StringComparer.Ordinal))}.",
        HoldKind.Event => null,
        HoldKind.System when condition.Name is not { } name || !facts.Systems.ContainsKey(name) => "There is no such connection.",
        HoldKind.System when !facts.Systems[condition.Name] => "It can be called now: there is nothing to wait for. Retry instead, or choose a time.",
        HoldKind.System => null,
        HoldKind.Figure when condition.Until <= facts.Now => "The time at the latest is past. Choose one in the future, or none.",
        HoldKind.Figure when condition.Until > facts.Now + Longest => $"At the latest {Longest.TotalDays:0} days ahead.",
        HoldKind.Figure => condition.Figure is { } figure ? figure.Problem(facts.LookUps) : "Say which figure.",
        _ => "Choose what it waits for.",
    };
}

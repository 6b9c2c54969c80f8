using System.Globalization;
using ControlPlane.Runtime.Engine;
using ControlPlane.Web.Controls;
using MudBlazor;

namespace ControlPlane.Web.Features.Engine;

/// <summary>The words of the engine page.</summary>
public static class EnginePresentation
{
    /// <summary>Work that is due for longer is late: somebody waits for it.</summary>
    private static readonly TimeSpan Late = TimeSpan.FromSeconds(30);

    public static string Answer(EngineView view)
    {
        var alive = view.Nodes.Count(n => n.Alive);
        var nodes = alive == 1 ? "1 node works" : $"{alive} nodes work";
        var open = view.Breakers.Count(b => b.Open);
        var held = view.Held.Sum(h => h.Count);
        var trouble = new List<string>();
        if (held > 0)
            trouble.Add($"{MoneyFormat.Count(held)} orders are held");
        if (open > 0)
            trouble.Add(open == 1 ? "1 breaker is open" : $"{open} breakers are open");
        if (view.Lanes.MaxBy(l => l.Oldest ?? TimeSpan.Zero) is { Oldest: { } oldest } lane && oldest > Late)
            trouble.Add($"the lane {lane.Lane} is {TimeText.Duration(oldest)} behind");
        var pace = $"{view.ReceivedPerMinute.ToString("0.#", CultureInfo.InvariantCulture)} orders come in and {view.ClosedPerMinute.ToString("0.#", CultureInfo.InvariantCulture)} are closed a minute";
        return trouble.Count == 0 ? $"{nodes}; {pace}; nothing is held up." : $"{nodes}; {pace}. {char.ToUpperInvariant(trouble[0][0])}{string.Join("; ", trouble)[1..]}.";
    }

    public static (string Word, string Icon, Tone Tone) Of(LaneStanding lane) => lane switch
    {
        { Oldest: { } oldest } when oldest > Late => ("Behind", Icons.Material.Outlined.HourglassBottom, Tone.Stuck),
        { Held: > 0 } => ("Partly held", Icons.Material.Outlined.PauseCircle, Tone.Waiting),
        { Running: > 0 } or { Due: > 0 } => ("Working", Icons.Material.Outlined.PlayCircle, Tone.Done),
        _ => ("Idle", Icons.Material.Outlined.Bedtime, Tone.Neutral),
    };

    public static (string Word, string Icon, Tone Tone) Of(NodeStanding node) => node switch
    {
        { Alive: true } => ("Alive", Icons.Material.Outlined.CheckCircle, Tone.Done),
        { StoppedAt: not null } => ("Stopped", Icons.Material.Outlined.StopCircle, Tone.Neutral),
        _ => ("Silent", Icons.Material.Outlined.ErrorOutline, Tone.Stuck),
    };

    public static string Allowed(BudgetStanding budget) => budget.PerSecond >= 1
        ? $"{budget.PerSecond.ToString("0.##", CultureInfo.InvariantCulture)} {(budget.Weighed ? "points" : "calls")} a second"
        : $"1 call in {TimeText.Duration(TimeSpan.FromSeconds(1 / budget.PerSecond))}";

    public static string Source(BudgetStanding budget) =>
        $"{(budget.Learned ? "as the system tells" : "as its connector declares")}{(budget.Shared ? ", shared by all nodes" : "")}, {(budget.Reserve * 100).ToString("0", CultureInfo.InvariantCulture)} % kept from polling";

    public static string Forecast(BudgetStanding budget) => budget switch
    {
        { ClosedFor: not null } => "closed",
        { Left: 0 } => "used up",
        { ShortIn: { } left } => $"short in {TimeText.Duration(left)}",
        _ => "enough",
    };
}

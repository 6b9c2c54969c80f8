using System.Globalization;
using Connectors.Sandbox;
using Connectors.Sandbox.Dials;

namespace ControlPlane.Web.Features.Dials;

/// <summary>How dials and counts read.</summary>
public static class DialsPresentation
{
    /// <summary>The answer under the title: what is wrong on purpose, and how fast orders come.</summary>
    public static string Answer(IReadOnlyList<DialReading> dials)
    {
        var faults = Faults(dials).Count;
        var orders = dials.Where(d => d.Definition.Name == "order-rate").Sum(d => d.Value);
        var pace = string.Create(CultureInfo.InvariantCulture, $"{orders:0} orders a minute");
        return faults switch
        {
            0 => $"No fault is on. Customers place {pace}.",
            1 => $"One fault is on. Customers place {pace}.",
            _ => $"{faults} faults are on. Customers place {pace}.",
        };
    }

    /// <summary>Every fault that is turned up.</summary>
    public static IReadOnlyList<DialReading> Faults(IEnumerable<DialReading> dials) =>
        [.. dials.Where(d => d.Definition.Purpose == DialPurpose.Fault && d.Value > 0)];

    public static string Value(DialReading dial) => Value(dial.Definition, dial.Value);

    public static string Value(DialDefinition dial, double value)
    {
        if (dial.Kind == DialKind.Switch)
            return value > 0 ? "On" : "Off";
        var number = value.ToString("#,0.##", CultureInfo.InvariantCulture);
        return dial.Unit == "%" ? number + " %" : $"{number} {dial.Unit}";
    }

    /// <summary>True while all faults stand exactly as the preset puts them.</summary>
    public static bool IsNow(DialPreset preset, IReadOnlyList<DialReading> dials)
    {
        var faults = Faults(dials);
        return faults.Count == preset.Settings.Count
            && preset.Settings.All(s => faults.Any(f => f.Definition.System == s.System && f.Definition.Name == s.Name && f.Value == s.Value));
    }

    /// <summary>What one system has seen, in the order in which one asks.</summary>
    public static IReadOnlyList<SystemFigure> Figures(SystemStatistics seen)
    {
        var figures = new List<SystemFigure> { new("Calls", seen.Calls), new("Effects", seen.Effects), new("Done twice", seen.Duplicates) { Bad = seen.Duplicates > 0 } };
        if (seen.Sells)
            figures.Insert(0, new("Orders placed", seen.OrdersPlaced));
        if (seen.LostAnswers > 0)
            figures.Add(new("Answers lost", seen.LostAnswers));
        if (seen.System != SandboxSystems.Erp)
            figures.AddRange([new("Webhooks answered", seen.WebhooksAnswered), new("Webhooks waiting", seen.WebhooksWaiting)]);
        return figures;
    }

    public static string Count(long count) => count.ToString("#,0", CultureInfo.InvariantCulture);
}

/// <param name="Label">What is counted.</param>
public sealed record SystemFigure(string Label, long Count)
{
    /// <summary>True when it should be zero and is not.</summary>
    public bool Bad { get; init; }
}

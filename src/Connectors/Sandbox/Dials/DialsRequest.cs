using ControlPlane.Domain.Shared;

namespace Connectors.Sandbox.Dials;

/// <summary>A wish to turn dials: a preset, single dials, or first the one and then the others. All or nothing.</summary>
public sealed record DialsRequest(string? Preset, IReadOnlyList<DialSetting>? Dials)
{
    public static Refusal Unreadable { get; } = new("dials.unreadable", "", "The body is not a list of dials. Send {\"dials\":[{\"system\":\"erp\",\"name\":\"latency\",\"value\":500}]} or {\"preset\":\"all-well\"}.");

    /// <summary>Why nothing was turned; empty when it was.</summary>
    public IReadOnlyList<Refusal> Turn(SandboxDials dials)
    {
        if (Preset is null && Dials is not { Count: > 0 })
            return [Unreadable];
        if (Dials is not null && Dials.Any(d => d is null || d.System is null || d.Name is null))
            return [Unreadable];
        return dials.Apply(Preset, Dials ?? []);
    }
}

/// <summary>A dial as the APIs write it.</summary>
/// <param name="Kind"><c>switch</c> (0 or 1) or <c>slider</c>.</param>
public sealed record DialDocument(string System, string Name, string Title, string Meaning, string Unit, string Kind, double Min, double Max, double Step, double Default, double Value)
{
    public static DialDocument Of(DialReading reading)
    {
        var dial = reading.Definition;
        return new(dial.System, dial.Name, dial.Title, dial.Meaning, dial.Unit, dial.Kind == DialKind.Switch ? "switch" : "slider", dial.Min, dial.Max, dial.Step, reading.Default, reading.Value);
    }
}

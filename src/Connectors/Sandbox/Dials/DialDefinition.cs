namespace Connectors.Sandbox.Dials;

/// <summary>How a dial is turned.</summary>
public enum DialKind
{
    /// <summary>Off (0) or on (1).</summary>
    Switch,

    /// <summary>Any whole step between the smallest and the largest value.</summary>
    Slider,
}

/// <summary>What a dial is for. Presets put the faults back and leave the pace as somebody set it.</summary>
public enum DialPurpose
{
    Fault,
    Pace,
}

/// <summary>One thing about a simulated system that can be changed while it runs.</summary>
/// <param name="System"><c>shop</c>, <c>amazon</c>, <c>erp</c> or <c>wms</c>.</param>
/// <param name="Name">Lower-case with hyphens, unique in the system; scripts rely on it.</param>
/// <param name="Title">Two or three words for a label.</param>
/// <param name="Meaning">One sentence: what happens when it is turned up.</param>
/// <param name="Unit"><c>%</c>, <c>ms</c>, <c>s</c>, <c>orders/min</c>; empty for a switch.</param>
public sealed record DialDefinition(
    string System,
    string Name,
    string Title,
    string Meaning,
    string Unit,
    DialKind Kind,
    DialPurpose Purpose,
    double Min,
    double Max,
    double Step,
    double Default)
{
    public override string ToString() => $"{System}/{Name}";

    internal static DialDefinition Switch(string system, string name, string title, string meaning) =>
        new(system, name, title, meaning, "", DialKind.Switch, DialPurpose.Fault, 0, 1, 1, 0);

    internal static DialDefinition Percent(string system, string name, string title, string meaning) =>
        new(system, name, title, meaning, "%", DialKind.Slider, DialPurpose.Fault, 0, 100, 1, 0);

    internal static DialDefinition Pace(string system, string name, string title, string meaning, string unit, double max, double step, double @default) =>
        new(system, name, title, meaning, unit, DialKind.Slider, DialPurpose.Pace, 0, max, step, @default);
}

/// <summary>A dial and where it stands now.</summary>
/// <param name="Default">Where a reset puts it; differs from the definition's when the options say so.</param>
public sealed record DialReading(DialDefinition Definition, double Value, double Default);

/// <summary>A wish to turn one dial.</summary>
public sealed record DialSetting(string System, string Name, double Value);

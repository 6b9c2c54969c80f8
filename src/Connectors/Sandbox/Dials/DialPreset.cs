namespace Connectors.Sandbox.Dials;

/// <summary>A named bad day: puts every fault dial back, then turns the ones it names. The pace stays as it is.</summary>
/// <param name="Name">Lower-case with hyphens: <c>erp-down</c>.</param>
public sealed record DialPreset(string Name, string Title, string Meaning, IReadOnlyList<DialSetting> Settings)
{
    public static IReadOnlyList<DialPreset> All { get; } =
    [
        new("all-well", "All well", "No faults anywhere.", []),
        new("erp-down", "ERP down", "Every call to the ERP ends with a server error.", [new(SandboxSystems.Erp, "error-rate", 100)]),
        new("warehouse-silent", "Warehouse silent", "The warehouse takes orders and tells nothing; what it has to tell comes when this ends.", [new(SandboxSystems.Wms, "paused", 1)]),
        new(
            "lost-answers",
            "Lost answers",
            "Four writes in ten to the ERP and the warehouse are carried out, but the answer never arrives.",
            [new(SandboxSystems.Erp, "lost-answer-rate", 40), new(SandboxSystems.Wms, "lost-answer-rate", 40)]),
        new("throttled-marketplace", "Throttled marketplace", "Amazon refuses eight calls in ten as too many.", [new(SandboxSystems.Amazon, "throttle-rate", 80)]),
    ];

    public static DialPreset? Find(string name) => All.FirstOrDefault(p => p.Name == name);
}

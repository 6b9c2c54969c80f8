namespace ControlPlane.Runtime.Objectives;

/// <summary><c>ControlPlane:Objectives</c>.</summary>
public sealed class ObjectiveOptions
{
    public const string Section = "ControlPlane:Objectives";

    /// <summary>Orders whose number or reference begins so are synthetic: counted apart. Empty = there are none.</summary>
    public string CanaryPrefix { get; set; } = "CANARY-";

    public bool IsCanary(string number, string reference) =>
        CanaryPrefix.Length > 0 && (number.StartsWith(CanaryPrefix, StringComparison.OrdinalIgnoreCase) || reference.StartsWith(CanaryPrefix, StringComparison.OrdinalIgnoreCase));
}

using System.ComponentModel.DataAnnotations;

namespace ControlPlane.Runtime.IdentifierRules;

/// <summary>Section <c>ControlPlane:IdentifierRules</c>.</summary>
public sealed class BackfillOptions
{
    public const string Section = "ControlPlane:IdentifierRules";

    /// <summary>Stored transactions that a run over them looks at in a second, 10 to 20,000. It rests at least as long as it works, so that live traffic goes first.</summary>
    [Range(10, 20_000)]
    public int BackfillPerSecond { get; set; } = 500;
}

using ControlPlane.Domain.Crosswalks;

namespace ControlPlane.Runtime.Crosswalks;

/// <summary>Who asks for a change or decides one.</summary>
/// <param name="Id">Of the account: two names may be alike. Empty for the system itself.</param>
public sealed record CrosswalkAuthor(string Id, string Name)
{
    /// <summary>Configuration that is applied at start or from the command line: whoever may do that has the approval elsewhere.</summary>
    public static CrosswalkAuthor System(string name) => new("", name);

    public bool IsSameAs(string id, string name) => (Id.Length > 0 && Id == id) || string.Equals(Name, name, StringComparison.OrdinalIgnoreCase);
}

/// <summary>What became of a change.</summary>
public abstract record CrosswalkOutcome
{
    /// <summary>In service here; the other nodes follow within <see cref="CrosswalkWatch.Every"/>.</summary>
    public sealed record Applied(long Revision, CrosswalkPlan Plan) : CrosswalkOutcome;

    /// <summary>Waits for a second person.</summary>
    public sealed record Proposed(Guid Change, string Digest, CrosswalkPlan Plan) : CrosswalkOutcome;

    /// <summary>Nothing was changed.</summary>
    public sealed record Refused(CrosswalkPlan Plan) : CrosswalkOutcome;

    public sealed record Unchanged(CrosswalkPlan Plan) : CrosswalkOutcome;

    /// <param name="Code">Stable: <c>crosswalk.unknown_table</c>.</param>
    public sealed record NotPossible(string Code, string Message) : CrosswalkOutcome;
}

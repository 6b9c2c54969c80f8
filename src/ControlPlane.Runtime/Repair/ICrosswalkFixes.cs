using ControlPlane.Domain.Crosswalks;
using ControlPlane.Runtime.Crosswalks;
using ControlPlane.Runtime.Persistence;

namespace ControlPlane.Runtime.Repair;

/// <summary>A value without an entry in a crosswalk, for which an order is stuck.</summary>
/// <param name="Connection">Key of the connection for which it is looked up.</param>
/// <param name="Frees">Stuck orders whose failure names exactly this.</param>
/// <param name="NeedsSecondPerson">The crosswalk's own rule.</param>
/// <param name="Messages">Of those orders: what selects them.</param>
public sealed record MissingValue(string Table, string Value, string Connection, string ConnectionName, CrosswalkDirection Direction, int Frees, bool NeedsSecondPerson, IReadOnlyList<string> Messages)
{
    /// <summary>Ranked, each with its reason.</summary>
    public IReadOnlyList<CrosswalkSuggestion> Suggestions { get; init; } = [];

    /// <summary>The entry is there by now: the orders need only be released.</summary>
    public bool Known { get; init; }
}

/// <summary>What saving an entry would do.</summary>
/// <param name="Frees">Orders that go on.</param>
/// <param name="Changes">Look-ups that were answered by an entry which this one would change; 0 for a new entry.</param>
/// <param name="Problem">Why it cannot be saved like this; null when it can.</param>
public sealed record FixPreview(int Frees, long Changes, bool NeedsSecondPerson, string? Problem);

/// <summary>Adds the missing value from where an order is stuck for it.</summary>
public interface ICrosswalkFixes
{
    /// <summary>What the order is stuck for; null when it is nothing that a crosswalk can mend.</summary>
    Task<MissingValue?> OfAsync(TenantScope tenant, Guid transaction, CancellationToken ct);

    /// <param name="answer">What the value means, or is called there.</param>
    Task<FixPreview> PreviewAsync(TenantScope tenant, MissingValue missing, string answer, Person who, CancellationToken ct);

    /// <summary>Saves the entry, or proposes it where the crosswalk needs a second person. Sends nothing.</summary>
    Task<CrosswalkOutcome> SaveAsync(TenantScope tenant, MissingValue missing, string answer, string reason, Person who, CancellationToken ct);
}

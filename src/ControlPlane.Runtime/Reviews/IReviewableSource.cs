using ControlPlane.Domain.Reviews;
using ControlPlane.Runtime.Persistence;

namespace ControlPlane.Runtime.Reviews;

/// <summary>A thing on the review clock, as it is now.</summary>
/// <param name="Key">Unique in its kind, at most 128 characters; the same as long as it is the same thing.</param>
/// <param name="Owner">Person or team; empty = nobody.</param>
/// <param name="Since">When it came to be, or to be as it is: the clock of what was never looked at begins here.</param>
/// <param name="Version">Which version of it is in service, in words; empty where it has none.</param>
/// <param name="Address">Of the page where it is looked at and changed.</param>
/// <param name="Connections">Keys of the connections that it is about; empty = none in particular.</param>
public sealed record Reviewable(ReviewKind Kind, string Key, string Title, string Owner, DateTimeOffset Since, string Version, string Address, IReadOnlyList<string> Connections)
{
    /// <summary>True: it is about every connection, as an objective over all channels is.</summary>
    public bool Everywhere { get; init; }
}

/// <summary>Says what of one kind stands on the clock. Register as many as there are; a kind without a source is not on it.</summary>
public interface IReviewableSource
{
    ReviewKind Kind { get; }

    /// <summary>Everything of the kind in one reading, in any order.</summary>
    Task<IReadOnlyList<Reviewable>> AllAsync(TenantScope tenant, CancellationToken ct);
}

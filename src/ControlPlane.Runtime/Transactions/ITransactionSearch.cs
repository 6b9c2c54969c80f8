using ControlPlane.Domain.Transactions;

namespace ControlPlane.Runtime.Transactions;

/// <summary>Finds transactions by any number that anyone may hold; what the command palette and the search box ask.</summary>
public interface ITransactionSearch
{
    /// <param name="text">As typed or pasted; compared by <see cref="Identifier.Normalize"/>. Empty text finds nothing.</param>
    /// <param name="most">1 to 50.</param>
    /// <returns>Exact matches first, newest first.</returns>
    Task<IReadOnlyList<SearchHit>> FindAsync(string text, int most, CancellationToken ct);
}

/// <summary>One transaction that holds the number, and which of its numbers it was.</summary>
/// <param name="MatchedKind">One of <see cref="IdentifierKinds"/>, or a connector's own.</param>
/// <param name="MatchedValue">As its owner wrote it.</param>
/// <param name="Connection">Key of the channel's connection.</param>
public sealed record SearchHit(
    Guid TransactionId,
    string Number,
    string MatchedKind,
    string MatchedValue,
    TransactionState State,
    string Connection,
    DateTimeOffset ReceivedAt);

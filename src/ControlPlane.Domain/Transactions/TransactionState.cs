namespace ControlPlane.Domain.Transactions;

/// <summary>Where a business transaction stands. The value is stored; do not renumber.</summary>
public enum TransactionState : short
{
    /// <summary>The flow is working on it, or will in a moment.</summary>
    Running = 1,

    /// <summary>Waits for another system, within its deadline.</summary>
    Waiting = 2,

    /// <summary>A call failed and will be tried again by itself.</summary>
    Retrying = 3,

    /// <summary>Needs a person: refused, exhausted, overdue or of unknown outcome.</summary>
    Stuck = 4,

    /// <summary>Everything is done.</summary>
    Closed = 5,

    /// <summary>Ended by the channel's cancellation or by a person, with a reason.</summary>
    Cancelled = 6,

    /// <summary>Ended because a newer document about the same thing replaced it.</summary>
    Superseded = 7,
}

public static class TransactionStates
{
    public static bool IsFinal(this TransactionState state) => state is TransactionState.Closed or TransactionState.Cancelled or TransactionState.Superseded;

    /// <summary>The word in URLs and in the API: lower-case.</summary>
    public static string Word(this TransactionState state) => state switch
    {
        TransactionState.Running => "running",
        TransactionState.Waiting => "waiting",
        TransactionState.Retrying => "retrying",
        TransactionState.Stuck => "stuck",
        TransactionState.Closed => "closed",
        TransactionState.Cancelled => "cancelled",
        TransactionState.Superseded => "superseded",
        _ => throw new ArgumentOutOfRangeException(nameof(state)),
    };

    public static bool TryParse(string? word, out TransactionState state)
    {
        foreach (var candidate in Enum.GetValues<TransactionState>())
            if (string.Equals(candidate.Word(), word, StringComparison.OrdinalIgnoreCase))
            {
                state = candidate;
                return true;
            }

        state = default;
        return false;
    }
}

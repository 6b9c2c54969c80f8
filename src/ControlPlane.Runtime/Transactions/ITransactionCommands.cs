namespace ControlPlane.Runtime.Transactions;

/// <summary>What a person can do to a transaction.</summary>
public interface ITransactionCommands
{
    /// <summary>Goes on at once with the step it is stuck or waiting to retry at. Nothing that was confirmed is sent again.</summary>
    /// <param name="by">Who, for the journal.</param>
    /// <param name="operationId">Made when the dialog opens, so that fifteen clicks are one command.</param>
    Task<CommandOutcome> RetryNowAsync(int tenantId, Guid transactionId, string by, string reason, Guid operationId, CancellationToken ct);
}

/// <param name="Code">Stable: <c>accepted</c>, <c>already_done</c>, <c>not_found</c>, <c>not_stuck</c>.</param>
public sealed record CommandOutcome(bool Accepted, string Code, string Message);

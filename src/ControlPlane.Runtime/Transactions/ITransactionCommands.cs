namespace ControlPlane.Runtime.Transactions;

/// <summary>What a person can do to a transaction.</summary>
public interface ITransactionCommands
{
    /// <summary>Goes on at once with the step it is stuck or waiting to retry at. Nothing that was confirmed is sent again.</summary>
    /// <param name="by">Who, for the journal.</param>
    /// <param name="operationId">Made when the dialog opens, so that fifteen clicks are one command.</param>
    Task<CommandOutcome> RetryNowAsync(int tenantId, Guid transactionId, string by, string reason, Guid operationId, CancellationToken ct);

    /// <summary>
    /// Goes through the flow again from a step. Writes that were confirmed are recognised and not sent again, events that came
    /// are not waited for again; only <see cref="ReplayRequest.Reissue"/> sends anew.
    /// </summary>
    Task<CommandOutcome> ReplayAsync(int tenantId, Guid transactionId, ReplayRequest request, string by, string reason, Guid operationId, CancellationToken ct);

    /// <summary>Those that wait behind it for the sake of order go on; it stays as it is and runs out of order when it is freed.</summary>
    Task<CommandOutcome> PassTurnAsync(int tenantId, Guid transactionId, string by, string reason, Guid operationId, CancellationToken ct);
}

/// <param name="From">Id of a step, or <see cref="Start"/>; null = the step where it stands.</param>
/// <param name="Newest">True takes the newest version of the flow; false stays with the version that it began on.</param>
/// <param name="Reissue">True sends confirmed and uncertain writes once more under new keys: a deliberate second time.</param>
public sealed record ReplayRequest(string? From, bool Newest, bool Reissue)
{
    public const string Start = "start";
}

/// <param name="Code">Stable: <c>accepted</c>, <c>already_done</c>, <c>not_found</c>, <c>not_stuck</c>.</param>
public sealed record CommandOutcome(bool Accepted, string Code, string Message);

using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.SignalR;

namespace ControlPlane.Web.Live;

/// <summary>Something changed: enough to decide whether to fetch, never the data. Sent as <see cref="OperationsHub.Changed"/>.</summary>
/// <param name="Source">The process that counts; another one means: fetch anew.</param>
/// <param name="Sequence">Counts by one for each message of a source and tenant. A gap means that something was missed: fetch anew.</param>
/// <param name="Transactions">The last change of each transaction since the message before; at most <see cref="OperationsBroadcast.MostNotes"/>.</param>
/// <param name="Omitted">How many more changed than are named here.</param>
public sealed record ChangedMessage(string Source, long Sequence, DateTimeOffset At, IReadOnlyList<ChangedTransaction> Transactions, int Omitted);

/// <param name="State">As in the API: <c>closed</c>, <c>stuck</c>.</param>
/// <param name="Connection">Key of the channel's connection.</param>
public sealed record ChangedTransaction(Guid Id, string State, string Connection, bool IsNew);

/// <summary>
/// <c>/hubs/operations</c>: small notes of what changed, for programs outside. Clients call nothing here; they fetch from
/// the API. Cookie or API key.
/// </summary>
[Authorize]
public sealed class OperationsHub(OperationsBroadcast broadcast) : Hub
{
    public const string Path = "/hubs/operations";

    /// <summary>The method that the hub calls at its clients, with a <see cref="ChangedMessage"/>.</summary>
    public const string Changed = "changed";

    public override async Task OnConnectedAsync()
    {
        var tenantId = HubTenants.Of(Context.User);
        await Groups.AddToGroupAsync(Context.ConnectionId, HubTenants.Group(tenantId), Context.ConnectionAborted);
        broadcast.Joined(Context, tenantId);
        // The count to compare the first real message with.
        await Clients.Caller.SendAsync(Changed, broadcast.Position(tenantId), Context.ConnectionAborted);
        await base.OnConnectedAsync();
    }

    public override Task OnDisconnectedAsync(Exception? exception)
    {
        broadcast.Left(Context);
        return base.OnDisconnectedAsync(exception);
    }
}

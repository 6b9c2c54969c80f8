using ControlPlane.Domain.Changes;
using ControlPlane.Runtime.Changes;
using ControlPlane.Runtime.Persistence;
using ControlPlane.Runtime.Repair;
using ControlPlane.Runtime.Transactions;

namespace ControlPlane.Web.Tests.Changes;

/// <summary>Changes as a test says them.</summary>
internal sealed class ScriptedChanges : IOrderChanges
{
    public List<ChangeItem> Items { get; } = [];

    public List<(ChangeSettlement Settlement, string Reason, Guid Operation)> Settled { get; } = [];

    public Task<IReadOnlyList<ChangeItem>?> OfAsync(TenantScope tenant, Guid transaction, CancellationToken ct) => Task.FromResult<IReadOnlyList<ChangeItem>?>(Items);

    public Task<CommandOutcome> SettleAsync(TenantScope tenant, Guid transaction, ChangeSettlement settlement, string reason, Person who, Guid operation, CancellationToken ct)
    {
        if (!Settled.Exists(s => s.Operation == operation))
            Settled.Add((settlement, reason, operation));
        return Task.FromResult(reason.Length == 0 ? new CommandOutcome(false, "reason_missing", "Say what you did or heard.") : new CommandOutcome(true, "accepted", "The order goes on."));
    }
}

using ControlPlane.Domain.Changes;
using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Effects;
using ControlPlane.Domain.Flows;
using ControlPlane.Runtime.Connections;
using ControlPlane.Runtime.Engine;
using ControlPlane.Runtime.Persistence;
using ControlPlane.Runtime.Transactions;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Runtime.Changes;

/// <summary>Which systems have an order, by what was recorded of each write. Asked only when a change comes.</summary>
internal sealed class ToldSystems(IControlPlaneDb db, IConnectionRegistry connections, CallRunner calls)
{
    /// <summary>A write of this step was sent, and whether it arrived is not known yet: that is settled first.</summary>
    public static bool IsUnderWay(Activation a, string step) => a.OpenEffects.TryGetValue((step, a.Variables.Occurrence), out var open) && IsUnknown(open);

    /// <summary>Whoever ships first.</summary>
    public async Task<IReadOnlyList<SystemChange>> OfAsync(Activation a, FlowDefinition flow, ChangeKind kind, CancellationToken ct)
    {
        await using var context = db.CreateContext(new TenantScope(a.Work.TenantId));
        var written = await context.Effects.AsNoTracking().Where(e => e.TransactionId == a.Work.TransactionId).ToListAsync(ct);
        // What this activation did and has not committed yet counts before what the table says.
        var effects = written.Where(e => !a.Pending.Effects.Any(p => p.Step == e.Step && p.Occurrence == e.Occurrence && p.Epoch == e.Epoch)).Concat(a.Pending.Effects).ToList();
        var found = new List<SystemChange>();
        foreach (var call in flow.Steps.OfType<CallStep>())
        {
            var own = effects.Where(e => e.Step == call.Id).OrderBy(e => e.Occurrence).ThenByDescending(e => e.Epoch).ToList();
            var has = own.Find(e => e.State == EffectState.Confirmed) ?? own.Find(IsUnknown);
            if ((has is null ? calls.Resolve(a, call.Connection) : connections.Find(has.Connection)) is not { } system || system.Role.Sells() || found.Exists(f => f.Connection == system.Key))
                continue;
            if (has is null)
            {
                if (ChangeRules.Tells(call.Operation))
                    found.Add(new(system.Key, system.Role, "", 0, SystemAnswer.NotTold, "Was not told of the order yet", a.Now));
                continue;
            }

            var operation = ChangeRules.OperationFor(kind, has.Operation);
            var version = a.Variables.Told?.GetValueOrDefault(system.Key) ?? 1;
            found.Add(new SystemChange(system.Key, system.Role, operation ?? "", version, SystemAnswer.Requested, "Being asked", a.Now) switch
            {
                var s when IsUnknown(has) => s.With(SystemAnswer.NotOffered, $"It is not known whether {system.DisplayName} has the order.", a.Now),
                { Ships: true } s when a.Variables.Shipments.Count > 0 => s.With(SystemAnswer.TooLate, $"{system.DisplayName} had shipped already.", a.Now),
                var s when operation is null => s.With(SystemAnswer.NotOffered, $"What {system.DisplayName} was told ({has.Operation}) cannot be taken back or changed from here.", a.Now),
                var s => s,
            });
        }

        return [.. found.OrderBy(f => !f.Ships)];
    }

    private static bool IsUnknown(EffectRow effect) => effect.State == EffectState.Unknown || effect is { State: EffectState.Intended, Attempts: > 0, Summary.Length: 0 };
}

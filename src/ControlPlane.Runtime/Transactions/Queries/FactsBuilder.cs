using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Faults;
using ControlPlane.Domain.Flows;
using ControlPlane.Domain.Shared;
using ControlPlane.Domain.Silence;
using ControlPlane.Domain.Transactions;
using ControlPlane.Runtime.Connections;
using ControlPlane.Runtime.Flows;

namespace ControlPlane.Runtime.Transactions.Queries;

/// <summary>Puts names to what a row holds: systems by their connection, steps and stages by the flow.</summary>
internal sealed class FactsBuilder(IFlowCatalog flows, IConnectionRegistry connections)
{
    public FlowDefinition? FlowOf(TransactionRow row) => flows.Find(row.Flow, row.FlowVersion);

    /// <summary>A connection that was removed keeps its key for a name.</summary>
    public VerdictSystem System(string key, SystemRole? role = null) => connections.Find(key) is { } connection
        ? new(key, connection.DisplayName, connection.Role, connection.Owner is { Length: > 0 } owner ? owner : null)
        : new(key, key, role ?? SystemRole.Storefront);

    public VerdictSystem? SystemOrOurs(string? key) => key is null ? null : System(key);

    /// <summary>The system of a role for this transaction: a selling role is the channel that it came from.</summary>
    public VerdictSystem OfRole(SystemRole role, TransactionRow row) =>
        role.Sells() ? System(row.Connection, role)
        : connections.FindByRole(role) is { } connection ? System(connection.Key)
        : new("", "", role);

    /// <summary>The facts that the row alone holds; callers add what they looked up.</summary>
    public VerdictFacts Of(TransactionRow row)
    {
        var flow = FlowOf(row);
        var step = flow?.Find(row.Step);
        return new()
        {
            State = row.State,
            Stage = row.State.IsFinal() ? row.Stage : StageAt(flow, step) ?? row.Stage,
            StepTitle = step is null ? "" : step.Title is { Length: > 0 } title ? title : VerdictWords.Stage(step.Id),
            Channel = System(row.Connection),
            Party = PartyOf(row, step),
            ReceivedAt = Instant.FromMicroseconds(row.ReceivedAt),
            Since = Instant.FromMicroseconds(row.Since),
            DueAt = row.DueAt is { } due ? Instant.FromMicroseconds(due) : null,
            Expected = ExpectedOf(row, flow, step),
            ClosedAt = row.ClosedAt is { } closed ? Instant.FromMicroseconds(closed) : null,
            FaultKind = row.FaultKind,
            FaultCode = row.FaultCode,
            FaultMessage = row.FaultMessage,
            MostAttempts = step?.Retry.MostAttempts,
            AwaitedEvents = (step as WaitStep)?.Events ?? [],
        };
    }

    /// <summary>What the row carries, with the system that brings it.</summary>
    private VerdictExpectation? ExpectedOf(TransactionRow row, FlowDefinition? flow, StepDefinition? step)
    {
        if (row is not { Expects: { } what, ExpectsBy: { } by, ExpectsWhy: { } why } || row.State.IsFinal())
            return null;
        var role = flow is null || step is null ? null : SilenceRules.Next(flow, step)?.Role;
        var system = role is null ? null : step is WaitStep && row.PartyConnection is { } key ? System(key, role.Value) : OfRole(role.Value, row);
        return new(what, system, Instant.FromMicroseconds(by), why, row.ShipBy is { } shipBy ? Instant.FromMicroseconds(shipBy) : null);
    }

    /// <summary>The engine notes the system of a call. A refusal that arrives while waiting is that system's word too.</summary>
    private VerdictSystem? PartyOf(TransactionRow row, StepDefinition? step)
    {
        if (row.Party is { } role)
            return role.Sells() ? System(row.Connection, role) : row.PartyConnection is { } key ? System(key, role) : OfRole(role, row);
        if (row is { State: TransactionState.Stuck, FaultKind: FaultKind.Data } && step is WaitStep wait && row.FaultCode is not ("order.cancelled_late" or Domain.Changes.ChangeRules.ByHand))
            return OfRole(wait.System, row);
        return null;
    }

    /// <summary>The stage that the step works towards: its own, or the next one that follows.</summary>
    public static string? StageAt(FlowDefinition? flow, StepDefinition? step)
    {
        if (flow is null || step is null)
            return null;
        return flow.Steps.SkipWhile(s => s.Id != step.Id).FirstOrDefault(s => s.Stage.Length > 0)?.Stage;
    }

    public TransactionListItem Item(TransactionRow row, VerdictFacts facts) => new()
    {
        Id = row.Id,
        Kind = row.Kind,
        Number = row.Number,
        Reference = row.Reference,
        Channel = facts.Channel,
        State = row.State,
        Stage = row.Stage,
        Total = row.TotalMinor is { } total && Currencies.IsKnown(row.Currency) ? new Money(total, row.Currency) : null,
        LineCount = row.LineCount,
        PlacedAt = Instant.FromMicroseconds(row.PlacedAt),
        ReceivedAt = facts.ReceivedAt,
        UpdatedAt = Instant.FromMicroseconds(row.UpdatedAt),
        ClosedAt = facts.ClosedAt,
        ShipBy = row.ShipBy is { } by ? Instant.FromMicroseconds(by) : null,
        FaultKind = row.FaultKind,
        FaultCode = row.FaultCode,
        Revision = row.Revision,
        Facts = facts,
    };
}

using System.Text;
using System.Text.Json;
using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Flows;
using ControlPlane.Domain.Orders;
using ControlPlane.Domain.Shared;
using ControlPlane.Domain.Crosswalks;
using ControlPlane.Runtime.Connections;
using ControlPlane.Runtime.Flows;
using ControlPlane.Runtime.Ingestion;
using ControlPlane.Runtime.Persistence;
using ControlPlane.Runtime.Transactions.Queries;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Runtime.Repair;

/// <summary>What the next call of an order would send. Nothing was sent, counted or stored.</summary>
/// <param name="System">The connection that it would go to; null when no call follows.</param>
/// <param name="Document">Masked unless personal data is revealed; null when nothing could be made.</param>
/// <param name="Last">What was sent by this step last, the same way; null when nothing was.</param>
public sealed record DryRun(string? System, string? SystemName, string? Operation, string? Document, string? Last, IReadOnlyList<Refusal> Problems)
{
    public bool IsFine => Problems.Count == 0;

    /// <summary>True when the document is another than what was sent last, also where masked values alone differ.</summary>
    public bool Differs { get; init; }
}

/// <summary>Makes the document of the next call purely, as the workbench does.</summary>
internal sealed class DryRuns(IControlPlaneDb db, IFlowCatalog flows, IConnectionRegistry connections, IConnectorCatalog connectors, TimeProvider clock)
{
    /// <param name="order">In place of the order as it is; null = as it is.</param>
    public async Task<DryRun?> NextAsync(TenantScope tenant, Guid id, CanonicalOrder? order, bool reveal, CancellationToken ct)
    {
        await using var context = db.CreateContext(tenant);
        var found = await context.Transactions.AsNoTracking().Where(t => t.Id == id).Join(context.WorkItems.AsNoTracking(), t => t.Id, w => w.TransactionId, (t, w) => new { Transaction = t, Work = w }).FirstOrDefaultAsync(ct);
        if (found is null || (order ?? await PersonGrip.OrderAsync(context, found.Transaction.CanonicalPayloadId, ct)) is not { } whole)
            return null;
        var problems = OrderRules.Check(whole).ToList();
        if (NextCall(flows.Find(found.Work.Flow, found.Work.FlowVersion), found.Work.Step) is not { } call || Resolve(call.Connection, found.Transaction.Connection) is not { } connection
            || connectors.Find(connection.Connector)?.For(connection).Operation(call.Operation) is not { } operation)
            return new(null, null, null, null, null, problems);
        var variables = JsonSerializer.Deserialize(found.Work.Variables, FlowJson.Default.FlowVariables)!;
        var mapped = Map(operation, new()
        {
            Connection = connection.With(connection.Crosswalks.Uncounted()),
            TransactionId = id,
            Reference = found.Transaction.Reference,
            CorrelationId = found.Transaction.CorrelationId,
            IdempotencyKey = "preview",
            Order = whole,
            Variables = variables,
            Number = 1,
            At = clock.GetUtcNow(),
        });
        problems.AddRange(mapped.Refusals);
        var last = await context.Attempts.AsNoTracking().Where(a => a.TransactionId == id && a.Step == call.Id && !a.LookUp && a.RequestPayloadId != null).OrderByDescending(a => a.StartedAt).Select(a => a.RequestPayloadId).FirstOrDefaultAsync(ct);
        var lastRow = last is { } payload ? await context.Payloads.AsNoTracking().FirstOrDefaultAsync(p => p.Id == payload, ct) : null;
        var document = mapped.Content.Length == 0 ? null : Encoding.UTF8.GetString(mapped.Content.Span);
        return new(
            connection.Key, connection.DisplayName, call.Operation, document is null ? null : PayloadMask.Apply(document, reveal).Text,
            lastRow is null ? null : PayloadReader.Read(lastRow, reveal)?.Text, problems)
        {
            // Compared as they are: who may not see the values still learns that one changes.
            Differs = document is not null && lastRow is not null && PayloadReader.Read(lastRow, true)?.Text != PayloadMask.Apply(document, true).Text,
        };
    }

    private static MappedDocument Map(IOperation operation, OperationRequest request)
    {
        try
        {
            return operation.Map(request);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            return new(default, "", [new("operation.defect", "", $"The operation {operation.Descriptor.Name} has a defect ({e.GetType().Name}) and could make no document.")]);
        }
    }

    /// <summary>The call that follows from a step: itself, the one it maps for, or the next one below it.</summary>
    private static CallStep? NextCall(FlowDefinition? flow, string step)
    {
        if (flow is null || flow.Steps.ToList().FindIndex(s => s.Id == step) is not (>= 0 and var at))
            return null;
        if (flow.Steps[at] is MapStep map)
            return flow.Find(map.For) as CallStep;
        return flow.Steps.Skip(at).OfType<CallStep>().FirstOrDefault();
    }

    private Connection? Resolve(string name, string source) =>
        name == CallStep.Source ? connections.Find(source)
        : name.StartsWith("role:", StringComparison.Ordinal) ? SystemRoles.TryParse(name[5..], out var role) ? connections.FindByRole(role) : null
        : connections.Find(name);
}

using System.Diagnostics;
using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Crosswalks;
using ControlPlane.Domain.Effects;
using ControlPlane.Domain.Faults;
using ControlPlane.Domain.Flows;
using ControlPlane.Domain.Shared;
using ControlPlane.Domain.Transactions;
using ControlPlane.Runtime.Connections;
using ControlPlane.Runtime.Engine.Numbers;
using ControlPlane.Runtime.ExceptionCases;
using ControlPlane.Runtime.Ingestion;
using ControlPlane.Runtime.Outbound;
using ControlPlane.Runtime.Persistence;
using ControlPlane.Runtime.Persistence.Batches;
using ControlPlane.Runtime.Transactions;
using Microsoft.Extensions.Options;

namespace ControlPlane.Runtime.Engine;

/// <summary>
/// Runs one operation at one system. The intent is committed before anything is sent; a write whose answer was lost is
/// asked for before it is sent again.
/// </summary>
internal sealed class CallRunner(
    IConnectionRegistry connections, IConnectorCatalog connectors, OutboundGateway gateway, TargetGates gates, CommitWriter writer, NumberRanges numbers, IOptions<EngineOptions> options, LeaseClock leases, TimeProvider clock,
    Crosswalks.CrosswalkBoard? crosswalks = null)
{
    /// <summary>Output that says that some system was told of the order: from then on a cancellation needs a person.</summary>
    public const string AnyWriteDone = "anyWriteDone";

    public async Task<StepResult> MapAsync(Activation a, MapStep step, CallStep call, CancellationToken ct)
    {
        if (Find(a, call) is not ({ } connection, { } operation))
            return new StepResult.Ended(Outcomes.Done);
        var request = await RequestAsync(a, call, connection, operation, ct);
        MappedDocument document;
        using (CrosswalkTally.About(a.Work.TransactionId, transaction: true))
            document = operation.Map(request);
        if (document.Refusals.Count > 0)
            return new StepResult.Failed(Refused(document), false);
        a.Documents[call.Id] = document.Content;
        a.Journal(JournalEventType.Mapped, step, $"Mapped for {connection.DisplayName}{Mapping(connectors.Find(connection.Connector))}", connection.Key, basis: Basis(a, connectors.Find(connection.Connector)));
        return new StepResult.Ended(Outcomes.Done);
    }

    /// <summary>Finds the ERP's customer; the step's default where there is no match or no such operation.</summary>
    public async Task<StepResult> MatchCustomerAsync(Activation a, EnrichStep step, CancellationToken ct)
    {
        var fallback = step.Settings.GetValueOrDefault("default", "");
        if (!step.Settings.TryGetValue("operation", out var operation))
            return Matched(a, step, fallback, fallback.Length > 0 ? $"Booked on the customer {fallback}" : "No customer match is set up");
        var call = new CallStep { Id = step.Id, Stage = step.Stage, Connection = step.Settings.GetValueOrDefault("connection", "role:erp"), Operation = operation, Optional = true, Retry = step.Retry };
        var result = await CallAsync(a, call, ct);
        return result is StepResult.Ended && a.Variables.Outputs.GetValueOrDefault("customerNumber") is not { Length: > 0 }
            ? Matched(a, step, fallback, fallback.Length > 0 ? $"No customer found; booked on {fallback}" : "No customer found; booked on the ERP's customer for guests")
            : result;
    }

    private static StepResult.Ended Matched(Activation a, EnrichStep step, string customer, string summary)
    {
        // Without one, the connection's own customer for guests applies.
        if (customer.Length > 0)
            a.Variables.Outputs["customerNumber"] = customer;
        a.Journal(JournalEventType.Enriched, step, summary);
        return new(Outcomes.Done);
    }

    public async Task<StepResult> CallAsync(Activation a, CallStep step, CancellationToken ct)
    {
        if (Resolve(a, step.Connection) is not { } connection)
            return new StepResult.Failed(new Fault(FaultKind.Internal, "connection.missing", $"No enabled connection fits '{step.Connection}'. Set one up or enable it, then replay."), false);
        if (connectors.Find(connection.Connector)?.For(connection) is not { } connector)
            return new StepResult.Failed(new Fault(FaultKind.Internal, "connector.missing", $"The connector '{connection.Connector}' of {connection.Key} is not installed."), false);
        if (connector.Operation(step.Operation) is not { } operation)
            return NotOffered(a, step, connection, connector);
        if (a.DoneEffects.TryGetValue((step.Id, a.Variables.Occurrence), out var said))
        {
            a.Journal(JournalEventType.StepSkipped, step, $"Not sent again; it was confirmed before: {said}", connection.Key);
            return new StepResult.Ended(Outcomes.Done);
        }

        if (await gates.CheckAsync(connection, connector, step.Operation, ct) is { } closed)
            return new StepResult.Held(closed);
        if (a.Work.HeldBy is not null)
        {
            a.Journal(JournalEventType.Released, step, $"Goes on: {connection.DisplayName} is called again", connection.Key);
            a.Work.HeldBy = null;
        }

        var request = await RequestAsync(a, step, connection, operation, ct);
        var effect = EffectOf(a, step, connection, operation, request.IdempotencyKey);
        var mustAsk = effect.State == EffectState.Unknown || (effect is { State: EffectState.Intended, Attempts: > 0 } && operation.Descriptor.Write == WriteKind.Blind);
        if (WasCutShort(effect, operation.Descriptor))
            return Fail(a, step, connection, operation, effect, new Fault(
                FaultKind.UnknownOutcome, "effect.cut_short", $"The process ended while {connection.DisplayName} was being told, and {connection.DisplayName} cannot be asked what it has."), 0, null);
        if (operation.Descriptor.Write != WriteKind.Read)
        {
            effect.Attempts++;
            // Filled in with the outcome: what is empty after a restart was never known.
            effect.Summary = "";
            a.Pending.Effects.Add(effect);
        }

        var checkedAt = leases.Now;
        if (!await CheckpointAsync(a, step))
            return new StepResult.Lost();
        var leaseUntil = a.Work.LeaseUntil;
        var exchange = new RecordingExchange(gateway, connection, connector,
            new AttemptContext(a.Work.TenantId, a.Work.TransactionId, step.Id, a.Variables.Occurrence, a.Work.Attempts + 1, operation.Descriptor.Name, a.Transaction.TraceParent), clock)
        {
            // Where the target recognises a repeat, a late one does no harm.
            MayWrite = operation.Descriptor.Write == WriteKind.Blind ? () => leases.StillOurs(checkedAt, leaseUntil) : null,
        };
        var (startedAt, from) = (a.Now, Stopwatch.GetTimestamp());
        var result = await RunAsync(a, step, operation, request, exchange, mustAsk && operation.Descriptor.CanLookUp, ct);
        var duration = (int)Math.Min(int.MaxValue, Stopwatch.GetElapsedTime(from).TotalMicroseconds);
        var fault = (result as OperationResult.Failed)?.Fault;
        if (fault is not null)
            exchange.Blame(fault);
        var hold = fault?.Code == OutboundGateway.NotOurs ? null : await gates.ReportAsync(connection, connector, step.Operation, a.Work.TransactionId, startedAt, fault, ct);
        a.Pending.Attempts.AddRange(exchange.Attempts);
        a.Pending.Payloads.AddRange(exchange.Payloads);
        var attemptId = exchange.Attempts.Count > 0 ? exchange.Attempts[^1].Id : (Guid?)null;
        return result switch
        {
            OperationResult.Confirmed confirmed => Confirm(a, step, connection, operation, effect, confirmed, Mapping(connector), duration, attemptId, Basis(a, connector)),
            OperationResult.Failed failed => Fail(a, step, connection, operation, effect, failed.Fault, duration, attemptId, Basis(a, connector)) with { Hold = hold },
            _ => throw new InvalidOperationException(),
        };
    }

    /// <summary>An earlier try was committed to and its outcome never was: the target may have it, and nobody can be asked but a person.</summary>
    private static bool WasCutShort(EffectRow effect, OperationDescriptor operation) =>
        effect is { Attempts: > 0, Summary.Length: 0 } && operation is { Write: WriteKind.Blind, CanLookUp: false };

    private async Task<OperationResult> RunAsync(
        Activation a, CallStep step, IOperation operation, OperationRequest request, RecordingExchange exchange, bool lookUpFirst, CancellationToken ct)
    {
        try
        {
            if (lookUpFirst)
            {
                exchange.LookingUp = true;
                var found = await operation.LookUpAsync(request, exchange, ct);
                exchange.LookingUp = false;
                if (found is LookUpResult.Found there)
                    return there.Result;
                if (found is LookUpResult.Inconclusive inconclusive)
                    return new OperationResult.Failed(inconclusive.Fault.Kind == FaultKind.Data ? inconclusive.Fault with { Kind = FaultKind.Transient } : inconclusive.Fault);
            }

            if (!a.Documents.Remove(step.Id, out var document))
            {
                MappedDocument mapped;
                using (CrosswalkTally.About(request.TransactionId, transaction: true))
                    mapped = operation.Map(request);
                if (mapped.Refusals.Count > 0)
                    return new OperationResult.Failed(Refused(mapped));
                document = mapped.Content;
            }

            return await operation.ExecuteAsync(request, document, exchange, ct);
        }
        catch (ExchangeException e)
        {
            // A look-up writes nothing: its lost answer leaves the outcome as unknown as it was, and is asked for again.
            return new OperationResult.Failed(exchange.LookingUp && e.Fault.Kind == FaultKind.UnknownOutcome ? e.Fault with { Kind = FaultKind.Transient } : e.Fault);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            return new OperationResult.Failed(new Fault(FaultKind.Internal, "operation.defect", $"The operation {step.Operation} of {request.Connection.Connector} has a defect ({e.GetType().Name}). It was stopped; nothing else is affected."));
        }
    }

    private static StepResult Confirm(
        Activation a, CallStep step, Connection connection, IOperation operation, EffectRow effect, OperationResult.Confirmed confirmed, string mapping, int duration, Guid? attemptId, Basis basis)
    {
        var wasUnknown = effect.State == EffectState.Unknown;
        if (operation.Descriptor.Write != WriteKind.Read)
        {
            effect.State = EffectState.Confirmed;
            effect.Summary = PayloadRows.Cut(confirmed.Summary, Persistence.ColumnLengths.Summary)!;
            effect.ResolvedAt = a.Now.ToMicroseconds();
            a.Pending.Effects.Add(effect);
            a.Variables.Outputs[AnyWriteDone] = "true";
            if (Domain.Changes.ChangeRules.Tells(step.Operation))
                (a.Variables.Told ??= new(StringComparer.Ordinal))[connection.Key] = a.Variables.Version;
            a.Exit = CaseExit.Proof;
        }

        a.OpenEffects.Remove((step.Id, a.Variables.Occurrence));
        a.Add(confirmed.Identifiers);
        Acknowledgements.Sent(a, effect.IdempotencyKey, confirmed.Identifiers);
        foreach (var (name, value) in confirmed.Outputs)
            a.Variables.Outputs[name] = value;
        a.Journal(
            wasUnknown ? JournalEventType.OutcomeResolved : JournalEventType.CallSucceeded, step,
            $"{confirmed.Summary}{(wasUnknown ? "; the lost answer is settled" : "")}{mapping}", connection.Key, null, a.Work.Attempts + 1, duration, attemptId, basis: basis);
        FlowExecutor.Calm(a);
        return new StepResult.Ended(Outcomes.Done);
    }

    private static StepResult.Failed Fail(
        Activation a, CallStep step, Connection connection, IOperation operation, EffectRow effect, Fault fault, int duration, Guid? attemptId, Basis? basis = null)
    {
        var unknown = fault.Kind == FaultKind.UnknownOutcome;
        if (operation.Descriptor.Write != WriteKind.Read)
        {
            // Once unknown it stays so until a look-up or a person settles it, whatever fails in between.
            if (effect.State != EffectState.Unknown)
                effect.State = unknown ? EffectState.Unknown : fault.Kind == FaultKind.Data ? EffectState.Refused : EffectState.Intended;
            effect.Summary = PayloadRows.Cut(fault.Message, Persistence.ColumnLengths.Summary)!;
            a.Pending.Effects.Add(effect);
        }

        a.Journal(unknown ? JournalEventType.OutcomeUnknown : JournalEventType.CallFailed, step, fault.Message, connection.Key, fault.Code, a.Work.Attempts + 1, duration, attemptId, basis: basis);
        // The same key again does no harm where the target honours it, even when it cannot be asked.
        if (unknown && !operation.Descriptor.CanLookUp && operation.Descriptor.Write is WriteKind.Keyed or WriteKind.Upsert)
            fault = fault with { Kind = FaultKind.Transient };
        return new(fault, operation.Descriptor.CanLookUp);
    }

    /// <summary>For the timeline: which version of the connector's document made what was sent; nothing for a built-in one.</summary>
    private static string Mapping(IConnector? connector) => connector?.Manifest.Published is { } version ? $", mapping v{version}" : "";

    /// <summary>With which versions a document was made: of values in memory alone.</summary>
    private Basis Basis(Activation a, IConnector? connector) =>
        new(Domain.Transactions.Basis.Of(a.Work.Flow, a.Work.FlowVersion), connector is null ? null : Domain.Transactions.Basis.Mapped(connector.Manifest), crosswalks?.Current.Revision);

    private static StepResult NotOffered(Activation a, CallStep step, Connection connection, IConnector connector)
    {
        if (!step.Optional)
            return new StepResult.Failed(new Fault(FaultKind.Internal, "operation.missing", $"{connector.Manifest.Title} does not offer {step.Operation}. Change the flow or the connector."), false);
        var reason = connector.Manifest.NotOffered.GetValueOrDefault(step.Operation) ?? $"{connector.Manifest.Title} does not offer it";
        a.Journal(JournalEventType.StepSkipped, step, $"Not needed: {reason}", connection.Key);
        return new StepResult.Ended(Outcomes.Skipped);
    }

    /// <summary>Everything that happened so far, and the intent of what comes, is durable before the call.</summary>
    private async Task<bool> CheckpointAsync(Activation a, CallStep step)
    {
        var lease = leases.Now + options.Value.LeaseSeconds * 1_000_000L;
        // Somebody was told that it is late: it stays an exception until it is done, not only until it is tried again.
        a.Enter(a.Variables.Silent is null ? TransactionState.Running : TransactionState.Stuck, step.Id);
        return await writer.CommitAsync(a.Seal(WorkState.Leased, step.Id, a.Work.DueAt, lease), CancellationToken.None) == CommitOutcome.Committed;
    }

    private EffectRow EffectOf(Activation a, CallStep step, Connection connection, IOperation operation, string key)
    {
        if (a.OpenEffects.TryGetValue((step.Id, a.Variables.Occurrence), out var open))
            return open;
        var effect = new EffectRow
        {
            TransactionId = a.Work.TransactionId,
            Step = step.Id,
            Occurrence = a.Variables.Occurrence,
            Epoch = a.Variables.Epoch,
            TenantId = a.Work.TenantId,
            Connection = connection.Key,
            Operation = step.Operation,
            WriteKind = operation.Descriptor.Write,
            State = EffectState.Intended,
            IdempotencyKey = key,
            IntendedAt = clock.GetUtcNow().ToMicroseconds(),
        };
        return a.OpenEffects[(step.Id, a.Variables.Occurrence)] = effect;
    }

    /// <summary>What the partner that the call goes to promises about acknowledging it; null when nothing.</summary>
    public AcknowledgementPromise? Promise(Activation a, CallStep call) =>
        Find(a, call) is ({ } connection, { } operation) && operation.AcknowledgedWithin(connection) is { } within ? new(connection, within) : null;

    /// <summary>Why a call cannot be made at all, for people; null when it can.</summary>
    public string? WhyNot(Activation a, CallStep call)
    {
        if (Resolve(a, call.Connection) is not { } connection || connectors.Find(connection.Connector)?.For(connection) is not { } connector)
            return $"{connections.Find(call.Connection)?.DisplayName ?? call.Connection} cannot be called: it is switched off or gone.";
        if (connector.Operation(call.Operation) is not null)
            return null;
        return connector.Manifest.NotOffered.GetValueOrDefault(call.Operation) is { } why ? $"{connection.DisplayName}: {why}" : $"{connection.DisplayName} cannot be told from here: {connector.Manifest.Title} offers no {call.Operation}.";
    }

    public Connection? Resolve(Activation a, string name)
    {
        if (name == CallStep.Source)
            return connections.Find(a.Transaction.Connection);
        if (name.StartsWith("role:", StringComparison.Ordinal))
            return SystemRoles.TryParse(name[5..], out var role) ? connections.FindByRole(role) : null;
        return connections.Find(name) is { Enabled: true, Onboarding: false } connection ? connection : null;
    }

    private (Connection?, IOperation?) Find(Activation a, CallStep call)
    {
        var connection = Resolve(a, call.Connection);
        return (connection, connection is null ? null : connectors.Find(connection.Connector)?.For(connection).Operation(call.Operation));
    }

    private async ValueTask<OperationRequest> RequestAsync(Activation a, CallStep step, Connection connection, IOperation operation, CancellationToken ct)
    {
        var key = IdempotencyKey.For(a.Work.TransactionId, step.Id, a.Variables.Occurrence, a.Variables.Epoch);
        var number = operation.Descriptor.Numbered ? await NumberAsync(a, connection, key, ct) : null;
        return new()
        {
            Connection = connection,
            TransactionId = a.Work.TransactionId,
            Reference = a.Transaction.Reference,
            CorrelationId = a.Transaction.CorrelationId,
            IdempotencyKey = key,
            Order = a.Proposed ?? a.Order,
            Variables = a.Variables,
            Number = number?.Value,
            At = number?.At ?? a.Now,
        };
    }

    /// <summary>Remembered with the flow's variables, which are written before anything is sent: a later try finds it there.</summary>
    private async ValueTask<GivenNumber> NumberAsync(Activation a, Connection connection, string key, CancellationToken ct)
    {
        if (a.Variables.Numbers?.GetValueOrDefault(key) is { } given)
            return given;
        var number = new GivenNumber(await numbers.NextAsync(new TenantScope(a.Work.TenantId), connection.Key, ct), a.Now);
        (a.Variables.Numbers ??= new(StringComparer.Ordinal))[key] = number;
        return number;
    }

    private static Fault Refused(MappedDocument document) =>
        new(FaultKind.Data, document.Refusals[0].Code, document.Refusals[0].Message, document.Refusals[0].Field);
}

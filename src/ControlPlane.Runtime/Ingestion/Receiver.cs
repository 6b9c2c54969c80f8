using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Crosswalks;
using ControlPlane.Domain.Shared;
using ControlPlane.Runtime.Engine;
using ControlPlane.Runtime.Flows;
using ControlPlane.Runtime.IdentifierRules;
using ControlPlane.Runtime.Ingestion.Deliveries;
using ControlPlane.Runtime.Persistence;
using ControlPlane.Runtime.Schemas;
using ControlPlane.Runtime.Persistence.Batches;
using Microsoft.Extensions.Options;

namespace ControlPlane.Runtime.Ingestion;

/// <summary>A document that a notification named.</summary>
public sealed record FetchRequest(string Feed, string ExternalId);

/// <summary>What became of a received document.</summary>
public abstract record ReceiveOutcome
{
    /// <summary>Durable. <paramref name="CorrelationId"/> follows the whole exchange.</summary>
    public sealed record Accepted(Guid MessageId, string CorrelationId, bool Duplicate) : ReceiveOutcome
    {
        /// <summary>The transaction that began with it; null when it began none.</summary>
        public Guid? Began { get; init; }
    }

    /// <summary>Kept with its raw bytes, but unusable.</summary>
    public sealed record Refused(Guid MessageId, IReadOnlyList<Refusal> Refusals) : ReceiveOutcome;

    /// <summary>The notification asks us to fetch a document; nothing is durable yet but the message.</summary>
    public sealed record Fetch(Guid MessageId, string CorrelationId, string Feed, string ExternalId) : ReceiveOutcome;

    /// <summary>Documents that have to be fetched, whatever else became of it.</summary>
    public IReadOnlyList<FetchRequest> Fetches { get; init; } = [];

    /// <summary>Too much at once, or the store is away: the sender repeats it.</summary>
    public sealed record Busy : ReceiveOutcome
    {
        /// <summary>True when the store was tried and did not take it; false when it was not even tried.</summary>
        public bool StoreFailed { get; init; }
    }
}

/// <summary>
/// Takes a document whose sender is proven: translates it, recognises repeats, and commits message, transaction and the
/// first piece of work together. Whoever gets an <see cref="ReceiveOutcome.Accepted"/> can rely on it. A delivery of several documents
/// goes to <see cref="DeliveryReceiver"/>.
/// </summary>
internal sealed class Receiver(
    CommitWriter writer, IFlowCatalog flows, IdentifierLookup lookup, LanePumps pumps, OrderCache orders, EmailHash emails, Node node, IOptions<EngineOptions> engine, LeaseClock leases, TimeProvider clock, SchemaGate? schemas = null, RuleBoard? rules = null)
{
    private readonly MessageIntake _intake = new(flows, lookup, pumps, orders, emails, node, engine, leases, clock, rules);

    public DeliveryReceiver Deliveries => field ??= new(writer, _intake, lookup.Db, clock);

    public async Task<ReceiveOutcome> ReceiveAsync(TenantScope tenant, Connection connection, IReceiver receiver, InboundRequest request, CancellationToken ct)
    {
        if (schemas is { IsEmpty: false })
            receiver = new CheckedReceiver(receiver, schemas);
        if (!request.Part && receiver.Unpack(request, connection) is { } unpacked)
            return await Deliveries.TakeAsync(tenant, connection, receiver, request, unpacked);
        // Its id is there before it is read, so that a code without an entry leads to it.
        var id = EntityId.New(clock);
        InboundEvent meaning;
        using (CrosswalkTally.About(id))
            meaning = receiver.Translate(request, connection);
        var prepared = await _intake.PrepareAsync(tenant, connection, receiver, request, meaning, null, id, ct);
        CommitOutcome outcome;
        try
        {
            if (!writer.TryEnqueue(prepared.Unit, out var committed))
                return new ReceiveOutcome.Busy();
            outcome = await committed;
        }
        catch (StoreUnavailableException)
        {
            return new ReceiveOutcome.Busy { StoreFailed = true };
        }

        if (outcome == CommitOutcome.Duplicate)
        {
            var first = prepared.Unit.FirstMessageId!.Value;
            if (request is { Polled: false, Queued: false })
                await lookup.ToldAsync(first, ct);
            return new ReceiveOutcome.Accepted(first, await lookup.CorrelationOfAsync(first, ct) ?? first.ToString("N"), Duplicate: true);
        }

        _intake.Start(prepared);
        var message = prepared.Message;
        return meaning switch
        {
            InboundEvent.Refused refused => new ReceiveOutcome.Refused(message.Id, refused.Refusals),
            InboundEvent.FetchNeeded fetch => new ReceiveOutcome.Fetch(message.Id, message.CorrelationId, fetch.Feed, fetch.ExternalId) { Fetches = [new(fetch.Feed, fetch.ExternalId)] },
            _ => new ReceiveOutcome.Accepted(message.Id, message.CorrelationId, Duplicate: false) { Began = prepared.Unit.NewTransaction?.Id },
        };
    }
}

using ControlPlane.Domain.Faults;
using ControlPlane.Domain.Flows;
using ControlPlane.Domain.Orders;
using ControlPlane.Domain.Shared;
using ControlPlane.Domain.Transactions;

namespace ControlPlane.Domain.Connections;

/// <summary>One thing that can be asked of a system: create a sales order, confirm a shipment.</summary>
public interface IOperation
{
    OperationDescriptor Descriptor { get; }

    /// <summary>
    /// How long whoever takes its document may need to acknowledge it, as the profile of this connection promises, 1 minute to 30 days; null
    /// where nothing is promised. A wait that names the operation's step goes by it.
    /// </summary>
    TimeSpan? AcknowledgedWithin(Connection connection) => null;

    /// <summary>Makes the document to be sent, from the canonical ones. Pure. Refusals name the canonical field.</summary>
    MappedDocument Map(OperationRequest request);

    /// <summary>
    /// Does it. Throws <see cref="ExchangeException"/> only as the exchange threw it; whatever the target answered is a
    /// <see cref="OperationResult"/>. May take several calls; must be safe to run again from the start with the same key.
    /// </summary>
    Task<OperationResult> ExecuteAsync(OperationRequest request, ReadOnlyMemory<byte> document, IExchange exchange, CancellationToken ct);

    /// <summary>Asks the target whether the write arrived. Only called when the descriptor says that it can.</summary>
    Task<LookUpResult> LookUpAsync(OperationRequest request, IExchange exchange, CancellationToken ct);
}

public sealed class OperationRequest
{
    public required Connection Connection { get; init; }

    public required Guid TransactionId { get; init; }

    /// <summary>Our own reference, unique in the tenant; what ERP and warehouse must carry and echo.</summary>
    public required string Reference { get; init; }

    public required string CorrelationId { get; init; }

    public required string IdempotencyKey { get; init; }

    public required CanonicalOrder Order { get; init; }

    public required FlowVariables Variables { get; init; }

    /// <summary>
    /// For operations whose descriptor says <see cref="OperationDescriptor.Numbered"/>: a number of this connection that was given to no
    /// other write, and is the same at each try of this one. 1 to 999,999,999. Null otherwise.
    /// </summary>
    public long? Number { get; init; }

    /// <summary>When the document is made, for formats that carry a time of their own.</summary>
    public DateTimeOffset At { get; init; }

    public Shipment? Shipment => Variables.CurrentShipment;

    public string? Output(string name) => Variables.Outputs.GetValueOrDefault(name);
}

public sealed record MappedDocument(ReadOnlyMemory<byte> Content, string ContentType, IReadOnlyList<Refusal> Refusals)
{
    public static MappedDocument None { get; } = new(default, "", []);
}

public abstract record OperationResult
{
    /// <param name="Summary">For the timeline: "ERP created SO-88412".</param>
    /// <param name="Outputs">Values for later steps.</param>
    public sealed record Confirmed(string Summary, IReadOnlyList<Identifier> Identifiers, IReadOnlyDictionary<string, string> Outputs) : OperationResult;

    public sealed record Failed(Fault Fault) : OperationResult;
}

public abstract record LookUpResult
{
    public sealed record Found(OperationResult.Confirmed Result) : LookUpResult;

    /// <summary>The target has no trace of it: it may be sent again.</summary>
    public sealed record NotThere : LookUpResult;

    public sealed record Inconclusive(Fault Fault) : LookUpResult;
}

/// <summary>A list of changed documents that can be asked for, page by page; the truth path beside the webhooks.</summary>
public interface IFeed
{
    /// <summary>Name, also the <see cref="InboundRequest.Topic"/> under which its documents are translated: <c>orders-feed</c>.</summary>
    string Name { get; }

    RateBudget? Budget { get; }

    /// <param name="cursor">What the last page returned; null at the first time.</param>
    Task<FeedPage> ReadAsync(Connection connection, string? cursor, DateTimeOffset now, IExchange exchange, CancellationToken ct);

    /// <summary>One document by its own id, after a notification that carries only the id; null when there is none.</summary>
    Task<ReadOnlyMemory<byte>?> ReadOneAsync(Connection connection, string externalId, IExchange exchange, CancellationToken ct);
}

/// <param name="Documents">Raw bytes, each as the receiver translates it.</param>
/// <param name="Cursor">Stored in the same transaction as the documents; starts before the newest document, so that late ones are not missed.</param>
/// <param name="More">True: read the next page at once.</param>
public sealed record FeedPage(IReadOnlyList<ReadOnlyMemory<byte>> Documents, string? Cursor, bool More)
{
    public string ContentType { get; init; } = "application/json";

    /// <summary>A name for each document, such as its file's; empty when they have none. Kept with the message as the header <c>File-Name</c>.</summary>
    public IReadOnlyList<string> Names { get; init; } = [];

    /// <summary>What people should see of a source that was read all the same: a file that is too large to be taken. Null = nothing.</summary>
    public string? Problem { get; init; }
}

using ControlPlane.Domain.Shared;
using ControlPlane.Domain.Transactions;
using ControlPlane.Runtime.Ingestion.Deliveries;

namespace ControlPlane.Runtime.Ingestion.Messages;

/// <summary>How many parts of a delivery became what.</summary>
public sealed record PartCounts(IReadOnlyDictionary<MessageState, int> ByState)
{
    public int Total => ByState.Values.Sum();

    public int Of(MessageState state) => ByState.GetValueOrDefault(state);
}

/// <param name="Shipments">Numbers of the shipments that it had so far.</param>
public sealed record LinkedTransaction(Guid Id, string Number, TransactionState State, IReadOnlyList<string> Shipments);

/// <param name="Place">Where it stands in the delivery, as its sender counts.</param>
/// <param name="Reason">Why it was ignored, has no transaction, or changed nothing.</param>
/// <param name="Code">Stable, of the first refusal or of what is not carried out; null when there is none.</param>
public sealed record MessagePart(
    Guid Id, int Number, string Place, string Topic, MessageState State, IReadOnlyList<Refusal> Refusals, string? Reason, Guid PayloadId, LinkedTransaction? Transaction, string? Code = null);

/// <param name="NextAt">When it is tried next; null when it is not tried any more.</param>
public sealed record AnswerStanding(
    string Name, DeliveryAnswerState State, int Attempts, DateTimeOffset CreatedAt, DateTimeOffset? SentAt, DateTimeOffset? NextAt, string? Code, string? Fault, Guid PayloadId);

/// <param name="Title">File name, or what the delivery says of itself.</param>
public sealed record ParentDelivery(Guid Id, string Title, int Number, string Place);

/// <summary>One message, what it is a part of, and what its own parts became.</summary>
public sealed record MessageView
{
    public required DateTimeOffset ReadAt { get; init; }

    public required Guid Id { get; init; }

    public required string Connection { get; init; }

    public required string ConnectionName { get; init; }

    public required string Topic { get; init; }

    public required MessageState State { get; init; }

    public required MessageArrival Arrival { get; init; }

    public required DateTimeOffset ReceivedAt { get; init; }

    /// <summary>Null when it had none.</summary>
    public string? FileName { get; init; }

    /// <summary>What the delivery says of itself, or why the message was ignored or has no transaction.</summary>
    public string? Summary { get; init; }

    /// <summary>Stable, of the first refusal or of what is not carried out; null when there is none.</summary>
    public string? Code { get; init; }

    public required IReadOnlyList<Refusal> Refusals { get; init; }

    public required Guid PayloadId { get; init; }

    public string? ContentType { get; init; }

    /// <summary>Of the raw bytes; null when they are not kept any more.</summary>
    public int? Length { get; init; }

    public LinkedTransaction? Transaction { get; init; }

    public ParentDelivery? Parent { get; init; }

    public required PartCounts Counts { get; init; }

    /// <summary>In their order; those that were asked for, at most <see cref="MessageQueries.PartsAPage"/>.</summary>
    public required IReadOnlyList<MessagePart> Parts { get; init; }

    /// <summary>Number of the last part shown, when there are more.</summary>
    public int? More { get; init; }

    public required IReadOnlyList<AnswerStanding> Answers { get; init; }

    public bool IsDelivery => State is MessageState.Unpacked or MessageState.Unpacking || Counts.Total > 0;
}

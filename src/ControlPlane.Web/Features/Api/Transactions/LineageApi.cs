using ControlPlane.Domain.Transactions;
using ControlPlane.Runtime.Transactions.Queries;
using Microsoft.AspNetCore.Http.HttpResults;

namespace ControlPlane.Web.Features.Api.Transactions;

/// <param name="Origin">True for the one that opened the transaction.</param>
/// <param name="Delivery">The file, interchange or batch that it is a part of; null when it came alone.</param>
/// <param name="Number">Which part, counted from 1; 0 when it came alone.</param>
public sealed record LineageMessageItem(Guid Id, string Connection, string Topic, DateTimeOffset At, bool Origin, Guid? Delivery, string? File, string? Place, int Number, int Parts);

public sealed record LineageOrderItem(Guid Id, string Number, string Kind, string State, string Connection);

/// <param name="Epoch">0 = the first sending.</param>
public sealed record LineageSentItem(string Operation, string Connection, string State, int Occurrence, int Epoch, string Summary, DateTimeOffset IntendedAt, DateTimeOffset? ConfirmedAt);

public sealed record LineageReplayItem(DateTimeOffset At, string Summary);

/// <summary>From where a transaction came, with whom, and where it went.</summary>
/// <param name="Siblings">Other orders of the file that it came in, the first 25.</param>
/// <param name="SameNumber">Transactions of the same channel and order number.</param>
public sealed record LineageAnswer(
    IReadOnlyList<LineageMessageItem> Messages, int SiblingCount, IReadOnlyList<LineageOrderItem> Siblings, IReadOnlyList<LineageSentItem> Sent, IReadOnlyList<string> Shipments, IReadOnlyList<LineageOrderItem> SameNumber, IReadOnlyList<LineageReplayItem> Replays);

/// <summary>Lineage for scripts.</summary>
internal static class LineageApi
{
    public static void MapLineage(this RouteGroupBuilder group) =>
        group.MapGet("/{id}/lineage", FindAsync).WithName("getLineage").WithSummary("The files it and its shipments came in, the other orders of its file, what left, and replays").WithParameters();

    private static async Task<Results<Ok<LineageAnswer>, ProblemHttpResult>> FindAsync(string id, HttpContext http, LineageQueries queries, CancellationToken ct)
    {
        if (new ApiQuery(http.Request.Query).Errors() is { Count: > 0 } errors)
            return ApiProblem.Invalid(errors);
        if (!Guid.TryParse(id, out var key) || await queries.FindAsync(http.Tenant(), key, ct) is not { } found)
            return ApiProblem.NotFound("transaction");
        return TypedResults.Ok(new LineageAnswer(
            [.. found.Messages.Select(m => new LineageMessageItem(m.Id, m.System.Key, m.Topic, m.At, m.Origin, m.Delivery, m.File, m.Place, m.Number, m.Parts))], found.SiblingCount, [.. found.Siblings.Select(Order)],
            [.. found.Sent.Select(e => new LineageSentItem(e.Operation, e.System.Key, TransactionWording.Word(e.State), e.Occurrence, e.Epoch, e.Summary, e.IntendedAt, e.Sent))], found.Shipments, [.. found.SameNumber.Select(Order)],
            [.. found.Replays.Select(r => new LineageReplayItem(r.At, r.Summary))]));
    }

    private static LineageOrderItem Order(LineageOrder o) => new(o.Id, o.Number, o.Kind, o.State.Word(), o.Channel.Key);
}

using System.Text.Json;
using ControlPlane.Domain.Shared;
using ControlPlane.Runtime.Connections;
using ControlPlane.Runtime.Ingestion;
using ControlPlane.Runtime.Ingestion.Messages;
using ControlPlane.Runtime.Persistence;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Web.Features.Api;

/// <summary>One document that came in. Its body is not part of the answer: it may be personal, and the portal shows it masked.</summary>
/// <param name="State"><c>accepted</c>, <c>ignored</c>, <c>refused</c>, <c>unmatched</c> or <c>duplicate</c>; a delivery of several documents is <c>unpacking</c> or <c>unpacked</c>.</param>
/// <param name="Code">Code of the first refusal.</param>
/// <param name="Reason">Why it was ignored, or has no transaction yet.</param>
/// <param name="Refusals">Why it cannot be used, each with the field in the sender's document.</param>
/// <param name="ParentId">The delivery that it is a part of; null when it came alone.</param>
/// <param name="Part">Which part, counted from 1; 0 when it came alone.</param>
/// <param name="Place">Where it stands in the delivery, as its sender counts.</param>
/// <param name="Arrival">By which way it came: <c>webhook</c>, <c>feed</c>, <c>queue</c>; <c>unknown</c> for what is older than this field.</param>
/// <param name="MappingVersion">Version of the connector's document that translated it; null for a built-in connector.</param>
public sealed record MessageItem(
    Guid Id, string Connection, string Topic, string State, DateTimeOffset ReceivedAt, Guid? TransactionId, string CorrelationId, string? DeliveryId, string? BusinessKey, string? Code, string? Reason,
    IReadOnlyList<Refusal> Refusals, Guid? ParentId, int Part, string? Place, string Arrival, int? MappingVersion);

/// <param name="Digest">SHA-256 of the raw bytes, hex; null when the body is not kept any more.</param>
/// <param name="Length">Of the raw bytes.</param>
/// <param name="Headers">Those worth keeping; never credentials.</param>
/// <param name="Parts">How many parts became what; null when it has none. The parts themselves are listed with <c>parent=</c>.</param>
/// <param name="Answers">What its sender is told about it, such as a 997.</param>
public sealed record MessageDetail(
    MessageItem Message, string? ContentType, int? Length, string? Digest, IReadOnlyDictionary<string, string> Headers, string? FileName, MessageParts? Parts, IReadOnlyList<MessageAnswer> Answers);

/// <param name="ByState">State to number.</param>
public sealed record MessageParts(int Total, IReadOnlyDictionary<string, int> ByState);

/// <param name="State"><c>due</c>, <c>sent</c> or <c>failed</c>.</param>
public sealed record MessageAnswer(string Name, string State, int Attempts, DateTimeOffset CreatedAt, DateTimeOffset? SentAt, DateTimeOffset? NextAt, string? Code, string? Fault);

internal static class MessagesApi
{
    /// <summary>A key is made a moment before or after the time of receipt is written down.</summary>
    private static readonly TimeSpan Slack = TimeSpan.FromSeconds(2);

    private static readonly string[] States = [.. Enum.GetValues<MessageState>().Select(Word)];

    public static void MapMessages(this RouteGroupBuilder api)
    {
        api.MapGet("/messages", ListAsync).WithName("listMessages").WithTags("Messages").WithSummary("What came in, newest first").WithParameters(
            ("state", string.Join(", ", States) + "; several parted by commas"), ("parent", "Id of a delivery: its parts, in the order of their keys"), ("connection", "Key of a connection"), ("transaction", "Id of a transaction"), ("code", "Code of the first refusal"),
            ("from", "Received at this instant or later"), ("to", "Received before this instant"), Parameters.Limit, Parameters.Cursor);
        api.MapGet("/messages/{id}", FindAsync).WithName("getMessage").WithTags("Messages").WithSummary("One message, with what is kept of its headers").WithParameters();
    }

    private static async Task<Results<Ok<Page<MessageItem>>, ProblemHttpResult>> ListAsync(HttpContext http, IControlPlaneDb db, CancellationToken ct)
    {
        var query = new ApiQuery(http.Request.Query);
        var states = query.Choices("state", States, w => Enum.GetValues<MessageState>().First(s => Word(s) == w));
        var connection = query.Text("connection", 40);
        var transaction = query.Id("transaction");
        var code = query.Text("code", ColumnLengths.Code);
        var parent = query.Id("parent");
        var (from, to) = (query.Time("from"), query.Time("to"));
        var limit = query.Limit();
        var cursor = query.Cursor<Guid>(text => IdCursor.Parse(text));
        if (query.Errors() is { Count: > 0 } errors)
            return ApiProblem.Invalid(errors);
        await using var context = db.CreateContext(http.Tenant());
        var rows = new List<MessageRow>();
        // A page of each state, merged: one index on (state, id) cannot give several states in the order of ids.
        foreach (var range in states.Count == 0 ? [context.Messages.AsNoTracking()] : states.Select(s => context.Messages.AsNoTracking().Where(m => m.State == s)))
            rows.AddRange(await Narrow(parent is null ? range : range.Where(m => m.ParentId == parent), connection, transaction, code, from, to, cursor).OrderByDescending(m => m.Id).Take(limit + 1).ToListAsync(ct));
        var items = rows.OrderByDescending(m => m.Id).Take(limit).Select(Item).ToList();
        return TypedResults.Ok(Paging.Answer(http, items, rows.Count > limit ? IdCursor.Text(items[^1].Id) : null));
    }

    private static IQueryable<MessageRow> Narrow(IQueryable<MessageRow> rows, string? connection, Guid? transaction, string? code, DateTimeOffset? from, DateTimeOffset? to, Guid? before)
    {
        if (connection is not null)
            rows = rows.Where(m => m.Connection == connection);
        if (transaction is not null)
            rows = rows.Where(m => m.TransactionId == transaction);
        if (code is not null)
            rows = rows.Where(m => m.Code == code);
        // The key was made at the moment of receipt: the range of time is a range of the key as well, a moment wider.
        if (from is { } start)
        {
            var (id, at) = (First(start > DateTimeOffset.UnixEpoch ? start - Slack : start), start.ToMicroseconds());
            rows = rows.Where(m => m.Id.CompareTo(id) >= 0 && m.ReceivedAt >= at);
        }

        if (to is { } end)
        {
            var (id, at) = (First(end < DateTimeOffset.MaxValue - Slack ? end + Slack : end), end.ToMicroseconds());
            rows = rows.Where(m => m.Id.CompareTo(id) < 0 && m.ReceivedAt < at);
        }

        return before is { } edge ? rows.Where(m => m.Id.CompareTo(edge) < 0) : rows;
    }

    private static async Task<Results<Ok<MessageDetail>, ProblemHttpResult>> FindAsync(string id, HttpContext http, IControlPlaneDb db, CancellationToken ct)
    {
        if (new ApiQuery(http.Request.Query).Errors() is { Count: > 0 } errors)
            return ApiProblem.Invalid(errors);
        await using var context = db.CreateContext(http.Tenant());
        if (!Guid.TryParse(id, out var key) || await context.Messages.AsNoTracking().FirstOrDefaultAsync(m => m.Id == key, ct) is not { } row)
            return ApiProblem.NotFound("message");
        var payload = await context.Payloads.AsNoTracking().Where(p => p.Id == row.PayloadId).Select(p => new { p.ContentType, p.Length, p.Digest }).FirstOrDefaultAsync(ct);
        var headers = row.Headers is { Length: > 0 } json ? JsonSerializer.Deserialize<Dictionary<string, string>>(json)! : [];
        var counts = await MessageQueries.CountsAsync(context, key, ct);
        var answers = await MessageQueries.AnswersAsync(context, key, ct);
        return TypedResults.Ok(new MessageDetail(
            Item(row), payload?.ContentType, payload?.Length, payload is null ? null : Convert.ToHexStringLower(payload.Digest), headers, MessageQueries.FileNameOf(row),
            counts.Total == 0 ? null : new(counts.Total, counts.ByState.ToDictionary(c => Word(c.Key), c => c.Value)),
            [.. answers.Select(a => new MessageAnswer(a.Name, a.State.ToString().ToLowerInvariant(), a.Attempts, a.CreatedAt, a.SentAt, a.NextAt, a.Code, a.Fault))]));
    }

    private static MessageItem Item(MessageRow row)
    {
        return new(
            row.Id, row.Connection, row.Topic, Word(row.State), Instant.FromMicroseconds(row.ReceivedAt), row.TransactionId, row.CorrelationId, row.DeliveryId, row.BusinessKey, row.Code,
            row.State == MessageState.Refused ? null : row.Detail, MessageQueries.RefusalsOf(row), row.ParentId, row.Part, row.Place, row.Arrival.ToString().ToLowerInvariant(), row.MappingVersion);
    }

    /// <summary>The smallest key of an instant; of the first there is for one before computers.</summary>
    private static Guid First(DateTimeOffset at) => ConnectionActivity.FirstKeyOf(at > DateTimeOffset.UnixEpoch ? at : DateTimeOffset.UnixEpoch);

    private static string Word(MessageState state) => state.ToString().ToLowerInvariant();
}

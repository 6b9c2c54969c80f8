using System.Text.Json;
using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Shared;
using ControlPlane.Runtime.BackTests;
using ControlPlane.Runtime.Connections;
using ControlPlane.Runtime.Ingestion;
using ControlPlane.Runtime.Persistence;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Runtime.Mappings;

/// <param name="Expected">JSON, as <see cref="MappingExpectation"/> writes it.</param>
/// <param name="MessageId">The message it was made from; it may be gone.</param>
/// <param name="Topic">Of a message; the name of the operation when it is about what is sent.</param>
/// <param name="Sent">True: the test is about what an operation sends, and not about what came in.</param>
public sealed record MappingTest(
    Guid Id, string Connector, string Name, string Connection, string Topic, string Expected, Guid? MessageId, DateTimeOffset CreatedAt, string CreatedBy, DateTimeOffset UpdatedAt, string UpdatedBy, string Reason, bool Sent = false);

/// <param name="Actual">What a draft made of the message, as <see cref="MappingExpectation"/> writes it.</param>
public sealed record MappingTestResult(MappingTest Test, bool Passed, string Actual, IReadOnlyList<ExpectationDifference> Differences);

/// <summary>Messages that were kept as tests: a connector is published only when it makes of them what it should.</summary>
public sealed class MappingTests(IControlPlaneDb db, IConnectionRegistry connections, IConnectorCatalog catalog, EmailHash hash, TimeProvider clock)
{
    /// <summary>Of one connector: all of them run at each publishing.</summary>
    public const int Most = 500;

    /// <summary>A larger message is no test that anybody reads.</summary>
    public const int LargestBody = 1_000_000;

    public async Task<IReadOnlyList<MappingTestRow>> RowsAsync(TenantScope tenant, string? connector, CancellationToken ct)
    {
        await using var context = db.CreateContext(tenant);
        return await context.MappingTests.AsNoTracking().Where(t => connector == null || t.Connector == connector).OrderBy(t => t.Connector).ThenBy(t => t.Name).ThenBy(t => t.Id).Take(connector is null ? 20 * Most : Most).ToListAsync(ct);
    }

    public async Task<MappingTestRow?> FindAsync(TenantScope tenant, Guid id, CancellationToken ct)
    {
        await using var context = db.CreateContext(tenant);
        return await context.MappingTests.AsNoTracking().FirstOrDefaultAsync(t => t.Id == id, ct);
    }

    /// <summary>
    /// Keeps a message, masked, with what the connector in service makes of it; with <paramref name="taken"/>, only that it is not refused:
    /// for a message that is refused today and must not be.
    /// </summary>
    public async Task<(MappingTest? Test, Refusal? Problem)> KeepAsync(TenantScope tenant, Guid message, string? name, bool taken, string author, string reason, CancellationToken ct)
    {
        await using var context = db.CreateContext(tenant);
        if (await context.Messages.AsNoTracking().FirstOrDefaultAsync(m => m.Id == message, ct) is not { } row)
            return (null, new("test.no_message", "message", "There is no such message."));
        if (connections.Find(row.Connection) is not { } connection || catalog.Find(connection.Connector)?.For(connection) is not { Receiver: { } receiver } connector)
            return (null, new("test.no_connection", "message", $"Its connection {row.Connection} is not in service, or its connector receives nothing."));
        if (await context.Payloads.AsNoTracking().FirstOrDefaultAsync(p => p.Id == row.PayloadId, ct) is not { Length: <= LargestBody } payload || payload.Content.Length == 0)
            return (null, new("test.no_body", "message", $"Its body is not kept any more, or is larger than {LargestBody} bytes."));
        if (await context.MappingTests.CountAsync(t => t.Connector == connection.Connector, ct) >= Most)
            return (null, new("test.too_many", "message", $"{connector.Manifest.Title} has {Most} tests. Remove one that says nothing new."));
        var original = BackTests.BackTests.Request(row, payload, connector.Feeds.Select(f => f.Name).ToHashSet(StringComparer.Ordinal));
        var now = clock.GetUtcNow().ToMicroseconds();
        var test = new MappingTestRow
        {
            Id = EntityId.New(clock), TenantId = tenant.TenantId, Connector = connection.Connector, Connection = connection.Key, Topic = row.Topic,
            Name = PayloadRows.Cut(string.IsNullOrWhiteSpace(name) ? $"{(row.Topic.Length > 0 ? row.Topic : "message")} of {original.ReceivedAt.ToString("yyyy-MM-dd HH:mm:ss", System.Globalization.CultureInfo.InvariantCulture)}" : name.Trim(), ColumnLengths.Identifier)!,
            ContentType = PayloadRows.Cut(original.ContentType, ColumnLengths.Identifier), Polled = original.Polled, Part = original.Part, ReceivedAt = row.ReceivedAt,
            Headers = JsonSerializer.Serialize(original.Headers.Where(h => receiver.Reads.Contains(h.Key, StringComparer.OrdinalIgnoreCase)).ToDictionary()),
            Body = new SameShape(hash.Of).Apply(original.Body), MessageId = message, CreatedAt = now, CreatedBy = author, UpdatedAt = now, UpdatedBy = author, Reason = PayloadRows.Cut(reason, ColumnLengths.Summary)!,
        };
        test.Expected = taken ? MappingExpectation.Taken : MappingExpectation.Of(receiver.Translate(Request(test), connection));
        context.MappingTests.Add(test);
        await context.SaveChangesAsync(ct);
        return (Of(test), null);
    }

    /// <summary>
    /// Keeps what an operation was asked for in a real transaction, masked, with what the connector in service would send for it; with
    /// <paramref name="taken"/>, only that it is not refused.
    /// </summary>
    /// <param name="request">As <see cref="OutgoingTrials.RequestAsync"/> reads it, for the connection that it goes to.</param>
    public async Task<(MappingTest? Test, Refusal? Problem)> KeepSentAsync(TenantScope tenant, OperationRequest request, string operation, string? name, bool taken, string author, string reason, CancellationToken ct)
    {
        var connection = request.Connection;
        if (catalog.Find(connection.Connector)?.For(connection) is not { } connector || connector.Operation(operation) is null)
            return (null, new("test.no_operation", "operation", $"{connection.DisplayName} has no operation '{operation}' in service."));
        await using var context = db.CreateContext(tenant);
        if (await context.MappingTests.CountAsync(t => t.Connector == connection.Connector, ct) >= Most)
            return (null, new("test.too_many", "transaction", $"{connector.Manifest.Title} has {Most} tests. Remove one that says nothing new."));
        var body = new SameShape(hash.Of).Apply(KeptRequest.Write(request));
        if (body.Length > LargestBody)
            return (null, new("test.no_body", "transaction", $"What is known of it is larger than {LargestBody} bytes."));
        var now = clock.GetUtcNow().ToMicroseconds();
        var test = new MappingTestRow
        {
            Id = EntityId.New(clock), TenantId = tenant.TenantId, Connector = connection.Connector, Connection = connection.Key, Topic = operation, ContentType = KeptRequest.ContentType, ReceivedAt = request.At.ToMicroseconds(),
            Name = PayloadRows.Cut(string.IsNullOrWhiteSpace(name) ? $"{operation} for {request.Order.Number}" : name.Trim(), ColumnLengths.Identifier)!, Headers = "{}",
            Body = body, CreatedAt = now, CreatedBy = author, UpdatedAt = now, UpdatedBy = author, Reason = PayloadRows.Cut(reason, ColumnLengths.Summary)!,
        };
        test.Expected = taken ? MappingExpectation.Taken : Actual(test, connector);
        context.MappingTests.Add(test);
        await context.SaveChangesAsync(ct);
        return (Of(test), null);
    }

    /// <summary>From now on that is right which <paramref name="draft"/> makes of it. Null when there is no such test.</summary>
    public async Task<MappingTest?> RefreshAsync(TenantScope tenant, Guid id, IConnector draft, string author, string reason, CancellationToken ct)
    {
        await using var context = db.CreateContext(tenant);
        if (await context.MappingTests.FirstOrDefaultAsync(t => t.Id == id, ct) is not { } row)
            return null;
        (row.Expected, row.UpdatedAt, row.UpdatedBy, row.Reason) = (Actual(row, draft), clock.GetUtcNow().ToMicroseconds(), author, PayloadRows.Cut(reason, ColumnLengths.Summary)!);
        await context.SaveChangesAsync(ct);
        return Of(row);
    }

    /// <summary>False when there was none.</summary>
    public async Task<bool> RemoveAsync(TenantScope tenant, Guid id, CancellationToken ct)
    {
        await using var context = db.CreateContext(tenant);
        return await context.MappingTests.Where(t => t.Id == id).ExecuteDeleteAsync(ct) > 0;
    }

    /// <summary>Pure but for the settings of connections: each test runs with those of its own, as far as it is in service.</summary>
    public IReadOnlyList<MappingTestResult> Run(IEnumerable<MappingTestRow> tests, IConnector draft) => [.. tests.Select(t => Run(t, draft))];

    private MappingTestResult Run(MappingTestRow test, IConnector draft)
    {
        var actual = Actual(test, draft);
        var differences = MappingExpectation.Compare(test.Expected, actual);
        return new(Of(test), differences.Count == 0, actual, differences);
    }

    private string Actual(MappingTestRow test, IConnector draft)
    {
        var connection = connections.Find(test.Connection) ?? new() { Key = test.Connection, Connector = draft.Manifest.Name, Role = draft.Manifest.Roles[0], DisplayName = draft.Manifest.Title };
        if (IsSent(test))
            return Sent(test, draft, connection.With(connection.Crosswalks.Uncounted()));
        return MappingExpectation.Of(draft.For(connection).Receiver?.Translate(Request(test), connection) ?? new InboundEvent.Ignored("The connector receives nothing."));
    }

    /// <summary>True: it is about what an operation sends.</summary>
    public static bool IsSent(MappingTestRow test) => test.ContentType == KeptRequest.ContentType;

    private static string Sent(MappingTestRow test, IConnector draft, Connection connection)
    {
        if (draft.For(connection).Operation(test.Topic) is not { } operation)
            return MappingExpectation.Of(new MappedDocument(default, "", [new("test.no_operation", "operation", $"The connector has no operation '{test.Topic}'.")]));
        try
        {
            return MappingExpectation.Of(operation.Map(KeptRequest.Read(test.Body, connection)));
        }
        catch (JsonException e)
        {
            return MappingExpectation.Of(new MappedDocument(default, "", [new("test.unreadable", "body", $"The kept request cannot be read: {e.Message}")]));
        }
    }

    public static InboundRequest Request(MappingTestRow test) => new()
    {
        Topic = test.Topic,
        ContentType = test.ContentType,
        Body = test.Body,
        Polled = test.Polled,
        Part = test.Part,
        ReceivedAt = Instant.FromMicroseconds(test.ReceivedAt),
        Headers = test.Headers is { Length: > 0 } json ? new(JsonSerializer.Deserialize<Dictionary<string, string>>(json)!, StringComparer.OrdinalIgnoreCase) : new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase),
    };

    public static MappingTest Of(MappingTestRow row) => new(
        row.Id, row.Connector, row.Name, row.Connection, row.Topic, row.Expected, row.MessageId, Instant.FromMicroseconds(row.CreatedAt), row.CreatedBy, Instant.FromMicroseconds(row.UpdatedAt), row.UpdatedBy, row.Reason, IsSent(row));
}

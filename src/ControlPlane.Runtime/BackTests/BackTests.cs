using System.Diagnostics;
using System.Text.Json;
using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Shared;
using ControlPlane.Runtime.Ingestion;
using ControlPlane.Runtime.Persistence;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Runtime.BackTests;

/// <summary>Runs a draft over the newest messages of a connection, and over what its operations were asked for in the newest transactions. Reads only: nothing is stored, sent or counted.</summary>
public sealed class BackTests(IControlPlaneDb db)
{
    public const int Most = 20_000;

    public const int ProgressEvery = 100;

    private const int PageSize = 500;

    /// <summary>As the other, and nobody watches.</summary>
    public Task<BackTestReport> RunAsync(TenantScope tenant, Connection connection, IConnector inService, IConnector draft, int count, CancellationToken ct) => RunAsync(tenant, connection, inService, draft, count, null, ct);

    /// <param name="draft">The connector as it would be; it is shaped for the connection here.</param>
    /// <param name="count">1 to <see cref="Most"/>.</param>
    /// <param name="progress">Told every <see cref="ProgressEvery"/> messages how many were read.</param>
    public async Task<BackTestReport> RunAsync(TenantScope tenant, Connection connection, IConnector inService, IConnector draft, int count, IProgress<int>? progress, CancellationToken ct)
    {
        var from = Stopwatch.GetTimestamp();
        connection = connection.With(connection.Crosswalks.Uncounted());
        var (before, after) = (inService.For(connection).Receiver, draft.For(connection).Receiver);
        var test = new BackTest();
        var read = 0;
        var sent = await new SentBackTest(db).RunAsync(tenant, connection, inService.For(connection), draft.For(connection), count, ct);
        if (before is null || after is null)
            return test.Report(Stopwatch.GetElapsedTime(from)) with { Sent = sent };
        var feeds = inService.For(connection).Feeds.Select(f => f.Name).ToHashSet(StringComparer.Ordinal);
        await foreach (var (id, request) in MessagesAsync(tenant, connection.Key, feeds, count, ct))
        {
            test.Add(id, before.Translate(request, connection), after.Translate(request, connection));
            if (++read % ProgressEvery == 0)
            {
                ct.ThrowIfCancellationRequested();
                progress?.Report(read);
                // Translating is work without waiting: others on this thread get a turn.
                await Task.Yield();
            }
        }

        return test.Report(Stopwatch.GetElapsedTime(from)) with { Sent = sent };
    }

    /// <summary>A page of what came, newest first, without the bodies.</summary>
    /// <param name="before">The last of the page before; null = the newest.</param>
    /// <param name="refused">True = only those that were refused.</param>
    public async Task<IReadOnlyList<KeptMessage>> ListAsync(TenantScope tenant, string connection, Guid? before, bool refused, int count, CancellationToken ct)
    {
        await using var context = db.CreateContext(tenant);
        // Of a delivery the parts are shown, each as it was translated.
        var rows = context.Messages.AsNoTracking().Where(m => m.Connection == connection && m.State != MessageState.Unpacked && m.State != MessageState.Unpacking);
        if (before is { } edge)
            rows = rows.Where(m => m.Id.CompareTo(edge) < 0);
        if (refused)
            rows = rows.Where(m => m.State == MessageState.Refused);
        var page = await rows.OrderByDescending(m => m.Id).Take(Math.Clamp(count, 1, 100)).Select(m => new { m.Id, m.ReceivedAt, m.Topic, m.State, m.Code, m.MappingVersion }).ToListAsync(ct);
        return [.. page.OrderByDescending(m => m.Id).Select(m => new KeptMessage(m.Id, Instant.FromMicroseconds(m.ReceivedAt), m.Topic, m.State, m.Code, m.MappingVersion))];
    }

    /// <summary>One message as it was received; null when it or its body is not kept any more.</summary>
    public async Task<(string Connection, InboundRequest Request)?> FindAsync(TenantScope tenant, Guid id, Func<string, IReadOnlySet<string>> feedsOf, CancellationToken ct)
    {
        await using var context = db.CreateContext(tenant);
        var found = await context.Messages.AsNoTracking().Where(m => m.Id == id).Join(context.Payloads.AsNoTracking(), m => m.PayloadId, p => p.Id, (m, p) => new { m, p }).FirstOrDefaultAsync(ct);
        return found is null || found.p.Content.Length == 0 ? null : (found.m.Connection, Request(found.m, found.p, feedsOf(found.m.Connection)));
    }

    /// <summary>The newest messages as they were received, newest first. Those whose content has been erased are left out.</summary>
    public async IAsyncEnumerable<(Guid Id, InboundRequest Request)> MessagesAsync(
        TenantScope tenant, string connection, IReadOnlySet<string> feeds, int count, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken ct)
    {
        await using var context = db.CreateContext(tenant);
        Guid? before = null;
        for (var left = Math.Clamp(count, 1, Most); left > 0;)
        {
            // Of a delivery the parts are read, each as it was translated.
            var rows = context.Messages.AsNoTracking().Where(m => m.Connection == connection && m.State != MessageState.Unpacked && m.State != MessageState.Unpacking);
            if (before is { } edge)
                rows = rows.Where(m => m.Id.CompareTo(edge) < 0);
            var page = await rows.OrderByDescending(m => m.Id).Take(Math.Min(PageSize, left))
                .GroupJoin(context.Payloads.AsNoTracking(), m => m.PayloadId, p => p.Id, (m, p) => new { m, p }).SelectMany(x => x.p.DefaultIfEmpty(), (x, p) => new { x.m, p })
                .ToListAsync(ct);
            if (page.Count == 0)
                yield break;
            foreach (var row in page.OrderByDescending(r => r.m.Id))
                if (row.p is { } payload)
                    yield return (row.m.Id, Request(row.m, payload, feeds));
            before = page.Min(r => r.m.Id);
            left -= page.Count;
            if (page.Count < PageSize)
                yield break;
        }
    }

    /// <summary>A kept message as it was received.</summary>
    internal static InboundRequest Request(MessageRow row, PayloadRow payload, IReadOnlySet<string> feeds) => new()
    {
        Topic = row.Topic,
        ContentType = payload.ContentType,
        Body = PayloadRows.Unpack(payload),
        ReceivedAt = Instant.FromMicroseconds(row.ReceivedAt),
        Headers = row.Headers is { Length: > 0 } json ? new(JsonSerializer.Deserialize<Dictionary<string, string>>(json)!, StringComparer.OrdinalIgnoreCase) : new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase),
        Polled = feeds.Contains(row.Topic) || row.Arrival == MessageArrival.Feed,
        Part = row.ParentId is not null,
    };
}

/// <param name="MappingVersion">Version of the connector's document that translated it; null for a built-in one.</param>
public sealed record KeptMessage(Guid Id, DateTimeOffset ReceivedAt, string Topic, MessageState State, string? Code, int? MappingVersion);

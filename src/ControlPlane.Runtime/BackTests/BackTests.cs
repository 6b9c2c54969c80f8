using System.Diagnostics;
using System.Text.Json;
using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Shared;
using ControlPlane.Runtime.Ingestion;
using ControlPlane.Runtime.Persistence;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Runtime.BackTests;

/// <summary>Runs a draft over the newest messages of a connection. Reads only: nothing is stored, sent or counted.</summary>
public sealed class BackTests(IControlPlaneDb db)
{
    public const int Most = 20_000;

    private const int PageSize = 500;

    /// <param name="draft">The connector as it would be; it is shaped for the connection here.</param>
    /// <param name="count">1 to <see cref="Most"/>.</param>
    public async Task<BackTestReport> RunAsync(TenantScope tenant, Connection connection, IConnector inService, IConnector draft, int count, CancellationToken ct)
    {
        var from = Stopwatch.GetTimestamp();
        connection = connection.With(connection.Crosswalks.Uncounted());
        var (before, after) = (inService.For(connection).Receiver, draft.For(connection).Receiver);
        var test = new BackTest();
        if (before is null || after is null)
            return test.Report(Stopwatch.GetElapsedTime(from));
        var feeds = inService.For(connection).Feeds.Select(f => f.Name).ToHashSet(StringComparer.Ordinal);
        await foreach (var (id, request) in MessagesAsync(tenant, connection.Key, feeds, count, ct))
            test.Add(id, before.Translate(request, connection), after.Translate(request, connection));
        return test.Report(Stopwatch.GetElapsedTime(from));
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

    private static InboundRequest Request(MessageRow row, PayloadRow payload, IReadOnlySet<string> feeds) => new()
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

using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using ControlPlane.Domain.Schemas.Drift;
using ControlPlane.Domain.Shared;
using ControlPlane.Runtime.Engine;
using ControlPlane.Runtime.Ingestion;
using ControlPlane.Runtime.Persistence;
using Hangfire;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;

namespace ControlPlane.Runtime.Schemas;

/// <summary>
/// Looks at what came since it looked last, and tells changes of shape. Beside the flows, never in their way: it reads stored messages in
/// small batches. Safe to run twice and on several nodes: whoever was overtaken writes nothing.
/// </summary>
public sealed partial class DriftWatch(IControlPlaneDb db, TimeProvider clock, ILogger<DriftWatch> log)
{
    /// <summary>Messages of one connection in one run; more than these are passed over evenly, and the shape is known all the same.</summary>
    public const int MostMessages = 2_000;

    private const int BatchSize = 200;

    private static readonly TimeSpan Settled = TimeSpan.FromSeconds(10);

    [OneAtATime]
    [AutomaticRetry(Attempts = 0)]
    public async Task LookAsync(CancellationToken ct)
    {
        var tenant = TenantScope.Default;
        await using var context = db.CreateContext(tenant);
        foreach (var connection in await context.Connections.AsNoTracking().Where(c => c.Enabled).Select(c => c.Key).ToListAsync(ct))
            await LookAsync(tenant, connection, ct);
    }

    /// <returns>Messages that were looked at.</returns>
    public async Task<int> LookAsync(TenantScope tenant, string connection, CancellationToken ct)
    {
        await using var context = db.CreateContext(tenant);
        var rows = await context.ShapeProfiles.Where(p => p.Connection == connection).ToDictionaryAsync(p => p.Topic, StringComparer.Ordinal, ct);
        var from = rows.Values.Select(r => r.LastMessage).DefaultIfEmpty(Guid.Empty).Max();
        // Keys are made by several nodes: those of the last seconds may still get company.
        var until = (clock.GetUtcNow() - Settled).ToMicroseconds();
        var profiles = new Dictionary<string, ShapeProfile>(StringComparer.Ordinal);
        var observed = await ObservedSchemas.ReadAsync(context, connection, ct);
        var read = 0;
        while (read < MostMessages)
        {
            var page = await context.Messages.AsNoTracking().Where(m => m.Connection == connection && m.Id.CompareTo(from) > 0 && m.ReceivedAt < until && (m.State == MessageState.Accepted || m.State == MessageState.Refused))
                .OrderBy(m => m.Id).Take(BatchSize).Join(context.Payloads.AsNoTracking(), m => m.PayloadId, p => p.Id, (m, p) => new { m.Id, m.Topic, m.ReceivedAt, Payload = p }).ToListAsync(ct);
            foreach (var message in page)
                if (Parse(message.Payload) is { } document)
                    using (document)
                    {
                        var profile = profiles.TryGetValue(message.Topic, out var known) ? known : profiles[message.Topic] = Read(rows.GetValueOrDefault(message.Topic));
                        profile.Observe(document.RootElement, message.Id, DayOf(message.ReceivedAt));
                        observed.Check(message.Topic, message.Id, document.RootElement);
                    }

            read += page.Count;
            if (page.Count > 0)
                from = page[^1].Id;
            if (page.Count < BatchSize)
                break;
        }

        if (read == 0)
            return 0;
        observed.Note();
        await StoreAsync(context, tenant, connection, rows, profiles, from, ct);
        return read;
    }

    private async Task StoreAsync(
        ControlPlaneDbContext context, TenantScope tenant, string connection, Dictionary<string, ShapeProfileRow> rows, Dictionary<string, ShapeProfile> profiles, Guid last, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        foreach (var (topic, profile) in profiles)
        {
            if (!rows.TryGetValue(topic, out var row))
                context.ShapeProfiles.Add(rows[topic] = row = new() { TenantId = tenant.TenantId, Connection = connection, Topic = topic });
            (row.Profile, row.Documents) = (profile.ToBytes(), profile.Documents);
            foreach (var finding in DriftRules.Examine(profile, DayOf(now.ToMicroseconds())))
                await NoteAsync(context, tenant, connection, topic, finding, now, ct);
        }

        if (rows.Count == 0)
            context.ShapeProfiles.Add(rows[""] = new() { TenantId = tenant.TenantId, Connection = connection });
        foreach (var row in rows.Values)
            (row.LastMessage, row.UpdatedAt, row.Revision) = (last, now.ToMicroseconds(), row.Revision + 1);
        try
        {
            await context.SaveChangesAsync(ct);
        }
        catch (DbUpdateException)
        {
            // Another node was faster; what it read, we need not.
            Overtaken(log, connection);
        }
    }

    private async Task NoteAsync(ControlPlaneDbContext context, TenantScope tenant, string connection, string topic, DriftFinding finding, DateTimeOffset now, CancellationToken ct)
    {
        var digest = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{connection}\n{topic}\n{finding.Key}")));
        var row = await context.DriftFindings.FirstOrDefaultAsync(f => f.Digest == digest, ct);
        if (row is null)
        {
            context.DriftFindings.Add(row = new()
            {
                Id = EntityId.New(clock), TenantId = tenant.TenantId, Connection = connection, Topic = topic, Kind = finding.Kind, Path = PayloadRows.Cut(finding.Path, ColumnLengths.Summary)!,
                Detail = PayloadRows.Cut(finding.Detail, ColumnLengths.Code)!, Digest = digest, FirstSeenAt = now.ToMicroseconds(), State = DriftState.Open, Before = finding.Before,
            });
            Found(log, connection, topic, finding.Kind);
        }

        (row.Now, row.Documents, row.LastSeenAt) = (finding.Now, finding.Documents, now.ToMicroseconds());
        if (finding.Samples.Count > 0)
            row.Samples = JsonSerializer.Serialize(finding.Samples);
    }

    private static ShapeProfile Read(ShapeProfileRow? row) => row is { Profile.Length: > 0 } && ShapeProfile.FromBytes(row.Profile) is { } profile ? profile : new();

    private static JsonDocument? Parse(PayloadRow payload)
    {
        try
        {
            return JsonDocument.Parse(PayloadRows.Unpack(payload), new() { MaxDepth = 64 });
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static int DayOf(long microseconds) => (int)(microseconds / 86_400_000_000L);

    [LoggerMessage(2620, LogLevel.Warning, "Documents of {Connection}, topic {Topic}, have changed their shape: {Kind}")]
    private static partial void Found(ILogger logger, string connection, string topic, DriftKind kind);

    [LoggerMessage(2621, LogLevel.Debug, "Another node has looked at the documents of {Connection}")]
    private static partial void Overtaken(ILogger logger, string connection);
}

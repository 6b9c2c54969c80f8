using System.Collections.Concurrent;
using ControlPlane.Domain.Transactions;
using ControlPlane.Runtime.Live;
using Microsoft.AspNetCore.SignalR;

namespace ControlPlane.Web.Live;

/// <summary>
/// Gathers the notes of the change feed and sends each client at most two messages a second, however much happens: the
/// last state of each changed transaction. The first note after a quiet time goes out at once.
/// </summary>
public sealed class OperationsBroadcast(IChangeFeed feed, IHubContext<OperationsHub> hub, RedisPlace redis, TimeProvider clock, ILogger<OperationsBroadcast> log)
    : BackgroundService
{
    public static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(500);

    /// <summary>About 20 KB as JSON; beyond it the client has to fetch a list anyway.</summary>
    public const int MostNotes = 150;

    private readonly string _source = Guid.CreateVersion7(clock.GetUtcNow()).ToString("N")[20..];
    private readonly ConcurrentDictionary<string, (HubCallerContext Context, int TenantId)> _clients = new();
    private readonly ConcurrentDictionary<int, long> _sequences = new();
    private readonly SemaphoreSlim _work = new(0, 1);
    private readonly Lock _lock = new();
    private Dictionary<(int TenantId, Guid Id), ChangeNote> _pending = [];
    private Dictionary<int, int> _omitted = [];

    /// <summary>Who listens at present, for the check of their access.</summary>
    internal IReadOnlyCollection<HubCallerContext> Clients => [.. _clients.Values.Select(c => c.Context)];

    internal void Joined(HubCallerContext context, int tenantId) => _clients[context.ConnectionId] = (context, tenantId);

    internal void Left(HubCallerContext context) => _clients.TryRemove(context.ConnectionId, out _);

    /// <summary>Where the count stands, without any change.</summary>
    internal ChangedMessage Position(int tenantId) => new(_source, _sequences.GetValueOrDefault(tenantId), clock.GetUtcNow(), [], 0);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var subscription = feed.Subscribe(Take);
        while (!stoppingToken.IsCancellationRequested)
        {
            await _work.WaitAsync(stoppingToken);
            try
            {
                await SendAsync(stoppingToken);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                // The next message has a higher number than the clients expect, so they fetch anew.
                LiveLog.SendFailed(log, e);
            }

            await Task.Delay(Shortest, clock, stoppingToken);
        }
    }

    private void Take(IReadOnlyList<ChangeNote> notes)
    {
        // On the backplane each node tells its own changes, and to the clients of all.
        if (redis.IsUsed ? notes[0].Elsewhere : _clients.IsEmpty)
            return;
        lock (_lock)
        {
            foreach (var note in notes)
            {
                if (note.IsAnything)
                {
                    foreach (var tenantId in _clients.Values.Select(c => c.TenantId).Distinct())
                        _omitted[tenantId] = _omitted.GetValueOrDefault(tenantId) + 1;
                    continue;
                }

                var key = (note.TenantId, note.TransactionId);
                if (_pending.TryGetValue(key, out var earlier))
                    _pending[key] = note with { IsNew = note.IsNew || earlier.IsNew };
                else if (_pending.Count < MostNotes)
                    _pending[key] = note;
                else
                    _omitted[note.TenantId] = _omitted.GetValueOrDefault(note.TenantId) + 1;
            }

            if (_work.CurrentCount == 0)
                _work.Release();
        }
    }

    private async Task SendAsync(CancellationToken ct)
    {
        Dictionary<(int TenantId, Guid Id), ChangeNote> pending;
        Dictionary<int, int> omitted;
        lock (_lock)
        {
            (pending, omitted) = (_pending, _omitted);
            (_pending, _omitted) = ([], []);
        }

        foreach (var tenantId in pending.Keys.Select(k => k.TenantId).Union(omitted.Keys).ToList())
        {
            var changed = pending.Values.Where(n => n.TenantId == tenantId)
                .Select(n => new ChangedTransaction(n.TransactionId, n.State.Word(), n.Connection, n.IsNew)).ToList();
            var message = new ChangedMessage(
                _source, _sequences.AddOrUpdate(tenantId, 1, (_, last) => last + 1), clock.GetUtcNow(), changed, omitted.GetValueOrDefault(tenantId));
            await hub.Clients.Group(HubTenants.Group(tenantId)).SendAsync(OperationsHub.Changed, message, ct);
        }
    }

    public override void Dispose()
    {
        _work.Dispose();
        base.Dispose();
    }
}

using System.Text.Json;
using ControlPlane.Domain.Transactions;
using ControlPlane.Runtime.Engine;
using ControlPlane.Runtime.Live;
using StackExchange.Redis;

namespace ControlPlane.Web.Live;

/// <summary>
/// Carries change notes between nodes over Redis: at most ten messages a second from each. Messages are numbered; what was missed, or
/// may have been while the line was down, is told to the pages as "anything may have changed", so that none stays behind silently.
/// </summary>
public sealed partial class ChangeRelay(RedisPlace place, IChangeFeed feed, Node node, TimeProvider clock, ILogger<ChangeRelay> log) : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromMilliseconds(100);

    private static readonly RedisChannel Channel = RedisChannel.Literal("changes");

    /// <summary>Beyond it the others read anew anyway.</summary>
    private const int MostNotes = 200;

    private readonly Lock _lock = new();
    private readonly Dictionary<Guid, long> _heard = [];
    private Dictionary<Guid, ChangeNote> _pending = [];
    private bool _more;
    private long _sequence;
    private ConnectionMultiplexer? _redis;

    /// <summary>False while notes of other nodes cannot come.</summary>
    public bool IsConnected => _redis?.IsConnected == true;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var subscription = feed.Subscribe(Take);
        try
        {
            _redis = await ConnectionMultiplexer.ConnectAsync(place.Options!);
            _redis.ConnectionFailed += (_, e) => Lost(log, e.FailureType.ToString());
            _redis.ConnectionRestored += (_, _) =>
            {
                Back(log);
                feed.Publish([ChangeNote.Anything]);
            };
            if (!_redis.IsConnected)
                Lost(log, "not reachable");
            await _redis.GetSubscriber().SubscribeAsync(Channel, (_, message) => Hear(message));
        }
        catch (RedisException e)
        {
            // Only a configuration that can never work comes here; the pages look for changes themselves.
            Lost(log, e.Message);
            return;
        }

        using var timer = new PeriodicTimer(Every, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
            await SendAsync();
    }

    private void Take(IReadOnlyList<ChangeNote> notes)
    {
        if (notes[0].Elsewhere)
            return;
        lock (_lock)
            foreach (var note in notes)
                if (_pending.ContainsKey(note.TransactionId) || _pending.Count < MostNotes)
                    _pending[note.TransactionId] = note;
                else
                    _more = true;
    }

    private async Task SendAsync()
    {
        Message message;
        lock (_lock)
        {
            if (_pending.Count == 0 && !_more)
                return;
            message = new(node.Id, ++_sequence, [.. _pending.Values.Select(n => new Changed(n.TenantId, n.TransactionId, n.State, n.Connection, n.IsNew))], _more);
            (_pending, _more) = ([], false);
        }

        try
        {
            await _redis!.GetSubscriber().PublishAsync(Channel, JsonSerializer.SerializeToUtf8Bytes(message), CommandFlags.FireAndForget);
        }
        catch (RedisException)
        {
            // The gap in the numbers tells the others, and the connection's own event tells us.
        }
    }

    private void Hear(RedisValue value)
    {
        Message? message;
        try
        {
            message = JsonSerializer.Deserialize<Message>((byte[])value!);
        }
        catch (JsonException)
        {
            // A node of another version speaks otherwise: something changed there.
            message = null;
        }

        if (message?.Node == node.Id)
            return;
        var missed = message is null || message.More;
        if (message is not null)
            lock (_lock)
            {
                missed |= _heard.TryGetValue(message.Node, out var last) && message.Sequence != last + 1;
                _heard[message.Node] = message.Sequence;
            }

        if (message is { Notes.Count: > 0 })
            feed.Publish([.. message.Notes.Select(n => new ChangeNote(n.TenantId, n.Id, n.State, n.Connection, n.IsNew, Elsewhere: true))]);
        if (missed)
            feed.Publish([ChangeNote.Anything]);
    }

    public override void Dispose()
    {
        _redis?.Dispose();
        base.Dispose();
    }

    private sealed record Message(Guid Node, long Sequence, IReadOnlyList<Changed> Notes, bool More);

    private sealed record Changed(int TenantId, Guid Id, TransactionState State, string Connection, bool IsNew);

    [LoggerMessage(2921, LogLevel.Warning, "Redis is away ({Reason}). Pages look for the changes of other nodes themselves until it is back")]
    private static partial void Lost(ILogger logger, string reason);

    [LoggerMessage(2922, LogLevel.Information, "Redis is back")]
    private static partial void Back(ILogger logger);
}

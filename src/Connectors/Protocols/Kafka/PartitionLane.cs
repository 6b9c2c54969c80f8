using Confluent.Kafka;
using ControlPlane.Domain.Connections;

namespace Connectors.Protocols.Kafka;

/// <summary>
/// Messages of one partition, one after the other: what is behind waits until what is before is durable. So the offset up to which all is
/// kept is always known, and their order holds.
/// </summary>
internal sealed class PartitionLane(TopicPartition partition, Func<ConsumeResult<byte[]?, byte[]?>, CancellationToken, Task<Receipt>> take, Action<Exception> failed, Action done) : IDisposable
{
    private readonly Lock _lock = new();
    private readonly Queue<ConsumeResult<byte[]?, byte[]?>> _waiting = [];
    private readonly CancellationTokenSource _over = new();
    private readonly ManualResetEventSlim _idle = new(initialState: true);
    private bool _ended;
    private long _next = -1;
    private long _committed = -1;

    /// <summary>In hand or waiting.</summary>
    public int Count { get; private set; }

    /// <summary>Null when the broker knows already how far we are.</summary>
    public TopicPartitionOffset? Uncommitted
    {
        get
        {
            lock (_lock)
                return _next > _committed ? new(partition, _next) : null;
        }
    }

    public void Committed(long next)
    {
        lock (_lock)
            _committed = Math.Max(_committed, next);
    }

    public void Add(ConsumeResult<byte[]?, byte[]?> message)
    {
        lock (_lock)
        {
            if (_ended)
                return;
            _waiting.Enqueue(message);
            Count++;
            if (!_idle.IsSet)
                return;
            _idle.Reset();
        }

        _ = Task.Run(PumpAsync);
    }

    /// <summary>No more are begun; the one under way is finished.</summary>
    public void End()
    {
        lock (_lock)
        {
            _ended = true;
            Count -= _waiting.Count;
            _waiting.Clear();
        }

        _over.Cancel();
    }

    /// <summary>False when it took too long; then it may come again, and is recognised.</summary>
    public bool WaitIdle(TimeSpan longest) => _idle.Wait(longest);

    public void Dispose()
    {
        _over.Dispose();
        _idle.Dispose();
    }

    private async Task PumpAsync()
    {
        while (Next() is { } message)
        {
            var kept = false;
            try
            {
                kept = await take(message, _over.Token) != Receipt.NotKept;
            }
            catch (Exception e)
            {
                // Whatever it is: the offset stays, so that the message comes again.
                failed(e);
            }

            lock (_lock)
            {
                Count--;
                if (kept)
                    _next = message.Offset.Value + 1;
                else
                {
                    _ended = true;
                    Count -= _waiting.Count;
                    _waiting.Clear();
                }
            }

            done();
        }
    }

    private ConsumeResult<byte[]?, byte[]?>? Next()
    {
        lock (_lock)
        {
            if (!_ended && _waiting.TryDequeue(out var message))
                return message;
            _idle.Set();
            return null;
        }
    }
}

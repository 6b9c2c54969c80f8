using Confluent.Kafka;
using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Faults;

namespace Connectors.Protocols.Kafka;

/// <summary>
/// One life of a consumer. Its partitions are lanes; offsets are committed for what lanes have finished, every second, when a partition
/// goes to another member, and at the end. All but the lanes' work happens on the one thread that calls the client.
/// </summary>
internal sealed class ConsumerRun(Connection connection, KafkaSettings settings, ISubscriber subscriber, ITransport? aside, TimeProvider clock)
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan CommitEvery = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan CountEvery = TimeSpan.FromSeconds(5);

    /// <summary>For what is under way when a partition is taken away; the brokers wait for all members meanwhile.</summary>
    private static readonly TimeSpan LongestHandOver = TimeSpan.FromSeconds(8);

    /// <summary>
    /// A pause throws away what the client has read ahead, and resuming reads it again after up to half a second: it is for an intake that
    /// is really behind. The group's changes wait this long at most.
    /// </summary>
    private static readonly TimeSpan FullFor = TimeSpan.FromSeconds(2);

    private readonly Dictionary<TopicPartition, PartitionLane> _lanes = [];
    private readonly object _room = new();
    private volatile Fault? _ended;
    private volatile Error? _told;
    private bool _listening;
    private bool _paused;
    private long? _fullSince;

    /// <summary>What the client complained of last, which says more than what a call then fails with.</summary>
    public Error? Told => _told;

    private int InHand => _lanes.Values.Sum(l => l.Count);

    public IConsumer<byte[]?, byte[]?> Build(ConsumerConfig config) => new ConsumerBuilder<byte[]?, byte[]?>(config)
        .SetKeyDeserializer(Bytes.Instance)
        .SetValueDeserializer(Bytes.Instance)
        // The library would write to the standard error stream.
        .SetLogHandler((_, _) => { })
        .SetErrorHandler((_, error) => OnError(error))
        .SetPartitionsAssignedHandler((_, partitions) => Assigned(partitions))
        .SetPartitionsRevokedHandler((consumer, partitions) => Revoked(consumer, partitions))
        .SetPartitionsLostHandler((_, partitions) => Lost(partitions.ConvertAll(p => p.TopicPartition)))
        .Build();

    /// <summary>Until <paramref name="stop"/> comes.</summary>
    /// <exception cref="ExchangeException">It ended otherwise.</exception>
    public void Listen(IConsumer<byte[]?, byte[]?> consumer, CancellationToken stop)
    {
        var (committed, counted) = (clock.GetTimestamp(), clock.GetTimestamp());
        try
        {
            consumer.Subscribe(settings.Topics);
            while (!stop.IsCancellationRequested && _ended is null)
            {
                if (Throttle(consumer))
                    WaitForRoom();
                else if (consumer.Consume(Poll) is { Message: not null } message && _lanes.TryGetValue(message.TopicPartition, out var lane))
                    lane.Add(message);
                if (clock.GetElapsedTime(counted) >= CountEvery)
                {
                    counted = clock.GetTimestamp();
                    subscriber.Waiting(Waiting(consumer));
                }

                if (clock.GetElapsedTime(committed) < CommitEvery)
                    continue;
                TryCommit(consumer);
                committed = clock.GetTimestamp();
            }
        }
        catch (KafkaException e)
        {
            // What the client complained of says more than what a call then fails with.
            throw new ExchangeException(_ended ?? KafkaFaults.From(e.Error.IsLocalError && _told is { } told ? told : e.Error, connection, settings), e);
        }

        if (!stop.IsCancellationRequested && _ended is { } fault)
            throw new ExchangeException(fault);
    }

    /// <summary>Those under way are finished and committed; the others stay with the brokers.</summary>
    public void Close(IConsumer<byte[]?, byte[]?> consumer)
    {
        try
        {
            Revoked(consumer, [.. _lanes.Keys.Select(p => new TopicPartitionOffset(p, Offset.Unset))]);
            consumer.Close();
        }
        catch (KafkaException)
        {
            // It is gone already: what was not committed comes again, and is recognised.
        }
        finally
        {
            consumer.Dispose();
        }
    }

    private void Assigned(List<TopicPartition> partitions)
    {
        foreach (var partition in partitions)
            _lanes[partition] = new(partition, TakeAsync, Failed, TellRoom);
        // What was paused is so no longer.
        _paused = false;
        if (!_listening)
            subscriber.Listening();
        _listening = true;
    }

    private void Revoked(IConsumer<byte[]?, byte[]?> consumer, List<TopicPartitionOffset> partitions)
    {
        var lanes = partitions.Select(p => _lanes.GetValueOrDefault(p.TopicPartition)).OfType<PartitionLane>().ToList();
        foreach (var lane in lanes)
            lane.End();
        var began = clock.GetTimestamp();
        foreach (var lane in lanes)
            lane.WaitIdle(LongestHandOver - clock.GetElapsedTime(began) is { Ticks: > 0 } left ? left : TimeSpan.Zero);
        try
        {
            Commit(consumer, lanes);
        }
        catch (KafkaException)
        {
            // The brokers are away, or have given the partition to another: what is not committed comes again there, and is recognised.
        }

        Lost(partitions.ConvertAll(p => p.TopicPartition));
    }

    private void Lost(List<TopicPartition> partitions)
    {
        foreach (var partition in partitions)
            if (_lanes.Remove(partition, out var lane))
                lane.End();
    }

    /// <summary>By what the client knows from its last answers, without asking the brokers.</summary>
    private long Waiting(IConsumer<byte[]?, byte[]?> consumer) => _lanes.Sum(l =>
        (consumer.GetWatermarkOffsets(l.Key).High, consumer.Position(l.Key)) is ({ IsSpecial: false } high, { IsSpecial: false } next) ? l.Value.Count + Math.Max(0, high - next) : l.Value.Count);

    private void WaitForRoom()
    {
        lock (_room)
            if (InHand >= settings.InHand)
                Monitor.Wait(_room, Poll);
    }

    private void TellRoom()
    {
        lock (_room)
            Monitor.Pulse(_room);
    }

    /// <summary>No more are taken than may be in hand. True: there is no room at the moment; otherwise the client is called on, so that the brokers see us alive.</summary>
    private bool Throttle(IConsumer<byte[]?, byte[]?> consumer)
    {
        var count = InHand;
        if (_paused && count <= settings.InHand / 2)
        {
            consumer.Resume(consumer.Assignment);
            _paused = false;
        }

        if (_paused)
            return false;
        if (count < settings.InHand)
        {
            _fullSince = null;
            return false;
        }

        _fullSince ??= clock.GetTimestamp();
        if (clock.GetElapsedTime(_fullSince.Value) < FullFor)
            return true;
        consumer.Pause(consumer.Assignment);
        _paused = true;
        _fullSince = null;
        return false;
    }

    /// <summary>While the group is being divided anew, offsets are not taken: partitions that we keep are committed later, the others when they go.</summary>
    private void TryCommit(IConsumer<byte[]?, byte[]?> consumer)
    {
        try
        {
            Commit(consumer, _lanes.Values);
        }
        catch (KafkaException e) when (e.Error.Code is ErrorCode.RebalanceInProgress or ErrorCode.IllegalGeneration or ErrorCode.UnknownMemberId or ErrorCode.NotCoordinatorForGroup
            or ErrorCode.GroupCoordinatorNotAvailable or ErrorCode.GroupLoadInProgress or ErrorCode.RequestTimedOut or ErrorCode.Local_WaitCoord or ErrorCode.Local_TimedOut or ErrorCode.Local_Transport or ErrorCode.Local_NoOffset)
        {
            // The next try is a second away, and nothing is lost without it.
        }
    }

    private static void Commit(IConsumer<byte[]?, byte[]?> consumer, IEnumerable<PartitionLane> lanes)
    {
        var behind = lanes.Select(l => (Lane: l, Offset: l.Uncommitted)).Where(l => l.Offset is not null).ToList();
        if (behind.Count == 0)
            return;
        consumer.Commit(behind.Select(l => l.Offset!));
        foreach (var (lane, offset) in behind)
            lane.Committed(offset!.Offset.Value);
    }

    private async Task<Receipt> TakeAsync(ConsumeResult<byte[]?, byte[]?> message, CancellationToken over)
    {
        var request = KafkaMessage.Read(message, settings.Topic, clock.GetUtcNow());
        var receipt = await subscriber.TakeAsync(request, over);
        if (receipt == Receipt.PartlyKept && aside is not null)
            await PublishTransport.SetAsideAsync(aside, settings.SetAside!, message, request.Header(Brokers.BrokerHeaders.Position)!, CancellationToken.None);
        return receipt;
    }

    private void Failed(Exception e) => _ended ??= e is ExchangeException known
        ? known.Fault
        : new(FaultKind.Transient, "kafka.broken_off", $"A message of {connection.DisplayName} could not be taken ({e.GetType().Name}). It comes again.");

    private void OnError(Error error)
    {
        _told = error;
        if (error.IsFatal || error.Code is ErrorCode.Local_AllBrokersDown or ErrorCode.Local_Authentication or ErrorCode.Local_Ssl or ErrorCode.SaslAuthenticationFailed)
            _ended ??= KafkaFaults.From(error, connection, settings);
    }

    /// <summary>As they are; null for a message without a value, which is not the same as an empty one.</summary>
    private sealed class Bytes : IDeserializer<byte[]?>
    {
        public static readonly Bytes Instance = new();

        public byte[]? Deserialize(ReadOnlySpan<byte> data, bool isNull, SerializationContext context) => isNull ? null : data.ToArray();
    }
}

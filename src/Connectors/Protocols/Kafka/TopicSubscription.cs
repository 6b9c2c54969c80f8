using Confluent.Kafka;
using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Faults;

namespace Connectors.Protocols.Kafka;

/// <summary>Listens to topics as one member of a consumer group: the brokers give each partition to one member.</summary>
internal sealed class TopicSubscription(TimeProvider clock) : ISubscription
{
    /// <summary>A member that is gone without a word loses its partitions after it.</summary>
    private const int SessionMs = 10_000;

    /// <summary>For commits under way when we stop: far longer than any takes.</summary>
    private static readonly TimeSpan LongestDrain = TimeSpan.FromSeconds(20);

    public string Name => "topics";

    public async Task RunAsync(Connection connection, ISubscriber subscriber, CancellationToken stop)
    {
        var settings = KafkaSettings.Of(connection);
        await KafkaLink.CheckAsync(settings.Brokers, connection, subscriber.Dialer, stop);
        await using var aside = settings.SetAside is null ? null : new PublishTransport(connection, subscriber.Dialer);
        var run = new ConsumerRun(connection, settings, subscriber, aside, clock);
        var config = KafkaLink.Configure(new ConsumerConfig(), connection, settings, $"listens on {subscriber.Node}");
        config.GroupId = settings.Group;
        config.AutoOffsetReset = settings.Start;
        config.EnableAutoCommit = false;
        config.EnableAutoOffsetStore = false;
        config.SessionTimeoutMs = SessionMs;
        config.HeartbeatIntervalMs = SessionMs / 4;
        config.IsolationLevel = IsolationLevel.ReadCommitted;
        // What the library reads ahead, of each partition: memory that nobody counts otherwise.
        config.QueuedMaxMessagesKbytes = 16 * 1024;
        config.QueuedMinMessages = 1_000;
        IConsumer<byte[]?, byte[]?> consumer;
        try
        {
            consumer = run.Build(config);
        }
        catch (Exception e) when (e is InvalidOperationException or ArgumentException or KafkaException)
        {
            throw new ExchangeException(new(FaultKind.Internal, "kafka.settings", $"The client does not take the settings of {connection.DisplayName}. Check settings.authority: it is a certificate in PEM."), e);
        }

        try
        {
            await KafkaLink.CheckNamedAsync(consumer.Handle, connection, settings, subscriber.Dialer, () => run.Told, stop);
            // A thread of its own: the client's calls block.
            await Task.Factory.StartNew(() => run.Listen(consumer, stop), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        }
        finally
        {
            // Leaves the group, so that others have our partitions at once. A client that hangs must not keep us from the next connection.
            await Task.Factory.StartNew(() => run.Close(consumer), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)
                .WaitAsync(LongestDrain, clock, CancellationToken.None).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}

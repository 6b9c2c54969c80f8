using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Faults;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;
using RabbitMQ.Client.Exceptions;

namespace Connectors.Catalog.RabbitMq;

/// <summary>Listens to one queue. Several nodes may listen to the same: the broker gives each message to one of them.</summary>
internal sealed class QueueSubscription(TimeProvider clock) : ISubscription
{
    /// <summary>For commits under way when we stop: far longer than any takes.</summary>
    private static readonly TimeSpan LongestDrain = TimeSpan.FromSeconds(20);

    private static readonly TimeSpan CountEvery = TimeSpan.FromSeconds(10);

    public string Name => "queue";

    public async Task RunAsync(Connection connection, ISubscriber subscriber, CancellationToken stop)
    {
        var settings = RabbitMqSettings.Of(connection);
        var link = await RabbitMqLink.OpenAsync(connection, settings, subscriber.Dialer, $"listens on {subscriber.Node}", stop);
        try
        {
            await ListenAsync(link, connection, settings, subscriber, stop);
        }
        catch (Exception e) when (e is OperationInterruptedException or IOException or TimeoutException || (e is OperationCanceledException && !stop.IsCancellationRequested))
        {
            throw new ExchangeException(RabbitMqFaults.From(e, connection, settings), e);
        }
        finally
        {
            // The client waits for messages in hand without end. One that hangs must not keep us from the next connection.
            await link.DisposeAsync().AsTask().WaitAsync(LongestDrain, clock, CancellationToken.None).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task ListenAsync(IConnection link, Connection connection, RabbitMqSettings settings, ISubscriber subscriber, CancellationToken stop)
    {
        // As many handlers as messages in hand: one that waits must not hold up the others.
        var channel = await link.CreateChannelAsync(new CreateChannelOptions(false, false, null, settings.Prefetch), stop);
        var ended = new TaskCompletionSource<Fault>(TaskCreationOptions.RunContinuationsAsynchronously);
        using var over = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var hand = new MessagesInHand();
        channel.ChannelShutdownAsync += (_, why) =>
        {
            ended.TrySetResult(why.Exception is { } e && why.ReplyCode == 0 ? RabbitMqFaults.From(e, connection, settings) : RabbitMqFaults.Closed(why.ReplyCode, why.ReplyText, connection, settings));
            return Task.CompletedTask;
        };
        var consumer = new AsyncEventingBasicConsumer(channel);
        consumer.ReceivedAsync += (_, message) => hand.HoldAsync(() => TakeAsync(channel, message, settings, subscriber, over.Token));
        // The broker ends it when the queue is deleted; otherwise it is we who do.
        consumer.UnregisteredAsync += (_, _) =>
        {
            ended.TrySetResult(RabbitMqFaults.NoQueue(connection, settings));
            return Task.CompletedTask;
        };
        await channel.BasicQosAsync(0, settings.Prefetch, global: false, stop);
        var tag = await channel.BasicConsumeAsync(settings.Queue!, autoAck: false, consumer, stop);
        subscriber.Listening();
        var counting = CountAsync(link, settings.Queue!, subscriber, over.Token);
        await Task.WhenAny(ended.Task, Task.Delay(Timeout.Infinite, stop));
        if (stop.IsCancellationRequested && channel.IsOpen)
            await channel.BasicCancelAsync(tag, noWait: false, CancellationToken.None).WaitAsync(LongestDrain, clock, CancellationToken.None);
        // Those that wait for room give up; those under way are finished, so that the broker hears of them.
        await over.CancelAsync();
        await counting;
        await hand.EmptyAsync().WaitAsync(LongestDrain, clock, CancellationToken.None).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!stop.IsCancellationRequested)
            throw new ExchangeException(await ended.Task);
        await link.CloseAsync(CancellationToken.None).WaitAsync(LongestDrain, clock, CancellationToken.None);
    }

    /// <summary>On a channel of its own: a broker that does not let us count closes it, and the messages go on.</summary>
    private async Task CountAsync(IConnection link, string queue, ISubscriber subscriber, CancellationToken over)
    {
        try
        {
            await using var channel = await link.CreateChannelAsync(cancellationToken: over);
            while (!over.IsCancellationRequested)
            {
                var standing = await channel.QueueDeclarePassiveAsync(queue, over);
                subscriber.Waiting((standing.MessageCount + Math.Max(1, standing.ConsumerCount) - 1) / Math.Max(1, standing.ConsumerCount));
                await Task.Delay(CountEvery, clock, over);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or OperationInterruptedException or ObjectDisposedException or IOException or TimeoutException)
        {
            // Nobody is told a number then; whether messages come is told elsewhere.
        }
    }

    private async Task TakeAsync(IChannel channel, BasicDeliverEventArgs message, RabbitMqSettings settings, ISubscriber subscriber, CancellationToken over)
    {
        var request = QueueMessage.Read(message.BasicProperties, message.Body, settings.Topic, clock.GetUtcNow());
        var receipt = await subscriber.TakeAsync(request, over);
        try
        {
            // Without a token: what was kept is told to the broker as long as it listens.
            if (receipt == Receipt.Kept)
                await channel.BasicAckAsync(message.DeliveryTag, multiple: false, CancellationToken.None);
            else if (receipt == Receipt.PartlyKept)
                await channel.BasicRejectAsync(message.DeliveryTag, requeue: false, CancellationToken.None);
            // Not kept: the broker has it back as soon as the connection closes.
        }
        catch (Exception e) when (e is OperationInterruptedException or IOException or ObjectDisposedException or OperationCanceledException)
        {
            // The connection went away in between: the message comes again, and is recognised.
        }
    }
}

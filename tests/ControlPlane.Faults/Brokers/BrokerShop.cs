using System.Diagnostics;
using System.Globalization;
using ControlPlane.Faults.Load;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace ControlPlane.Faults.Brokers;

/// <summary>
/// A shop that puts its orders into a queue at a steady pace, and keeps those that the broker did not confirm until it does.
/// Every fifth order is put in twice.
/// </summary>
public sealed class BrokerShop(RigBroker broker, string queue, OrderBodies bodies, SentOrders sent, Random random)
{
    private const double Twice = 0.2;

    private static readonly TimeSpan ConfirmLimit = TimeSpan.FromSeconds(5);

    private readonly Queue<(int Sequence, string Id)> _outbox = new();
    private IConnection? _link;
    private IChannel? _channel;

    /// <summary>Messages that the broker confirmed, repeats included.</summary>
    public int Confirmed { get; private set; }

    /// <summary>Orders that wait for the broker.</summary>
    public int Waiting => _outbox.Count;

    public async Task DeclareAsync(CancellationToken ct)
    {
        await OpenAsync(ct);
        await _channel!.QueueDeclareAsync(queue, durable: true, exclusive: false, autoDelete: false, cancellationToken: ct);
        await _channel.QueuePurgeAsync(queue, ct);
    }

    /// <param name="orders">In all; it ends when the broker has confirmed every one.</param>
    public async Task RunAsync(int orders, double rate, CancellationToken stop)
    {
        var from = Stopwatch.GetTimestamp();
        for (var made = 0; made < orders || _outbox.Count > 0;)
        {
            for (; made < orders && made <= Stopwatch.GetElapsedTime(from).TotalSeconds * rate; made++)
                Put(made);
            if (_outbox.Count == 0)
                await Task.Delay(5, stop);
            else if (!await SendAsync(stop))
                await Task.Delay(200, stop);
        }
    }

    public async Task CloseAsync()
    {
        if (_link is { } link)
            await link.DisposeAsync();
    }

    private void Put(int sequence)
    {
        var id = string.Create(CultureInfo.InvariantCulture, $"m-{sequence}");
        sent.Began(sequence);
        _outbox.Enqueue((sequence, id));
        if (random.NextDouble() < Twice)
            // The same message again, or the same order in another message.
            _outbox.Enqueue((sequence, random.Next(2) == 0 ? id : id + "-again"));
    }

    /// <summary>Some of the outbox, each confirmed or put back: what was sent and not confirmed goes again, as it may be there or not.</summary>
    private async Task<bool> SendAsync(CancellationToken stop)
    {
        try
        {
            await OpenAsync(stop);
        }
        catch (Exception e) when (e is BrokerUnreachableException or OperationInterruptedException or IOException or TimeoutException)
        {
            return false;
        }

        var batch = new List<(int Sequence, string Id)>();
        while (batch.Count < 50 && _outbox.TryDequeue(out var next))
            batch.Add(next);
        var confirmed = await Task.WhenAll(batch.Select(m => PublishAsync(m.Sequence, m.Id, stop)));
        for (var i = 0; i < batch.Count; i++)
        {
            if (!confirmed[i])
            {
                _outbox.Enqueue(batch[i]);
                continue;
            }

            Confirmed++;
            sent.Ended(batch[i].Sequence, 202);
        }

        return confirmed.All(c => c);
    }

    private async Task<bool> PublishAsync(int sequence, string id, CancellationToken stop)
    {
        try
        {
            var properties = new BasicProperties { Persistent = true, ContentType = "application/json", MessageId = id, Type = "orders/create" };
            await _channel!.BasicPublishAsync("", queue, mandatory: true, properties, bodies.Body(sequence), stop).AsTask().WaitAsync(ConfirmLimit, stop);
            return true;
        }
        catch (Exception e) when (e is OperationInterruptedException or PublishException or IOException or TimeoutException or ObjectDisposedException || (e is OperationCanceledException && !stop.IsCancellationRequested))
        {
            return false;
        }
    }

    private async Task OpenAsync(CancellationToken ct)
    {
        if (_channel is { IsOpen: true })
            return;
        if (_link is { } broken)
            await broken.DisposeAsync();
        _link = await new ConnectionFactory { Uri = broker.Address, AutomaticRecoveryEnabled = false, ContinuationTimeout = ConfirmLimit, RequestedConnectionTimeout = ConfirmLimit }.CreateConnectionAsync(ct);
        _channel = await _link.CreateChannelAsync(new CreateChannelOptions(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true), ct);
    }
}

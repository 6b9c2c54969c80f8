using System.Collections.Concurrent;
using System.Text;
using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Faults;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace Connectors.Catalog.RabbitMq;

/// <summary>
/// Sends requests as messages and waits for the broker's confirmation. One AMQP connection, opened when first needed and
/// again after it broke; one channel for each message under way, as channels are not for several at once.
/// </summary>
internal sealed class PublishTransport(Connection connection, IDialer dialer, TimeProvider clock) : ITransport
{
    public const int NotAllowed = 403;
    public const int NoExchange = 404;
    public const int TooLarge = 413;
    public const int Unroutable = 421;
    public const int NotTaken = 503;

    private static readonly CreateChannelOptions Confirming = new(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true);

    private readonly RabbitMqSettings _settings = RabbitMqSettings.Of(connection);
    private readonly SemaphoreSlim _opening = new(1, 1);
    private readonly ConcurrentBag<IChannel> _idle = [];
    private IConnection? _link;

    /// <summary>Exchange and routing key as a path, which is how attempts are shown.</summary>
    public static string PathOf(string exchange, string routingKey) => $"/{Uri.EscapeDataString(exchange)}/{Uri.EscapeDataString(routingKey)}";

    public async Task<ExchangeAnswer> SendAsync(ExchangeRequest request, CancellationToken ct)
    {
        var channel = await RentAsync(ct);
        var reusable = false;
        try
        {
            var parts = request.Path.Split('/');
            // Mandatory: what no queue takes comes back instead of being dropped in silence.
            await channel.BasicPublishAsync(Uri.UnescapeDataString(parts[1]), Uri.UnescapeDataString(parts[2]), mandatory: true, Properties(request), request.Body, ct);
            reusable = true;
            return Answer(200, "Confirmed");
        }
        catch (PublishException e)
        {
            reusable = true;
            return e is PublishReturnException returned ? Answer(Unroutable, returned.ReplyText) : Answer(NotTaken, "Not taken (basic.nack)");
        }
        catch (OperationInterruptedException e) when (Refused(e.ShutdownReason?.ReplyCode, e.ShutdownReason?.ReplyText) is { } status)
        {
            return Answer(status, e.ShutdownReason!.ReplyText);
        }
        catch (Exception e) when (e is OperationInterruptedException or IOException or ObjectDisposedException or TimeoutException || (e is OperationCanceledException && !ct.IsCancellationRequested))
        {
            throw new ExchangeException(new Fault(FaultKind.UnknownOutcome, "rabbitmq.confirm_lost", $"The connection to {connection.DisplayName} broke off before it confirmed the message. It may have it."), e);
        }
        finally
        {
            if (reusable && channel.IsOpen)
                _idle.Add(channel);
            else
                // A confirmation that comes late must meet nobody.
                _ = channel.DisposeAsync().AsTask();
        }
    }

    private BasicProperties Properties(ExchangeRequest request)
    {
        var properties = new BasicProperties
        {
            Persistent = true,
            ContentType = request.ContentType,
            AppId = "controlplane",
            Timestamp = new AmqpTimestamp(clock.GetUtcNow().ToUnixTimeSeconds()),
            MessageId = request.Headers.GetValueOrDefault(QueueMessage.IdHeader),
            CorrelationId = request.Headers.GetValueOrDefault("correlation-id"),
            Type = request.Headers.GetValueOrDefault("type"),
        };
        if (request.Headers.GetValueOrDefault("traceparent") is { } trace)
            properties.Headers = new Dictionary<string, object?>(StringComparer.Ordinal) { ["traceparent"] = trace };
        return properties;
    }

    /// <summary>Null: it says nothing about the message, which may be there.</summary>
    private static int? Refused(ushort? code, string? text) => code switch
    {
        404 => NoExchange,
        403 => NotAllowed,
        406 when text?.Contains("size", StringComparison.OrdinalIgnoreCase) == true => TooLarge,
        _ => null,
    };

    private async Task<IChannel> RentAsync(CancellationToken ct)
    {
        while (_idle.TryTake(out var idle))
            if (idle.IsOpen)
                return idle;
        try
        {
            return await (await LinkAsync(ct)).CreateChannelAsync(Confirming, ct);
        }
        catch (Exception e) when (e is OperationInterruptedException or IOException or ObjectDisposedException or TimeoutException or ChannelAllocationException)
        {
            // Nothing was sent yet.
            throw new ExchangeException(RabbitMqFaults.NotConnected(connection, _settings), e);
        }
    }

    private async Task<IConnection> LinkAsync(CancellationToken ct)
    {
        await _opening.WaitAsync(ct);
        try
        {
            if (_link is { IsOpen: true } open)
                return open;
            _idle.Clear();
            if (_link is { } broken)
                await broken.DisposeAsync();
            _link = null;
            return _link = await RabbitMqLink.OpenAsync(connection, _settings, dialer, "publishes", ct);
        }
        finally
        {
            _opening.Release();
        }
    }

    private static ExchangeAnswer Answer(int status, string text) => new() { Status = status, ContentType = "text/plain", Body = Encoding.UTF8.GetBytes(text) };

    public async ValueTask DisposeAsync()
    {
        if (_link is { } link)
            await link.DisposeAsync();
        _opening.Dispose();
    }
}

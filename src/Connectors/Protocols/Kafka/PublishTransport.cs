using System.Globalization;
using System.Text;
using Confluent.Kafka;
using Connectors.Protocols.Brokers;
using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Faults;

namespace Connectors.Protocols.Kafka;

/// <summary>
/// Sends requests as messages and waits until all replicas in sync have them. A path is <c>/topic</c> or <c>/topic/key</c>. One producer,
/// made when first needed; it repeats what is lost on the way by itself, and the brokers recognise that.
/// </summary>
internal sealed class PublishTransport(Connection connection, IDialer dialer) : ITransport
{
    public const int NotAllowed = 403;
    public const int NoTopic = 404;
    public const int TooLarge = 413;
    public const int NotTaken = 503;

    /// <summary>The whole of a message's way, tries included; within what the gateway waits for an answer.</summary>
    private const int MessageMs = 8_000;

    /// <summary>Headers of HTTP that say nothing to the reader of a message.</summary>
    private static readonly string[] Dropped = ["Accept", "User-Agent", "Accept-Encoding"];

    private readonly KafkaSettings _settings = KafkaSettings.Of(connection);
    private readonly SemaphoreSlim _opening = new(1, 1);
    private IProducer<byte[]?, byte[]?>? _producer;
    private volatile Error? _told;

    /// <summary>After a fatal error a producer sends nothing any more: another one is made.</summary>
    private volatile bool _broken;

    public async Task<ExchangeAnswer> SendAsync(ExchangeRequest request, CancellationToken ct)
    {
        var parts = request.Path.Split('/', 3);
        var message = new Message<byte[]?, byte[]?> { Value = request.Body.ToArray(), Headers = [] };
        if (parts.Length == 3 && parts[2].Length > 0)
            message.Key = Encoding.UTF8.GetBytes(Uri.UnescapeDataString(parts[2]));
        foreach (var (name, value) in request.Headers)
            if (!Dropped.Contains(name, StringComparer.OrdinalIgnoreCase))
                message.Headers.Add(name, Encoding.UTF8.GetBytes(value));
        if (request.ContentType is { } type)
            message.Headers.Add("content-type", Encoding.UTF8.GetBytes(type));
        return await SendAsync(Uri.UnescapeDataString(parts.Length > 1 ? parts[1] : ""), message, ct);
    }

    /// <summary>As it came, with its place and the reason among the headers.</summary>
    /// <exception cref="ExchangeException">The topic does not take it: the message stays with the brokers and comes again.</exception>
    public static async Task SetAsideAsync(ITransport transport, string topic, ConsumeResult<byte[]?, byte[]?> message, string position, CancellationToken ct)
    {
        var copy = new Message<byte[]?, byte[]?> { Key = message.Message.Key, Value = message.Message.Value, Headers = [] };
        foreach (var header in message.Message.Headers ?? [])
            copy.Headers.Add(header);
        copy.Headers.Add("set-aside-from", Encoding.UTF8.GetBytes(position));
        copy.Headers.Add("set-aside-reason", "receive.too_large"u8.ToArray());
        var answer = await ((PublishTransport)transport).SendAsync(topic, copy, ct);
        if (answer.Status != 200)
            throw new ExchangeException(new(FaultKind.Internal, "kafka.set_aside", $"The topic {topic} did not take a message that is too large for us ({answer.Status.ToString(CultureInfo.InvariantCulture)}). Create it, let the user write to it, and let it take messages as large as its source does."));
    }

    private async Task<ExchangeAnswer> SendAsync(string topic, Message<byte[]?, byte[]?> message, CancellationToken ct)
    {
        var producer = await ProducerAsync(ct);
        try
        {
            var result = await producer.ProduceAsync(topic, message, ct);
            return Answer(200, string.Create(CultureInfo.InvariantCulture, $"{result.Topic}/{result.Partition.Value}/{result.Offset.Value}"));
        }
        catch (ProduceException<byte[]?, byte[]?> e)
        {
            return e.Error.Code switch
            {
                ErrorCode.UnknownTopicOrPart or ErrorCode.Local_UnknownTopic or ErrorCode.Local_UnknownPartition or ErrorCode.TopicException => Answer(NoTopic, e.Error.Reason),
                ErrorCode.TopicAuthorizationFailed => Answer(NotAllowed, e.Error.Reason),
                ErrorCode.MsgSizeTooLarge or ErrorCode.RecordListTooLarge => Answer(TooLarge, e.Error.Reason),
                _ when e.DeliveryResult?.Status == PersistenceStatus.NotPersisted => NotSent(e),
                _ => throw new ExchangeException(new(FaultKind.UnknownOutcome, "kafka.confirm_lost", $"{connection.DisplayName} did not confirm the message ({e.Error.Code}). It may have it."), e),
            };
        }
        catch (KafkaException e)
        {
            throw new ExchangeException(KafkaFaults.From(_told ?? e.Error, connection, _settings), e);
        }
    }

    /// <summary>The client is sure that no broker has it.</summary>
    private ExchangeAnswer NotSent(ProduceException<byte[]?, byte[]?> e) =>
        e.Error.Code is ErrorCode.Local_MsgTimedOut or ErrorCode.Local_Transport or ErrorCode.Local_AllBrokersDown or ErrorCode.Local_Authentication or ErrorCode.Local_Ssl
            ? throw new ExchangeException(_told is { } told ? KafkaFaults.From(told, connection, _settings) : KafkaFaults.From(e.Error, connection, _settings), e)
            : Answer(NotTaken, e.Error.Reason);

    private async Task<IProducer<byte[]?, byte[]?>> ProducerAsync(CancellationToken ct)
    {
        await _opening.WaitAsync(ct);
        try
        {
            if (_producer is { } open && !_broken)
                return open;
            _producer?.Dispose();
            _producer = null;
            _broken = false;
            await KafkaLink.CheckAsync(_settings.Brokers, connection, dialer, ct);
            _told = null;
            var config = KafkaLink.Configure(new ProducerConfig(), connection, _settings, "publishes");
            config.Acks = Acks.All;
            config.EnableIdempotence = true;
            config.MessageTimeoutMs = MessageMs;
            config.RequestTimeoutMs = MessageMs / 2;
            config.LingerMs = 2;
            var made = new ProducerBuilder<byte[]?, byte[]?>(config)
                .SetKeySerializer(Plain.Instance).SetValueSerializer(Plain.Instance)
                .SetLogHandler((_, _) => { }).SetErrorHandler((_, error) => OnError(error)).Build();
            try
            {
                await KafkaLink.CheckNamedAsync(made.Handle, connection, _settings, dialer, () => _told, ct);
            }
            catch
            {
                made.Dispose();
                throw;
            }

            return _producer = made;
        }
        finally
        {
            _opening.Release();
        }
    }

    private void OnError(Error error)
    {
        _told = error;
        _broken |= error.IsFatal;
    }

    private static ExchangeAnswer Answer(int status, string text) => new() { Status = status, ContentType = "text/plain", Body = Encoding.UTF8.GetBytes(text) };

    public ValueTask DisposeAsync()
    {
        _producer?.Dispose();
        _opening.Dispose();
        return ValueTask.CompletedTask;
    }

    private sealed class Plain : ISerializer<byte[]?>
    {
        public static readonly Plain Instance = new();

        public byte[]? Serialize(byte[]? data, SerializationContext context) => data;
    }
}

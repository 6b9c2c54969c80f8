using Confluent.Kafka;
using Connectors.Catalog.Kafka;
using Connectors.Catalog.Shopify;
using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Shared;

namespace Connectors.Tests.Kafka;

/// <summary>
/// The mock cluster of the client's own library, over real sockets: groups, offsets and an idempotent producer, and no disk. With
/// CONTROLPLANE_TEST_KAFKA (bootstrap servers) the tests run at those brokers in its place.
/// </summary>
public sealed class MockCluster : IDisposable
{
    private readonly IProducer<Null, byte[]>? _host;
    private readonly IProducer<byte[]?, byte[]?> _producer;

    public MockCluster()
    {
        if (Environment.GetEnvironmentVariable("CONTROLPLANE_TEST_KAFKA") is { Length: > 0 } servers)
            Servers = servers;
        else
        {
            _host = new ProducerBuilder<Null, byte[]>(new Dictionary<string, string> { ["test.mock.num.brokers"] = "2", ["bootstrap.servers"] = "ignored" }).SetLogHandler((_, _) => { }).Build();
            using var admin = new DependentAdminClientBuilder(_host.Handle).Build();
            Servers = string.Join(',', admin.GetMetadata(TimeSpan.FromSeconds(20)).Brokers.Select(b => $"{b.Host}:{b.Port}"));
        }

        _producer = new ProducerBuilder<byte[]?, byte[]?>(new ProducerConfig { BootstrapServers = Servers, LingerMs = 0 }).SetKeySerializer(Serializers.ByteArray!).SetValueSerializer(Nothing.Instance).SetLogHandler((_, _) => { }).Build();
    }

    public static KafkaConnector Connector { get; } = new(TimeProvider.System, new ShopifyConnector(TimeProvider.System));

    public string Servers { get; }

    public string Topic { get; } = "cp-test-" + EntityId.New(TimeProvider.System).ToString("N");

    public Connection Connection(params (string Name, string Value)[] settings)
    {
        var all = new Dictionary<string, string> { ["brokers"] = Servers, ["tls"] = "false", ["topics"] = Topic, ["group"] = "g-" + Topic, ["documents"] = "shopify", ["publishTo"] = Topic };
        foreach (var (name, value) in settings)
            all[name] = value;
        return new()
        {
            Key = "events", Connector = "kafka", Role = SystemRole.Storefront, DisplayName = "Event bus", AllowPrivateNetwork = true,
            Settings = all.Where(s => s.Value.Length > 0).ToDictionary(), Secrets = new Dictionary<string, string>(),
        };
    }

    public async Task<DeliveryResult<byte[]?, byte[]?>> SendAsync(string key, string? value, CancellationToken ct, int? partition = null, string? topic = null, params (string Name, string Value)[] headers)
    {
        var message = new Message<byte[]?, byte[]?> { Key = System.Text.Encoding.UTF8.GetBytes(key), Value = value is null ? null : System.Text.Encoding.UTF8.GetBytes(value), Headers = [] };
        foreach (var (name, text) in headers)
            message.Headers.Add(name, System.Text.Encoding.UTF8.GetBytes(text));
        return partition is { } at
            ? await _producer.ProduceAsync(new TopicPartition(topic ?? Topic, at), message, ct)
            : await _producer.ProduceAsync(topic ?? Topic, message, ct);
    }

    /// <summary>Offsets that the group has committed, all partitions together.</summary>
    public long Committed(Connection connection)
    {
        using var consumer = new ConsumerBuilder<Ignore, Ignore>(new ConsumerConfig { BootstrapServers = Servers, GroupId = connection.Setting("group") }).SetLogHandler((_, _) => { }).Build();
        using var admin = new DependentAdminClientBuilder(_producer.Handle).Build();
        var partitions = admin.GetMetadata(Topic, TimeSpan.FromSeconds(10)).Topics[0].Partitions.Select(p => new TopicPartition(Topic, p.PartitionId));
        return consumer.Committed(partitions, TimeSpan.FromSeconds(10)).Sum(o => Math.Max(0, o.Offset.Value));
    }

    /// <summary>The brokers are gone at once, and everybody's lines with them.</summary>
    public void Kill() => _host?.Dispose();

    public void Dispose()
    {
        _producer.Dispose();
        Kill();
    }

    private sealed class Nothing : ISerializer<byte[]?>
    {
        public static readonly Nothing Instance = new();

        public byte[]? Serialize(byte[]? data, SerializationContext context) => data;
    }
}

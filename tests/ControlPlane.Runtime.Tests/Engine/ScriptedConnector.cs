using System.Text;
using System.Text.Json;
using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Effects;
using ControlPlane.Domain.Faults;
using ControlPlane.Domain.Orders;
using ControlPlane.Domain.Transactions;

namespace ControlPlane.Runtime.Tests.Engine;

/// <summary>A system that does what the test says, and counts what was really done to it.</summary>
internal sealed class ScriptedConnector : IConnector
{
    private readonly Dictionary<string, ScriptedOperation> _operations = [];

    public ScriptedConnector(string name, params ScriptedOperation[] operations)
    {
        foreach (var operation in operations)
            _operations[operation.Descriptor.Name] = operation;
        Manifest = new() { Name = name, Version = "1.0.0", Title = name, Operations = [.. operations.Select(o => o.Descriptor)], NotOffered = new Dictionary<string, string> { ["closeOrder"] = "It closes by itself" } };
    }

    public ConnectorManifest Manifest { get; }

    public IReceiver? Receiver { get; init; } = new ScriptedReceiver();

    public IReadOnlyList<IFeed> Feeds { get; init; } = [];

    public IOperation? Operation(string name) => _operations.GetValueOrDefault(name);

    public ValueTask AuthenticateAsync(ExchangeRequest request, Connection connection, ITokenCache tokens, IExchange exchange, CancellationToken ct) => default;

    public IEnumerable<string> Check(Connection connection) => [];
}

/// <summary>The target's memory, beside what it answers: an effect can be there although its answer was lost.</summary>
internal sealed class ScriptedOperation(string name, WriteKind write, bool canLookUp) : IOperation
{
    public OperationDescriptor Descriptor => new(name, name, write, canLookUp) { Numbered = Numbered, Asks = Asks, Figures = Figures };

    public IReadOnlyList<string> Asks { get; init; } = [];

    public IReadOnlyList<string> Figures { get; init; } = [];

    public bool Numbered { get; set; }

    public long? LastNumber { get; private set; }

    /// <summary>Answers of the coming calls, in order; confirmed when there is none.</summary>
    public Queue<Func<OperationRequest, OperationResult>> Script { get; } = new();

    /// <summary>What the target holds, by idempotency key; a blind one gets a new entry each time.</summary>
    public List<string> Done { get; } = [];

    public int LookUps { get; private set; }

    public int Calls { get; private set; }

    public Func<OperationRequest, IReadOnlyList<Identifier>> Identifiers { get; init; } = _ => [];

    public Func<OperationRequest, Task>? Before { get; set; }

    /// <summary>What it answers to a request, where the script says nothing; null = it does it.</summary>
    public Func<OperationRequest, OperationResult?>? Answer { get; set; }

    /// <summary>By chance a call fails; null = it does not.</summary>
    public Func<FaultKind?>? Chance { get; set; }

    /// <summary>What was done, in order.</summary>
    public List<CanonicalOrder> DoneOrders { get; } = [];

    public void ThenFail(FaultKind kind, string code = "test.fault", TimeSpan? retryAfter = null) =>
        Script.Enqueue(_ => new OperationResult.Failed(new Fault(kind, code, "The target said no.", RetryAfter: retryAfter)));

    /// <summary>The target does it, and the answer never arrives.</summary>
    public void ThenLoseTheAnswer() => Script.Enqueue(request =>
    {
        Do(request);
        throw new ExchangeException(new Fault(FaultKind.UnknownOutcome, "outbound.cut_off", "The target broke off before its answer was complete."));
    });

    /// <summary>The request itself is lost: nothing was done, and nobody knows.</summary>
    public void ThenLoseTheRequest() => Script.Enqueue(_ =>
        throw new ExchangeException(new Fault(FaultKind.UnknownOutcome, "outbound.timeout", "The target gave no answer.")));

    public MappedDocument Map(OperationRequest request) => new(Encoding.UTF8.GetBytes($"{{\"reference\":\"{request.Reference}\"}}"), "application/json", []);

    public async Task<OperationResult> ExecuteAsync(OperationRequest request, ReadOnlyMemory<byte> document, IExchange exchange, CancellationToken ct)
    {
        Calls++;
        LastNumber = request.Number;
        if (Before is { } before)
            await before(request);
        if (Script.TryDequeue(out var next))
            return next(request);
        if (Answer?.Invoke(request) is { } said)
            return said;
        if (Chance is { } chance)
            lock (Done)
                if (chance() is { } kind)
                    return new OperationResult.Failed(new Fault(kind, "test.chance", "The target said no."));
        Do(request);
        return Confirmed(request);
    }

    public Task<LookUpResult> LookUpAsync(OperationRequest request, IExchange exchange, CancellationToken ct)
    {
        LookUps++;
        return Task.FromResult<LookUpResult>(Done.Contains(request.IdempotencyKey) ? new LookUpResult.Found(Confirmed(request)) : new LookUpResult.NotThere());
    }

    private void Do(OperationRequest request)
    {
        lock (Done)
            if (Descriptor.Write == WriteKind.Blind || !Done.Contains(request.IdempotencyKey))
            {
                Done.Add(request.IdempotencyKey);
                DoneOrders.Add(request.Order);
            }
    }

    private OperationResult.Confirmed Confirmed(OperationRequest request) =>
        new($"{Descriptor.Name} done for {request.Reference}", Identifiers(request), new Dictionary<string, string> { [Descriptor.Name] = "done" });
}

/// <summary>Reads the test's own small JSON: an order, or an event about one.</summary>
internal sealed class ScriptedReceiver : IReceiver
{
    public bool Verify(InboundRequest request, Connection connection) => request.Header("signature") == "good";

    public string? DeliveryId(InboundRequest request) => request.Header("delivery-id");

    public InboundEvent Translate(InboundRequest request, Connection connection)
    {
        using var json = JsonDocument.Parse(request.Body);
        var root = json.RootElement;
        if (root.TryGetProperty("refuse", out var refuse))
            return new InboundEvent.Refused([new(refuse.GetString()!, "field", "The test refuses it.")]);
        if (root.TryGetProperty("event", out var name))
            return new InboundEvent.Happened(name.GetString()!, [new(IdentifierKinds.Reference, root.GetProperty("reference").GetString()!)])
            {
                Summary = $"{connection.Key} reports {name.GetString()}",
                BusinessKey = root.TryGetProperty("key", out var key) ? key.GetString() : null,
                Shipment = root.TryGetProperty("shipment", out var shipment) ? shipment.Deserialize(Domain.Flows.FlowJson.Default.Shipment) : null,
                Order = root.TryGetProperty("order", out var order) ? order.Deserialize(Domain.Flows.FlowJson.Default.CanonicalOrder) : null,
                Reason = root.TryGetProperty("reason", out var reason) ? reason.GetString() : null,
            };
        var created = root.Deserialize(Domain.Flows.FlowJson.Default.CanonicalOrder)!;
        return new InboundEvent.OrderReceived(created) { BusinessKey = $"order/{created.ExternalId}/created" };
    }
}

internal static class Orders
{
    public static CanonicalOrder Order(int n, int lines = 2) => new()
    {
        ExternalId = (5000 + n).ToString(System.Globalization.CultureInfo.InvariantCulture),
        Number = $"#{1000 + n}",
        PlacedAt = new DateTimeOffset(2026, 11, 23, 9, 0, 0, TimeSpan.Zero),
        Currency = "EUR",
        TotalMinor = 12640,
        TaxMinor = 2018,
        Lines = [.. Enumerable.Range(1, lines).Select(i => new OrderLine { ChannelLineRef = $"L{i}", Sku = $"SKU-{i}", Title = $"Thing {i}", Quantity = i, UnitPriceMinor = 1000 })],
    };
}

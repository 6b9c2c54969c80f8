using System.Text;
using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Faults;
using ControlPlane.Runtime.Connections;
using ControlPlane.Runtime.Ingestion;
using ControlPlane.Runtime.Ingestion.Deliveries;
using ControlPlane.Runtime.Persistence;
using ControlPlane.Runtime.Tests.Engine;
using ControlPlane.Runtime.Tests.Persistence;
using Microsoft.Extensions.Logging.Abstractions;

namespace ControlPlane.Runtime.Tests.Ingestion.Deliveries;

/// <summary>What a sender is told about a delivery.</summary>
public sealed class AnswerTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task An_answer_goes_out_once_however_often_the_delivery_comes_and_after_failures_as_well(DatabaseProvider provider)
    {
        await using var rig = await EngineRig.StartAsync(provider, Ct);
        var target = new Answering();
        target.Then(FaultKind.Transient);
        target.Then(FaultKind.UnknownOutcome);
        var request = LinesReceiver.File(LinesReceiver.Order(1) + "\nANSWER 997-1", rig.Clock.GetUtcNow());
        await TakeAsync(rig, request);
        await TakeAsync(rig, request);
        // Another file that asks for the same answer: the key makes it one.
        await TakeAsync(rig, LinesReceiver.File(LinesReceiver.Order(2) + "\nANSWER 997-1", rig.Clock.GetUtcNow(), "again.txt"));

        var sender = Sender(rig, target);
        await sender.SendDueAsync(Ct);
        var row = Assert.Single(await rig.RowsAsync<DeliveryAnswerRow>(Ct));
        Assert.Equal((DeliveryAnswerState.Due, 1, "test.fault"), (row.State, row.Attempts, row.Code));
        await sender.SendDueAsync(Ct);
        Assert.Equal(1, target.Calls);
        foreach (var _ in new[] { 1, 2, 3 })
        {
            rig.Clock.Advance(TimeSpan.FromMinutes(2));
            await Task.WhenAll(sender.SendDueAsync(Ct), Sender(rig, target).SendDueAsync(Ct));
        }

        row = Assert.Single(await rig.RowsAsync<DeliveryAnswerRow>(Ct));
        Assert.Equal((DeliveryAnswerState.Sent, 3, (string?)null), (row.State, row.Attempts, row.Code));
        Assert.Equal((3, "997-1: thanks for 997-1"), (target.Calls, Assert.Single(target.Told)));
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task An_answer_that_nobody_can_take_says_so_and_is_not_tried_for_ever(DatabaseProvider provider)
    {
        await using var rig = await EngineRig.StartAsync(provider, Ct);
        await TakeAsync(rig, LinesReceiver.File(LinesReceiver.Order(1) + "\nANSWER a", rig.Clock.GetUtcNow()));
        await Sender(rig, new ScriptedConnector("shop")).SendDueAsync(Ct);
        var row = Assert.Single(await rig.RowsAsync<DeliveryAnswerRow>(Ct));
        Assert.Equal((DeliveryAnswerState.Failed, "answer.nowhere_to_send"), (row.State, row.Code));

        await TakeAsync(rig, LinesReceiver.File(LinesReceiver.Order(2) + "\nANSWER b", rig.Clock.GetUtcNow()));
        var refusing = new Answering();
        refusing.Then(FaultKind.Authentication);
        await Sender(rig, refusing).SendDueAsync(Ct);
        Assert.Contains(await rig.RowsAsync<DeliveryAnswerRow>(Ct), r => r is { Key: "b", State: DeliveryAnswerState.Failed, LastFault: "The target said no." });
    }

    private static Task<ReceiveOutcome> TakeAsync(EngineRig rig, InboundRequest request) => rig.Receiver.ReceiveAsync(TenantScope.Default, rig.Connections.Find("shop")!, new LinesReceiver(), request, CancellationToken.None);

    private static AnswerSender Sender(EngineRig rig, IConnector shop) => new(rig.Db, rig.Connections, new CatalogOf(shop), rig.Gateway, rig.Gates, rig.Writer, rig.Clock, NullLogger<AnswerSender>.Instance);

    private sealed class Answering : IConnector
    {
        private readonly Queue<FaultKind> _faults = new();

        public ConnectorManifest Manifest { get; } = new() { Name = "shop", Version = "1.0.0", Title = "shop" };

        public IReceiver? Receiver => null;

        public IReadOnlyList<IFeed> Feeds => [];

        public List<string> Told { get; } = [];

        public int Calls { get; private set; }

        public void Then(FaultKind kind) => _faults.Enqueue(kind);

        public IOperation? Operation(string name) => null;

        public ValueTask AuthenticateAsync(ExchangeRequest request, Connection connection, ITokenCache tokens, IExchange exchange, CancellationToken ct) => default;

        public IEnumerable<string> Check(Connection connection) => [];

        public Task AnswerAsync(Connection connection, DeliveryAnswer answer, IExchange exchange, CancellationToken ct)
        {
            Calls++;
            if (_faults.TryDequeue(out var kind))
                throw new ExchangeException(new Fault(kind, "test.fault", "The target said no."));
            Told.Add($"{answer.Name}: {Encoding.UTF8.GetString(answer.Content.Span)}");
            return Task.CompletedTask;
        }
    }
}

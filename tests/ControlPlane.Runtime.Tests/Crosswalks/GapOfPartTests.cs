using System.Text;
using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Crosswalks;
using ControlPlane.Runtime.Ingestion;
using ControlPlane.Runtime.Persistence;
using ControlPlane.Runtime.Schemas;
using ControlPlane.Runtime.Tests.Engine;
using ControlPlane.Runtime.Tests.Ingestion.Deliveries;
using ControlPlane.Runtime.Tests.Persistence;

namespace ControlPlane.Runtime.Tests.Crosswalks;

/// <summary>A code without an entry leads to the document that had it, also where that is one of many in a delivery.</summary>
public sealed class GapOfPartTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("A\nKNOWN\nB", MessageState.Unpacked)]
    [InlineData("A\nB", MessageState.Refused)]
    public async Task A_gap_leads_to_the_part_and_is_counted_once(string text, MessageState delivery)
    {
        await using var rig = await EngineRig.StartAsync(DatabaseProvider.Sqlite, Ct);
        var tally = new CrosswalkTally();
        CrosswalkTable[] tables = [new("sku", "Products")];
        var snapshot = CrosswalkSnapshot.Build(1, tables, [("sku", new CrosswalkEntry { Id = Guid.CreateVersion7(), Theirs = "KNOWN", Ours = "K" })]);
        var connection = rig.Connections.Find("shop")!;
        connection = connection.With(snapshot.For("shop", CrosswalkScope.ChainOf("shop", "shop", SystemRole.Storefront), tally));
        await rig.Receiver.ReceiveAsync(TenantScope.Default, connection, new LookingReceiver(), LinesReceiver.File(text, rig.Clock.GetUtcNow()), CancellationToken.None);
        var messages = await rig.RowsAsync<MessageRow>(Ct);
        Assert.Equal(delivery, messages.Single(m => m.ParentId is null).State);
        var parts = messages.Where(m => m.State == MessageState.Refused && m.ParentId is not null).OrderBy(m => m.Part).Select(m => (m.Id, 1)).ToList();
        Assert.Equal(parts, tally.TakeMisses().OrderBy(m => m.Missed.Code, StringComparer.Ordinal).Select(m => (m.MessageId!.Value, m.Count)));
    }

    [Fact]
    public void A_receiver_whose_documents_are_checked_still_says_which_version_of_the_mapping_it_is() =>
        Assert.Equal(7, ((IReceiver)new CheckedReceiver(new LookingReceiver(), null!)).MappingVersion);

    /// <summary>Documents that are a code each; refused where it has no entry.</summary>
    private sealed class LookingReceiver : IReceiver
    {
        private readonly LinesReceiver _lines = new();

        public int? MappingVersion => 7;

        public bool Verify(InboundRequest request, Connection connection) => true;

        public string? DeliveryId(InboundRequest request) => null;

        public Unpacked? Unpack(InboundRequest request, Connection connection) => _lines.Unpack(request, connection);

        public InboundEvent Translate(InboundRequest request, Connection connection) =>
            connection.Crosswalks.Find("sku", Encoding.UTF8.GetString(request.Body.Span), CrosswalkDirection.ToOurs, request.ReceivedAt) is { } hit
                ? new InboundEvent.Ignored(hit.Value) : new InboundEvent.Refused([new("crosswalk.missing", "sku", "There is no entry.")]);
    }
}

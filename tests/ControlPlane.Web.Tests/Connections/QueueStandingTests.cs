using Bunit;
using ControlPlane.Domain.Connections;
using ControlPlane.Runtime.Connections;
using ControlPlane.Runtime.Transactions.Home;
using ControlPlane.Web.Features.Connections;
using ControlPlane.Web.Tests.Controls;

namespace ControlPlane.Web.Tests.Connections;

public sealed class QueueStandingTests : ControlsContext
{
    [Theory]
    [InlineData(1, 1, null, "listening to its queue")]
    [InlineData(3, 3, null, "3 nodes listen to its queue")]
    [InlineData(1, 0, "x", "queue broken")]
    [InlineData(3, 1, "x", "queue broken on 2 of 3 nodes")]
    [InlineData(0, 0, "x", "queue not listened to")]
    [InlineData(1, 1, null, "listening to its queue, nothing waits there", 0L)]
    [InlineData(1, 1, null, "listening to its queue, 1 message waits there", 1L)]
    [InlineData(2, 2, null, "2 nodes listen to its queue, 12,400 messages wait there", 12_400L)]
    public void A_queue_is_told_in_a_few_words(int nodes, int listening, string? fault, string words, long? waiting = null) =>
        Assert.Equal(words, ConnectionsPresentation.Queue(new(nodes, listening, Now, fault, waiting)));

    [Fact]
    public void A_broken_queue_is_named_on_its_row_with_the_next_step()
    {
        const string Fault = "Event bus has no queue orders in the virtual host /. Create it there, or correct settings.queue.";
        var row = Render<ConnectionRowView>(p => p.Add(r => r.Connection, Bus(new(2, 1, Now, Fault))));
        Assert.Equal(Fault, row.Find(".fault").TextContent);
        Assert.Contains("queue broken on 1 of 2 nodes", row.Markup, StringComparison.Ordinal);

        var well = Render<ConnectionRowView>(p => p.Add(r => r.Connection, Bus(new(2, 2, Now, null))));
        Assert.Empty(well.FindAll(".fault"));
        Assert.DoesNotContain("queue", Render<ConnectionRowView>(p => p.Add(r => r.Connection, Bus(null))).Markup, StringComparison.Ordinal);
    }

    private static ConnectionStanding Bus(QueueStanding? queue) => new(
        "bus", "Event bus", "rabbitmq", SystemRole.EventBroker, "Integration team", true, queue?.Fault is null ? SystemCondition.Working : SystemCondition.Failing, Now, false, null, 0, 0, null, 0, 0, queue);
}

using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Transactions;
using ControlPlane.Runtime.Connections;
using ControlPlane.Runtime.Transactions.Home;
using ControlPlane.Web.Controls;
using ControlPlane.Web.Shell;

namespace ControlPlane.Web.Features.Connections;

/// <summary>How the list of connections reads. Pure.</summary>
public static class ConnectionsPresentation
{
    public static string Answer(ConnectionsView view)
    {
        var troubled = view.Connections.Where(c => c.Condition is SystemCondition.Stuck or SystemCondition.Failing or SystemCondition.Throttled or SystemCondition.Maintenance)
            .Select(c => c.Name).ToList();
        var enabled = view.Connections.Count(c => c.Enabled);
        var off = view.Connections.Count - enabled;
        var count = $"{enabled} {(enabled == 1 ? "connection is" : "connections are")} switched on{(off == 0 ? "" : $", {off} off")}.";
        return troubled.Count switch
        {
            0 => $"{count} None has trouble.",
            1 => $"{count} {troubled[0]} has trouble.",
            <= 3 => $"{count} {string.Join(", ", troubled.SkipLast(1))} and {troubled[^1]} have trouble.",
            _ => $"{count} {troubled.Count} have trouble.",
        };
    }

    /// <summary>Channels first, then the systems behind them; each group keeps the order of the reading.</summary>
    public static IReadOnlyList<(string Title, IReadOnlyList<ConnectionStanding> Connections)> Groups(ConnectionsView view) =>
        [.. new (string Title, IReadOnlyList<ConnectionStanding> Connections)[]
        {
            ("Channels", [.. view.Connections.Where(c => c.Role.Sells())]),
            ("Systems", [.. view.Connections.Where(c => !c.Role.Sells())]),
        }.Where(g => g.Connections.Count > 0)];

    /// <summary>The figure with what it means; never a bare number.</summary>
    public static string Failures(ConnectionStanding connection) =>
        connection.Calls == 0 ? "no calls" : $"{MoneyFormat.Count(connection.Failures)} of {MoneyFormat.Count(connection.Calls)}";

    /// <summary>Calls that our own rate budget put off, told apart from those that failed; null when none was.</summary>
    public static string? Waited(ConnectionStanding connection) => connection.Waited == 0 ? null : $"{MoneyFormat.Count(connection.Waited)} waited for the rate budget";

    /// <summary>How the connection's queue is listened to, in a few words.</summary>
    public static string Queue(QueueStanding queue) => queue.Waiting is { } waiting ? $"{Listens(queue)}, {Waits(waiting)}" : Listens(queue);

    private static string Waits(long messages) => messages switch
    {
        0 => "nothing waits there",
        1 => "1 message waits there",
        _ => $"{MoneyFormat.Count(messages)} messages wait there",
    };

    private static string Listens(QueueStanding queue) => queue switch
    {
        { Nodes: 0 } => "queue not listened to",
        { Fault: null, Nodes: 1 } => "listening to its queue",
        { Fault: null } => $"{queue.Nodes} nodes listen to its queue",
        { Nodes: 1 } => "queue broken",
        _ => $"queue broken on {queue.Nodes - queue.Listening} of {queue.Nodes} nodes",
    };

    public static string StuckHref(ConnectionStanding connection) => PageUrls.TransactionList(TransactionState.Stuck, partyConnection: connection.Key);
}

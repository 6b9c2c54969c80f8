namespace ControlPlane.Domain.Connections;

/// <summary>
/// The third way in, beside webhooks and feeds: a broker hands us documents over a connection that we keep open. The runtime
/// runs it on every node that takes documents, starts it again when it ends, and says how it stands.
/// </summary>
public interface ISubscription
{
    /// <summary>For people and logs: <c>queue</c>.</summary>
    string Name { get; }

    /// <summary>
    /// Connects, then hands each message to <paramref name="subscriber"/> and tells the broker what became of it, until
    /// <paramref name="stop"/> comes: then no more are taken, those in hand are finished, and it returns.
    /// </summary>
    /// <exception cref="ExchangeException">Not connected, refused, or the connection ended. The broker has what was not settled.</exception>
    Task RunAsync(Connection connection, ISubscriber subscriber, CancellationToken stop);
}

/// <summary>Our side of a subscription.</summary>
public interface ISubscriber
{
    IDialer Dialer { get; }

    /// <summary>This process, as the broker may show it to its own operators.</summary>
    string Node { get; }

    /// <summary>The broker accepted us and will send what it has.</summary>
    void Listening();

    /// <summary>
    /// How many messages the broker still has for us; of a queue that several nodes share, this node's share, so that the nodes' figures can
    /// be added. Told again every few seconds.
    /// </summary>
    void Waiting(long messages);

    /// <summary>
    /// Keeps a document as a webhook's is kept. Waits as long as there is no room or the store is away, so the caller bounds
    /// how many it hands over at the same time. Any thread.
    /// </summary>
    Task<Receipt> TakeAsync(InboundRequest request, CancellationToken stop);
}

/// <summary>What became of a message.</summary>
public enum Receipt
{
    /// <summary>Durable, be it accepted, recognised as a repeat or refused: the broker may forget it.</summary>
    Kept,

    /// <summary>Refused for its size, and only its beginning was kept: the broker should set the whole aside, and must not send it again.</summary>
    PartlyKept,

    /// <summary>We are stopping, and nothing is kept: the broker gives it to another node, or to us when we are back.</summary>
    NotKept,
}

using ControlPlane.Domain.Connections;

namespace ControlPlane.Runtime.Ingestion.Subscriptions;

/// <summary>Our side of one run of a subscription.</summary>
internal sealed class Subscriber(Connection connection, IReceiver receiver, SubscriptionIntake intake, SubscriptionBoard board, IDialer dialer, string node, TimeProvider clock) : ISubscriber
{
    public IDialer Dialer => dialer;

    public string Node => node;

    /// <summary>A time stamp of the clock; null while nobody accepted us.</summary>
    public long? ListenedSince { get; private set; }

    public void Listening()
    {
        ListenedSince = clock.GetTimestamp();
        // Messages must not wait for the note that says so.
        _ = board.SetAsync(connection, null);
    }

    public void Waiting(long messages) => board.Waits(connection, messages);

    public Task<Receipt> TakeAsync(InboundRequest request, CancellationToken stop) => intake.TakeAsync(connection, receiver, request, stop);
}

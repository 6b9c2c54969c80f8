using ControlPlane.Domain.Connections;
using ControlPlane.Runtime.Outbound;

namespace ControlPlane.Runtime.Connections.Diagnosis;

/// <summary>Listens to a broker until it accepts us, and takes nothing: what it hands over meanwhile is given back.</summary>
internal sealed class QueueTrial(Connection connection) : ISubscriber, IDisposable
{
    public static readonly TimeSpan Longest = TimeSpan.FromSeconds(15);

    private readonly CancellationTokenSource _stop = new();

    public IDialer Dialer { get; } = new Dialer(connection);

    public string Node => "connection-test";

    public bool Accepted { get; private set; }

    public void Listening()
    {
        Accepted = true;
        _stop.Cancel();
    }

    public void Waiting(long messages)
    {
    }

    public Task<Receipt> TakeAsync(InboundRequest request, CancellationToken stop) => Task.FromResult(Receipt.NotKept);

    /// <exception cref="ExchangeException">It did not accept us.</exception>
    public async Task RunAsync(ISubscription subscription, CancellationToken ct)
    {
        using var all = CancellationTokenSource.CreateLinkedTokenSource(ct, _stop.Token);
        all.CancelAfter(Longest);
        try
        {
            await subscription.RunAsync(connection, this, all.Token);
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            // It was told to stop.
        }
    }

    public void Dispose() => _stop.Dispose();
}

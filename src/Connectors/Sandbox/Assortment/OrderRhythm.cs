using Connectors.Sandbox.Dials;

namespace Connectors.Sandbox.Assortment;

/// <summary>
/// Lets customers order at the dialled rate, at uneven intervals. Sleeps without a timer while the rate is zero or the
/// system is paused.
/// </summary>
internal sealed class OrderRhythm(SandboxWorld world, SendingDials dial, DialDefinition rate, SandboxRandom luck, Action place)
{
    /// <summary>Faster rates place several orders at a time, so that the timer stays calm.</summary>
    private const double ShortestWait = 0.05;

    public void Start() => world.Run(dial.System, RunAsync);

    private async Task RunAsync(CancellationToken ct)
    {
        var owed = 0.0;
        while (!ct.IsCancellationRequested)
        {
            var changed = world.Dials.Changed;
            var perSecond = world.Dials[rate] / 60;
            if (perSecond <= 0 || world.Dials.On(dial.Paused))
            {
                await changed.WaitAsync(ct);
                continue;
            }

            var wait = Math.Max(ShortestWait, luck.Between(50, 150) / 100.0 / perSecond);
            using var nap = CancellationTokenSource.CreateLinkedTokenSource(ct);
            var slept = Task.Delay(TimeSpan.FromSeconds(wait), world.Clock, nap.Token);
            await Task.WhenAny(slept, changed);
            if (changed.IsCompleted)
            {
                // A dial was turned: whoever raises the rate does not wait out the old interval, and a pause holds at once.
                await nap.CancelAsync();
                continue;
            }

            // Counted by the interval that was meant, not the one that passed: a stalled process does not flood us afterwards.
            owed += wait == ShortestWait ? wait * perSecond : 1;
            for (; owed >= 1; owed--)
                place();
        }
    }
}

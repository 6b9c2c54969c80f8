namespace ControlPlane.Web.Features.Receive;

/// <summary>
/// How many documents may be on their way through the door at the same moment. In a flood a few are served quickly and the
/// others asked to come again, instead of all waiting, and the portal with them.
/// </summary>
internal sealed class ReceivePlaces
{
    /// <summary>Two thousand a second that take a quarter of a second each: more than two cores commit.</summary>
    public const int Most = 512;

    private int _taken;

    public bool TryEnter()
    {
        if (Interlocked.Increment(ref _taken) <= Most)
            return true;
        Leave();
        return false;
    }

    public void Leave() => Interlocked.Decrement(ref _taken);
}

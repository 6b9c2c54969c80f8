namespace ControlPlane.Web.Live;

/// <summary>Whether this viewer's pages follow the changes, and how old what they show is. One per circuit.</summary>
public sealed class LiveState
{
    public bool Paused { get; private set; }

    /// <summary>When the page in view last read its data; null when it shows none.</summary>
    public DateTimeOffset? DataAt { get; private set; }

    /// <summary>True when the page in view follows the changes.</summary>
    public bool Followed { get; private set; }

    public event Action? Changed;

    public void Pause(bool paused)
    {
        if (Paused == paused)
            return;
        Paused = paused;
        Changed?.Invoke();
    }

    /// <summary>A page that follows the changes says so when it opens, and each time it has read its data.</summary>
    public void Fresh(DateTimeOffset at)
    {
        (DataAt, Followed) = (at, true);
        Changed?.Invoke();
    }

    /// <summary>A page that follows nothing, or has closed.</summary>
    public void Leave()
    {
        if (!Followed && DataAt is null)
            return;
        (DataAt, Followed) = (null, false);
        Changed?.Invoke();
    }
}

namespace ControlPlane.Web.Live;

/// <summary>Whether this viewer's pages follow the changes, and how old what they show is. One per circuit.</summary>
public sealed class LiveState
{
    private object? _page;

    public bool Paused { get; private set; }

    /// <summary>When the page in view last read its data; null when it shows none.</summary>
    public DateTimeOffset? DataAt { get; private set; }

    /// <summary>True when the page in view follows the changes.</summary>
    public bool Followed => _page is not null;

    public event Action? Changed;

    public void Pause(bool paused)
    {
        if (Paused == paused)
            return;
        Paused = paused;
        Changed?.Invoke();
    }

    /// <summary>A page that follows the changes says so when it opens, and each time it has read its data.</summary>
    /// <param name="page">The page itself, for <see cref="Leave"/>.</param>
    public void Fresh(object page, DateTimeOffset at)
    {
        (_page, DataAt) = (page, at);
        Changed?.Invoke();
    }

    /// <summary>A page has closed. The next one opens before the last one closes, so only the page that speaks at present can be silenced.</summary>
    public void Leave(object page)
    {
        if (!ReferenceEquals(_page, page))
            return;
        (_page, DataAt) = (null, null);
        Changed?.Invoke();
    }
}

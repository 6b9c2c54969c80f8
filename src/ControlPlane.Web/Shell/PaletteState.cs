namespace ControlPlane.Web.Shell;

/// <summary>Lets the top bar open the command palette. One per circuit.</summary>
public sealed class PaletteState
{
    public event Action? Opened;

    public void Open() => Opened?.Invoke();
}

using ControlPlane.Web.Controls;

namespace ControlPlane.Web.Shell;

/// <summary>In which zone this viewer reads times. One per circuit; the switch in the top bar changes it for all controls at once.</summary>
public sealed class ViewerTime(TimeProvider clock)
{
    private TimeZoneInfo _browserZone = TimeZoneInfo.Utc;

    public bool ShowsUtc { get; private set; }

    public TimeZoneInfo Zone => ShowsUtc ? TimeZoneInfo.Utc : _browserZone;

    /// <summary>The browser's own zone, whatever is shown at present.</summary>
    public TimeZoneInfo BrowserZone => _browserZone;

    public DateTimeOffset Now => clock.GetUtcNow();

    /// <summary>An instant in UTC and in the browser's zone, for hovering.</summary>
    public string Exact(DateTimeOffset at) => TimeText.Exact(at, _browserZone);

    public event Action? Changed;

    /// <summary>The last midnight of the shown zone. A midnight that a change to summer time skips gets the offset from before: the very moment at which the clocks move.</summary>
    public DateTimeOffset DayStart()
    {
        var midnight = TimeZoneInfo.ConvertTime(Now, Zone).Date;
        return new DateTimeOffset(midnight, Zone.GetUtcOffset(midnight)).ToUniversalTime();
    }

    public void Apply(ViewerChoices choices)
    {
        // A zone that this server does not know is shown as UTC, and labelled so: never a wrong local time.
        _browserZone = choices.BrowserZone is { } name && TimeZoneInfo.TryFindSystemTimeZoneById(name, out var zone) ? zone : TimeZoneInfo.Utc;
        ShowsUtc = choices.Utc;
    }

    public void Show(bool utc)
    {
        if (ShowsUtc == utc)
            return;
        ShowsUtc = utc;
        Changed?.Invoke();
    }
}

using Bunit;
using ControlPlane.Web.Shell;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace ControlPlane.Web.Tests.Controls;

/// <summary>What the controls need: their services, a clock that stands still, and a viewer in Berlin.</summary>
public abstract class ControlsContext : BunitContext
{
    /// <summary>In Berlin it is 14:40:00, UTC+1.</summary>
    protected static readonly DateTimeOffset Now = new(2026, 11, 23, 13, 40, 0, TimeSpan.Zero);

    protected ControlsContext()
    {
        Clock = new FakeTimeProvider(Now);
        Services.AddSingleton<TimeProvider>(Clock);
        Viewer = new ViewerTime(Clock);
        Viewer.Apply(ViewerChoices.Default with { BrowserZone = "Europe/Berlin" });
        Services.AddSingleton(Viewer);
        Services.AddPortalControls();
        JSInterop.Mode = JSRuntimeMode.Loose;
    }

    protected FakeTimeProvider Clock { get; }

    protected ViewerTime Viewer { get; }
}

using Connectors.Sandbox;
using Connectors.Sandbox.Dials;
using Microsoft.AspNetCore.Components;

namespace ControlPlane.Web.Features.Dials;

/// <summary>
/// The dials of the demo. What is shown is read from the sandbox every second, so that dials turned by a script or by
/// somebody else move here too; it is drawn only when something moved.
/// </summary>
public sealed partial class DialsPage : IDisposable
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(1);

    private const int OrdersAtOnce = 10;

    private ISandboxControl? _control;
    private IReadOnlyList<DialReading> _dials = [];
    private IReadOnlyList<SystemStatistics> _seen = [];
    private string _told = "";
    private ITimer? _timer;

    /// <summary>Asked for by hand: without the demo there is no sandbox, and the page says so.</summary>
    [Inject] private IServiceProvider Services { get; set; } = default!;

    [Inject] private TimeProvider Clock { get; set; } = default!;

    public void Dispose() => _timer?.Dispose();

    protected override void OnInitialized()
    {
        _control = Services.GetService<ISandboxControl>();
        Look();
        if (_control is not null && RendererInfo.IsInteractive)
            _timer = Clock.CreateTimer(_ => _ = InvokeAsync(LookAgain), null, LookEvery, LookEvery);
    }

    private bool Look()
    {
        if (_control is null)
            return false;
        var (dials, seen) = (_control.Dials.List(), _control.Statistics());
        if (dials.SequenceEqual(_dials) && seen.SequenceEqual(_seen))
            return false;
        (_dials, _seen) = (dials, seen);
        return true;
    }

    private void LookAgain()
    {
        if (Look())
            StateHasChanged();
    }

    private void Turn(DialSetting setting)
    {
        var refusals = _control!.Dials.Apply([setting]);
        Look();
        var dial = _dials.First(d => d.Definition.System == setting.System && d.Definition.Name == setting.Name);
        _told = refusals.Count > 0 ? refusals[0].Message : $"{SandboxSystems.Title(setting.System)}: {dial.Definition.Title} is now {DialsPresentation.Value(dial)}.";
    }

    private void Take(DialPreset preset)
    {
        _control!.Dials.Apply(preset.Name);
        Look();
        _told = $"{preset.Title}. {preset.Meaning}";
    }

    private void Reset()
    {
        _control!.Dials.Reset();
        Look();
        _told = "Every dial is back to where it stood at the start.";
    }

    private void PlaceOrders()
    {
        _control!.PlaceOrders(SandboxSystems.Shop, OrdersAtOnce);
        Look();
        _told = $"{OrdersAtOnce} orders were placed in the web shop.";
    }
}

using ControlPlane.Web.Controls;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Routing;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.JSInterop;

namespace ControlPlane.Web.Shell;

public sealed partial class MainLayout : IDisposable
{
    private static readonly LoadProblem _failed = new(
        "This page stopped because of a defect in ControlPlane. Nothing was changed by it.",
        "Open it again. If it stays like this, send the time and the address of this page to an administrator.");

    private ErrorBoundary? _boundary;
    private bool _railCollapsed;
    private bool _drawerOpen;

    [Inject] private NavigationManager Navigation { get; set; } = default!;

    [Inject] private IJSRuntime Js { get; set; } = default!;

    [CascadingParameter] private ViewerChoices Choices { get; set; } = ViewerChoices.Default;

    protected override void OnInitialized()
    {
        _railCollapsed = Choices.RailCollapsed;
        Navigation.LocationChanged += OnMoved;
    }

    private void OnMoved(object? sender, LocationChangedEventArgs e)
    {
        _boundary?.Recover();
        if (!_drawerOpen)
            return;
        _drawerOpen = false;
        _ = InvokeAsync(StateHasChanged);
    }

    private void Recover() => _boundary?.Recover();

    private void ToggleDrawer() => _drawerOpen = !_drawerOpen;

    private void CloseDrawer() => _drawerOpen = false;

    private async Task ToggleRailAsync()
    {
        _railCollapsed = !_railCollapsed;
        await Js.InvokeVoidAsync("portal.cookie", ViewerChoices.RailCookie, _railCollapsed ? "icons" : "wide");
    }

    public void Dispose() => Navigation.LocationChanged -= OnMoved;
}

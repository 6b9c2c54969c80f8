using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;

namespace ControlPlane.Web.Shell;

/// <summary>
/// After a change of page the focus goes to its heading, so that a screen reader begins there. The framework's own does so whatever a person
/// does meanwhile: who already types into the new page lost the rest of the word.
/// </summary>
public sealed class FocusHeading : ComponentBase
{
    private Type? _shown;
    private bool _due;

    [Parameter, EditorRequired] public Microsoft.AspNetCore.Components.RouteData RouteData { get; set; } = default!;

    [Inject] private IJSRuntime Js { get; set; } = default!;

    protected override void OnParametersSet()
    {
        if (_shown == RouteData.PageType)
            return;
        // What the browser loaded itself keeps the browser's focus.
        _due = _shown is not null;
        _shown = RouteData.PageType;
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (!_due)
            return;
        _due = false;
        try
        {
            await Js.InvokeVoidAsync("portal.focusHeading");
        }
        catch (JSDisconnectedException)
        {
            // Nobody looks any more.
        }
    }
}

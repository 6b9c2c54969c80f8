using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;

namespace ControlPlane.Web.Controls;

/// <summary>Moves the focus to what follows from an action, so that it never falls back to the top of the page.</summary>
internal static class ElementFocus
{
    public static async Task MoveToAsync(this ElementReference target)
    {
        try
        {
            await target.FocusAsync();
        }
        catch (Exception e) when (e is JSException or JSDisconnectedException or InvalidOperationException or OperationCanceledException)
        {
            // It is gone again, or nobody looks any more: what was done counts all the same.
        }
    }
}

using ControlPlane.Domain.Shared;
using ControlPlane.Runtime.Mappings;
using ControlPlane.Web.Controls;
using ControlPlane.Web.Shell;

namespace ControlPlane.Web.Features.Catalogue;

/// <summary>The draft of the person at the bench: taken up again, kept while it is typed, dropped.</summary>
public sealed partial class WorkbenchPage
{
    private async Task TakeDraftAsync()
    {
        if (!_admin || await Versions.DraftAsync(Tenant, DraftName, await CallerAsync(), CancellationToken.None) is not { } draft || draft.Document == _bench.Text)
            return;
        _bench.Text = draft.Document;
        var inService = _known ? (await Versions.ListAsync(Tenant, Name, CancellationToken.None)).FirstOrDefault()?.Version ?? 0 : 0;
        var saved = Instant.FromMicroseconds(draft.SavedAt);
        _draftNote = $"This is your draft, saved at {TimeText.Absolute(saved, Viewer.Zone, Viewer.Now)} {TimeText.Zone(saved, Viewer.Zone)}." + (draft.BasedOn < inService ? $" It was begun on version {draft.BasedOn}; version {inService} is in service." : "");
    }

    /// <summary>Keeps the draft, so that a reload loses nothing.</summary>
    private async Task SaveAsync()
    {
        if (!_admin)
            return;
        _save?.Cancel();
        _save?.Dispose();
        var save = _save = new();
        try
        {
            await Task.Delay(SavePause, Clock, save.Token);
            // Back at what is in service there is nothing to keep, and an older draft would only mislead.
            if (_bench.Text == _inService?.ReplaceLineEndings("\n"))
            {
                await Versions.DropDraftAsync(Tenant, DraftName, await CallerAsync(), CancellationToken.None);
                return;
            }

            await Versions.SaveDraftAsync(Tenant, DraftName, await CallerAsync(), _bench.Text, _known ? _versions.Value?.FirstOrDefault()?.Version ?? 0 : 0, CancellationToken.None);
        }
        catch (OperationCanceledException)
        {
            // A later stroke saves.
        }
        catch (Exception e) when (e is System.Data.Common.DbException or InvalidOperationException)
        {
            CatalogueLog.DraftNotSaved(Log, DraftName, e);
        }
    }

    private async Task DropDraftAsync()
    {
        await Versions.DropDraftAsync(Tenant, DraftName, await CallerAsync(), CancellationToken.None);
        if (Start == Imported)
        {
            Navigation.NavigateTo(PageUrls.NewConnector("openapi"));
            return;
        }

        (_bench.Text, _draftNote) = (_inService!.ReplaceLineEndings("\n"), null);
        ShowAll();
    }
}

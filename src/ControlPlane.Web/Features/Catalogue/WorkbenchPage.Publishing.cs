using Connectors.Protocols.OpenApi;
using ControlPlane.Web.Controls;
using ControlPlane.Web.Shell;

namespace ControlPlane.Web.Features.Catalogue;

/// <summary>From the draft to what serves: back-test, publish, back to an older version.</summary>
public sealed partial class WorkbenchPage
{
    private async Task BackTestAsync()
    {
        // What was typed a moment ago counts, too.
        _pause?.Cancel();
        await ChangedAsync();
        if (_bench.Draft is null)
            return;
        (_busy, _testedMessages, _testing) = (true, 0, new());
        var progress = new Progress<int>(read => { _testedMessages = read; _ = InvokeAsync(StateHasChanged); });
        try
        {
            _report = await Desk.BackTestAsync(Tenant, _connection, _bench.Draft, 5_000, progress, _testing.Token);
            _said = null;
        }
        catch (OperationCanceledException)
        {
            _said = $"Stopped after {MoneyFormat.Count(_testedMessages)} messages. Nothing was changed.";
        }

        _testing.Dispose();
        (_busy, _testing) = (false, null);
    }

    private async Task PublishAsync()
    {
        if (_reason.Trim().Length == 0)
        {
            _said = "Say why, so that others need not ask.";
            return;
        }

        _busy = true;
        await TakenAsync(await Desk.PublishAsync(Tenant, _bench.Text, _reason.Trim(), _waiver, _fix, await PersonAsync(), CancellationToken.None));
        if (_bench.Draft is { } draft && draft.Manifest.Name != Name && !_heldUp && _inService == _bench.Text)
            Navigation.NavigateTo(PageUrls.NewConnection(draft.Manifest.Name, address: Start == Imported ? OpenApiDraft.AddressIn(_bench.Text) : null));
    }

    /// <summary>A broker's messages are described by the connection itself: the draft goes there.</summary>
    private async Task GoOnAsync()
    {
        _busy = true;
        (_save, _pause) = (Cancelled(_save), Cancelled(_pause));
        await Versions.SaveDraftAsync(Tenant, DraftName, await CallerAsync(), _bench.Text, 0, CancellationToken.None);
        Navigation.NavigateTo(PageUrls.NewConnection(Start, Start));
    }

    private async Task BackAsync((int Version, string Why) back)
    {
        _busy = true;
        if (await Desk.RollBackAsync(Tenant, Name, back.Version, back.Why, _waiver, await PersonAsync(), CancellationToken.None) is { } outcome)
        {
            if (outcome.Published && await Versions.DocumentAsync(Tenant, Name, back.Version, CancellationToken.None) is { } document)
                _bench.Text = document.ReplaceLineEndings("\n");
            await TakenAsync(outcome);
        }

        _busy = false;
    }

    private async Task TakenAsync(PublishOutcome outcome)
    {
        (_busy, _said, _heldUp) = (false, outcome.Message, outcome.HeldUpBy is not null);
        _fixAsked = outcome.Budget is { Measure: Domain.Objectives.BudgetMeasure.FixesOnly } || (_fixAsked && !outcome.Published);
        _report = outcome.Report ?? _report;
        if (outcome.Published)
        {
            await Versions.DropDraftAsync(Tenant, DraftName, await CallerAsync(), CancellationToken.None);
            (_save, _inService, _draftNote, _waiver, _fix, _reason, _report) = (Cancelled(_save), _bench.Text, null, "", "", "", null);
            _known = true;
        }

        ShowAll();
        await LoadVersionsAsync();
    }

    private Task LoadVersionsAsync() => _versions.LoadAsync(ct => Versions.ListAsync(Tenant, DraftName, ct), e => CatalogueLog.NotRead(Log, DraftName, e), CancellationToken.None);

    private static CancellationTokenSource? Cancelled(CancellationTokenSource? source)
    {
        source?.Cancel();
        return source;
    }
}

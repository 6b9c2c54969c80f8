using System.Security.Claims;
using System.Text;
using System.Text.Json;
using Connectors.Catalog.Starts;
using Connectors.Protocols.Http;
using Connectors.Protocols.Manifests;
using Connectors.Protocols.OpenApi;
using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Mappings.Suggestions;
using ControlPlane.Domain.Shared;
using ControlPlane.Runtime.BackTests;
using ControlPlane.Runtime.Connections;
using ControlPlane.Runtime.Identity;
using ControlPlane.Runtime.Mappings;
using ControlPlane.Runtime.Persistence;
using ControlPlane.Web.Controls;
using ControlPlane.Web.Shell;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;

namespace ControlPlane.Web.Features.Catalogue;

/// <summary>A connector on real messages: its rows and its text in step, what becomes of a message at each keystroke, suggestions, tests, history.</summary>
public sealed partial class WorkbenchPage : IDisposable
{
    /// <summary>A pause in typing: shorter than a person notices, longer than between two strokes.</summary>
    public static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(120);

    private static readonly TimeSpan SavePause = TimeSpan.FromSeconds(1);

    private static readonly JsonSerializerOptions Lines = new() { WriteIndented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private bool _loaded, _known, _editable, _admin, _interactive, _busy, _heldUp, _keepTaken;
    private string _title = "", _connection = "", _reason = "", _waiver = "", _search = "", _keepWhy = "";
    private string? _answer, _said, _shown, _draftNote, _keepSaid, _inService;
    private Guid? _message, _transaction;
    private int _testedMessages;
    private Bench _bench = default!;
    private IReadOnlyList<Connection> _of = [];
    private IReadOnlyList<SourceLeaf> _leaves = [];
    private IReadOnlyList<TrialTransaction> _transactions = [];
    private IReadOnlyList<RowSuggestion>? _suggestions;
    private IReadOnlyList<MappingTestRow> _kept = [];
    private Loadable<IReadOnlyList<MappingTestResult>> _tests = default!;
    private Loadable<IReadOnlyList<ConnectorVersion>> _versions = default!;
    private BackTestReport? _report;
    private CancellationTokenSource? _pause, _save, _testing;

    /// <summary>A document that an OpenAPI description made; it lies in the draft of the person.</summary>
    public const string Imported = "imported";

    [Parameter] public string Name { get; set; } = "";

    /// <summary>Name of a generic start whose template lies on the workbench, or <see cref="Imported"/>; null for a connector that is there.</summary>
    [Parameter] public string? Start { get; set; }

    /// <summary>A message to begin with: links from messages lead here.</summary>
    [SupplyParameterFromQuery] public Guid? Message { get; set; }

    [CascadingParameter] private Task<AuthenticationState>? Who { get; set; }

    [Inject] private ConnectorDesk Desk { get; set; } = default!;

    [Inject] private MappingDesk Mappings { get; set; } = default!;

    [Inject] private TenantScope Tenant { get; set; } = default!;

    [Inject] private IConnectionRegistry Connections { get; set; } = default!;

    [Inject] private BackTests BackTests { get; set; } = default!;

    [Inject] private ConnectorVersions Versions { get; set; } = default!;

    [Inject] private MappingTests Tests { get; set; } = default!;

    [Inject] private OutgoingTrials Trials { get; set; } = default!;

    [Inject] private TimeProvider Clock { get; set; } = default!;

    [Inject] private NavigationManager Navigation { get; set; } = default!;

    [Inject] private ILogger<WorkbenchPage> Log { get; set; } = default!;

    private bool Fresh => Start is not null;

    private StartingPoint? From => StartingPoints.Find(Start);

    /// <summary>Under which a person's draft lies; no connector can be called so.</summary>
    private string DraftName => Start is null ? Name : StartDrafts.Name(Start);

    private string DocumentText
    {
        get => _bench.Text;
        set => _bench.Text = value.ReplaceLineEndings("\n");
    }

    /// <summary>Changing the text leaves the bytes behind that came.</summary>
    private string MessageText
    {
        get => _bench.Message;
        set => (_bench.Message, _bench.Original, _message) = (value, null, null);
    }

    protected override async Task OnParametersSetAsync()
    {
        if (_shown == DraftName)
            return;
        _shown = DraftName;
        _interactive = RendererInfo.IsInteractive;
        _bench = new(Clock);
        (_tests, _versions) = (new(Clock), new(Clock));
        (_message, _transaction, _suggestions, _report, _said, _heldUp, _kept, _draftNote) = (null, null, null, null, null, false, [], null);
        _admin = Who is not null && (await Who).User.IsInRole(PortalRoles.Admin);
        var entry = Fresh ? null : (await Desk.ListAsync(Tenant, CancellationToken.None)).FirstOrDefault(c => c.Manifest.Name == Name);
        _known = entry is not null;
        _title = Fresh ? $"A connector of your own{(From is { } start ? $": {start.Title}" : "")}" : entry?.Manifest.Title ?? Name;
        _answer = Fresh ? "Describe the system; the message at the left shows at once what becomes of it." : Answer(entry);
        _inService = Start == Imported ? await Versions.DraftAsync(Tenant, DraftName, await CallerAsync(), CancellationToken.None) is null ? null : ""
            : Fresh ? From?.Document : await Desk.DocumentAsync(Tenant, Name, CancellationToken.None);
        _editable = _inService is not null;
        _of = [.. Connections.All.Where(c => c.Connector == Name).OrderBy(c => c.DisplayName, StringComparer.Ordinal)];
        (_connection, _loaded) = (_of.Count > 0 ? _of[0].Key : "", true);
        if (!_editable)
            return;
        _bench.Text = _inService!.ReplaceLineEndings("\n");
        await TakeDraftAsync();
        _bench.Connection = Connections.Find(_connection);
        _bench.Show();
        if (Fresh)
            TakeStart();
        else
            TakeSample();
        if (Message is { } asked)
            await TakeAsync(asked);
        else if (_of.Count > 0 && await BackTests.ListAsync(Tenant, _connection, null, false, 1, CancellationToken.None) is [var newest])
            await TakeAsync(newest.Id);
        ShowAll();
        await LoadTestsAsync();
        await LoadVersionsAsync();
    }

    private static string? Answer(CatalogueEntry? entry) =>
        entry is null ? null : entry.Manifest.Published is { } version ? $"Version {version} is in service. {entry.Manifest.Description}" : entry.Manifest.Description;

    private async Task TakeDraftAsync()
    {
        if (!_admin || await Versions.DraftAsync(Tenant, DraftName, await CallerAsync(), CancellationToken.None) is not { } draft || draft.Document == _bench.Text)
            return;
        _bench.Text = draft.Document;
        var inService = _known ? (await Versions.ListAsync(Tenant, Name, CancellationToken.None)).FirstOrDefault()?.Version ?? 0 : 0;
        _draftNote = $"This is your draft, saved at {TimeText.Exact(Instant.FromMicroseconds(draft.SavedAt))}." + (draft.BasedOn < inService ? $" It was begun on version {draft.BasedOn}; version {inService} is in service." : "");
    }

    /// <summary>Everything that is shown of the text, at once.</summary>
    private void ShowAll()
    {
        _bench.Show();
        _leaves = _bench.GoesOut
            ? _bench.Transaction is { } request ? [.. OutgoingPreview.Sources(_bench.Draft, request).Select(s => new SourceLeaf(0, s.Key, s.Value, s.Key))] : []
            : _bench.Source() is { } source ? SourceTree.Of(source, _bench.List?.LinesAt) : [];
        if (_bench.Draft is { } draft && _kept.Count > 0)
            _tests.Take(Tests.Run(_kept, draft), Clock.GetUtcNow());
    }

    /// <summary>After a pause in typing; a later stroke takes over.</summary>
    private async Task TypedAsync()
    {
        _pause?.Cancel();
        _pause?.Dispose();
        var pause = _pause = new();
        try
        {
            await Task.Delay(Pause, Clock, pause.Token);
        }
        catch (OperationCanceledException)
        {
            return;
        }

        await ChangedAsync();
    }

    private async Task ChangedAsync()
    {
        ShowAll();
        if (_bench.GoesOut && _transactions.Count == 0)
            await FindTransactionsAsync();
        _ = SaveAsync();
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

    private async Task ConnectionChosenAsync()
    {
        (_bench.Connection, _message) = (Connections.Find(_connection), null);
        if (_transaction is { } id)
            await TakeTransactionAsync(id);
        ShowAll();
    }

    private async Task TakeAsync(Guid id)
    {
        var feeds = _bench.Draft?.Feeds.Select(f => f.Name).ToHashSet(StringComparer.Ordinal) ?? [];
        if (await BackTests.FindAsync(Tenant, id, _ => feeds, CancellationToken.None) is not { } found)
            return;
        (_bench.Message, _bench.Original, _bench.Topic, _message) = (Readable(found.Request.Body), found.Request, found.Request.Topic, id);
        if (_of.Any(c => c.Key == found.Connection))
            (_connection, _bench.Connection) = (found.Connection, Connections.Find(found.Connection));
        _keepSaid = null;
        ShowAll();
    }

    /// <summary>Until a message came, the sample of a built-in connector stands for it.</summary>
    private void TakeSample()
    {
        if (EmbeddedCatalog.FirstSample(Name) is not { } sample)
            return;
        var topic = _bench.Draft?.Feeds.FirstOrDefault()?.Name ?? "";
        (_bench.Message, _bench.Topic) = (Readable(sample), topic);
        _bench.Original = new() { Topic = topic, Body = sample, ReceivedAt = Clock.GetUtcNow(), Polled = topic.Length > 0 };
    }

    /// <summary>The sample of the start, or the message that a description shows.</summary>
    private void TakeStart()
    {
        if (From is { } start)
        {
            (_bench.Message, _bench.Topic) = (Readable(start.Sample), start.Topic);
            _bench.Connection = _bench.Draft is { } draft ? start.SampleConnection(draft.Manifest) : null;
        }
        else if (OpenApiDraft.SampleIn(_bench.Text) is { } shown)
            (_bench.Message, _bench.Topic) = (shown.Sample, shown.Topic);
    }

    /// <summary>A broker's messages are described by the connection itself: the draft goes there.</summary>
    private async Task GoOnAsync()
    {
        _busy = true;
        (_save, _pause) = (Cancelled(_save), Cancelled(_pause));
        await Versions.SaveDraftAsync(Tenant, DraftName, await CallerAsync(), _bench.Text, 0, CancellationToken.None);
        Navigation.NavigateTo(PageUrls.NewConnection(Start, Start));
    }

    private async Task FindTransactionsAsync()
    {
        _transactions = await Trials.ListAsync(Tenant, _search.Trim().Length > 0 ? _search.Trim() : null, 8, CancellationToken.None);
        if (_transaction is null && _transactions.Count > 0)
            await TakeTransactionAsync(_transactions[0].Id);
    }

    private async Task TakeTransactionAsync(Guid id)
    {
        var connection = Connections.Find(_connection) ?? (_bench.Draft is { } draft ? OutgoingPreview.Stranger(draft) : null);
        if (connection is null)
            return;
        (_transaction, _bench.Transaction) = (id, await Trials.RequestAsync(Tenant, id, connection, null, CancellationToken.None));
        ShowAll();
    }

    private async Task PickAsync(string path)
    {
        _bench.Pick(path);
        await ChangedAsync();
    }

    private void RowAsync(int number)
    {
        if (_bench.Row != number)
            _bench.ChooseRow(number);
    }

    private async Task SuggestAsync() => _suggestions = await Mappings.SuggestAsync(Tenant, _bench, CancellationToken.None);

    private async Task ApplyAsync(RowSuggestion suggestion)
    {
        _bench.Add(new() { To = suggestion.Target, From = [suggestion.From], Convert = suggestion.Convert });
        _suggestions = [.. (_suggestions ?? []).Where(s => s.Target != suggestion.Target)];
        await ChangedAsync();
    }

    private async Task LoadTestsAsync()
    {
        await _tests.LoadAsync(async ct =>
        {
            _kept = await Tests.RowsAsync(Tenant, DraftName, ct);
            return _bench.Draft is { } draft ? Tests.Run(_kept, draft) : _tests.Value ?? [];
        }, e => CatalogueLog.NotRead(Log, DraftName, e), CancellationToken.None);
    }

    private Task LoadVersionsAsync() => _versions.LoadAsync(ct => Versions.ListAsync(Tenant, DraftName, ct), e => CatalogueLog.NotRead(Log, DraftName, e), CancellationToken.None);

    private async Task KeepAsync()
    {
        if (_message is not { } id || _keepWhy.Trim().Length == 0)
        {
            _keepSaid = "Say why, so that others know what it proves.";
            return;
        }

        var (test, problem) = await Tests.KeepAsync(Tenant, id, null, _keepTaken, await PersonAsync(), _keepWhy.Trim(), CancellationToken.None);
        _keepSaid = problem?.Message ?? $"Kept as \"{test!.Name}\", without names, streets, phones and mail addresses.";
        if (test is not null)
            _keepWhy = "";
        await LoadTestsAsync();
    }

    private void ShowTestAsync(Guid id)
    {
        if (_kept.FirstOrDefault(t => t.Id == id) is not { } test)
            return;
        var request = MappingTests.Request(test);
        (_bench.Message, _bench.Original, _bench.Topic, _message) = (Readable(request.Body), request, request.Topic, null);
        ShowAll();
    }

    private async Task RemoveTestAsync(Guid id)
    {
        await Tests.RemoveAsync(Tenant, id, CancellationToken.None);
        await LoadTestsAsync();
    }

    private async Task RenewTestAsync((Guid Id, string Why) renewed)
    {
        if (_bench.Draft is { } draft)
            await Tests.RefreshAsync(Tenant, renewed.Id, draft, await PersonAsync(), renewed.Why, CancellationToken.None);
        await LoadTestsAsync();
    }

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
        await TakenAsync(await Desk.PublishAsync(Tenant, _bench.Text, _reason.Trim(), _waiver, await PersonAsync(), CancellationToken.None));
        if (_bench.Draft is { } draft && draft.Manifest.Name != Name && !_heldUp && _inService == _bench.Text)
            Navigation.NavigateTo(PageUrls.NewConnection(draft.Manifest.Name, address: Start == Imported ? OpenApiDraft.AddressIn(_bench.Text) : null));
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
        _report = outcome.Report ?? _report;
        if (outcome.Published)
        {
            await Versions.DropDraftAsync(Tenant, DraftName, await CallerAsync(), CancellationToken.None);
            (_save, _inService, _draftNote, _waiver, _reason, _report) = (Cancelled(_save), _bench.Text, null, "", "", null);
            _known = true;
        }

        ShowAll();
        await LoadVersionsAsync();
    }

    private static CancellationTokenSource? Cancelled(CancellationTokenSource? source)
    {
        source?.Cancel();
        return source;
    }

    /// <summary>For histories: as people know each other.</summary>
    private async Task<string> PersonAsync() => Who is null ? "somebody" : (await Who).User is var user ? user.FindFirstValue(PortalClaims.DisplayName) ?? user.Identity?.Name ?? "somebody" : "somebody";

    /// <summary>For drafts: never the same for two people.</summary>
    private async Task<string> CallerAsync() => Who is null ? "" : (await Who).User.FindFirstValue(ClaimTypes.NameIdentifier) ?? "";

    /// <summary>In lines, when it is JSON: systems send it in one.</summary>
    private static string Readable(ReadOnlyMemory<byte> body)
    {
        try
        {
            return JsonSerializer.Serialize(JsonSerializer.Deserialize<JsonElement>(body.Span), Lines);
        }
        catch (JsonException)
        {
            return Encoding.UTF8.GetString(body.Span);
        }
    }

    public void Dispose()
    {
        foreach (var source in new[] { _pause, _save, _testing })
        {
            source?.Cancel();
            source?.Dispose();
        }
    }
}

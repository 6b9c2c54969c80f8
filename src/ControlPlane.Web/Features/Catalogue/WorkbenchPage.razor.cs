using System.Security.Claims;
using System.Text;
using System.Text.Json;
using Connectors.Catalog.Starts;
using Connectors.Protocols.Http;
using Connectors.Protocols.Manifests;
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

    private bool _loaded, _known, _editable, _admin, _interactive, _busy, _heldUp, _fixAsked, _keepTaken;
    private string _title = "", _connection = "", _reason = "", _waiver = "", _fix = "", _search = "", _keepWhy = "";
    private string? _answer, _said, _shown, _draftNote, _keepSaid, _inService;
    private Guid? _message, _transaction;
    private int _testedMessages;
    private Bench _bench = default!;
    private CatalogueEntry? _entry;
    private IReadOnlyList<Connection> _of = [];
    private IReadOnlyList<SourceLeaf> _leaves = [];
    private IReadOnlyList<TrialTransaction> _transactions = [];
    private IReadOnlyList<RowSuggestion>? _suggestions;
    private IReadOnlyList<MappingTestRow> _kept = [];
    private Loadable<IReadOnlyList<MappingTestResult>> _tests = default!;
    private Loadable<IReadOnlyList<ConnectorVersion>> _versions = default!;
    private BackTestReport? _report;
    private LoadProblem? _problem;
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

    [Inject] private ViewerTime Viewer { get; set; } = default!;

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
        await ReadAsync();
    }

    /// <summary>Also for the button after a failure.</summary>
    private async Task ReadAsync()
    {
        try
        {
            _problem = null;
            await OpenAsync();
        }
        catch (Exception e)
        {
            CatalogueLog.NotOpened(Log, DraftName, e);
            (_problem, _loaded) = (LoadProblem.From(e), true);
        }
    }

    private async Task OpenAsync()
    {
        _interactive = RendererInfo.IsInteractive;
        _bench = new(Clock);
        (_tests, _versions) = (new(Clock), new(Clock));
        (_message, _transaction, _suggestions, _report, _said, _heldUp, _kept, _draftNote) = (null, null, null, null, null, false, [], null);
        _admin = Who is not null && (await Who).User.IsInRole(PortalRoles.Admin);
        var entry = _entry = Fresh ? null : (await Desk.ListAsync(Tenant, CancellationToken.None)).FirstOrDefault(c => c.Manifest.Name == Name);
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

    /// <summary>For histories: as people know each other.</summary>
    private async Task<string> PersonAsync() => Who is null ? "somebody" : (await Who).User is var user ? user.FindFirstValue(PortalClaims.DisplayName) ?? user.Identity?.Name ?? "somebody" : "somebody";

    /// <summary>For drafts: never the same for two people.</summary>
    private async Task<string> CallerAsync() => Who is null ? "" : (await Who).User.FindFirstValue(ClaimTypes.NameIdentifier) ?? "";

    public void Dispose()
    {
        foreach (var source in new[] { _pause, _save, _testing })
        {
            source?.Cancel();
            source?.Dispose();
        }
    }
}

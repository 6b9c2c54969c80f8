using ControlPlane.Runtime.Persistence;
using ControlPlane.Runtime.Transactions.Queries;
using ControlPlane.Runtime.Views;
using ControlPlane.Web.Controls;
using ControlPlane.Web.Shell;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;

namespace ControlPlane.Web.Features.Views;

/// <summary>The bar above a list. It reads the views once and counts them again while somebody looks; nobody is counted for alone.</summary>
public sealed partial class SavedViews
{
    /// <summary>How long a deletion is offered to be taken back.</summary>
    public static readonly TimeSpan UndoFor = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan CountEvery = TimeSpan.FromSeconds(15);

    private readonly string _id = Ids.Next("views");
    private readonly CancellationTokenSource _gone = new();
    private readonly Dictionary<string, CappedCount?> _counts = new(StringComparer.Ordinal);
    private IReadOnlyList<SavedView> _views = [];
    private SavedView? _last, _deleted;
    private Form _form;
    private string _name = "";
    private bool _shared, _busy;
    private string? _said;
    private ElementReference _field, _tool;

    /// <summary>Where the reader goes on after the next rendering; null = where he is.</summary>
    private Func<ElementReference>? _focus;

    private ITimer? _counting, _undo;

    private enum Form
    {
        None,
        New,
        Edit,
    }

    /// <summary>Which list: one of <see cref="ViewPages"/>.</summary>
    [Parameter, EditorRequired] public string Page { get; set; } = "";

    /// <summary>Address of the list without filters.</summary>
    [Parameter, EditorRequired] public string Path { get; set; } = "";

    /// <summary>What follows the question mark now.</summary>
    [Parameter] public string Query { get; set; } = "";

    [CascadingParameter] private Task<AuthenticationState>? Who { get; set; }

    [Inject] private ViewStore Store { get; set; } = default!;

    [Inject] private ViewCounts Counts { get; set; } = default!;

    [Inject] private TenantScope Tenant { get; set; } = default!;

    [Inject] private ViewerTime Viewer { get; set; } = default!;

    [Inject] private TimeProvider Clock { get; set; } = default!;

    [Inject] private NavigationManager Navigation { get; set; } = default!;

    [Inject] private ILogger<SavedViews> Log { get; set; } = default!;

    private ViewPerson Person { get; set; } = new("", "", false);

    private string Asked => ViewStore.Clean(Query);

    private SavedView? Current => _views.FirstOrDefault(v => Same(v.Query, Asked));

    protected override async Task OnInitializedAsync()
    {
        if (Who is not null)
            Person = ViewsApi.Person((await Who).User);
        await ReadAsync();
        if (!RendererInfo.IsInteractive)
            return;
        _undo = Clock.CreateTimer(_ => _ = InvokeAsync(() => { _deleted = null; StateHasChanged(); }), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        // The list comes first: it is counted when it stands.
        _counting = Clock.CreateTimer(_ => _ = InvokeAsync(CountAsync), null, TimeSpan.Zero, CountEvery);
    }

    protected override void OnParametersSet()
    {
        if (Current is { } current)
            _last = current;
        else if (_form == Form.Edit)
            _form = Form.None;
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (_focus is not { } next)
            return;
        _focus = null;
        await next().MoveToAsync();
    }

    private async Task ReadAsync()
    {
        try
        {
            _views = await Store.ListAsync(Tenant, Person, Page, _gone.Token);
            OnParametersSet();
        }
        catch (OperationCanceledException) when (_gone.IsCancellationRequested)
        {
            // The page was left.
        }
        catch (System.Data.Common.DbException e)
        {
            // The list below says that the database does not answer; a bar without views is no reason to say it twice.
            ShellLog.PageReadFailed(Log, nameof(SavedViews), e);
        }
    }

    private async Task CountAsync()
    {
        if (_gone.IsCancellationRequested || _views.Count == 0)
            return;
        try
        {
            var counted = _views.Select(v => v.Query).Distinct().ToList();
            foreach (var (query, count) in counted.Zip(await Counts.OfAsync(Tenant, Page, counted, Viewer.Zone, _gone.Token)))
                _counts[query] = count;
            StateHasChanged();
        }
        catch (OperationCanceledException) when (_gone.IsCancellationRequested)
        {
            // The page was left.
        }
        catch (System.Data.Common.DbException e)
        {
            ShellLog.PageReadFailed(Log, nameof(SavedViews), e);
        }
    }

    private void Toggle(Form form)
    {
        _form = _form == form ? Form.None : form;
        _said = null;
        (_name, _shared) = _form == Form.Edit && Current is { } current ? (current.Name, current.Shared) : ("", false);
        if (_form == Form.None)
            _focus = () => _tool;
        else if (_form == Form.New || Current is { MayChange: true })
            _focus = () => _field;
        else
            _focus = null;
    }

    private Task CreateAsync() => RunAsync(() => Store.CreateAsync(Tenant, Person, Page, _name, Asked, _shared, CancellationToken.None), () => _form = Form.None);

    private Task RenameAsync(SavedView view) => ChangeAsync(view, new(Name: _name, Shared: _shared));

    private Task ChangeAsync(SavedView view, ViewChange change) => RunAsync(() => Store.ChangeAsync(Tenant, Person, view.Id, view.Revision, change, CancellationToken.None), () => _form = Form.None);

    private Task MoveAsync(SavedView view, int steps) => RunAsync(() => Store.MoveAsync(Tenant, Person, view.Id, steps, CancellationToken.None));

    private async Task DefaultAsync(SavedView view)
    {
        _said = await Store.SetDefaultAsync(Tenant, Person, Page, view.IsDefault ? null : view.Id, CancellationToken.None) is { } refused ? ViewWords.Of(refused) : null;
        await ReadAsync();
    }

    private Task DeleteAsync(SavedView view) => RunAsync(() => Store.DeleteAsync(Tenant, Person, view.Id, view.Revision, CancellationToken.None), () =>
    {
        (_form, _deleted, _last) = (Form.None, view, null);
        _undo?.Change(UndoFor, Timeout.InfiniteTimeSpan);
    });

    private Task RestoreAsync()
    {
        var view = _deleted;
        _deleted = null;
        return view is null ? Task.CompletedTask : RunAsync(() => Store.RestoreAsync(Tenant, Person, view.Id, CancellationToken.None), () => Navigation.NavigateTo(Href(view)));
    }

    private async Task RunAsync(Func<Task<ViewOutcome>> act, Action? done = null)
    {
        if (_busy)
            return;
        _busy = true;
        try
        {
            var outcome = await act();
            _said = ViewWords.Of(outcome);
            if (outcome is ViewOutcome.Done)
                done?.Invoke();
        }
        finally
        {
            _busy = false;
        }

        await ReadAsync();
        // The form went, and its button with it: the one that it was opened by, or that took its place.
        if (_form == Form.None)
            _focus = () => _tool;
        await CountAsync();
    }

    private string Href(SavedView view) => view.Query.Length == 0 ? Path : $"{Path}?{view.Query}";

    private static string Title(SavedView view) => $"{(view.Shared ? $"Shared by {view.OwnerName}" : "Only you see it")}{(view.IsDefault ? ". Your default: key v" : "")}";

    /// <summary>The same filters, in whatever order and however they are escaped.</summary>
    private static bool Same(string one, string other) =>
        one == other || (one.Length > 0 && other.Length > 0 && Parts(one).SequenceEqual(Parts(other)));

    private static IEnumerable<string> Parts(string query) => query.Split('&').Select(p => Uri.UnescapeDataString(p.Replace('+', ' '))).Order(StringComparer.Ordinal);

    public void Dispose()
    {
        _gone.Cancel();
        _counting?.Dispose();
        _undo?.Dispose();
        _gone.Dispose();
    }
}

using ControlPlane.Domain.Shared;
using ControlPlane.Runtime.Persistence;
using ControlPlane.Runtime.Repair;
using ControlPlane.Runtime.Transactions;
using ControlPlane.Web.Controls;
using ControlPlane.Web.Live;
using ControlPlane.Web.Shell;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;

namespace ControlPlane.Web.Features.Repair;

/// <summary>Reads what can be mended about one order, follows its changes, and keeps what is being typed while it does.</summary>
public sealed partial class FixBox : IDisposable
{
    private readonly string _title = Ids.Next("fix");
    private readonly CancellationTokenSource _gone = new();
    private LiveSubscription? _live;
    private FixView? _view;
    private MissingValue? _missing;
    private HoldChoices? _choices;
    private Guid? _readFor;
    private Guid? _replay;
    private Guid _operation;
    private string? _said, _open, _heldBy;
    private bool _busy, _unread;
    private ElementReference _heading, _hold;

    /// <summary>Where the reader goes on after the next rendering; null = where he is.</summary>
    private Func<ElementReference>? _focus;

    private static readonly LoadProblem Unread = new("What can be mended here could not be read.", "Nothing was changed. Try again; if it stays, the log says why.");
    private UndoOffer? _undo;

    [Parameter, EditorRequired] public Guid TransactionId { get; set; }

    /// <summary>True where the page has a button for it already.</summary>
    [Parameter] public bool RetryElsewhere { get; set; }

    /// <summary>Something was sent or changed: what is shown beside it is old.</summary>
    [Parameter] public EventCallback OnChanged { get; set; }

    [CascadingParameter] private Task<AuthenticationState>? Who { get; set; }

    [Inject] private IServiceProvider Services { get; set; } = default!;

    [Inject] private IRepairs Repairs { get; set; } = default!;

    [Inject] private IHolds Holds { get; set; } = default!;

    [Inject] private ICrosswalkFixes Crosswalks { get; set; } = default!;

    [Inject] private ITransactionCommands Commands { get; set; } = default!;

    [Inject] private TenantScope Tenant { get; set; } = default!;

    [Inject] private LiveFeed Feed { get; set; } = default!;

    [Inject] private TimeProvider Clock { get; set; } = default!;

    [Inject] private ILogger<FixBox> Log { get; set; } = default!;

    protected override void OnInitialized()
    {
        if (RendererInfo.IsInteractive)
            _live = Feed.Follow(change => InvokeAsync(() => change.More || change.Notes.Any(n => n.TransactionId == TransactionId) ? ReadAndShowAsync() : Task.CompletedTask), TimeSpan.FromSeconds(1));
    }

    protected override async Task OnParametersSetAsync()
    {
        if (_readFor == TransactionId)
            return;
        (_readFor, _replay, _said, _open, _view, _missing, _choices) = (TransactionId, null, null, null, null, null, null);
        _operation = EntityId.New(Clock);
        _undo?.End();
        await ReadAsync();
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (_focus is not { } next)
            return;
        _focus = null;
        await next().MoveToAsync();
    }

    private async Task ReadAndShowAsync()
    {
        await ReadAsync();
        StateHasChanged();
    }

    private async Task ReadAsync()
    {
        var id = TransactionId;
        try
        {
            var who = RepairPresentation.Person(Who is null ? null : (await Who).User);
            var view = await Repairs.FindAsync(Tenant, id, who, _gone.Token);
            var missing = view?.State == Domain.Transactions.TransactionState.Stuck ? await Crosswalks.OfAsync(Tenant, id, _gone.Token) : null;
            var choices = view?.State is Domain.Transactions.TransactionState.Stuck or Domain.Transactions.TransactionState.Retrying ? await Holds.ChoicesAsync(Tenant, id, _gone.Token) : null;
            var heldBy = view is null ? null : await Ownership.ClaimGuard.RefusedAsync(Services, Tenant, id, Who is null ? null : (await Who).User, _gone.Token);
            if (id == TransactionId)
                (_view, _missing, _choices, _heldBy, _unread) = (view, missing, choices, heldBy, false);
        }
        catch (OperationCanceledException) when (_gone.IsCancellationRequested)
        {
            // The page was left while it read.
        }
        catch (Exception e)
        {
            // What is shown beside it is worth more than this box; what was read before may be old, and nothing is mended by it.
            ShellLog.PageReadFailed(Log, nameof(FixBox), e);
            if (id == TransactionId)
                (_view, _missing, _choices, _unread) = (null, null, null, true);
        }
    }

    private void Toggle(string what) => (_open, _said) = (_open == what ? null : what, null);

    private void Say(string text) => _said = text;

    private async Task StartedAsync(Guid replay)
    {
        (_replay, _said) = (replay, null);
        await ChangedAsync();
    }

    private async Task DoneAsync(CommandOutcome outcome)
    {
        _said = outcome.Message;
        // A form that closes takes the focus with it, and Wake becomes Hold.
        var (left, held) = (_open is not null, _choices?.Held is not null);
        if (outcome.Accepted)
            (_open, _operation) = (null, EntityId.New(Clock));
        _undo?.End();
        await ChangedAsync();
        if (!outcome.Accepted || !(left || held))
            return;
        var open = _heldBy is null && (_view?.State is Domain.Transactions.TransactionState.Stuck or Domain.Transactions.TransactionState.Retrying);
        _focus = () => open ? _hold : _heading;
    }

    private async Task ChangedAsync()
    {
        await ReadAsync();
        await OnChanged.InvokeAsync();
    }

    private Task RetryAsync(AuthenticationState who) => RunAsync(() => Commands.RetryNowAsync(Tenant.TenantId, TransactionId, RepairPresentation.Person(who.User).Name, "", _operation, CancellationToken.None));

    private void Held(Guid hold) => _undo?.Offer("It is held.", EventCallback.Factory.Create(this, async () =>
    {
        var who = RepairPresentation.Person(Who is null ? null : (await Who).User);
        await RunAsync(() => Holds.UndoAsync(Tenant, TransactionId, hold, who, _operation, CancellationToken.None));
    }));

    private Task WakeAsync(AuthenticationState who) => RunAsync(() => Holds.WakeAsync(Tenant, TransactionId, "", RepairPresentation.Person(who.User), _operation, CancellationToken.None));

    private async Task RunAsync(Func<Task<CommandOutcome>> command)
    {
        _busy = true;
        var outcome = await command();
        _busy = false;
        await DoneAsync(outcome);
    }

    public void Dispose()
    {
        _gone.Cancel();
        _live?.Dispose();
    }
}

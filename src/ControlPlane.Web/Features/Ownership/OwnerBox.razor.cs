using ControlPlane.Domain.Ownership;
using ControlPlane.Domain.Shared;
using ControlPlane.Runtime.Identity;
using ControlPlane.Runtime.Ownership;
using ControlPlane.Runtime.Persistence;
using ControlPlane.Web.Controls;
using ControlPlane.Web.Live;
using ControlPlane.Web.Shell;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;

namespace ControlPlane.Web.Features.Ownership;

/// <summary>Claim, hand over, give back, comment. While it is open the lease of who has the order goes on.</summary>
public sealed partial class OwnerBox : IDisposable
{
    /// <summary>A sixth of the lease: five that are lost on the way do not lose the order.</summary>
    internal static readonly TimeSpan RenewEvery = TimeSpan.FromMinutes(5);

    /// <summary>What is pressed sooner after the button changed was meant for what it said before: of many clicks the second does not take the first back.</summary>
    private static readonly TimeSpan Readable = TimeSpan.FromMilliseconds(500);

    private readonly string _id = Ids.Next("owner");
    private readonly CancellationTokenSource _gone = new();

    /// <summary>What is on its way; <see cref="Form.None"/> stands for the buttons without a form.</summary>
    private readonly HashSet<Form> _asked = [];

    private readonly SemaphoreSlim _turn = new(1);
    private Custody? _custody;
    private IReadOnlyList<Colleague> _people = [];
    private Person? _me;
    private Guid _readFor, _operation;
    private DateTimeOffset _changed;
    private Form _form;
    private bool _refused;
    private string _text = "", _to = "";
    private string? _said;
    private ElementReference _first, _take, _assign, _comment;

    /// <summary>Where the reader goes on after the next rendering; null = where he is.</summary>
    private Func<ElementReference>? _focus;

    private LiveSubscription? _live;
    private ITimer? _timer;
    private UndoOffer? _undo;

    private enum Form
    {
        None,
        TakeOver,
        Assign,
        Comment,
    }

    [Parameter, EditorRequired] public Guid TransactionId { get; set; }

    [CascadingParameter] private Task<AuthenticationState>? Who { get; set; }

    [CascadingParameter] private ViewerChoices Choices { get; set; } = ViewerChoices.Default;

    /// <summary>Asked for, not demanded: a page that shows the box works where nobody claims anything.</summary>
    [Inject] private IServiceProvider Services { get; set; } = default!;

    [Inject] private TenantScope Tenant { get; set; } = default!;

    [Inject] private TimeProvider Clock { get; set; } = default!;

    [Inject] private ViewerTime Viewer { get; set; } = default!;

    [Inject] private LiveFeed Feed { get; set; } = default!;

    [Inject] private ILogger<OwnerBox> Log { get; set; } = default!;

    private IClaims? Claims => Services.GetService<IClaims>();

    private bool Mine => _custody?.Claim is { } claim && _me is { } me && claim.IsHeldBy(me.Key, _custody.ReadAt);

    private bool MayWork => _me is { } me && (me.Has(PortalRoles.Business) || me.Has(PortalRoles.Operator) || me.Has(PortalRoles.Admin));

    private bool Asked(Form form) => _asked.Contains(form);

    private string Expanded(Form form) => _form == form ? "true" : "false";

    protected override async Task OnParametersSetAsync()
    {
        if (_readFor == TransactionId)
            return;
        _readFor = TransactionId;
        (_said, _refused) = (null, false);
        _undo?.End();
        Close();
        _me = Who is null ? null : (await Who).User.Person();
        await ReadAsync();
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (firstRender)
        {
            _live = Feed.Follow(change => InvokeAsync(() => change.More || change.Notes.Any(n => n.TransactionId == TransactionId) ? ShowAsync() : Task.CompletedTask));
            _timer = Clock.CreateTimer(_ => _ = InvokeAsync(RenewAsync), null, RenewEvery, RenewEvery);
        }

        if (_focus is not { } next)
            return;
        _focus = null;
        await next().MoveToAsync();
    }

    private async Task ShowAsync()
    {
        await ReadAsync();
        StateHasChanged();
    }

    private async Task ReadAsync()
    {
        try
        {
            _custody = Claims is { } claims ? await claims.FindAsync(Tenant, TransactionId, _gone.Token) : null;
        }
        catch (OperationCanceledException) when (_gone.IsCancellationRequested)
        {
            // The page was left while it read.
        }
        catch (Exception e)
        {
            // The order's page is worth more than this box.
            ShellLog.PageReadFailed(Log, nameof(OwnerBox), e);
        }
    }

    private async Task RenewAsync()
    {
        if (_gone.IsCancellationRequested)
            return;
        if (Mine && Claims is { } claims && _me is { } me)
            await claims.RenewAsync(Tenant, TransactionId, me.Key, CancellationToken.None);
        // Leases of others run out by time alone.
        await ShowAsync();
    }

    /// <summary>The operation's id is made when the form opens, so that fifteen clicks are one command.</summary>
    private void Open(Form form)
    {
        (_form, _said, _refused, _text, _to) = (_form == form ? Form.None : form, null, false, "", "");
        _operation = EntityId.New(Clock);
        _focus = _form == Form.None ? null : () => _first;
    }

    private async Task OpenAssignAsync()
    {
        if (_form != Form.Assign && Claims is { } claims)
            _people = await claims.ColleaguesAsync(Tenant, CancellationToken.None);
        Open(Form.Assign);
    }

    private void Close() => (_form, _text, _to, _operation) = (Form.None, "", "", EntityId.New(Clock));

    private void NotNow()
    {
        _focus = Opener(_form);
        Close();
    }

    /// <summary>The button behind which a form is.</summary>
    private Func<ElementReference> Opener(Form form) => () => form switch { Form.Assign => _assign, Form.Comment => _comment, _ => _take };

    private async Task TakeOrGiveAsync()
    {
        if (!Mine && _custody?.Claim is not null)
        {
            Open(Form.TakeOver);
            return;
        }

        if (Clock.GetUtcNow() - _changed < Readable)
            return;
        var mine = Mine;
        await (mine ? ReleaseAsync() : ClaimAsync());
        if (Mine != mine)
            _changed = Clock.GetUtcNow();
    }

    private Task ClaimAsync() => RunAsync(Take, "You took it.", () => RunAsync(GiveBack));

    private Task TakeOverAsync()
    {
        var (reason, operation) = (_text.Trim(), _operation);
        return RunAsync((claims, me) => claims.ClaimAsync(Tenant, TransactionId, me, reason, operation, CancellationToken.None));
    }

    /// <summary>Taken back by taking it again: where somebody was faster, that is told and nothing is done.</summary>
    private Task ReleaseAsync() => RunAsync(GiveBack, "You gave it back.", () => RunAsync(Take));

    private Task<ClaimOutcome> Take(IClaims claims, Person me) => claims.ClaimAsync(Tenant, TransactionId, me, "", _operation, CancellationToken.None);

    private Task<ClaimOutcome> GiveBack(IClaims claims, Person me) => claims.ReleaseAsync(Tenant, TransactionId, me, _operation, CancellationToken.None);

    private Task CommentAsync()
    {
        var (text, operation) = (_text.Trim(), _operation);
        return RunAsync((claims, me) => claims.CommentAsync(Tenant, TransactionId, me, text, operation, CancellationToken.None));
    }

    private Task AssignAsync()
    {
        var (note, operation) = (_text.Trim(), _operation);
        AssignTo to = _to.Split(':', 2) switch { ["person", var person] => new(person, null), ["team", var team] => new(null, team), _ => new("", null) };
        return RunAsync((claims, me) => claims.AssignAsync(Tenant, TransactionId, to, me, note, operation, CancellationToken.None));
    }

    /// <param name="done">What can be taken back by <paramref name="undo"/>; null = nothing can.</param>
    private async Task RunAsync(Func<IClaims, Person, Task<ClaimOutcome>> command, string? done = null, Func<Task>? undo = null)
    {
        // A second click while the first is on its way is the same click. What another form asks for comes after it: who types fast loses nothing.
        var form = _form;
        if (Claims is not { } claims || _me is not { } me || !_asked.Add(form))
            return;
        await _turn.WaitAsync(_gone.Token);
        try
        {
            var outcome = await command(claims, me);
            (_said, _refused) = (outcome is { Code: "held", Holder: { } holder } ? Held(holder) : outcome.Message, !outcome.Accepted);
            // Meanwhile another form may have been opened: that one stays, with what was typed.
            if (_form == form && form != Form.None)
                _focus = outcome.Accepted ? Opener(form) : () => _first;
            if (_form == form && outcome.Accepted)
                Close();
            else if (_form == form)
                _operation = EntityId.New(Clock);
            await ReadAsync();
            if (outcome is { Accepted: true, Code: not "already_done" } && done is not null && undo is not null)
                _undo?.Offer(done, EventCallback.Factory.Create(this, undo));
            else
                _undo?.End();
        }
        finally
        {
            _asked.Remove(form);
            _turn.Release();
        }
    }

    private string Held(WorkClaim holder) =>
        $"{holder.Name} was first: has it since {TimeText.Absolute(holder.Since, Viewer.Zone, Viewer.Now)}, until {TimeText.Absolute(holder.LeaseUntil, Viewer.Zone, Viewer.Now)} {TimeText.Zone(holder.LeaseUntil, Viewer.Zone)}. Ask, or take it over with a reason.";

    public void Dispose()
    {
        _gone.Cancel();
        _live?.Dispose();
        _timer?.Dispose();
    }
}

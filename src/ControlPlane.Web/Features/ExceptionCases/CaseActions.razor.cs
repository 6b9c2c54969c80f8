using ControlPlane.Domain.ExceptionCases;
using ControlPlane.Runtime.ExceptionCases;
using ControlPlane.Runtime.Persistence;
using ControlPlane.Runtime.Transactions;
using ControlPlane.Web.Controls;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;

namespace ControlPlane.Web.Features.ExceptionCases;

/// <summary>Mute, call mended, part and merge; and what is remembered of it.</summary>
public sealed partial class CaseActions
{
    private IReadOnlyList<CaseItem> _others = [];
    private Guid? _listedFor;
    private bool _busy;
    private string? _said;
    private int _hours = 4;
    private UndoOffer? _undo;
    private string _muteWhy = "", _with = "", _by = "channel", _value = "", _splitWhy = "", _into = "", _mergeWhy = "";

    [Parameter, EditorRequired] public CaseDetail Detail { get; set; } = default!;

    [Parameter] public EventCallback OnDone { get; set; }

    [CascadingParameter] private Task<AuthenticationState>? Who { get; set; }

    [Inject] private ICases Cases { get; set; } = default!;

    [Inject] private ICaseCommands Commands { get; set; } = default!;

    [Inject] private TenantScope Tenant { get; set; } = default!;

    [Inject] private TimeProvider Clock { get; set; } = default!;

    private Guid Id => Detail.Item.Id;

    protected override async Task OnParametersSetAsync()
    {
        // What can be chosen is read once a case, not with each change of it.
        if (_listedFor == Id)
            return;
        _listedFor = Id;
        _undo?.End();
        await ListAsync();
    }

    private async Task ListAsync() =>
        _others = [.. (await Cases.ListAsync(Tenant, CaseFilter.Open with { Sort = CaseSort.Stuck }, 1, CancellationToken.None)).Items.Where(c => c.Id != Id)];

    private Task MuteAsync() => RunAsync(by => Commands.MuteAsync(Tenant, Id, Clock.GetUtcNow().AddHours(_hours), by, _muteWhy.Trim(), CancellationToken.None), () => _muteWhy = "", "It is muted.", () => RunAsync(Hear));

    /// <summary>Taken back by muting it until the time that stood there.</summary>
    private Task UnmuteAsync()
    {
        var until = Detail.Item.MutedUntil;
        return RunAsync(Hear, null, "It is heard again.", () => RunAsync(by => Commands.MuteAsync(Tenant, Id, until, by, "as it was: hearing of it again was taken back", CancellationToken.None)));
    }

    private Task<CommandOutcome> Hear(string by) => Commands.MuteAsync(Tenant, Id, null, by, "", CancellationToken.None);

    private Task SettleAsync() => RunAsync(by => Commands.SettleAsync(Tenant, Id, _with.Trim(), by, CancellationToken.None), () => _with = "");

    private Task SplitAsync() => RunAsync(
        by => Commands.SplitAsync(Tenant, new(Id, SplitBys.Parse(_by) ?? SplitBy.Channel, _value.Trim()), by, _splitWhy.Trim(), CancellationToken.None), () => (_value, _splitWhy) = ("", ""));

    private Task MergeAsync()
    {
        if (Guid.TryParse(_into, out var into))
            return RunAsync(by => Commands.MergeAsync(Tenant, Id, into, by, _mergeWhy.Trim(), CancellationToken.None), () => (_into, _mergeWhy) = ("", ""));
        _said = "Choose the other case.";
        return Task.CompletedTask;
    }

    /// <param name="done">What can be taken back by <paramref name="undo"/>; null = nothing can so simply.</param>
    private async Task RunAsync(Func<string, Task<CommandOutcome>> command, Action? clear = null, string? done = null, Func<Task>? undo = null)
    {
        _busy = true;
        var outcome = await command((Who is null ? null : (await Who).User.Identity?.Name) ?? "somebody");
        (_busy, _said) = (false, outcome.Message);
        if (outcome.Accepted)
            clear?.Invoke();
        await OnDone.InvokeAsync();
        await ListAsync();
        if (outcome.Accepted && done is not null && undo is not null)
            _undo?.Offer(done, EventCallback.Factory.Create(this, undo));
        else
            _undo?.End();
    }

    private static string Short(string title) => title.Length > 80 ? title[..79] + "…" : title;
}

using ControlPlane.Runtime.Estate;
using ControlPlane.Runtime.Identity;
using ControlPlane.Runtime.Persistence;
using ControlPlane.Runtime.Reviews;
using ControlPlane.Web.Controls;
using ControlPlane.Web.Features.Ownership;
using ControlPlane.Web.Shell;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;

namespace ControlPlane.Web.Features.Reviews;

public sealed record RunbookList(IReadOnlyList<KeptRunbook> Runbooks);

/// <summary>What to do when something fails: a list, one of it, and its document for who may change it.</summary>
public sealed partial class RunbooksPage
{
    internal const string Editors = $"{PortalRoles.Operator},{PortalRoles.Admin}";

    private readonly CancellationTokenSource _gone = new();
    private Loadable<RunbookList> _list = default!;
    private bool _mayEdit, _sure;
    private string? _said;

    [Parameter] public string? Key { get; set; }

    [SupplyParameterFromQuery(Name = "connection")] public string? Connection { get; set; }

    [CascadingParameter] private Task<AuthenticationState>? Who { get; set; }

    [Inject] private Runbooks Books { get; set; } = default!;

    [Inject] private EstateVersions Versions { get; set; } = default!;

    [Inject] private TenantScope Tenant { get; set; } = default!;

    [Inject] private TimeProvider Clock { get; set; } = default!;

    [Inject] private NavigationManager Navigation { get; set; } = default!;

    [Inject] private ILogger<RunbooksPage> Log { get; set; } = default!;

    private KeptRunbook? Shown => _list.Value?.Runbooks.FirstOrDefault(r => r.Runbook.Key == Key);

    private string? Answer => _list.Value is not { } list ? null
        : Key is null ? list.Runbooks.Count switch { 0 => "Nothing is written down yet.", 1 => "One runbook is in service.", var n => $"{n} runbooks are in service." }
        : Shown is { } shown ? $"Owner: {ReviewsPresentation.Owner(shown.Runbook.Owner)}. Version {shown.Of.Version}, by {shown.Of.By}: {shown.Of.Reason}"
        : Key == "new" ? "A title, an owner, what it is for, and a text or a link." : "It is not in service.";

    /// <summary>Sound as it stands, so that one sees what goes where.</summary>
    private string Example => $$"""
        kind: Runbook
        metadata: { name: {{(IsKey(Connection) ? Connection : "erp")}}-in-trouble }
        spec:
          title: {{(IsKey(Connection) ? Connection : "The ERP")}} is in trouble
          owner: operators
          connections: [{{(IsKey(Connection) ? Connection : "erp")}}]
          text: |
            1. Look at the connection's page: is it closed for maintenance?
            2. Ask the owner of the system.
            3. When it is back, replay what is stuck from the exception case.
        """;

    private static bool IsKey(string? text) => text is { Length: > 0 and <= 40 } && text.All(x => x is '-' || char.IsAsciiLetterLower(x) || char.IsAsciiDigit(x));

    protected override async Task OnInitializedAsync()
    {
        _list = new(Clock);
        if (Who is not null)
        {
            var user = (await Who).User;
            _mayEdit = user.IsInRole(PortalRoles.Admin) || user.IsInRole(PortalRoles.Operator);
        }

        await ReadAsync();
    }

    protected override void OnParametersSet() => _sure = false;

    private async Task ReadAsync()
    {
        try
        {
            await _list.LoadAsync(async ct => new RunbookList(await Books.AllAsync(Tenant, ct)), e => ShellLog.PageReadFailed(Log, nameof(RunbooksPage), e), _gone.Token);
        }
        catch (OperationCanceledException) when (_gone.IsCancellationRequested)
        {
            // The page was left while it read.
        }
    }

    private async Task<EstateVersionOutcome> CreateAsync(string text, string reason)
    {
        var name = RunbookKind.Read(text, "portal", [])?.Key ?? "";
        var outcome = await Versions.PutAsync(Tenant, new RunbookKind(), name, text, 0, await NameAsync(), reason, CancellationToken.None);
        if (!outcome.Accepted)
            return outcome;
        _said = outcome.Message;
        await ReadAsync();
        Navigation.NavigateTo(PageUrls.Runbook(name));
        return outcome;
    }

    private async Task<EstateVersionOutcome> SaveAsync(string text, string reason)
    {
        var outcome = await Versions.PutAsync(Tenant, new RunbookKind(), Key!, text, Shown?.Of.Version, await NameAsync(), reason, CancellationToken.None);
        if (outcome.Accepted)
        {
            _said = outcome.Message;
            await ReadAsync();
            StateHasChanged();
        }

        return outcome;
    }

    /// <summary>Asked twice; nothing is lost by it, the versions stay.</summary>
    private async Task RemoveAsync()
    {
        if (!_sure)
        {
            _sure = true;
            return;
        }

        _sure = false;
        var outcome = await Versions.RemoveAsync(Tenant, RunbookKind.Name, Key!, Shown?.Of.Version, await NameAsync(), "taken out of service in the portal", CancellationToken.None);
        _said = outcome.Message;
        if (outcome.Accepted)
            Navigation.NavigateTo(PageUrls.Runbooks);
        await ReadAsync();
    }

    private async Task<string> NameAsync() => Who is null ? "somebody" : (await Who).User.Person().Name;

    public void Dispose()
    {
        _gone.Cancel();
        _gone.Dispose();
    }
}

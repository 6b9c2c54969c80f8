using ControlPlane.Domain.ExceptionCases;
using ControlPlane.Runtime.ExceptionCases;
using ControlPlane.Runtime.Persistence;
using ControlPlane.Web.Controls;
using ControlPlane.Web.Shell;
using Microsoft.AspNetCore.Components;

namespace ControlPlane.Web.Features.ExceptionCases;

/// <param name="Cause">Null when there is none, or for a new one.</param>
/// <param name="From">The failure that a new entry shall explain.</param>
/// <param name="Shipped">The shipped entry of this id, overridden or not.</param>
/// <param name="Version">Of the own entries, when this was read.</param>
public sealed record CausePageView(Cause? Cause, string Origin, Cause? Shipped, int Version, int Answered, FailedCase? From);

/// <summary>One entry of the catalogue: what it says, and for admins the form that changes it and tries it first.</summary>
public sealed partial class CausePage
{
    private Loadable<CausePageView> _page = default!;
    private string? _asked;
    private string _formOf = "";

    [Parameter] public string Key { get; set; } = "";

    [SupplyParameterFromQuery(Name = "case")] public string? Case { get; set; }

    [Inject] private CauseStore Store { get; set; } = default!;

    [Inject] private CauseBoard Board { get; set; } = default!;

    [Inject] private TenantScope Tenant { get; set; } = default!;

    [Inject] private TimeProvider Clock { get; set; } = default!;

    [Inject] private NavigationManager Navigation { get; set; } = default!;

    [Inject] private ILogger<CausePage> Log { get; set; } = default!;

    private bool IsNew => Key == "new";

    protected override void OnInitialized() => _page = new(Clock);

    protected override async Task OnParametersSetAsync()
    {
        if (_asked == $"{Key}?{Case}")
            return;
        _asked = $"{Key}?{Case}";
        await ReadAsync();
    }

    private async Task ReadAsync()
    {
        await _page.LoadAsync(
            async ct =>
            {
                var (version, own) = await Store.OwnAsync(Tenant, ct);
                var cause = IsNew ? null : Store.Shipped.With(own).Find(Key);
                var answered = cause is null ? 0 : (await Board.StandingAsync(Tenant, UnexplainedSort.Count, ct)).Answers.GetValueOrDefault(cause.Id);
                var from = IsNew && Guid.TryParse(Case, out var id) ? await Board.CaseAsync(Tenant, id, ct) : null;
                return new CausePageView(cause, CauseWords.Origin(Key, Store.Shipped, own), Store.Shipped.Find(Key), version, answered, from);
            },
            e => ShellLog.PageReadFailed(Log, nameof(CausePage), e), CancellationToken.None);
        _formOf = $"{_asked}/{_page.Value?.Version}";
    }

    private static Cause Begin(CausePageView page) => page.Cause ?? CauseDraft.For(page.From);

    /// <param name="id">Of the entry; null when it was taken out.</param>
    private async Task DoneAsync(string? id)
    {
        if (id is null || IsNew)
            Navigation.NavigateTo(id is null ? PageUrls.Causes : PageUrls.Cause(id));
        else
            await ReadAsync();
    }
}

using ControlPlane.Domain.ExceptionCases;
using ControlPlane.Runtime.ExceptionCases;
using ControlPlane.Runtime.Persistence;
using ControlPlane.Web.Controls;
using ControlPlane.Web.Shell;
using Microsoft.AspNetCore.Components;

namespace ControlPlane.Web.Features.ExceptionCases;

/// <param name="Own">The installation's own entries.</param>
public sealed record CausesView(CauseStanding Standing, CauseCatalogue Shipped, IReadOnlyList<Cause> Own, IReadOnlyList<CauseVersion> Versions);

/// <summary>The catalogue of causes: what it explains, what it does not explain yet, and who changed it. The address is the state of the page.</summary>
public sealed partial class CausesPage
{
    private Loadable<CausesView> _page = default!;
    private string? _text, _searched, _asked;

    [SupplyParameterFromQuery(Name = "view")] public string? View { get; set; }

    [SupplyParameterFromQuery(Name = "q")] public string? Text { get; set; }

    [SupplyParameterFromQuery(Name = "origin")] public string? Origin { get; set; }

    [SupplyParameterFromQuery(Name = "sort")] public string? SortWord { get; set; }

    [Inject] private CauseStore Store { get; set; } = default!;

    [Inject] private CauseBoard Board { get; set; } = default!;

    [Inject] private TenantScope Tenant { get; set; } = default!;

    [Inject] private TimeProvider Clock { get; set; } = default!;

    [Inject] private NavigationManager Navigation { get; set; } = default!;

    [Inject] private ILogger<CausesPage> Log { get; set; } = default!;

    private string Shown => CausesPresentation.Views.Any(v => v.View == View) ? View! : "";

    protected override void OnInitialized() => _page = new(Clock);

    protected override async Task OnParametersSetAsync()
    {
        if (_searched != Text || _text is null)
            (_searched, _text) = (Text, Text);
        // Filters work on what was read; another view or sorting is read anew.
        var asked = $"{Shown}/{SortWord}";
        if (_asked == asked)
            return;
        _asked = asked;
        await ReadAsync();
    }

    private Task ReadAsync() => _page.LoadAsync(
        async ct =>
        {
            var standing = await Board.StandingAsync(Tenant, SortWord == "money" ? UnexplainedSort.Money : UnexplainedSort.Count, ct);
            var (_, own) = await Store.OwnAsync(Tenant, ct);
            return new CausesView(standing, Store.Shipped, own, Shown == "versions" ? await Store.VersionsAsync(Tenant, ct) : []);
        },
        e => ShellLog.PageReadFailed(Log, nameof(CausesPage), e), CancellationToken.None);

    /// <summary>What answered most stands first.</summary>
    private List<(Cause Cause, string Origin, int Answered)> Entries(CausesView page) =>
    [
        .. page.Shipped.With(page.Own).All.Select(c => (Cause: c, Origin: CauseWords.Origin(c.Id, page.Shipped, page.Own), Answered: page.Standing.Answers.GetValueOrDefault(c.Id)))
            .Where(e => (string.IsNullOrEmpty(Origin) || e.Origin == Origin) && Fits(e.Cause)).OrderByDescending(e => e.Answered).ThenBy(e => e.Cause.Title, StringComparer.OrdinalIgnoreCase),
    ];

    private bool Fits(Cause cause) => Text?.Trim() is not { Length: > 0 } text
        || new[] { cause.Id, cause.Title, cause.What }.Concat(cause.When.Codes).Concat(cause.When.ProviderCodes).Concat(cause.When.Texts).Concat(cause.When.Connectors).Any(t => t.Contains(text, StringComparison.OrdinalIgnoreCase));

    private void Go(params (string Name, string? Value)[] changes)
    {
        var values = new Dictionary<string, string?> { ["view"] = View, ["q"] = Text, ["origin"] = Origin };
        foreach (var (name, value) in changes)
            values[name] = value?.Trim();
        Navigation.NavigateTo(PageUrls.CauseList([.. values.Select(v => (v.Key, v.Value))]));
    }
}

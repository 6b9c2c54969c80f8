using ControlPlane.Domain.Scorecard;
using ControlPlane.Runtime.Connections;
using ControlPlane.Runtime.Persistence;
using ControlPlane.Runtime.Scorecard;
using ControlPlane.Web.Controls;
using ControlPlane.Web.Live;
using ControlPlane.Web.Shell;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.WebUtilities;

namespace ControlPlane.Web.Features.Scorecard;

/// <summary>The very orders behind a figure of the scorecard. Its answer is the figure's number.</summary>
public sealed partial class ScorecardOrdersPage
{
    private const int Rows = 50;

    private string? _shown;

    [PersistentState] public string? Ticket { get; set; }

    [Inject] private IScorecard Scorecard { get; set; } = default!;

    [Inject] private IConnectionRegistry Connections { get; set; } = default!;

    [Inject] private TenantScope Tenant { get; set; } = default!;

    [Inject] private CarriedReadings Readings { get; set; } = default!;

    [Inject] private ViewerTime Viewer { get; set; } = default!;

    [Inject] private NavigationManager Navigation { get; set; } = default!;

    protected override ScorecardOrders? Carried
    {
        get => Readings.Collect<ScorecardOrders>(Ticket);
        set => Ticket = value is null ? null : Readings.Leave(value);
    }

    /// <summary>A list that somebody works through stays as it is while he reads it.</summary>
    protected override bool Concerns(LiveChange change) => false;

    private ScorecardAddress Address => ScorecardAddress.Read(Value);

    private ScorecardListAsk Ask => ScorecardListWords.Read(Value, Viewer.Now, Viewer.Zone);

    private bool IsMisses => Ask.Kind == ScorecardListKind.Misses;

    private MarketplaceRule? Rule => Source.Value?.Rule;

    private string Title => Ask.Kind switch
    {
        ScorecardListKind.PastDeadline => "Orders past their deadline",
        ScorecardListKind.Penalties => "Orders that a rule charges for",
        ScorecardListKind.Triage => "Orders that people worked on",
        ScorecardListKind.MarketplaceBad => Rule?.Title ?? "Marketplace",
        ScorecardListKind.ToSave => "Orders to save",
        ScorecardListKind.Way => "Orders of one way",
        ScorecardListKind.Undated => "Stuck orders without a deadline",
        _ => "Misses",
    };

    protected override async Task<ScorecardOrders> ReadAsync(CancellationToken ct)
    {
        _shown = Navigation.Uri;
        return await Scorecard.OrdersAsync(Tenant, Ask, Value("cursor"), Rows, ct);
    }

    protected override DateTimeOffset ReadAt(ScorecardOrders value) => value.ReadAt;

    protected override async Task OnParametersSetAsync()
    {
        await base.OnParametersSetAsync();
        if (_shown is not null && _shown != Navigation.Uri && Navigation.Uri.Contains(PageUrls.Scorecard, StringComparison.Ordinal))
            await RefreshAsync();
        _shown ??= Navigation.Uri;
    }

    private string Answer(long total)
    {
        var where = string.Join(", ", new[]
        {
            Ask.Objective, Ask.Ask.About != Capability.Everything ? Capability.All.First(c => c.Key == Ask.Ask.About).Title : null, Ask.Party is { } party ? "caused by " + ScorecardPresentation.Party(party) : null,
            Address.Channel is { } channel ? Connections.Find(channel)?.DisplayName ?? channel : null, Address.Brand, Address.Region, Ask.Hour is { } hour ? $"{hour:00}:00 to {hour:00}:59" : null,
            Ask is { Kind: ScorecardListKind.Way, Way: { } way } ? ScorecardPresentation.Way(way, k => Connections.Find(k)?.DisplayName ?? k) : null,
            Address is { From: not null, To: not null } && Ask.Kind is ScorecardListKind.Misses or ScorecardListKind.Triage or ScorecardListKind.Way ? $"{TimeText.Absolute(Address.From!.Value, Viewer.Zone, Viewer.Now)} to {TimeText.Absolute(Address.To!.Value, Viewer.Zone, Viewer.Now)}" : null,
        }.OfType<string>());
        var what = IsMisses ? total == 1 ? "1 miss" : MoneyFormat.Count(total) + " misses" : ScorecardPresentation.Orders(total);
        var why = Ask.Kind == ScorecardListKind.ToSave && total > 0 ? $" If {(total == 1 ? "it is" : "they are")} shipped in time, the limit holds ({Rule?.Words}). Most urgent first." : "";
        return (where.Length == 0 ? what : $"{what}: {where}") + "." + why;
    }

    private string NextHref(string cursor)
    {
        var query = QueryHelpers.ParseQuery(new Uri(Navigation.Uri).Query).Where(q => q.Key != "cursor").Select(q => (q.Key, (string?)q.Value.ToString()));
        return PageUrls.ScorecardOrders([.. query, ("cursor", cursor)]);
    }

    private string? Value(string name) => QueryHelpers.ParseQuery(new Uri(Navigation.Uri).Query).TryGetValue(name, out var value) ? value.LastOrDefault() : null;
}

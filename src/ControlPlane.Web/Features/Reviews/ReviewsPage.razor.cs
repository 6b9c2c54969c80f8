using ControlPlane.Domain.Reviews;
using ControlPlane.Runtime.Identity;
using ControlPlane.Runtime.Persistence;
using ControlPlane.Runtime.Reviews;
using ControlPlane.Web.Features.Ownership;
using ControlPlane.Web.Live;
using ControlPlane.Web.Shell;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;

namespace ControlPlane.Web.Features.Reviews;

/// <summary>What is due, the longest overdue first; one of it open, to note a review. Filters and the open one are in the address.</summary>
public sealed partial class ReviewsPage
{
    /// <summary>How long a review is offered to be taken back.</summary>
    public static readonly TimeSpan UndoFor = TimeSpan.FromSeconds(10);

    /// <summary>Rows that are drawn: nobody works down more in one go.</summary>
    private const int Most = 200;

    private bool _mayReview, _mayEdit;
    private string? _said;
    private Guid? _undo;
    private ITimer? _undoEnds;

    [SupplyParameterFromQuery(Name = "state")] public string? State { get; set; }

    [SupplyParameterFromQuery(Name = "kind")] public string? Kind { get; set; }

    [SupplyParameterFromQuery(Name = "owner")] public string? Owner { get; set; }

    [SupplyParameterFromQuery(Name = "open")] public string? Open { get; set; }

    [PersistentState] public string? Ticket { get; set; }

    [CascadingParameter] private Task<AuthenticationState>? Who { get; set; }

    [Inject] private IReviews Reviews { get; set; } = default!;

    [Inject] private TenantScope Tenant { get; set; } = default!;

    [Inject] private CarriedReadings Readings { get; set; } = default!;

    [Inject] private NavigationManager Navigation { get; set; } = default!;

    [Inject] private TimeProvider Time { get; set; } = default!;

    protected override ReviewList? Carried
    {
        get => Readings.Collect<ReviewList>(Ticket);
        set => Ticket = value is null ? null : Readings.Leave(value);
    }

    protected override TimeSpan RereadEvery => TimeSpan.FromMinutes(1);

    /// <summary>Orders come and go without a review being due for it.</summary>
    protected override bool Concerns(LiveChange change) => false;

    protected override Task<ReviewList> ReadAsync(CancellationToken ct) => Reviews.ReadAsync(Tenant, ct);

    protected override DateTimeOffset ReadAt(ReviewList value) => value.ReadAt;

    protected override async Task OnParametersSetAsync()
    {
        if (Who is not null)
        {
            var user = (await Who).User;
            (_mayReview, _mayEdit) = (ReviewsPresentation.Reviewers.Any(user.IsInRole), user.IsInRole(PortalRoles.Admin));
        }

        await base.OnParametersSetAsync();
    }

    private List<ReviewItem> Fitting(ReviewList list) =>
    [
        .. list.Items.Where(i => (State is null || ReviewsPresentation.Word(i.Due.Urgency) == State) && (Kind is not { Length: > 0 } || i.Thing.Kind.Word() == Kind)
            && (Owner is not { Length: > 0 } || i.Thing.Owner == (Owner == "none" ? "" : Owner))),
    ];

    private static IEnumerable<(string Owner, int Overdue)> Owners(ReviewList list) =>
        list.Items.GroupBy(i => i.Thing.Owner, StringComparer.Ordinal).Select(g => (g.Key, g.Count(i => i.Due.Urgency == ReviewUrgency.Overdue))).OrderByDescending(o => o.Item2).ThenBy(o => o.Key, StringComparer.OrdinalIgnoreCase);

    private string Href(params (string Name, string? Value)[] changed) => PageUrls.ReviewList(
        [.. new[] { ("state", State), ("kind", Kind), ("owner", Owner), ("open", Open) }.Select(p => changed.Any(c => c.Name == p.Item1) ? changed.First(c => c.Name == p.Item1) : p)]);

    private void Go((string Name, string? Value) changed) => Navigation.NavigateTo(Href(changed));

    private async Task ReviewedAsync(ReviewAnswer answer)
    {
        _said = answer.Outcome.Message;
        if (answer.Outcome.Accepted)
        {
            _undo = answer.Event;
            _undoEnds?.Dispose();
            _undoEnds = Time.CreateTimer(_ => _ = InvokeAsync(EndUndo), null, UndoFor, Timeout.InfiniteTimeSpan);
            Navigation.NavigateTo(Href(("open", null)));
        }

        await RefreshAsync();
    }

    private void EndUndo()
    {
        _undo = null;
        StateHasChanged();
    }

    private async Task UndoAsync(Guid review)
    {
        _undo = null;
        _said = (await Reviews.UndoAsync(Tenant, review, await NameAsync(), CancellationToken.None)).Message;
        await RefreshAsync();
    }

    private Task ChangedAsync(string said)
    {
        _said = said;
        return RefreshAsync();
    }

    private async Task<string> NameAsync() => Who is null ? "somebody" : (await Who).User.Person().Name;

    protected override void Dispose(bool disposing)
    {
        _undoEnds?.Dispose();
        base.Dispose(disposing);
    }
}

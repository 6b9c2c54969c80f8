using ControlPlane.Domain.Operations;
using ControlPlane.Runtime.Connections;
using ControlPlane.Runtime.Operations;
using ControlPlane.Runtime.Persistence;
using ControlPlane.Web.Controls;
using ControlPlane.Web.Live;
using ControlPlane.Web.Shell;
using Microsoft.AspNetCore.Components;

namespace ControlPlane.Web.Features.Operations;

/// <summary>The very documents, connections and budgets behind one figure of the dashboard.</summary>
public sealed partial class OperationsListPage
{
    private OperationRange _range = default!;
    private string? _problem;
    private string _key = "";
    private FailureCursor? _after;
    private TransformationFault? _kind;

    /// <summary>One of the three is there, by what the address names.</summary>
    /// <param name="NotRunning">Where nothing of the kind ever came: what to do.</param>
    public sealed record Reading(DateTimeOffset ReadAt, FailurePage? Failures, RateFigures? Rates, SyncFigures? Stock)
    {
        public OperationLook? NotRunning { get; init; }

        public bool IsEmpty => Failures is not { Total: > 0 } && Rates is not { Events: > 0 } && Stock is not { Channels.Count: > 0 };
    }

    [Parameter] public string Figure { get; set; } = "";

    [SupplyParameterFromQuery(Name = "range")] public string? RangeWord { get; set; }

    [SupplyParameterFromQuery(Name = "from")] public string? From { get; set; }

    [SupplyParameterFromQuery(Name = "to")] public string? To { get; set; }

    [SupplyParameterFromQuery(Name = "kind")] public string? Kind { get; set; }

    [SupplyParameterFromQuery(Name = "code")] public string? Code { get; set; }

    [SupplyParameterFromQuery(Name = "connection")] public string? Connection { get; set; }

    [SupplyParameterFromQuery(Name = "after")] public string? After { get; set; }

    [PersistentState] public string? Ticket { get; set; }

    [Inject] private OperationsQueries Queries { get; set; } = default!;

    [Inject] private OperationsFailures Failed { get; set; } = default!;

    [Inject] private IConnectionRegistry Connections { get; set; } = default!;

    [Inject] private TenantScope Tenant { get; set; } = default!;

    [Inject] private CarriedReadings Readings { get; set; } = default!;

    [Inject] private ViewerTime Viewer { get; set; } = default!;

    protected override Reading? Carried { get => Readings.Collect<Reading>(Ticket); set => Ticket = value is null ? null : Readings.Leave(value); }

    /// <summary>A list that is read stands still: it is of a time that is over, or grows at its top once in a while.</summary>
    protected override bool Concerns(LiveChange change) => false;

    private OperationMeasure? Measure => Figure switch
    {
        "transformations" => OperationMeasure.TransformationFailed,
        "settlements" => OperationMeasure.SettlementMismatched,
        _ => null,
    };

    private bool Known => Measure is not null || Figure is "limits" or "stock";

    private string Title => Figure switch
    {
        "transformations" => "Failed transformations",
        "settlements" => "Settlement mismatches",
        "limits" => "API rate-limit events",
        "stock" => "Inventory sync latency",
        _ => "Operations",
    };

    private IReadOnlyList<(string Name, string? Value)> Filters => [("kind", Kind), ("code", Code), ("connection", Connection)];

    private IReadOnlyList<FilterChip> Chips =>
    [
        .. new (string Name, string Title, string? Value)[] { ("kind", "Kind", Kind), ("code", "Code", Code), ("connection", "Connection", Connection is { Length: > 0 } key ? Connections.Find(key)?.DisplayName ?? key : null) }
            .Where(c => Measure is not null && !string.IsNullOrEmpty(c.Value)).Select(c => new FilterChip(c.Title, c.Value!, Href([.. Filters.Where(f => f.Name != c.Name)]))),
    ];

    protected override void OnInitialized() => Understand();

    protected override async Task OnParametersSetAsync()
    {
        var before = _key;
        Understand();
        if (before != _key)
            await RefreshAsync();
    }

    protected override async Task<Reading> ReadAsync(CancellationToken ct)
    {
        Understand();
        if (Measure is { } measure)
        {
            var page = await Failed.ListAsync(Tenant, new(measure, _range.From, _range.To, Filled(Connection), Filled(Code), _kind), _after, OperationsFailures.PageSize, ct);
            if (page.Total > 0 || measure != OperationMeasure.SettlementMismatched)
                return new(page.ReadAt, page, null, null);
            var settlements = (await Queries.ReadAsync(Tenant, _range, ct)).Settlements;
            return new(page.ReadAt, page, null, null) { NotRunning = settlements.Runs ? null : OperationsPresentation.Settlements(settlements) };
        }

        if (!Known)
            return new(Viewer.Now, null, null, null);
        var view = await Queries.ReadAsync(Tenant, _range, ct);
        return Figure == "limits" ? new(view.ReadAt, null, view.Rates, null) : new(view.ReadAt, null, null, view.Stock) { NotRunning = view.Stock.Runs ? null : OperationsPresentation.Stock(view.Stock) };
    }

    protected override DateTimeOffset ReadAt(Reading value) => value.ReadAt;

    private string Answer(Reading reading) => reading switch
    {
        // No figure where nothing is measured.
        { NotRunning: { } look } => look.Word + ".",
        { Failures: { } page } => OperationsPresentation.Of(page.Total, Measure == OperationMeasure.SettlementMismatched ? "settlement does not match" : "document could not be translated", Measure == OperationMeasure.SettlementMismatched ? "settlements do not match" : "documents could not be translated") + " in this time.",
        { Rates: { } rates } => $"{OperationsPresentation.Of(rates.Refused, "answer 429", "answers 429")} and {OperationsPresentation.Of(rates.Waited, "call that waited", "calls that waited")} in this time: {OperationsPresentation.Of(rates.Events, "event", "events")}.",
        { Stock: { Synced: > 0 } stock } => $"{OperationsPresentation.Of(stock.Synced, "message", "messages")} in this time; 95 of 100 within {OperationsPresentation.Took(stock.Percentile95)}.",
        { Stock: not null } => "No stock message reached its end in this time.",
        _ => "There is no such figure.",
    };

    private void Understand()
    {
        _key = string.Join('&', Figure, RangeWord, From, To, Kind, Code, Connection, After);
        (_range, _problem) = OperationsAddress.Read(RangeWord, From, To, Viewer.Now);
        _kind = Enum.GetValues<TransformationFault>().Where(k => k.Word() == Kind).Select(k => (TransformationFault?)k).FirstOrDefault();
        if (_kind is null && !string.IsNullOrEmpty(Kind))
            _problem = $"There is no kind of this name; it is left out. Allowed: {string.Join(", ", Enum.GetValues<TransformationFault>().Select(k => k.Word()))}.";
        _after = FailureCursor.Read(After);
        if (_after is null && !string.IsNullOrEmpty(After))
            _problem = "The place in the list is not understood; it begins with the newest.";
    }

    private string Href(params IEnumerable<(string Name, string? Value)> query) => PageUrls.OperationsFor(Figure, [.. OperationsAddress.Same(_range), .. query]);

    private static string? Filled(string? text) => string.IsNullOrWhiteSpace(text) ? null : text;
}

using ControlPlane.Runtime.ExceptionCases;
using ControlPlane.Runtime.Persistence;
using ControlPlane.Web.Live;
using ControlPlane.Web.Shell;
using Microsoft.AspNetCore.Components;

namespace ControlPlane.Web.Features.ExceptionCases;

/// <summary>One cause: what happened, whose move it is, what to do, and the orders that wait for it.</summary>
public sealed partial class CasePage
{
    private (Guid, Guid?) _asked;

    [Parameter] public Guid Id { get; set; }

    [SupplyParameterFromQuery(Name = "after")] public string? After { get; set; }

    [PersistentState] public string? Ticket { get; set; }

    [Inject] private ICases Cases { get; set; } = default!;

    [Inject] private TenantScope Tenant { get; set; } = default!;

    [Inject] private CarriedReadings Readings { get; set; } = default!;

    [Inject] private TimeProvider Time { get; set; } = default!;

    [Inject] private ViewerTime Viewer { get; set; } = default!;

    protected override CaseView? Carried
    {
        get => Readings.Collect<CaseView>(Ticket) is { } view && view.Id == Id && view.After == Edge ? view : null;
        set => Ticket = value is null ? null : Readings.Leave(value);
    }

    /// <summary>While orders come to be stuck by the hundred, reading is enough every few seconds.</summary>
    protected override TimeSpan ReadAtMostEvery => TimeSpan.FromSeconds(2);

    private Guid? Edge => Guid.TryParse(After, out var id) ? id : null;

    protected override void OnInitialized() => _asked = (Id, Edge);

    protected override async Task OnParametersSetAsync()
    {
        if (_asked == (Id, Edge))
            return;
        _asked = (Id, Edge);
        await RefreshAsync();
    }

    protected override async Task<CaseView> ReadAsync(CancellationToken ct)
    {
        var (id, after) = (Id, Edge);
        return new(id, after, await Cases.FindAsync(Tenant, id, after, ct), Time.GetUtcNow());
    }

    protected override DateTimeOffset ReadAt(CaseView value) => value.ReadAt;

    /// <summary>72 hours, the present one last.</summary>
    private IReadOnlyList<int> Last(CaseDetail detail)
    {
        var counts = new int[72];
        var now = Viewer.Now.ToUniversalTime();
        var present = new DateTimeOffset(now.Year, now.Month, now.Day, now.Hour, 0, 0, TimeSpan.Zero);
        foreach (var hour in detail.Hours)
            if ((int)Math.Round((present - hour.Hour).TotalHours) is >= 0 and < 72 and var ago)
                counts[71 - ago] += hour.Failures;
        return counts;
    }
}

using ControlPlane.Domain.Alerts;
using ControlPlane.Domain.Objectives;
using ControlPlane.Runtime.Alerts;
using ControlPlane.Runtime.Objectives;
using ControlPlane.Runtime.Persistence;

namespace ControlPlane.Web.Features.Alerts;

/// <summary>One incident, and orders behind it.</summary>
/// <param name="Orders">Newest misses of its first objective, or of its parts, at most twenty.</param>
public sealed record AlertDetailView(AlertDetail? Detail, IReadOnlyList<MissedEvent> Orders, DateTimeOffset ReadAt)
{
    private const int MostOrders = 20;

    public static async Task<AlertDetailView> ReadAsync(IServiceProvider services, TenantScope tenant, Guid id, CancellationToken ct)
    {
        var detail = await services.GetRequiredService<IAlerts>().FindAsync(tenant, id, ct);
        var now = services.GetRequiredService<TimeProvider>().GetUtcNow();
        if (detail is null || services.GetService<IObjectiveFigures>() is not { } figures || services.GetService<IObjectives>() is not { } objectives || detail.Incident.Facts.Objectives.FirstOrDefault() is not { } first)
            return new(detail, [], now);
        var (facts, all, orders) = (detail.Incident.Facts, await objectives.AllAsync(ct), new List<MissedEvent>());
        // Of a composite the misses of its parts; of anything else its own.
        foreach (var of in all.Where(o => first.Parts?.Contains(o.Objective.Name) ?? o.Objective.Name == first.Name))
            orders.AddRange((await figures.MissedAsync(of.Objective.Indicator, new(first.From, first.To), of.Scope, facts.Case is null ? facts.Party : null, facts.Case, null, MostOrders, ct)).Items);
        return new(detail, [.. orders.OrderByDescending(o => o.StartedAt).Take(MostOrders)], now);
    }
}

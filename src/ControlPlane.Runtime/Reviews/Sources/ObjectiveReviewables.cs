using ControlPlane.Domain.Reviews;
using ControlPlane.Domain.Shared;
using ControlPlane.Runtime.Objectives;
using ControlPlane.Runtime.Persistence;

namespace ControlPlane.Runtime.Reviews.Sources;

/// <summary>Every objective: is it still what was promised, does its owner stand by it? The clock begins anew with each version of it.</summary>
public sealed class ObjectiveReviewables(IObjectives objectives) : IReviewableSource
{
    public ReviewKind Kind => ReviewKind.Objective;

    public async Task<IReadOnlyList<Reviewable>> AllAsync(TenantScope tenant, CancellationToken ct) =>
        [.. (await objectives.AllAsync(ct)).Select(o => new Reviewable(
            Kind, o.Objective.Name, o.Objective.Title, o.Owner ?? "", o.PublishedAt, $"version {o.Version}", $"/objectives/{Uri.EscapeDataString(o.Objective.Name)}", Connections(o.Scope)) { Everywhere = Connections(o.Scope).Count == 0 })];

    private static IReadOnlyList<string> Connections(ObjectiveScope scope) => [.. new[] { scope.Connection, scope.Warehouse }.OfType<string>()];
}

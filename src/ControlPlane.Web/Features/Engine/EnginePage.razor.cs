using ControlPlane.Runtime.Engine;
using Microsoft.AspNetCore.Components;

namespace ControlPlane.Web.Features.Engine;

/// <summary>What the engine does, over all nodes: depth and age of each lane, what is held and why, who works, what may be called.</summary>
public sealed partial class EnginePage
{
    [Inject] private EngineQueries Queries { get; set; } = default!;

    /// <summary>Signs of life and probes make no note in the change feed.</summary>
    protected override TimeSpan RereadEvery => TimeSpan.FromSeconds(5);

    protected override EngineView? Carried { get => null; set => _ = value; }

    protected override Task<EngineView> ReadAsync(CancellationToken ct) => Queries.ReadAsync(ct);

    protected override DateTimeOffset ReadAt(EngineView value) => value.ReadAt;
}

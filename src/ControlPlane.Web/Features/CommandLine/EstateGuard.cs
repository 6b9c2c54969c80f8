using ControlPlane.Runtime.Estate;
using ControlPlane.Runtime.Mappings;
using ControlPlane.Runtime.Persistence;
using ControlPlane.Web.Features.Catalogue;

namespace ControlPlane.Web.Features.CommandLine;

/// <summary>Connectors that come as documents are held up by what holds them up in the portal: red kept tests, and messages that would be refused.</summary>
internal static class EstateGuard
{
    /// <summary>Code of the field under which kept tests are told.</summary>
    public const string Tests = "connector.tests_fail";

    public const string Refused = "connector.newly_refused";

    private const int MostDifferences = 3;

    /// <returns>Empty when nothing stands against the plan.</returns>
    public static async Task<IReadOnlyList<EstateProblem>> AgainstAsync(IServiceProvider services, IReadOnlyList<EstatePlanItem> plan, CancellationToken ct)
    {
        var problems = new List<EstateProblem>();
        var changed = plan.Where(i => i is { Kind: "Connector", Change: not EstateChange.Unchanged }).ToList();
        if (changed.Count == 0)
            return problems;
        // Tests and messages are read with the settings of the connections in service.
        await services.GetRequiredService<EstateService>().ReloadAsync(TenantScope.Default, ct);
        var desk = services.GetRequiredService<ConnectorDesk>();
        foreach (var item in changed)
            if (ConnectorDesk.Read(item.After, TimeProvider.System).Connector is { } draft && await desk.HeldUpAsync(TenantScope.Default, draft, ct) is { } held)
                problems.AddRange(held.RedTests is { Count: > 0 } red ? red.Select(t => new EstateProblem(item.Source, 0, Tests, Words(t))) : [new(item.Source, 0, Refused, $"{held.Message} With apply: --waive \"why\".")]);
        return problems;
    }

    private static string Words(MappingTestResult red) =>
        $"The kept test '{red.Test.Name}' fails: {string.Join("; ", red.Differences.Take(MostDifferences).Select(d => $"{d.Field}: expected {d.Expected}, became {d.Actual}"))}{(red.Differences.Count > MostDifferences ? $"; and {red.Differences.Count - MostDifferences} more" : "")}. "
        + "Correct the connector, renew what is expected, or apply with --waive \"why\".";
}

using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Flows;
using ControlPlane.Runtime.Budgets;
using ControlPlane.Runtime.Connections;
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

    /// <summary>What error budgets keep from being applied. A waiver of tests does not count here: budgets are waived by name, for a time.</summary>
    /// <param name="fix">What the documents mend; null = they are no fix.</param>
    public static async Task<IReadOnlyList<EstateProblem>> BudgetsAsync(IServiceProvider services, IReadOnlyList<EstatePlanItem> plan, string? fix, CancellationToken ct)
    {
        var changed = plan.Where(i => i is { Kind: "Connector" or "Flow", Change: not EstateChange.Unchanged }).ToList();
        if (changed.Count == 0 || services.GetService<IBudgetGate>() is not { } gate)
            return [];
        await services.GetRequiredService<EstateService>().ReloadAsync(TenantScope.Default, ct);
        var problems = new List<EstateProblem>();
        foreach (var item in changed)
            if (await gate.AgainstAsync(TenantScope.Default, Served(services, item), fix, ct) is { } spent)
                problems.Add(new(item.Source, 0, spent.Code, $"{spent.Message}{(spent.Code == "budget.fixes_only" ? " With apply: --fix \"what it mends\"." : "")}"));
        return problems;
    }

    /// <summary>The connections that a document serves: those of the connector; those that the flow starts at and calls.</summary>
    private static IReadOnlyCollection<string> Served(IServiceProvider services, EstatePlanItem item)
    {
        var all = services.GetRequiredService<IConnectionRegistry>().All;
        if (item.Kind == "Connector")
            return [.. all.Where(c => c.Connector == item.Name).Select(c => c.Key)];
        if (services.GetRequiredService<EstateReader>().Read([new(item.Source, item.After)], stored: true).Objects is not [EstateObject.OfFlow { Flow: var flow }])
            return [];
        var channels = flow.Trigger.Connections.Count > 0 ? flow.Trigger.Connections : [.. all.Where(c => c.Role.Sells()).Select(c => c.Key)];
        return [.. channels.Concat(flow.Steps.OfType<CallStep>().Select(s => s.Connection).Where(c => c != CallStep.Source)).Distinct(StringComparer.Ordinal)];
    }

    private static string Words(MappingTestResult red) =>
        $"The kept test '{red.Test.Name}' fails: {string.Join("; ", red.Differences.Take(MostDifferences).Select(d => $"{d.Field}: expected {d.Expected}, became {d.Actual}"))}{(red.Differences.Count > MostDifferences ? $"; and {red.Differences.Count - MostDifferences} more" : "")}. "
        + "Correct the connector, renew what is expected, or apply with --waive \"why\".";
}

using ControlPlane.Domain.Repair;
using ControlPlane.Runtime.Connections;
using ControlPlane.Runtime.Crosswalks;
using ControlPlane.Runtime.Engine;
using ControlPlane.Runtime.Flows;
using ControlPlane.Runtime.Outbound;
using ControlPlane.Runtime.Persistence;
using ControlPlane.Runtime.Settings;
using Hangfire.Server;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace ControlPlane.Runtime.Repair;

/// <summary>What people do to stuck orders: edit, agree, hold, discard, add a missing value.</summary>
public static class RepairFeature
{
    public static IHostApplicationBuilder AddRepair(this IHostApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddOptions<RepairOptions>().BindConfiguration(RepairOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton(s => s.GetRequiredService<IOptions<RepairOptions>>().Value.EditPolicy is { Length: > 0 } path ? EditPolicies.FromFile(path) : EditPolicies.Shipped());
        services.AddSingleton<PersonGrip>();
        services.AddSingleton<DryRuns>();
        services.AddSingleton<IRepairs, Repairs>();
        services.AddSingleton<FigureDesk>();
        services.AddSingleton<FigureWatch>();
        services.AddSingleton<Holds>();
        services.AddSingleton<HoldReturns>();
        services.AddSingleton<IHolds>(s => s.GetRequiredService<Holds>());
        services.AddSingleton<ICrosswalkFixes, CrosswalkFixes>();
        services.AddSingleton<Changes.IOrderChanges, Changes.OrderChanges>();
        services.AddSingleton<HoldKeeper>();
        if (((NodeRoles)services.Last(s => s.ServiceType == typeof(NodeRoles)).ImplementationInstance!).Worker)
            services.AddSingleton<IBackgroundProcess>(s => s.GetRequiredService<HoldKeeper>());
        return builder;
    }
}

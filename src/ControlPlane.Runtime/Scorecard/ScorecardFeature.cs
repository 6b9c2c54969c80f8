using ControlPlane.Runtime.Connections;
using ControlPlane.Runtime.Estate;
using ControlPlane.Runtime.Ingestion;
using ControlPlane.Runtime.Objectives;
using ControlPlane.Runtime.Persistence;
using ControlPlane.Runtime.Settings;
using ControlPlane.Runtime.Worklist;
using Hangfire;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace ControlPlane.Runtime.Scorecard;

/// <summary>The executive's page and reports: reading, counting beside the engine, making and sending.</summary>
public static class ScorecardFeature
{
    public static IHostApplicationBuilder AddScorecard(this IHostApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddSingleton(s => new ScorecardKeeper(s.GetRequiredService<IControlPlaneDb>(), s.GetRequiredService<TimeProvider>(), s.GetService<DoorPressure>()));
        services.AddSingleton<IScorecard>(s => new ScorecardReader(
            s.GetRequiredService<IControlPlaneDb>(), s.GetRequiredService<IObjectives>(), s.GetRequiredService<IObjectiveFigures>(), s.GetRequiredService<PenaltyBoard>(), s.GetRequiredService<IConnectionRegistry>(),
            s.GetRequiredService<IOptions<ScorecardOptions>>(), s.GetRequiredService<TimeProvider>(), s.GetRequiredService<EstateVersions>()));
        services.AddSingleton<IEstateKind, MarketplaceLimitsKind>();
        services.AddSingleton<IEstateKind, ReportPlanKind>();
        services.AddSingleton<ReportMaker>();
        services.AddSingleton<PdfPrinter>();
        services.AddSingleton<ReportDesk>();
        services.AddSingleton<IReports>(s => s.GetRequiredService<ReportDesk>());
        services.AddSingleton(s => new ReportMailer(s.GetRequiredService<IControlPlaneDb>(), new(s.GetRequiredService<IOptions<Ownership.NotificationOptions>>()), s.GetRequiredService<TimeProvider>()));
        if (((NodeRoles)services.Last(s => s.ServiceType == typeof(NodeRoles)).ImplementationInstance!).Scheduler)
            services.AddHostedService<ScorecardSchedules>();
        return builder;
    }
}

internal sealed class ScorecardSchedules(IRecurringJobManager jobs) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        jobs.AddOrUpdate<ScorecardKeeper>("keep-scorecard", keeper => keeper.KeepAsync(CancellationToken.None), "*/5 * * * * *");
        jobs.AddOrUpdate<ReportDesk>("make-reports", desk => desk.MakeDueAsync(CancellationToken.None), "*/5 * * * *");
        jobs.AddOrUpdate<ReportMailer>("send-reports", mailer => mailer.SendDueAsync(CancellationToken.None), "* * * * *");
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}

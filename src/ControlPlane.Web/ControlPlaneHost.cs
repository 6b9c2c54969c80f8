using Connectors;
using ControlPlane.Runtime;
using ControlPlane.Runtime.Crosswalks;
using ControlPlane.Runtime.Engine;
using ControlPlane.Runtime.Estate;
using ControlPlane.Runtime.EvidenceBundles;
using ControlPlane.Runtime.Alerts;
using ControlPlane.Runtime.ExceptionCases;
using ControlPlane.Runtime.Exports;
using ControlPlane.Runtime.Governance;
using ControlPlane.Runtime.IdentifierRules;
using ControlPlane.Runtime.Objectives;
using ControlPlane.Runtime.Operations;
using ControlPlane.Runtime.Ownership;
using ControlPlane.Runtime.Persistence;
using ControlPlane.Runtime.Repair;
using ControlPlane.Runtime.Reviews;
using ControlPlane.Runtime.Schemas;
using ControlPlane.Runtime.Scorecard;
using ControlPlane.Runtime.Settings;
using ControlPlane.Runtime.Transactions.Queries;
using ControlPlane.Runtime.Worklist;
using ControlPlane.Runtime.Views;
using ControlPlane.Web.Demo;
using ControlPlane.Web.Features.Access;
using ControlPlane.Web.Features.Api;
using ControlPlane.Web.Features.CommandLine;
using ControlPlane.Web.Features.Connections;
using ControlPlane.Web.Features.Engine;
using ControlPlane.Web.Features.Estate;
using ControlPlane.Web.Features.EvidenceBundles;
using ControlPlane.Web.Features.Exports;
using ControlPlane.Web.Features.Health;
using ControlPlane.Web.Features.Home;
using ControlPlane.Web.Features.Receive;
using ControlPlane.Web.Features.Reports;
using ControlPlane.Web.Features.Schemas;
using ControlPlane.Web.Features.Views;
using ControlPlane.Web.Live;
using ControlPlane.Web.Shell;

namespace ControlPlane.Web;

/// <summary>The table of contents: what the product consists of, in the order in which it is put together.</summary>
public static class ControlPlaneHost
{
    public static async Task<int> RunAsync(string[] args)
    {
        if (await CommandLineFeature.RunAsync(args, Console.Out, Console.Error) is { } code)
            return code;
        try
        {
            await using var app = Build(args);
            await StartAsync(app);
            await app.RunAsync();
            return 0;
        }
        catch (StartProblem problem)
        {
            await Console.Error.WriteLineAsync($"ControlPlane cannot start. {problem.Message}");
            return 1;
        }
    }

    public static WebApplication Build(string[] args, Action<WebApplicationBuilder>? adjust = null)
    {
        var app = Compose(args, adjust);
        Map(app);
        return app;
    }

    /// <summary>The services alone, for verbs that serve nobody.</summary>
    public static WebApplication Compose(string[] args, Action<WebApplicationBuilder>? adjust = null)
    {
        // Named, because static files are found by it: a test's own assembly would be taken otherwise.
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = args, ApplicationName = typeof(ControlPlaneHost).Assembly.GetName().Name });
        adjust?.Invoke(builder);
        builder.AddServerLimits();
        builder.Services.AddSingleton<ReceivePlaces>();
        builder.AddSettings();
        builder.AddTelemetry();
        builder.AddPersistence();
        builder.Services.AddConnectors();
        builder.Services.AddSingleton<IConnectorDocuments, ConnectorDocuments>();
        builder.AddCrosswalks();
        builder.AddIdentifierRules();
        builder.AddEstate();
        builder.AddEngine();
        builder.AddSchemas();
        builder.AddAccess();
        builder.AddPortal();
        builder.AddPortalErrors();
        builder.AddOperationsHub();
        builder.Services.AddTransactionQueries();
        builder.Services.AddExceptionCases();
        builder.Services.AddWorklist();
        builder.Services.AddEvidence();
        builder.AddRepair();
        builder.Services.AddSavedViews();
        builder.AddExports();
        builder.AddExportSources();
        builder.AddViewCounters();
        builder.Services.AddOwnership();
        builder.Services.AddAlerts();
        builder.AddScorecard();
        builder.Services.AddObjectives();
        builder.Services.AddOperationsRollup();
        builder.Services.AddReviews();
        builder.Services.AddGovernance();
        builder.AddHome();
        builder.AddConnectionPages();
        builder.AddSchemaPages();
        builder.AddApi();
        builder.AddHealth();
        builder.AddDemo();
        return builder.Build();
    }

    private static void Map(WebApplication app)
    {
        var roles = app.Services.GetRequiredService<NodeRoles>();
        if (roles.Ingest)
            app.UseReceiveDoor();
        app.UseSecurityHeaders();
        app.UsePortalErrors();
        app.UseOriginCheck();
        app.UseAccess();
        app.UseApi();
        if (roles.Ingest)
            app.MapReceive();
        if (roles.Web)
        {
            app.MapAccess();
            app.MapPortal();
            app.MapOperationsHub();
            app.MapJobsDashboard();
            app.MapApi();
            app.MapEvidenceDownload();
            app.MapExportFiles();
            app.MapReportFiles();
        }

        app.MapHealth();
        app.MapTelemetry();
    }

    /// <summary>What must be there before the first request: schema, configuration, and work that an earlier process left.</summary>
    public static async Task StartAsync(WebApplication app)
    {
        var ct = app.Lifetime.ApplicationStopping;
        await app.Services.GetRequiredService<DatabaseStart>().RunAsync(ct);
        await app.Services.GetRequiredService<Runtime.Estate.EstateStart>().RunAsync(ct);
        await app.Services.GetRequiredService<EngineStart>().RunAsync(ct);
    }
}

using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Flows;
using ControlPlane.Runtime.Connections;
using ControlPlane.Runtime.Ingestion;
using ControlPlane.Runtime.Ingestion.Proof;
using ControlPlane.Runtime.Connections.Health;
using ControlPlane.Runtime.Connections.Webhooks;
using ControlPlane.Runtime.Engine.Numbers;
using ControlPlane.Runtime.Outbound.Metering;
using ControlPlane.Runtime.Ingestion.Deliveries;
using ControlPlane.Runtime.Ingestion.Subscriptions;
using ControlPlane.Runtime.Live;
using ControlPlane.Runtime.Outbound;
using ControlPlane.Runtime.Persistence;
using ControlPlane.Runtime.Persistence.Batches;
using ControlPlane.Runtime.Replays;
using ControlPlane.Runtime.Settings;
using ControlPlane.Runtime.Telemetry;
using ControlPlane.Runtime.Transactions;
using ControlPlane.Runtime.Worklist;
using Hangfire;
using Hangfire.InMemory;
using Hangfire.PostgreSql;
using Hangfire.SqlServer;
using Hangfire.Server;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace ControlPlane.Runtime.Engine;

/// <summary>Everything that moves transactions: writer, pumps, gateway, polls, and the Hangfire server that hosts them.</summary>
public static class EngineFeature
{
    public static IHostApplicationBuilder AddEngine(this IHostApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddOptions<EngineOptions>().BindConfiguration(EngineOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        services.AddOptions<ReceiveOptions>().BindConfiguration(ReceiveOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        services.TryAddSingleton<IChangeFeed, ChangeFeed>();

        // Storing
        services.AddSingleton<CommitWriter>();
        services.AddHostedService(s => s.GetRequiredService<CommitWriter>());

        // Receiving
        services.TryAddSingleton<EmailHash>();
        services.AddSingleton<IdentifierLookup>();
        services.AddSingleton<Receiver>();
        services.AddSingleton<DoorPressure>();
        services.AddSingleton<DoorAnswers>(s => new(s.GetRequiredService<CommitWriter>(), s.GetRequiredService<TimeProvider>(), s.GetRequiredService<ILogger<DoorAnswers>>()));
        services.AddHostedService(s => s.GetRequiredService<DoorAnswers>());
        services.AddSingleton<ReceivePort>(s => new(s.GetRequiredService<Receiver>(), s.GetRequiredService<DoorPressure>()));
        services.AddSingleton(s => new DeliveryResumer(
            s.GetRequiredService<IControlPlaneDb>(), s.GetRequiredService<IConnectionRegistry>(), s.GetRequiredService<IConnectorCatalog>(), s.GetRequiredService<Receiver>(),
            new(s.GetRequiredService<IBackgroundJobClient>), s.GetRequiredService<TimeProvider>(), s.GetRequiredService<ILogger<DeliveryResumer>>()));
        services.AddSingleton(s => new AnswerSender(
            s.GetRequiredService<IControlPlaneDb>(), s.GetRequiredService<IConnectionRegistry>(), s.GetRequiredService<IConnectorCatalog>(), s.GetRequiredService<OutboundGateway>(),
            s.GetRequiredService<TargetGates>(), s.GetRequiredService<CommitWriter>(), s.GetRequiredService<TimeProvider>(), s.GetRequiredService<ILogger<AnswerSender>>()));
        services.AddSingleton(s => new SenderProof(
            s.GetRequiredService<IControlPlaneDb>(), s.GetRequiredService<OutboundGateway>(), s.GetRequiredService<CommitWriter>(), s.GetRequiredService<TimeProvider>(), s.GetRequiredService<ILogger<SenderProof>>()));
        services.AddSingleton(s => new WebhookKeeper(
            s.GetRequiredService<IControlPlaneDb>(), s.GetRequiredService<IConnectionRegistry>(), s.GetRequiredService<IConnectorCatalog>(), s.GetRequiredService<OutboundGateway>(), s.GetRequiredService<TargetGates>(),
            s.GetRequiredService<CommitWriter>(), s.GetRequiredService<FeedPoller>(), s.GetRequiredService<IOptions<ControlPlaneOptions>>(), s.GetRequiredService<TimeProvider>(), s.GetRequiredService<ILogger<WebhookKeeper>>()));
        services.AddSingleton(s => new ConnectionHealthQueries(
            s.GetRequiredService<IControlPlaneDb>(), s.GetRequiredService<ConnectionQueries>(), s.GetRequiredService<IConnectionRegistry>(), s.GetRequiredService<IConnectorCatalog>(), s.GetRequiredService<OutboundGateway>(),
            s.GetRequiredService<IOptions<ControlPlaneOptions>>(), s.GetRequiredService<TimeProvider>()));
        services.AddSingleton<Connections.ConnectionHistory>();
        services.AddSingleton<BackTests.BackTests>();
        services.AddSingleton(s => new Connections.ConnectionProbe(s.GetRequiredService<OutboundGateway>(), s.GetRequiredService<TimeProvider>()));
        services.AddSingleton(s => new FeedPoller(
            s.GetRequiredService<IControlPlaneDb>(), s.GetRequiredService<IConnectionRegistry>(), s.GetRequiredService<IConnectorCatalog>(), s.GetRequiredService<OutboundGateway>(),
            s.GetRequiredService<CommitWriter>(), s.GetRequiredService<Receiver>(), s.GetRequiredService<WorkStandings>(), s.GetRequiredService<TimeProvider>(), s.GetRequiredService<ILogger<FeedPoller>>()));

        // Listening: after the writer in this list, hence ended before it
        if (services.Roles().Ingest)
        {
            services.AddSingleton<SubscriptionBoard>();
            services.AddSingleton(s => new SubscriptionIntake(
                s.GetRequiredService<Receiver>(), s.GetRequiredService<CommitWriter>(), s.GetRequiredService<SubscriptionBoard>(), s.GetRequiredService<DoorPressure>(), s.GetRequiredService<IOptions<ReceiveOptions>>(),
                new(s.GetRequiredService<IBackgroundJobClient>), s.GetRequiredService<TimeProvider>(), s.GetRequiredService<ILogger<SubscriptionIntake>>()));
            services.AddHostedService<SubscriptionHost>();
        }

        // Nodes
        services.AddSingleton<Node>();
        services.AddSingleton<NodeCount>();
        services.AddSingleton<LeaseClock>();
        services.AddSingleton(s => new NodeRegistry(
            s.GetRequiredService<IControlPlaneDb>(), s.GetRequiredService<WorkStore>(), s.GetRequiredService<Node>(), s.GetRequiredService<NodeRoles>(), s.GetRequiredService<LeaseClock>(),
            s.GetRequiredService<NodeCount>(), s.GetRequiredService<IChangeFeed>(), s.GetRequiredService<IOptions<EngineOptions>>(), s.GetRequiredService<TimeProvider>(), s.GetRequiredService<ILogger<NodeRegistry>>()));
        // Before the Hangfire server in this list, hence after it at the end: good-bye is said when the work is given back.
        services.AddHostedService(s => s.GetRequiredService<NodeRegistry>());
        services.Configure<HostOptions>(o => o.ShutdownTimeout = TimeSpan.FromSeconds(60));

        // Calling out
        services.AddSingleton<BudgetLedger>();
        services.AddSingleton<OutboundMeter>();
        services.AddHostedService<OutboundMeterHost>();
        services.AddSingleton(s => new OutboundGateway(s.GetRequiredService<TimeProvider>(), s.GetRequiredService<BudgetLedger>(), s.GetRequiredService<OutboundMeter>(), s.GetService<IKeptTokens>()));
        services.AddSingleton<GateStore>();
        services.AddSingleton<TargetGates>();

        // Running
        services.AddSingleton<OrderCache>();
        services.AddSingleton(s => new WorkStore(
            s.GetRequiredService<IControlPlaneDb>(), s.GetRequiredService<CommitWriter>(), s.GetRequiredService<Node>(), s.GetRequiredService<OrderCache>(), s.GetRequiredService<LeaseClock>(), s.GetRequiredService<TimeProvider>()));
        services.AddSingleton<NumberRanges>();
        services.AddSingleton<CallRunner>();
        services.TryAddSingleton<ExceptionCases.CaseSplits>();
        services.AddWorkRanks();
        services.TryAddSingleton<Ownership.OwnershipBoard>();
        services.AddOptions<Changes.ChangeOptions>().BindConfiguration(Changes.ChangeOptions.Section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<Changes.ChangeOptions>, Changes.ValidateChangeOptions>();
        services.AddSingleton<Changes.ToldSystems>();
        services.AddSingleton<Changes.LateReturns>();
        services.AddSingleton<Changes.ChangeRunner>();
        services.AddSingleton<FlowExecutor>();
        services.AddSingleton(s =>
        {
            var pumps = new LanePumps(s.GetRequiredService<NodeRoles>().Worker ? Enum.GetValues<Lane>().Select(lane => ActivatorUtilities.CreateInstance<LanePump>(s, lane)) : []);
            s.GetRequiredService<CommitWriter>().WorkReady += pumps.PokeAll;
            return pumps;
        });
        services.AddSingleton<Housekeeper>();
        services.AddHostedService<IdleMemory>();
        services.AddSingleton<GateKeeper>();
        services.AddSingleton(s => new EngineStart(
            s.GetRequiredService<IControlPlaneDb>(), s.GetRequiredService<WorkStore>(), s.GetRequiredService<EmailHash>(), s.GetRequiredService<NodeRegistry>(), s.GetRequiredService<TargetGates>(), s.GetRequiredService<ILogger<EngineStart>>()));
        services.AddSingleton<ITransactionCommands, TransactionCommands>();
        services.AddSingleton<IMaintenanceWindows, MaintenanceWindows>();
        services.AddSingleton<IBulkReplays, BulkReplays>();
        services.AddSingleton<BulkSender>();
        services.AddSingleton<BulkJudge>();
        services.AddSingleton<BulkReplayRunner>();
        services.AddSingleton(s => new EngineQueries(
            s.GetRequiredService<IControlPlaneDb>(), s.GetRequiredService<IConnectionRegistry>(), s.GetRequiredService<IConnectorCatalog>(), s.GetRequiredService<TargetGates>(), s.GetRequiredService<OutboundGateway>(),
            s.GetRequiredService<LanePumps>(), s.GetRequiredService<Node>(), s.GetRequiredService<LeaseClock>(), s.GetRequiredService<IOptions<EngineOptions>>(), s.GetRequiredService<TimeProvider>()));

        AddHangfire(services, builder.Services.Roles());
        return builder;
    }

    /// <summary>Settings come first, so they are there as an instance.</summary>
    private static NodeRoles Roles(this IServiceCollection services) =>
        (NodeRoles)services.Last(s => s.ServiceType == typeof(NodeRoles)).ImplementationInstance!;

    private static void AddHangfire(IServiceCollection services, NodeRoles roles)
    {
        services.AddHangfire((s, configuration) =>
        {
            configuration.SetDataCompatibilityLevel(CompatibilityLevel.Version_180).UseSimpleAssemblyNameTypeSerializer().UseRecommendedSerializerSettings();
            var db = s.GetRequiredService<ControlPlaneDb>();
            s.GetRequiredService<DatabaseStart>().CreateIfMissing();
            switch (db.Provider)
            {
                case DatabaseProvider.Sqlite:
                    // Nothing is lost with it: schedules are set anew at each start, and work lives in our tables.
                    configuration.UseInMemoryStorage(new InMemoryStorageOptions { MaxExpirationTime = TimeSpan.FromHours(1) });
                    break;
                case DatabaseProvider.PostgreSql:
                    configuration.UsePostgreSqlStorage(o => o.UseNpgsqlConnection(db.ConnectionString), new PostgreSqlStorageOptions { UseSlidingInvisibilityTimeout = true, InvisibilityTimeout = TimeSpan.FromMinutes(1) });
                    break;
                default:
                    configuration.UseSqlServerStorage(db.ConnectionString, new SqlServerStorageOptions { SlidingInvisibilityTimeout = TimeSpan.FromMinutes(1), QueuePollInterval = TimeSpan.FromSeconds(1) });
                    break;
            }
        });
        if (roles is { Worker: false, Scheduler: false })
            return;
        services.AddSingleton<IBackgroundProcess>(s => s.GetRequiredService<Housekeeper>());
        if (roles.Worker)
        {
            services.AddSingleton<IBackgroundProcess>(s => s.GetRequiredService<GateKeeper>());
            services.AddSingleton<IBackgroundProcess>(s => s.GetRequiredService<BulkReplayRunner>());
            services.AddSingleton<IBackgroundProcess>(s => s.GetRequiredService<IdentifierRules.BackfillRunner>());
            services.AddSingleton<IBackgroundProcess>(s => s.GetRequiredService<Objectives.ObjectiveCounting>());
            services.AddSingleton<IBackgroundProcess>(s => s.GetRequiredService<Operations.OperationsKeeper>());
            foreach (var lane in Enum.GetValues<Lane>())
                services.AddSingleton<IBackgroundProcess>(s => s.GetRequiredService<LanePumps>().Find(lane)!);
        }

        services.AddHangfireServer((s, options) =>
        {
            // Jobs are the scheduler's; a node that only runs flows asks for none.
            options.Queues = roles.Scheduler ? ["default"] : ["none"];
            options.WorkerCount = roles.Scheduler ? 4 : 1;
            options.SchedulePollingInterval = TimeSpan.FromSeconds(2);
            options.StopTimeout = TimeSpan.FromSeconds(s.GetRequiredService<IOptions<EngineOptions>>().Value.DrainSeconds + 5);
            options.ShutdownTimeout = options.StopTimeout;
        });
        if (roles.Scheduler)
            services.AddHostedService<Schedules>();
    }
}

/// <summary>Sets the schedules at each start: they are code, not data.</summary>
internal sealed class Schedules(IRecurringJobManager jobs) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        jobs.AddOrUpdate<FeedPoller>("poll-feeds", poller => poller.PollDueAsync(CancellationToken.None), "*/5 * * * * *");
        jobs.AddOrUpdate<AnswerSender>("send-delivery-answers", sender => sender.SendDueAsync(CancellationToken.None), "*/5 * * * * *");
        jobs.AddOrUpdate<DeliveryResumer>("resume-deliveries", resumer => resumer.ResumeAsync(CancellationToken.None), "* * * * *");
        jobs.AddOrUpdate<WebhookKeeper>("keep-webhooks", keeper => keeper.KeepAsync(CancellationToken.None), "*/5 * * * *");
        jobs.AddOrUpdate<Connections.ConnectionHistory>("forget-connection-history", history => history.SweepAsync(CancellationToken.None), "43 * * * *");
        jobs.AddOrUpdate<ExceptionCases.CaseKeeper>("keep-exception-cases", keeper => keeper.KeepAsync(CancellationToken.None), "*/5 * * * * *");
        jobs.AddOrUpdate<Worklist.WorkKeeper>("keep-worklist", keeper => keeper.KeepAsync(CancellationToken.None), "*/5 * * * * *");
        jobs.AddOrUpdate<Ownership.OwnershipKeeper>("keep-ownership", keeper => keeper.KeepAsync(CancellationToken.None), "*/10 * * * * *");
        jobs.AddOrUpdate<Ownership.OwnershipKeeper>("forget-notifications", keeper => keeper.SweepAsync(CancellationToken.None), "29 3 * * *");
        jobs.AddOrUpdate<Ownership.NotificationSender>("send-notifications", sender => sender.SendDueAsync(CancellationToken.None), "*/5 * * * * *");
        jobs.AddOrUpdate<Alerts.AlertKeeper>("keep-alerts", keeper => keeper.KeepAsync(CancellationToken.None), "*/5 * * * * *");
        jobs.AddOrUpdate<Api.IdempotentAnswers>("forget-idempotent-answers", answers => answers.SweepAsync(CancellationToken.None), "17 * * * *");
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}

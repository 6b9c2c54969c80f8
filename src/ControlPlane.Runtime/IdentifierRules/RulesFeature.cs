using ControlPlane.Runtime.Connections;
using ControlPlane.Runtime.Engine;
using ControlPlane.Runtime.Ingestion;
using ControlPlane.Runtime.Persistence;
using ControlPlane.Runtime.Persistence.Batches;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace ControlPlane.Runtime.IdentifierRules;

/// <summary>Identifier rules: in service on every node, changed by people and by configuration, carried back over what is stored.</summary>
public static class RulesFeature
{
    public static IHostApplicationBuilder AddIdentifierRules(this IHostApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddOptions<BackfillOptions>().BindConfiguration(BackfillOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        // In service
        services.TryAddSingleton<EmailHash>();
        services.AddSingleton<RuleBoard>();
        services.AddHostedService<RuleWatch>();

        // Changing
        services.AddSingleton<RuleStore>();
        services.AddSingleton<RuleDocuments>();

        // Looking
        services.AddSingleton<RuleQueries>();
        services.AddSingleton<RuleTrial>();

        // Carrying back; driven on worker nodes
        services.AddSingleton(s => new RuleBackfill(
            s.GetRequiredService<IControlPlaneDb>(), s.GetRequiredService<RuleBoard>(), s.GetRequiredService<CommitWriter>(), s.GetRequiredService<IConnectionRegistry>(), s.GetRequiredService<Node>(),
            s.GetRequiredService<LeaseClock>(), s.GetRequiredService<IOptions<BackfillOptions>>(), s.GetRequiredService<TimeProvider>()));
        services.AddSingleton(s => new BackfillRunner(s.GetRequiredService<RuleBackfill>(), s.GetRequiredService<TimeProvider>(), s.GetRequiredService<ILogger<BackfillRunner>>()));
        return builder;
    }
}

using ControlPlane.Runtime.Connections;
using ControlPlane.Runtime.Flows;
using ControlPlane.Runtime.Ingestion;
using ControlPlane.Runtime.Persistence;
using Microsoft.Extensions.DependencyInjection;

namespace ControlPlane.Runtime.Transactions.Queries;

/// <summary>Reading transactions; needs a flow catalog and a connection registry.</summary>
public static class TransactionQueriesFeature
{
    /// <summary>Scoped, because a circuit or request sees one tenant.</summary>
    public static IServiceCollection AddTransactionQueries(this IServiceCollection services)
    {
        services.AddScoped<TransactionQueries>();
        services.AddScoped<ITransactionQueries>(s => s.GetRequiredService<TransactionQueries>());
        services.AddScoped<ITransactionSearch>(s => s.GetRequiredService<TransactionQueries>());
        services.AddSingleton(s => new TransactionReaders(
            s.GetRequiredService<IControlPlaneDb>(), s.GetRequiredService<IFlowCatalog>(), s.GetRequiredService<IConnectionRegistry>(), s.GetRequiredService<TimeProvider>(), s.GetService<EmailHash>()));
        services.AddSingleton<LineageQueries>();
        services.AddSingleton<RawBodies>();
        return services;
    }
}

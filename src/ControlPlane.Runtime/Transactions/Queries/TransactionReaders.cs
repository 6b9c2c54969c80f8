using ControlPlane.Runtime.Connections;
using ControlPlane.Runtime.Flows;
using ControlPlane.Runtime.Ingestion;
using ControlPlane.Runtime.Persistence;

namespace ControlPlane.Runtime.Transactions.Queries;

/// <summary>Queries for a tenant that is named, not the scope's: a script's tenant follows from its key.</summary>
public sealed class TransactionReaders
{
    private readonly Func<TenantScope, ITransactionQueries> _make;

    internal TransactionReaders(IControlPlaneDb db, IFlowCatalog flows, IConnectionRegistry connections, TimeProvider clock, EmailHash? emails) =>
        _make = tenant => new TransactionQueries(db, tenant, flows, connections, clock, emails);

    public ITransactionQueries For(TenantScope tenant) => _make(tenant);
}

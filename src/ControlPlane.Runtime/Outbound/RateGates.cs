using System.Collections.Concurrent;
using ControlPlane.Domain.Connections;

namespace ControlPlane.Runtime.Outbound;

/// <summary>The rate budgets of this node's calls. They outlive a change of their connection's settings.</summary>
internal sealed class RateGates(BudgetLedger? ledger, TimeProvider clock) : IDisposable
{
    private readonly ConcurrentDictionary<string, RateGate> _gates = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<(string, string), RateGate> _byOperation = new();

    public RateGate Of(Connection connection, IConnector connector, string operation) =>
        _byOperation.TryGetValue((connection.Key, operation), out var gate) ? gate : _byOperation.GetOrAdd((connection.Key, operation), Make(connection, connector, operation));

    public static RateBudget? Declared(IConnector connector, string operation) =>
        connector.Manifest.Operations.FirstOrDefault(o => o.Name == operation)?.Budget ?? connector.Feeds.FirstOrDefault(f => f.Name == operation)?.Budget;

    public static double CostOf(IConnector connector, string operation) => Declared(connector, operation)?.Cost ?? 1;

    /// <summary>Connection and pool, or connection and operation.</summary>
    public static string KeyOf(Connection connection, IConnector connector, string operation) => $"{connection.Key}/{Declared(connector, operation)?.Pool ?? operation}";

    /// <summary>The limits beyond the first that a call of the operation counts against, in the manifest's order; mostly none.</summary>
    public IEnumerable<(RateGate Gate, double Cost)> FurtherOf(Connection connection, IConnector connector, string operation)
    {
        var number = 2;
        for (var budget = Declared(connector, operation)?.And; budget is not null; budget = budget.And, number++)
        {
            var declared = budget;
            yield return (_gates.GetOrAdd($"{connection.Key}/{budget.Pool ?? $"{operation}#{number}"}", key => new RateGate(key, declared, ledger, clock)), budget.Cost);
        }
    }

    /// <summary>Once a second, with what the database says; see <see cref="RateGate.TickAsync"/>.</summary>
    public async Task TickAsync(CancellationToken ct)
    {
        if (ledger is null || _gates.IsEmpty)
            return;
        var rows = (await ledger.ReadAsync(ct)).ToDictionary(r => r.Key, StringComparer.Ordinal);
        foreach (var gate in _gates.Values)
            await gate.TickAsync(rows.GetValueOrDefault(gate.Key), ct);
    }

    private RateGate Make(Connection connection, IConnector connector, string operation) =>
        _gates.GetOrAdd(KeyOf(connection, connector, operation), key => new RateGate(key, Declared(connector, operation), ledger, clock));

    public void Dispose()
    {
        foreach (var gate in _gates.Values)
            gate.Dispose();
    }
}

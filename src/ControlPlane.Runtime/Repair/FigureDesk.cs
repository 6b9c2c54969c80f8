using System.Text.Json;
using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Effects;
using ControlPlane.Domain.Faults;
using ControlPlane.Domain.Flows;
using ControlPlane.Domain.Orders;
using ControlPlane.Domain.Repair;
using ControlPlane.Domain.Shared;
using ControlPlane.Runtime.Connections;
using ControlPlane.Runtime.Outbound;

namespace ControlPlane.Runtime.Repair;

/// <summary>What a look-up answered: a figure, or why there is none.</summary>
/// <param name="Value">Null when there is none.</param>
/// <param name="Impossible">True when asking again unchanged cannot help: the product is unknown, the answer has no such figure.</param>
internal sealed record FigureAnswer(string? Value, bool Impossible, string Problem);

/// <summary>Asks systems for figures that held orders wait for: as every call, under the system's rate, window and breaker, behind whatever somebody waits for.</summary>
internal sealed class FigureDesk(IConnectionRegistry connections, IConnectorCatalog connectors, OutboundGateway gateway, TargetGates gates, TimeProvider clock)
{
    /// <summary>Every look-up of every connection that says what it asks for.</summary>
    public IReadOnlyList<(Connection Connection, OperationDescriptor LookUp)> All =>
        [.. connections.All.Where(c => c is { Enabled: true, Onboarding: false }).OrderBy(c => c.DisplayName, StringComparer.Ordinal).SelectMany(c => LookUps(c).Select(l => (c, l)))];

    /// <summary>Null when there is no such connection.</summary>
    public IReadOnlyList<OperationDescriptor>? Of(string connection) => connections.Find(connection) is { Enabled: true } known ? LookUps(known) : null;

    public async Task<FigureAnswer> AskAsync(int tenant, FigureCondition figure, CancellationToken ct)
    {
        if (connections.Find(figure.Connection) is not { Enabled: true } connection || connectors.Find(connection.Connector)?.For(connection) is not { } connector || connector.Operation(figure.Operation) is not { } operation)
            return new(null, true, $"{figure.Connection} cannot be asked for {figure.Operation} any more.");
        if (await gates.CheckAsync(connection, connector, figure.Operation, ct) is { } closed)
            return new(null, false, closed.Text);
        var exchange = new RecordingExchange(gateway, connection, connector, new AttemptContext(tenant, Guid.Empty, "hold", 0, 1, figure.Operation, null), clock) { Polling = true };
        var request = new OperationRequest
        {
            Connection = connection, TransactionId = Guid.Empty, Reference = "", CorrelationId = "", IdempotencyKey = "", At = clock.GetUtcNow(),
            Order = new CanonicalOrder { ExternalId = "", Number = "", PlacedAt = clock.GetUtcNow(), Currency = "", Lines = [] },
            Variables = new FlowVariables { Outputs = new(figure.Arguments, StringComparer.Ordinal) },
        };
        Fault fault;
        try
        {
            var result = await operation.ExecuteAsync(request, operation.Map(request).Content, exchange, ct);
            if (result is OperationResult.Confirmed answer)
                return answer.Outputs.GetValueOrDefault(figure.Figure) is { Length: > 0 } value ? new(value, false, "") : new(null, true, $"The answer of {connection.DisplayName} has no {figure.Figure}.");
            fault = result is OperationResult.Failed failed ? failed.Fault : new(FaultKind.Internal, "operation.defect", "The look-up gave no answer.");
        }
        catch (ExchangeException e)
        {
            fault = e.Fault;
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            fault = new(FaultKind.Internal, "operation.defect", $"The look-up {figure.Operation} has a defect ({e.GetType().Name}).");
        }

        return new(null, fault.Kind == FaultKind.Data, fault.Message);
    }

    private List<OperationDescriptor> LookUps(Connection connection) =>
        [.. connectors.Find(connection.Connector)?.For(connection).Manifest.Operations.Where(o => o is { Write: WriteKind.Read, Figures.Count: > 0 } && o.Asks.Count > 0) ?? []];
}

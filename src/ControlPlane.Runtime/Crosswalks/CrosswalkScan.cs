using System.Diagnostics;
using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Crosswalks;
using ControlPlane.Domain.Flows;
using ControlPlane.Domain.Orders;
using ControlPlane.Domain.Shared;
using ControlPlane.Runtime.Connections;
using ControlPlane.Runtime.Flows;
using ControlPlane.Runtime.Persistence;

namespace ControlPlane.Runtime.Crosswalks;

/// <param name="Messages">Looked through.</param>
/// <param name="WithGaps">Messages that need an entry which is missing, in themselves or in what is made of them.</param>
/// <param name="NotTried">Outgoing documents that could not be made without what earlier steps bring.</param>
public sealed record CrosswalkScanReport(int Messages, int Documents, int NotTried, IReadOnlyList<CrosswalkGap> Gaps, TimeSpan Took, int WithGaps = 0);

/// <summary>
/// Finds gaps before orders fail: translates recorded messages once more, and makes the documents that their flows would send, with every missing
/// code taken as it is. Nothing is stored, sent or counted.
/// </summary>
public sealed class CrosswalkScan(BackTests.BackTests messages, IConnectionRegistry connections, IConnectorCatalog connectors, IFlowCatalog flows, TimeProvider clock)
{
    public const int Usual = 1_000;

    /// <param name="connection">Null = all, each with its newest messages.</param>
    /// <param name="count">Messages of each connection; 1 to <see cref="BackTests.BackTests.Most"/>.</param>
    public async Task<CrosswalkScanReport> RunAsync(TenantScope tenant, string? connection, int count, CancellationToken ct)
    {
        var from = Stopwatch.GetTimestamp();
        var found = new Findings();
        var (read, documents, notTried, withGaps) = (0, 0, 0, 0);
        foreach (var source in connections.All.Where(c => c.Enabled && (connection is null || c.Key == connection)).OrderBy(c => c.Key, StringComparer.Ordinal))
        {
            if (connectors.Find(source.Connector)?.For(source) is not { Receiver: { } receiver } connector)
                continue;
            var (recorder, feeds) = (new Recorder(source), connector.Feeds.Select(f => f.Name).ToHashSet(StringComparer.Ordinal));
            var watched = source.With(recorder);
            await foreach (var (id, request) in messages.MessagesAsync(tenant, source.Key, feeds, count, ct))
            {
                read++;
                recorder.Clear();
                var (order, shipment) = receiver.Translate(request, watched) switch
                {
                    InboundEvent.OrderReceived o => (o.Order, null),
                    InboundEvent.Happened { Shipment: { } s } => (null, s),
                    _ => (default(CanonicalOrder), default(Shipment)),
                };
                var total = order?.TotalMinor is { } minor && Currencies.IsKnown(order.Currency) ? new Money(minor, order.Currency) : (Money?)null;
                found.Add(source, recorder.Missed, request.ReceivedAt, id, total);
                var gap = recorder.Missed.Count > 0;
                if (gap)
                    withGaps++;
                if (order is null && shipment is null)
                    continue;
                foreach (var (target, operation) in order is null ? Confirmations(source) : Calls(source))
                {
                    var outgoing = new Recorder(target);
                    if (Map(operation, target.With(outgoing), order ?? Nothing, shipment))
                        documents++;
                    else
                        notTried++;
                    found.Add(target, outgoing.Missed, request.ReceivedAt, id, total);
                    if (outgoing.Missed.Count > 0 && !gap)
                    {
                        gap = true;
                        withGaps++;
                    }
                }
            }
        }

        return new(read, documents, notTried, found.Ranked(), Stopwatch.GetElapsedTime(from), withGaps);
    }

    /// <summary>A shipment's order is not read again: only what stands in the shipment itself is tried.</summary>
    private static CanonicalOrder Nothing { get; } = new() { ExternalId = "", Number = "", PlacedAt = DateTimeOffset.UnixEpoch, Currency = "EUR", Lines = [] };

    /// <summary>What the flow of this channel's orders calls.</summary>
    private IEnumerable<(Connection Target, IOperation Operation)> Calls(Connection source) =>
        (flows.ForEvent("order.created", source.Key)?.Steps ?? []).OfType<CallStep>().SelectMany(step => Resolve(step, source));

    /// <summary>Shipments come from a warehouse; the channels are told.</summary>
    private IEnumerable<(Connection Target, IOperation Operation)> Confirmations(Connection source) =>
        connections.All.Where(c => c.Enabled && c.Role.Sells() && c.Key != source.Key).SelectMany(channel =>
            (flows.ForEvent("order.created", channel.Key)?.Steps ?? []).OfType<CallStep>().Where(s => s.Connection == CallStep.Source).SelectMany(step => Resolve(step, channel)));

    private IEnumerable<(Connection, IOperation)> Resolve(CallStep step, Connection source)
    {
        var target = step.Connection == CallStep.Source ? source
            : step.Connection.StartsWith("role:", StringComparison.Ordinal) && SystemRoles.TryParse(step.Connection[5..], out var role) ? connections.FindByRole(role) : connections.Find(step.Connection);
        if (target is not null && connectors.Find(target.Connector)?.For(target).Operation(step.Operation) is { } operation)
            yield return (target, operation);
    }

    private bool Map(IOperation operation, Connection target, CanonicalOrder order, Shipment? shipment)
    {
        try
        {
            operation.Map(new()
            {
                Connection = target, TransactionId = Guid.Empty, Reference = "SCAN", CorrelationId = "scan", IdempotencyKey = "scan", Order = order, At = clock.GetUtcNow(),
                Variables = shipment is null ? new() : new() { Shipments = [shipment], Occurrence = 1 },
            });
            return true;
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // Code of a connector may rely on what an earlier step left; a report must not fail for it.
            return false;
        }
    }

    /// <summary>Answers what there is, takes what is missing as it is, and remembers it.</summary>
    private sealed class Recorder(Connection connection) : ICrosswalks
    {
        private readonly ICrosswalks _inner = connection.Crosswalks.Uncounted();

        public HashSet<MissedCode> Missed { get; } = [];

        public void Clear() => Missed.Clear();

        public CrosswalkHit? Find(string table, string value, CrosswalkDirection direction, DateTimeOffset at)
        {
            if (_inner.Find(table, value, direction, at) is { } hit)
                return hit;
            if (value.Trim() is { Length: > 0 and <= CrosswalkRules.LongestCode } code)
                Missed.Add(new(connection.Key, table, direction, code));
            return new(value, 1, "missing");
        }

        public bool Knows(string table) => _inner.Knows(table);

        /// <summary>It counts nothing but the gaps of this one document.</summary>
        public ICrosswalks Uncounted() => this;
    }

    private sealed class Findings
    {
        private readonly Dictionary<MissedCode, (CrosswalkGap Gap, Dictionary<string, long> Money)> _all = [];

        public void Add(Connection of, IEnumerable<MissedCode> missed, DateTimeOffset at, Guid message, Money? total)
        {
            foreach (var code in missed)
            {
                var (gap, money) = _all.TryGetValue(code, out var there) ? there : (new CrosswalkGap(code, of.DisplayName, 0, at, at, message, null), []);
                if (total is { } amount)
                    money[amount.Currency] = money.GetValueOrDefault(amount.Currency) + amount.MinorUnits;
                _all[code] = (gap with { Count = gap.Count + 1, FirstAt = at < gap.FirstAt ? at : gap.FirstAt, LastAt = at > gap.LastAt ? at : gap.LastAt }, money);
            }
        }

        /// <summary>By documents, then by money; amounts of different currencies are not added up.</summary>
        public IReadOnlyList<CrosswalkGap> Ranked() =>
        [
            .. _all.Values.Select(f => f.Gap with { Money = [.. f.Money.OrderByDescending(m => m.Value).Select(m => new Money(m.Value, m.Key))] })
                .OrderByDescending(g => g.Count).ThenByDescending(g => g.Money is [var most, ..] ? most.MinorUnits : 0).ThenBy(g => g.Missed.Code, StringComparer.Ordinal).Take(CrosswalkGaps.Most),
        ];
    }
}

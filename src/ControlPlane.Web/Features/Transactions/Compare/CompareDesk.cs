using System.Globalization;
using System.Text;
using System.Text.Json;
using Connectors.Protocols.Http;
using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Effects;
using ControlPlane.Domain.Flows;
using ControlPlane.Domain.Mappings.Incoming;
using ControlPlane.Domain.Transactions;
using ControlPlane.Runtime.BackTests;
using ControlPlane.Runtime.Connections;
using ControlPlane.Runtime.Estate;
using ControlPlane.Runtime.Flows;
using ControlPlane.Runtime.Mappings;
using ControlPlane.Runtime.Persistence;
using ControlPlane.Runtime.Transactions.Queries;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Web.Features.Transactions.Compare;

/// <summary>
/// Replay without effects: runs an order through mappings again and compares the documents with those that were sent. Pure mapping alone:
/// nothing is sent, no number is taken, no crosswalk is counted.
/// </summary>
public sealed class CompareDesk(
    IControlPlaneDb db, TransactionReaders readers, OutgoingTrials trials, BackTests backTests, IFlowCatalog flows, IConnectionRegistry connections, IConnectorCatalog connectors, ConnectorVersions versions, IConnectorDocuments documents)
{
    private const int MostDocuments = 40;

    /// <param name="reveal">True shows personal data: for administrators only. The caller checks the role.</param>
    /// <param name="time">How an instant reads for who looks.</param>
    /// <returns>Null when there is no such transaction.</returns>
    public async Task<Comparison?> CompareAsync(TenantScope tenant, Guid id, CompareWith with, bool reveal, Func<DateTimeOffset, string> time, CancellationToken ct)
    {
        var queries = readers.For(tenant);
        if (await queries.FindAsync(id, ct) is not { } detail)
            return null;
        var epochs = detail.Effects.Count == 0 ? 1 : detail.Effects.Max(e => e.Epoch) - detail.Effects.Min(e => e.Epoch) + 1;
        var flow = with == CompareWith.Newest ? flows.Newest(detail.Flow) : flows.Find(detail.Flow, detail.FlowVersion);
        var found = new List<ComparedDocument>();
        if (with == CompareWith.Replays)
            await EpochsAsync(queries, detail, reveal, time, found, ct);
        else
        {
            if (await CanonicalAsync(tenant, queries, detail, with, reveal, ct) is { } canonical)
                found.Add(canonical);
            foreach (var step in flow?.Steps.OfType<CallStep>() ?? [])
                await StepAsync(tenant, queries, detail, step, with, reveal, time, found, ct);
        }

        return new(with, [.. found.Take(MostDocuments)], detail.FlowVersion, flow?.Version ?? detail.FlowVersion, epochs);
    }

    /// <summary>What the channel's document becomes.</summary>
    private async Task<ComparedDocument?> CanonicalAsync(TenantScope tenant, ITransactionQueries queries, TransactionDetail detail, CompareWith with, bool reveal, CancellationToken ct)
    {
        var source = detail.Documents.FirstOrDefault(d => d.Kind == DocumentKind.Source);
        var kept = detail.Documents.LastOrDefault(d => d.Kind == DocumentKind.Canonical);
        if (source is null || kept is null || connections.Find(detail.Head.Channel.Key) is not { } connection)
            return null;
        var title = $"The order from {connection.DisplayName}";
        var recorded = detail.Timeline.FirstOrDefault(t => t.Type == JournalEventType.Received)?.Basis?.Mapping;
        var (connector, made) = await ConnectorAsync(tenant, connection, with, recorded, ct);
        await using var context = db.CreateContext(tenant);
        var message = await context.Messages.AsNoTracking().Where(m => m.TransactionId == detail.Head.Id && m.PayloadId == source.PayloadId).Select(m => (Guid?)m.Id).FirstOrDefaultAsync(ct);
        var before = await queries.PayloadAsync(kept.PayloadId, reveal, ct);
        if (connector?.For(connection).Receiver is not { } receiver || before is null || message is null
            || await backTests.FindAsync(tenant, message.Value, _ => connector.For(connection).Feeds.Select(f => f.Name).ToHashSet(StringComparer.Ordinal), ct) is not { } request)
            return new(title, detail.Head.Channel, "as it was taken", made, [], "The channel's document is not kept any more, or its connector is not there.", []);
        return receiver.Translate(request.Request, connection.With(connection.Crosswalks.Uncounted())) switch
        {
            InboundEvent.OrderReceived received => new(
                title, detail.Head.Channel, $"as it was taken{(recorded is null ? "" : $", mapping {recorded}")}", made,
                Rows(before.Text, PayloadMask.Apply(JsonSerializer.Serialize(received.Order, FlowJson.Default.CanonicalOrder), reveal).Text, []), null, []),
            InboundEvent.Refused refused => new(title, detail.Head.Channel, "as it was taken", made, [], null, [.. refused.Refusals.Select(r => $"{r.Field}: {r.Message}")]),
            _ => new(title, detail.Head.Channel, "as it was taken", made, [], "It would be taken for something else than an order now.", []),
        };
    }

    private async Task StepAsync(TenantScope tenant, ITransactionQueries queries, TransactionDetail detail, CallStep step, CompareWith with, bool reveal, Func<DateTimeOffset, string> time, List<ComparedDocument> found, CancellationToken ct)
    {
        var connection = step.Connection == CallStep.Source ? connections.Find(detail.Head.Channel.Key)
            : step.Connection.StartsWith("role:", StringComparison.Ordinal) ? SystemRoles.TryParse(step.Connection[5..], out var role) ? connections.FindByRole(role) : null
            : connections.Find(step.Connection);
        if (connection is null)
            return;
        var sent = detail.Effects.Where(e => e.Step == step.Id && e.System.Key == connection.Key).GroupBy(e => e.Occurrence).Select(g => g.MaxBy(e => e.Epoch)!).OrderBy(e => e.Occurrence).ToList();
        // A step that the order did not come to says nothing; one that its own flow does not have is what is new.
        var isNew = with == CompareWith.Newest && flows.Find(detail.Flow, detail.FlowVersion) is { } then && then.Find(step.Id) is null;
        if (sent.Count == 0 && !isNew)
            return;
        var recorded = detail.Timeline.LastOrDefault(t => t.Step == step.Id && t.Basis?.Mapping is not null)?.Basis?.Mapping;
        var (connector, made) = await ConnectorAsync(tenant, connection, with, recorded, ct);
        if (connector?.For(connection).Operation(step.Operation) is not { } operation || operation.Descriptor.Write == WriteKind.Read)
            return;
        foreach (var effect in sent.Count > 0 ? sent.Cast<EffectItem?>() : [null])
            if (found.Count < MostDocuments)
                found.Add(await DocumentAsync(tenant, queries, detail, step, connection, operation, effect, recorded, made, reveal, time, ct));
    }

    private async Task<ComparedDocument> DocumentAsync(
        TenantScope tenant, ITransactionQueries queries, TransactionDetail detail, CallStep step, Connection connection, IOperation operation, EffectItem? effect, string? recorded, string made, bool reveal, Func<DateTimeOffset, string> time, CancellationToken ct)
    {
        var title = $"{operation.Descriptor.Title} at {connection.DisplayName}{(effect is { Occurrence: > 0 } ? $", shipment {effect.Occurrence}" : "")}";
        var system = new VerdictSystem(connection.Key, connection.DisplayName, connection.Role);
        var attempts = effect is null ? [] : detail.Attempts.Where(a => a.Step == step.Id && a.Occurrence == effect.Occurrence && !a.LookUp && a.StartedAt >= effect.IntendedAt.AddSeconds(-1)).ToList();
        // Of several calls of a step the one with the document counts; a call may have none at all.
        var attempt = attempts.FindLast(a => a.RequestPayloadId is not null) ?? attempts.LastOrDefault();
        var label = attempt is null ? effect is { State: EffectState.Confirmed } ? "confirmed" : "not sent" : $"sent {time(attempt.StartedAt)}{(recorded is null ? "" : $", mapping {recorded}")}";
        if (await trials.RequestAsync(tenant, detail.Head.Id, connection.With(connection.Crosswalks.Uncounted()), effect?.Occurrence ?? 0, ct) is not { } trial)
            return new(title, system, label, made, [], "The order is not kept any more.", []);
        var number = effect is not null ? trial.Variables.Numbers?.GetValueOrDefault(effect.IdempotencyKey) : null;
        // With key, number and time of then: what differs is the mapping's doing.
        var request = new OperationRequest
        {
            Connection = trial.Connection, TransactionId = trial.TransactionId, Reference = trial.Reference, CorrelationId = trial.CorrelationId, IdempotencyKey = effect?.IdempotencyKey ?? trial.IdempotencyKey,
            Order = trial.Order, Variables = trial.Variables, Number = number?.Value ?? (operation.Descriptor.Numbered ? 1 : null), At = number?.At ?? effect?.IntendedAt ?? trial.At,
        };
        var trace = new List<MappedValue>();
        MappedDocument mapped;
        try
        {
            mapped = operation is DeclarativeOperation declared ? declared.Explain(request, trace) : operation.Map(request);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            return new(title, system, label, made, [], $"The operation has a defect ({e.GetType().Name}) and makes nothing of this order.", []);
        }

        if (mapped.Refusals.Count > 0)
            return new(title, system, label, made, [], null, [.. mapped.Refusals.Select(r => $"{r.Field}: {r.Message}")]);
        if (mapped.Content.IsEmpty)
            return new(title, system, label, made, [], "It is sent without a document.", []);
        var now = PayloadMask.Apply(Encoding.UTF8.GetString(mapped.Content.Span), reveal).Text;
        if (attempt is { RequestPayloadId: null })
            return new(title, system, label, made, [], "It was sent without a document.", []);
        var before = attempt?.RequestPayloadId is { } body ? (await queries.PayloadAsync(body, reveal, ct))?.Text : null;
        if (before is null && (attempt is not null || effect is { State: EffectState.Confirmed }))
            return new(title, system, label, made, [], "What was sent is not kept any more.", []);
        var rows = Rows(before ?? "", now, trace);
        // A wrapped body (an envelope, a batch) shares no field with the document itself: every field would look changed.
        return before is not null && rows.All(r => r.Field.Change is FieldDifference.Added or FieldDifference.Gone)
            ? new(title, system, label, made, [], "What was sent was wrapped for the wire and cannot be set beside the document field by field. Both are on the tab Documents.", [])
            : new(title, system, label, made, rows, null, []);
    }

    /// <summary>Of each operation what was sent in one epoch beside what was sent in the one before.</summary>
    private static async Task EpochsAsync(ITransactionQueries queries, TransactionDetail detail, bool reveal, Func<DateTimeOffset, string> time, List<ComparedDocument> found, CancellationToken ct)
    {
        foreach (var group in detail.Effects.GroupBy(e => (e.Step, e.Occurrence, e.System.Key)).Where(g => g.Count() > 1))
        {
            var ordered = group.OrderBy(e => e.Epoch).ToList();
            for (var i = 1; i < ordered.Count && found.Count < MostDocuments; i++)
            {
                var (one, two) = (ordered[i - 1], ordered[i]);
                var (before, after) = (Attempt(detail, one, two.IntendedAt), Attempt(detail, two, i + 1 < ordered.Count ? ordered[i + 1].IntendedAt : DateTimeOffset.MaxValue));
                var title = $"{one.Operation} at {one.System.DisplayName}{(one.Occurrence > 0 ? $", shipment {one.Occurrence}" : "")}";
                var (a, b) = (await TextAsync(queries, before, reveal, ct), await TextAsync(queries, after, reveal, ct));
                found.Add(new(title, one.System, Words(one, before, time), Words(two, after, time), a is null || b is null ? [] : Rows(a, b, []), a is null || b is null ? "One of the two had no body, or it is not kept any more." : null, []));
            }
        }
    }

    private static AttemptItem? Attempt(TransactionDetail detail, EffectItem effect, DateTimeOffset before) =>
        detail.Attempts.LastOrDefault(a => a.Step == effect.Step && a.Occurrence == effect.Occurrence && !a.LookUp && a.StartedAt >= effect.IntendedAt.AddSeconds(-1) && a.StartedAt < before);

    private static string Words(EffectItem effect, AttemptItem? attempt, Func<DateTimeOffset, string> time) =>
        $"sending {(effect.Epoch + 1).ToString(CultureInfo.InvariantCulture)}: {(attempt is null ? "no call" : $"{time(attempt.StartedAt)}, answer {(attempt.Status == 0 ? "none" : attempt.Status.ToString(CultureInfo.InvariantCulture))}")}, {effect.State.ToString().ToLowerInvariant()}";

    private static async Task<string?> TextAsync(ITransactionQueries queries, AttemptItem? attempt, bool reveal, CancellationToken ct) =>
        attempt?.RequestPayloadId is { } id ? (await queries.PayloadAsync(id, reveal, ct))?.Text : null;

    /// <summary>The connector in the version that is wanted, and how that reads. What was built in then is taken as it is built in now.</summary>
    /// <param name="recorded">The mapping of then; null where the journal does not tell.</param>
    private async Task<(IConnector? Connector, string Words)> ConnectorAsync(TenantScope tenant, Connection connection, CompareWith with, string? recorded, CancellationToken ct)
    {
        var wanted = with == CompareWith.Original ? recorded : null;
        var inService = connectors.Find(connection.Connector);
        if (wanted?.Split('@') is [var name, var number] && name == connection.Connector && int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var version) && inService?.Manifest.Published != version)
            return await versions.DocumentAsync(tenant, name, version, ct) is { } document && documents.Read(document, $"{name} version {version}", version).Connector is { } old
                ? (old, $"with mapping {wanted}")
                : (null, $"with mapping {wanted}, which cannot be read any more");
        if (inService is null)
            return (null, "without its connector");
        var mapped = Basis.Mapped(inService.Manifest);
        return (inService, $"with mapping {mapped}, {(with != CompareWith.Original ? "in service now" : mapped == recorded ? "as it was then" : "because that of then is not kept")}");
    }

    private static IReadOnlyList<ComparedRow> Rows(string before, string after, List<MappedValue> trace)
    {
        var rows = trace.GroupBy(t => t.Target, StringComparer.Ordinal).ToDictionary(g => g.Key, g => g.Last(), StringComparer.Ordinal);
        return [.. DocumentComparison.Compare(before, after).Select(f => new ComparedRow(f, rows.TryGetValue(f.Path, out var row) ? $"row {row.Row}, {row.Source}{(row.Crosswalk is { } table ? $", crosswalk {table}" : "")}" : null))];
    }
}

using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Flows;
using ControlPlane.Domain.Shared;
using ControlPlane.Domain.Transactions;

namespace ControlPlane.Runtime.Transactions.Queries;

/// <summary>The stops of a transaction across the systems, out of the flow's stages and the journal.</summary>
internal sealed class StageStrip(FactsBuilder builder)
{
    public IReadOnlyList<StageStop> Of(TransactionRow row, IReadOnlyList<JournalRow> journal, DateTimeOffset now)
    {
        var flow = builder.FlowOf(row);
        var stages = flow?.Stages() ?? Seen(row, journal);
        var current = row.State.IsFinal() ? null : FactsBuilder.StageAt(flow, flow?.Find(row.Step)) ?? (flow is null ? Last(journal) ?? row.Stage : null);
        var reached = journal.Where(Reaches).ToLookup(j => j.Stage, StringComparer.Ordinal);
        var stops = new List<StageStop>(stages.Count);
        DateTimeOffset? before = null;
        foreach (var stage in stages)
        {
            var events = reached[stage.Name].ToList();
            var first = events.Count > 0 ? Instant.FromMicroseconds(events[0].At) : (DateTimeOffset?)null;
            var state = stage.Name == current ? StopState.Current
                : first is not null ? events.All(e => e.Type == JournalEventType.StepSkipped) ? StopState.Skipped : StopState.Done
                : row.State == TransactionState.Closed || Passed(stages, stage, row.Stage) ? StopState.Skipped
                : StopState.Ahead;
            var took = state switch
            {
                StopState.Current => now - (before ?? Instant.FromMicroseconds(row.ReceivedAt)),
                StopState.Done when first is { } at && before is { } from && at >= from => at - from,
                _ => (TimeSpan?)null,
            };
            stops.Add(new(stage.Name, SystemOf(stage, events, row), state, events.Count(e => e.Type != JournalEventType.StepSkipped), first, took, events.Count > 0 ? events[^1].Summary : null, stage.StepId));
            before = first ?? before;
        }

        return stops;
    }

    /// <summary>Events that mean "this stage is reached"; a refusal that arrives as a message does not.</summary>
    private static bool Reaches(JournalRow j) => j.Type switch
    {
        JournalEventType.SignalReceived => j.Code is null,
        JournalEventType.Received or JournalEventType.Validated or JournalEventType.Enriched or JournalEventType.Mapped or JournalEventType.StepCompleted
            or JournalEventType.StepSkipped or JournalEventType.CallSucceeded or JournalEventType.OutcomeResolved or JournalEventType.Closed => true,
        _ => false,
    };

    /// <summary>A later stage was reached already: this one was gone past.</summary>
    private static bool Passed(IReadOnlyList<FlowStage> stages, FlowStage stage, string reached)
    {
        var order = stages.Select(s => s.Name).ToList();
        return order.IndexOf(stage.Name) < order.IndexOf(reached);
    }

    private VerdictSystem? SystemOf(FlowStage stage, List<JournalRow> events, TransactionRow row)
    {
        if (stage.Name == StageNames.Received)
            return builder.System(row.Connection);
        if (events.Count > 0 && stage.Role is not null && events[^1].System is { } key)
            return builder.System(key, stage.Role);
        return stage.Role is { } role ? builder.OfRole(role, row) : null;
    }

    /// <summary>The flow's version is not known: the stages that the journal speaks of, in its order.</summary>
    private static IReadOnlyList<FlowStage> Seen(TransactionRow row, IReadOnlyList<JournalRow> journal) =>
        [.. journal.Select(j => j.Stage).Append(row.Stage).Where(s => s.Length > 0).Distinct(StringComparer.Ordinal)
            .Select(s => new FlowStage(s, null, journal.LastOrDefault(j => j.Stage == s)?.Step))];

    private static string? Last(IReadOnlyList<JournalRow> journal) => journal.LastOrDefault(j => j.Stage.Length > 0)?.Stage;
}

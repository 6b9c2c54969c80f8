using ControlPlane.Runtime.Engine;
using ControlPlane.Runtime.ExceptionCases;
using ControlPlane.Runtime.Ingestion;
using ControlPlane.Runtime.Ingestion.Deliveries;
using ControlPlane.Runtime.Operations;
using ControlPlane.Runtime.Outbound.Metering;
using ControlPlane.Runtime.Transactions;
using ControlPlane.Runtime.Turns;
using static ControlPlane.Runtime.Persistence.Batches.DbKind;

namespace ControlPlane.Runtime.Persistence.Batches;

/// <summary>The rows of the hot path and their columns. A test compares them with the EF model.</summary>
internal static class Tables
{
    public static readonly TableSpec<InboxKeyRow> InboxKeys = new("inbox_keys", 3, OnConflict.Ignore,
    [
        new("tenant_id", Int, r => r.TenantId),
        new("connection", Text, r => r.Connection),
        new("key", Text, r => r.Key),
        new("message_id", Id, r => r.MessageId),
        new("seen_at", Long, r => r.SeenAt),
    ]);

    public static readonly TableSpec<MessageRow> Messages = new("messages", 1, OnConflict.Ignore,
    [
        new("id", Id, r => r.Id),
        new("tenant_id", Int, r => r.TenantId),
        new("connection", Text, r => r.Connection),
        new("topic", Text, r => r.Topic),
        new("state", Short, r => (short)r.State),
        new("transaction_id", Id, r => r.TransactionId),
        new("correlation_id", Text, r => r.CorrelationId),
        new("delivery_id", Text, r => r.DeliveryId),
        new("business_key", Text, r => r.BusinessKey),
        new("received_at", Long, r => r.ReceivedAt),
        new("payload_id", Id, r => r.PayloadId),
        new("headers", Text, r => r.Headers),
        new("code", Text, r => r.Code),
        new("detail", Text, r => r.Detail),
        new("trace_parent", Text, r => r.TraceParent),
        new("parent_id", Id, r => r.ParentId),
        new("part", Int, r => r.Part),
        new("place", Text, r => r.Place),
        new("arrival", Short, r => (short)r.Arrival),
        new("occurred_at", Long, r => r.OccurredAt),
        new("mapping_version", Int, r => r.MappingVersion),
    ]);

    /// <summary>What became of a delivery once all its parts are written.</summary>
    public static readonly TableSpec<MessageRow> MessageOutcomes = new("messages", 1, OnConflict.Fail,
    [
        new("id", Id, r => r.Id),
        new("state", Short, r => (short)r.State),
        new("code", Text, r => r.Code),
        new("detail", Text, r => r.Detail),
    ]);

    public static readonly TableSpec<DeliveryAnswerRow> DeliveryAnswers = new("delivery_answers", 3, OnConflict.Ignore,
    [
        new("tenant_id", Int, r => r.TenantId),
        new("connection", Text, r => r.Connection),
        new("key", Text, r => r.Key),
        new("message_id", Id, r => r.MessageId),
        new("name", Text, r => r.Name),
        new("content_type", Text, r => r.ContentType),
        new("payload_id", Id, r => r.PayloadId),
        new("state", Short, r => (short)r.State),
        new("attempts", Int, r => r.Attempts),
        new("next_at", Long, r => r.NextAt),
        new("created_at", Long, r => r.CreatedAt),
        new("sent_at", Long, r => r.SentAt),
        new("code", Text, r => r.Code),
        new("last_fault", Text, r => r.LastFault),
    ]);

    public static readonly TableSpec<PayloadRow> Payloads = new("payloads", 1, OnConflict.Ignore,
    [
        new("id", Id, r => r.Id),
        new("tenant_id", Int, r => r.TenantId),
        new("digest", Bytes, r => r.Digest),
        new("encoding", Short, r => (short)r.Encoding),
        new("content", Bytes, r => r.Content),
        new("length", Int, r => r.Length),
        new("content_type", Text, r => r.ContentType),
        new("created_at", Long, r => r.CreatedAt),
        new("expires_at", Long, r => r.ExpiresAt),
    ]);

    private static readonly Column<TransactionRow>[] TransactionColumns =
    [
        new("id", Id, r => r.Id),
        new("state", Short, r => (short)r.State),
        new("stage", Text, r => r.Stage),
        new("step", Text, r => r.Step),
        new("updated_at", Long, r => r.UpdatedAt),
        new("closed_at", Long, r => r.ClosedAt),
        new("since", Long, r => r.Since),
        new("due_at", Long, r => r.DueAt),
        new("party", Short, r => (short?)r.Party),
        new("party_connection", Text, r => r.PartyConnection),
        new("fault_kind", Int, r => (int?)r.FaultKind),
        new("fault_code", Text, r => r.FaultCode),
        new("fault_message", Text, r => r.FaultMessage),
        new("case_id", Id, r => r.CaseId),
        new("work_rank", DbKind.Double, r => r.WorkRank),
        new("act_by", Long, r => r.ActBy),
        new("expects", Text, r => r.Expects),
        new("expects_by", Long, r => r.ExpectsBy),
        new("expects_why", Short, r => (short?)r.ExpectsWhy),
        new("canonical_payload_id", Id, r => r.CanonicalPayloadId),
        new("revision", Int, r => r.Revision),
    ];

    public static readonly TableSpec<TransactionRow> Transactions = new("transactions", 1, OnConflict.Ignore,
    [
        .. TransactionColumns,
        new("tenant_id", Int, r => r.TenantId),
        new("kind", Text, r => r.Kind),
        new("connection", Text, r => r.Connection),
        new("flow", Text, r => r.Flow),
        new("flow_version", Int, r => r.FlowVersion),
        new("number", Text, r => r.Number),
        new("reference", Text, r => r.Reference),
        new("correlation_id", Text, r => r.CorrelationId),
        new("currency", Text, r => r.Currency),
        new("total_minor", Long, r => r.TotalMinor),
        new("line_count", Int, r => r.LineCount),
        new("placed_at", Long, r => r.PlacedAt),
        new("received_at", Long, r => r.ReceivedAt),
        new("ship_by", Long, r => r.ShipBy),
        new("source_payload_id", Id, r => r.SourcePayloadId),
        new("trace_parent", Text, r => r.TraceParent),
        new("owner", Text, r => r.Owner),
        new("owner_assigned", Bool, r => r.OwnerAssigned),
    ]);

    /// <summary>Whose an order is that came to be stuck; what a person assigned stays.</summary>
    public static readonly TableSpec<ExceptionCases.CaseTicket> TransactionOwners = new("transactions", 1, OnConflict.Fail,
    [
        new("id", Id, r => r.Member.TransactionId),
        new("owner_assigned", Bool, _ => false),
        new("owner", Text, r => r.Owner),
    ], MatchCount: 1);

    /// <summary>What changes while the flow runs.</summary>
    public static readonly TableSpec<TransactionRow> TransactionChanges = new("transactions", 1, OnConflict.Fail, TransactionColumns);

    public static readonly TableSpec<TransactionIdentifierRow> Identifiers = new("transaction_identifiers", 4, OnConflict.Ignore,
    [
        new("tenant_id", Int, r => r.TenantId),
        new("value", Text, r => r.Value),
        new("transaction_id", Id, r => r.TransactionId),
        new("kind", Text, r => r.Kind),
        new("written", Text, r => r.Written),
        new("origin", Short, r => (short)r.Origin),
    ]);

    public static readonly TableSpec<JournalRow> Journal = new("journal", 3, OnConflict.Ignore,
    [
        new("transaction_id", Id, r => r.TransactionId),
        new("at", Long, r => r.At),
        new("sequence", Int, r => r.Sequence),
        new("tenant_id", Int, r => r.TenantId),
        new("type", Short, r => (short)r.Type),
        new("step", Text, r => r.Step),
        new("stage", Text, r => r.Stage),
        new("system", Text, r => r.System),
        new("summary", Text, r => r.Summary),
        new("code", Text, r => r.Code),
        new("attempt", Int, r => r.Attempt),
        new("duration_microseconds", Int, r => r.DurationMicroseconds),
        new("attempt_id", Id, r => r.AttemptId),
        new("basis", Text, r => r.Basis),
    ]);

    public static readonly TableSpec<EffectRow> Effects = new("effects", 4, OnConflict.Replace,
    [
        new("transaction_id", Id, r => r.TransactionId),
        new("step", Text, r => r.Step),
        new("occurrence", Int, r => r.Occurrence),
        new("epoch", Int, r => r.Epoch),
        new("tenant_id", Int, r => r.TenantId),
        new("connection", Text, r => r.Connection),
        new("operation", Text, r => r.Operation),
        new("write_kind", Int, r => (int)r.WriteKind),
        new("state", Int, r => (int)r.State),
        new("idempotency_key", Text, r => r.IdempotencyKey),
        new("attempts", Int, r => r.Attempts),
        new("summary", Text, r => r.Summary),
        new("intended_at", Long, r => r.IntendedAt),
        new("resolved_at", Long, r => r.ResolvedAt),
    ]);

    public static readonly TableSpec<Changes.OrderChangeRow> OrderChanges = new("order_changes", 1, OnConflict.Replace,
    [
        new("id", Id, r => r.Id),
        new("tenant_id", Int, r => r.TenantId),
        new("transaction_id", Id, r => r.TransactionId),
        new("number", Int, r => r.Number),
        new("kind", Short, r => (short)r.Kind),
        new("state", Short, r => (short)r.State),
        new("summary", Text, r => r.Summary),
        new("outcome", Text, r => r.Outcome),
        new("base_version", Int, r => r.BaseVersion),
        new("differences", Text, r => r.Differences),
        new("systems", Text, r => r.Systems),
        new("requested_at", Long, r => r.RequestedAt),
        new("ended_at", Long, r => r.EndedAt),
        new("return_id", Id, r => r.ReturnId),
    ]);

    public static readonly TableSpec<AttemptRow> Attempts = new("attempts", 1, OnConflict.Ignore,
    [
        new("id", Id, r => r.Id),
        new("tenant_id", Int, r => r.TenantId),
        new("transaction_id", Id, r => r.TransactionId),
        new("step", Text, r => r.Step),
        new("occurrence", Int, r => r.Occurrence),
        new("number", Int, r => r.Number),
        new("connection", Text, r => r.Connection),
        new("operation", Text, r => r.Operation),
        new("method", Text, r => r.Method),
        new("path", Text, r => r.Path),
        new("status", Int, r => r.Status),
        new("started_at", Long, r => r.StartedAt),
        new("duration_microseconds", Int, r => r.DurationMicroseconds),
        new("fault_kind", Int, r => (int?)r.FaultKind),
        new("fault_code", Text, r => r.FaultCode),
        new("fault_message", Text, r => r.FaultMessage),
        new("look_up", Bool, r => r.LookUp),
        new("request_payload_id", Id, r => r.RequestPayloadId),
        new("answer_payload_id", Id, r => r.AnswerPayloadId),
    ]);

    public static readonly TableSpec<SignalRow> Signals = new("signals", 1, OnConflict.Ignore,
    [
        new("id", Id, r => r.Id),
        new("tenant_id", Int, r => r.TenantId),
        new("connection", Text, r => r.Connection),
        new("event", Text, r => r.Event),
        new("transaction_id", Id, r => r.TransactionId),
        new("correlation_value", Text, r => r.CorrelationValue),
        new("payload_id", Id, r => r.PayloadId),
        new("body", Text, r => r.Body),
        new("received_at", Long, r => r.ReceivedAt),
        new("consumed_at", Long, r => r.ConsumedAt),
    ]);

    /// <summary>Only marks as consumed.</summary>
    public static readonly TableSpec<SignalRow> SignalsConsumed = new("signals", 1, OnConflict.Fail,
    [
        new("id", Id, r => r.Id),
        new("consumed_at", Long, r => r.ConsumedAt),
    ]);

    public static readonly TableSpec<WorkItemRow> WorkItems = new("work_items", 1, OnConflict.Ignore,
    [
        new("transaction_id", Id, r => r.TransactionId),
        new("owner", Id, r => r.Owner),
        new("fence", Int, r => r.Fence),
        .. WorkItemState,
        new("tenant_id", Int, r => r.TenantId),
        new("flow", Text, r => r.Flow),
        new("flow_version", Int, r => r.FlowVersion),
        new("source", Text, r => r.Source),
        new("entity_key", Text, r => r.EntityKey),
        new("turn", Long, r => r.Turn),
        new("turn_version", Long, r => r.TurnVersion),
    ]);

    /// <summary>Makes the row of a key or touches it; either way it is locked until the commit.</summary>
    public static readonly TableSpec<TurnRow> TurnTouches = new("turns", 2, OnConflict.Replace,
    [
        new("tenant_id", Int, r => r.TenantId),
        new("key", Text, r => r.Key),
        new("touched_at", Long, r => r.TouchedAt),
    ]);

    /// <summary>Keeps the lease: owner and fence must still be ours.</summary>
    public static readonly TableSpec<WorkItemRow> WorkItemProgress = new("work_items", 1, OnConflict.Fail,
    [
        new("transaction_id", Id, r => r.TransactionId),
        new("owner", Id, r => r.Owner),
        new("fence", Int, r => r.Fence),
        .. WorkItemState,
    ], MatchCount: 2);

    /// <summary>Back to a step; the fence must still be the one that was read, and is raised afterwards.</summary>
    public static readonly TableSpec<WorkRestart> WorkRestarts = new("work_items", 1, OnConflict.Fail, RestartColumns, MatchCount: 1);

    /// <summary>The same into a lane.</summary>
    public static readonly TableSpec<WorkRestart> WorkRestartsInLane = new("work_items", 1, OnConflict.Fail, [.. RestartColumns, new("lane", Short, r => (short)r.Lane!.Value)], MatchCount: 1);

    private static Column<T>[] OperationFigures<T>()
        where T : IOperationFigureRow =>
    [
        new("tenant_id", Int, r => r.TenantId),
        new("minute", Long, r => r.Minute),
        new("measure", Short, r => (short)r.Measure),
        new("connection", Text, r => r.Connection),
        new("code", Text, r => r.Code),
        new("bucket", Short, r => r.Bucket),
        new("count", Long, r => r.Count),
        new("sum", Long, r => r.Sum),
        new("largest", Long, r => r.Largest, Largest: true),
    ];

    private static Column<WorkRestart>[] RestartColumns =>
    [
        new("transaction_id", Id, r => r.TransactionId),
        new("fence", Int, r => r.Fence),
        new("state", Short, _ => (short)WorkState.Ready),
        new("step", Text, r => r.Step),
        new("flow_version", Int, r => r.FlowVersion),
        new("variables", Bytes, r => r.Variables),
        new("attempts", Int, _ => 0),
        new("due_at", Long, _ => 0L),
        new("held_by", Text, _ => null),
        new("owner", Id, _ => null),
    ];

    private static Column<WorkItemRow>[] WorkItemState =>
    [
        new("lane", Short, r => (short)r.Lane),
        new("state", Short, r => (short)r.State),
        new("step", Text, r => r.Step),
        new("due_at", Long, r => r.DueAt),
        new("lease_until", Long, r => r.LeaseUntil),
        new("attempts", Int, r => r.Attempts),
        new("journal_sequence", Int, r => r.JournalSequence),
        new("variables", Bytes, r => r.Variables),
        new("held_by", Text, r => r.HeldBy),
        new("alarm_at", Long, r => r.AlarmAt),
    ];

    public static readonly TableSpec<FeedCursorRow> FeedCursors = new("feed_cursors", 3, OnConflict.Replace,
    [
        new("tenant_id", Int, r => r.TenantId),
        new("connection", Text, r => r.Connection),
        new("feed", Text, r => r.Feed),
        new("cursor", Text, r => r.Cursor),
        new("polled_at", Long, r => r.PolledAt),
        new("next_at", Long, r => r.NextAt),
        new("last_fault", Text, r => r.LastFault),
    ]);

    public static readonly TableSpec<BudgetMinuteRow> BudgetMinutes = new("budget_minutes", 5, OnConflict.Add,
    [
        new("tenant_id", Int, r => r.TenantId),
        new("connection", Text, r => r.Connection),
        new("budget", Text, r => r.Budget),
        new("minute", Long, r => r.Minute),
        new("node_id", Id, r => r.NodeId),
        new("used_milli", Long, r => r.UsedMilli),
        new("calls", Int, r => r.Calls),
        new("refused", Int, r => r.Refused),
        new("waits", Int, r => r.Waits),
    ]);

    public static readonly TableSpec<OperationChangeRow> OperationChanges = new("operations_changes", 1, OnConflict.Fail,
    [
        new("id", Id, r => r.Id),
        new("tenant_id", Int, r => r.TenantId),
        new("at", Long, r => r.At),
        new("body", Bytes, r => r.Body),
    ]);

    public static readonly TableSpec<OperationFailureRow> OperationFailures = new("operations_failures", 5, OnConflict.Ignore,
    [
        new("tenant_id", Int, r => r.TenantId),
        new("measure", Short, r => (short)r.Measure),
        new("at", Long, r => r.At),
        new("subject", Id, r => r.Subject),
        new("sequence", Int, r => r.Sequence),
        new("connection", Text, r => r.Connection),
        new("code", Text, r => r.Code),
        new("is_message", Bool, r => r.IsMessage),
    ]);

    public static readonly TableSpec<OperationMinuteRow> OperationMinutes = new("operations_minutes", 6, OnConflict.Add, OperationFigures<OperationMinuteRow>());

    public static readonly TableSpec<OperationHourRow> OperationHours = new("operations_hours", 6, OnConflict.Add, OperationFigures<OperationHourRow>());

    public static readonly TableSpec<OperationStandingRow> OperationStandings = new("operations_standings", 3, OnConflict.Replace,
    [
        new("tenant_id", Int, r => r.TenantId),
        new("minute", Long, r => r.Minute),
        new("connection", Text, r => r.Connection),
        new("count", Long, r => r.Count),
    ]);

    public static readonly TableSpec<ConnectionFactRow> ConnectionFacts = new("connection_facts", 3, OnConflict.Replace,
    [
        new("tenant_id", Int, r => r.TenantId),
        new("connection", Text, r => r.Connection),
        new("name", Text, r => r.Name),
        new("value", Text, r => r.Value),
        new("at", Long, r => r.At),
        new("expires_at", Long, r => r.ExpiresAt),
    ]);

    /// <summary>The first failure makes the case; the others find it there, without waiting for each other.</summary>
    public static readonly TableSpec<ExceptionCaseRow> ExceptionCases = new("exception_cases", 1, OnConflict.Ignore,
    [
        new("id", Id, r => r.Id),
        new("tenant_id", Int, r => r.TenantId),
        new("algorithm", Short, r => r.Algorithm),
        new("fingerprint", Id, r => r.Fingerprint),
        new("fault_kind", Int, r => (int)r.FaultKind),
        new("fault_code", Text, r => r.FaultCode),
        new("system", Text, r => r.System),
        new("operation", Text, r => r.Operation),
        new("pattern", Text, r => r.Pattern),
        new("sample", Text, r => r.Sample),
        new("field", Text, r => r.Field),
        new("provider_code", Text, r => r.ProviderCode),
        new("first_seen_at", Long, r => r.FirstSeenAt),
        new("merged_into", Id, r => r.MergedInto),
        new("split_from", Id, r => r.SplitFrom),
        new("muted_until", Long, r => r.MutedUntil),
        new("settled_at", Long, r => r.SettledAt),
        new("settled_with", Text, r => r.SettledWith),
    ]);

    public static readonly TableSpec<ExceptionCaseMemberRow> ExceptionCaseMembers = new("exception_case_members", 2, OnConflict.Ignore,
    [
        new("transaction_id", Id, r => r.TransactionId),
        new("at", Long, r => r.At),
        new("tenant_id", Int, r => r.TenantId),
        new("case_id", Id, r => r.CaseId),
        new("algorithm", Short, r => r.Algorithm),
        new("flow", Text, r => r.Flow),
        new("flow_version", Int, r => r.FlowVersion),
        new("step", Text, r => r.Step),
        new("channel", Text, r => r.Channel),
        new("message", Text, r => r.Message),
        new("left_at", Long, r => r.LeftAt),
        new("left_by", Short, r => (short?)r.LeftBy),
    ]);

    public static readonly TableSpec<ExceptionCaseHourRow> ExceptionCaseHours = new("exception_case_hours", 4, OnConflict.Add,
    [
        new("tenant_id", Int, r => r.TenantId),
        new("case_id", Id, r => r.CaseId),
        new("hour", Long, r => r.Hour),
        new("node_id", Id, r => r.NodeId),
        new("failures", Int, r => r.Failures),
    ]);

    public static readonly TableSpec<TrafficRow> Traffic = new("traffic", 4, OnConflict.Add,
    [
        new("tenant_id", Int, r => r.TenantId),
        new("minute", Long, r => r.Minute),
        new("connection", Text, r => r.Connection),
        new("node_id", Id, r => r.NodeId),
        new("received", Int, r => r.Received),
        new("duplicates", Int, r => r.Duplicates),
        new("refused", Int, r => r.Refused),
        new("closed", Int, r => r.Closed),
        new("stuck", Int, r => r.Stuck),
    ]);
}

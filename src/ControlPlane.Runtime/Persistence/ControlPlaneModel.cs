using System.Linq.Expressions;
using System.Reflection;
using System.Text.RegularExpressions;
using ControlPlane.Runtime.Connections;
using ControlPlane.Runtime.Connections.Secrets;
using ControlPlane.Runtime.Connections.Webhooks;
using ControlPlane.Runtime.Engine;
using ControlPlane.Runtime.Engine.Numbers;
using ControlPlane.Runtime.Flows;
using ControlPlane.Runtime.Identity;
using ControlPlane.Runtime.Ingestion;
using ControlPlane.Runtime.Ingestion.Deliveries;
using ControlPlane.Runtime.Mappings;
using ControlPlane.Runtime.Outbound;
using ControlPlane.Runtime.Outbound.Metering;
using ControlPlane.Runtime.Replays;
using ControlPlane.Runtime.Schemas;
using ControlPlane.Runtime.Silence;
using ControlPlane.Runtime.Transactions;
using ControlPlane.Runtime.Turns;
using ControlPlane.Runtime.Worklist;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace ControlPlane.Runtime.Persistence;

/// <summary>Keys, lengths and indexes, each index with the question it answers.</summary>
internal static partial class ControlPlaneModel
{
    public static void Configure(ModelBuilder model, ControlPlaneDbContext context)
    {
        model.Entity<TransactionRow>(e =>
        {
            e.ToTable("transactions").HasKey(t => t.Id);
            Keys(e, t => t.Kind, t => t.Stage, t => t.Step, t => t.Connection, t => t.Flow, t => t.PartyConnection!, t => t.CorrelationId, t => t.Expects!);
            Text(e.Property(t => t.Number), ColumnLengths.Identifier);
            Text(e.Property(t => t.Reference), ColumnLengths.Key);
            e.Property(t => t.Currency).HasMaxLength(3);
            e.Property(t => t.TraceParent).HasMaxLength(60);
            Text(e.Property(t => t.FaultCode), ColumnLengths.Code);
            Text(e.Property(t => t.FaultMessage), ColumnLengths.Summary);
            // The list, newest first, with or without a filter: each is a range of one index, walked backwards.
            // The amount rides along so that "at least this much" is decided in the index; it never changes, so it costs nothing later.
            e.HasIndex(t => new { t.TenantId, t.Id, t.Currency, t.TotalMinor });
            e.HasIndex(t => new { t.TenantId, t.State, t.Id });
            e.HasIndex(t => new { t.TenantId, t.Connection, t.Id });
            // What is stuck for one cause: few rows, so the index is small.
            e.HasIndex(t => new { t.TenantId, t.CaseId, t.Id }).HasFilter("case_id IS NOT NULL").HasDatabaseName("ix_transactions_case");
            // The worklist: what needs somebody, most urgent first; a page is a range of it. Only what needs somebody is in it.
            e.HasIndex(t => new { t.TenantId, t.WorkRank, t.Id }).IsDescending(false, true, false).HasFilter("work_rank IS NOT NULL").HasDatabaseName("ix_transactions_work");
            Keys(e, t => t.Owner!);
            // A team's queue, and what is nobody's: what is not stuck is not in it.
            e.HasIndex(t => new { t.TenantId, t.Owner, t.Id }).HasFilter("state = 4").HasDatabaseName("ix_transactions_owner");
        });
        model.Entity<TransactionIdentifierRow>(e =>
        {
            // Any number → transactions, newest first: the key itself is the index.
            e.ToTable("transaction_identifiers").HasKey(i => new { i.TenantId, i.Value, i.TransactionId, i.Kind });
            Text(e.Property(i => i.Value), ColumnLengths.Identifier);
            // The beginning of a number is looked for as a range: values must sort by their bytes, whatever language the server speaks.
            e.Property(i => i.Value).UseCollation(ByteOrder(context));
            Text(e.Property(i => i.Written), ColumnLengths.Identifier);
            Keys(e, i => i.Kind);
            e.HasIndex(i => i.TransactionId);
        });
        model.Entity<JournalRow>(e =>
        {
            e.ToTable("journal").HasKey(j => new { j.TransactionId, j.At, j.Sequence });
            Keys(e, j => j.Step, j => j.Stage, j => j.System!);
            Text(e.Property(j => j.Summary), ColumnLengths.Summary);
            Text(e.Property(j => j.Code), ColumnLengths.Code);
            Text(e.Property(j => j.Basis), Domain.Transactions.Basis.Longest);
        });
        model.Entity<EffectRow>(e =>
        {
            e.ToTable("effects").HasKey(f => new { f.TransactionId, f.Step, f.Occurrence, f.Epoch });
            Keys(e, f => f.Step, f => f.Connection, f => f.Operation, f => f.IdempotencyKey);
            Text(e.Property(f => f.Summary), ColumnLengths.Summary);
        });
        model.Entity<AttemptRow>(e =>
        {
            e.ToTable("attempts").HasKey(a => a.Id);
            Keys(e, a => a.Step, a => a.Connection, a => a.Operation);
            e.Property(a => a.Method).HasMaxLength(10);
            Text(e.Property(a => a.Path), ColumnLengths.Path);
            Text(e.Property(a => a.FaultCode), ColumnLengths.Code);
            Text(e.Property(a => a.FaultMessage), ColumnLengths.Summary);
            e.HasIndex(a => a.TransactionId);
        });
        model.Entity<MessageRow>(e =>
        {
            e.ToTable("messages").HasKey(m => m.Id);
            Keys(e, m => m.Connection, m => m.Topic, m => m.CorrelationId);
            Text(e.Property(m => m.DeliveryId), ColumnLengths.InboxKey);
            Text(e.Property(m => m.BusinessKey), ColumnLengths.InboxKey);
            Text(e.Property(m => m.Code), ColumnLengths.Code);
            e.Property(m => m.TraceParent).HasMaxLength(60);
            Text(e.Property(m => m.Place), ColumnLengths.Identifier);
            e.HasIndex(m => m.TransactionId);
            // The parts of a delivery in their order; most messages have none and are none.
            e.HasIndex(m => new { m.ParentId, m.Part }).HasFilter("parent_id IS NOT NULL").HasDatabaseName("ix_messages_parts");
            // "What came in from this channel lately", and "what did we refuse".
            e.HasIndex(m => new { m.TenantId, m.Connection, m.Id });
            e.HasIndex(m => new { m.TenantId, m.State, m.Id });
        });
        model.Entity<DeliveryAnswerRow>(e =>
        {
            e.ToTable("delivery_answers").HasKey(a => new { a.TenantId, a.Connection, a.Key });
            Keys(e, a => a.Connection);
            Text(e.Property(a => a.Key), ColumnLengths.InboxKey);
            Text(e.Property(a => a.Name), ColumnLengths.InboxKey);
            e.Property(a => a.ContentType).HasMaxLength(100);
            Text(e.Property(a => a.Code), ColumnLengths.Code);
            Text(e.Property(a => a.LastFault), ColumnLengths.Summary);
            e.HasIndex(a => a.MessageId);
            // What is to be sent next: few rows, so the index is small.
            e.HasIndex(a => a.NextAt).HasFilter("state = 1").HasDatabaseName("ix_delivery_answers_due");
        });
        model.Entity<NumberRangeRow>(e =>
        {
            e.ToTable("number_ranges").HasKey(n => new { n.TenantId, n.Connection });
            Keys(e, n => n.Connection);
        });
        model.Entity<BudgetMinuteRow>(e =>
        {
            e.ToTable("budget_minutes").HasKey(m => new { m.TenantId, m.Connection, m.Budget, m.Minute, m.NodeId });
            Keys(e, m => m.Connection, m => m.Budget);
            // What is too old to be asked for.
            e.HasIndex(m => m.Minute);
        });
        model.Entity<ConnectionFactRow>(e =>
        {
            e.ToTable("connection_facts").HasKey(f => new { f.TenantId, f.Connection, f.Name });
            Keys(e, f => f.Connection, f => f.Name);
            Text(e.Property(f => f.Value), ColumnLengths.Summary);
        });
        model.Entity<WebhookSubscriptionRow>(e =>
        {
            e.ToTable("webhook_subscriptions").HasKey(s => new { s.TenantId, s.Connection, s.Topic });
            Keys(e, s => s.Connection);
            Text(e.Property(s => s.Topic), ColumnLengths.InboxKey);
            Text(e.Property(s => s.ExternalId), ColumnLengths.InboxKey);
            Text(e.Property(s => s.LastFault), ColumnLengths.Summary);
        });
        model.Entity<ConnectionEventRow>(e =>
        {
            e.ToTable("connection_events").HasKey(v => v.Id);
            Keys(e, v => v.Connection, v => v.Kind);
            Text(e.Property(v => v.Text), ColumnLengths.Summary);
            e.HasIndex(v => new { v.TenantId, v.Connection, v.Id });
        });
        model.Entity<InboxKeyRow>(e =>
        {
            e.ToTable("inbox_keys").HasKey(k => new { k.TenantId, k.Connection, k.Key });
            Keys(e, k => k.Connection);
            Text(e.Property(k => k.Key), ColumnLengths.InboxKey + 2);
        });
        model.Entity<PayloadRow>(e =>
        {
            e.ToTable("payloads").HasKey(p => p.Id);
            e.Property(p => p.Digest).HasMaxLength(32);
            e.Property(p => p.ContentType).HasMaxLength(100);
        });
        model.Entity<SignalRow>(e =>
        {
            e.ToTable("signals").HasKey(s => s.Id);
            Keys(e, s => s.Connection, s => s.Event);
            Text(e.Property(s => s.CorrelationValue), ColumnLengths.Identifier);
            // Joined with the identifiers' values: two collations would not compare.
            e.Property(s => s.CorrelationValue).UseCollation(ByteOrder(context));
            e.HasIndex(s => s.TransactionId);
            // What a flow has yet to look at.
            e.HasIndex(s => new { s.TenantId, s.TransactionId }).HasFilter("consumed_at IS NULL").HasDatabaseName("ix_signals_unconsumed");
            // Early events that wait for their transaction: few rows, so the index is small.
            e.HasIndex(s => new { s.TenantId, s.CorrelationValue }).HasFilter("transaction_id IS NULL");
        });
        model.Entity<FeedCursorRow>(e =>
        {
            e.ToTable("feed_cursors").HasKey(c => new { c.TenantId, c.Connection, c.Feed });
            Keys(e, c => c.Connection, c => c.Feed);
            Text(e.Property(c => c.LastFault), ColumnLengths.Summary);
        });
        model.Entity<WorkItemRow>(e =>
        {
            e.ToTable("work_items").HasKey(w => w.TransactionId);
            Keys(e, w => w.Step, w => w.Flow, w => w.Source, w => w.HeldBy!, w => w.EntityKey!);
            e.Property(w => w.HeldBy).HasMaxLength(ColumnLengths.HoldKey);
            // Deadlines, expired leases and the age of what is ready; what is finished leaves the index, so its size follows the open work.
            e.HasIndex(w => new { w.State, w.Lane, w.DueAt }).HasFilter("state IN (1, 2, 3)");
            // Claims: each source has its turn, oldest first.
            e.HasIndex(w => new { w.Lane, w.Source, w.DueAt }).HasFilter("state = 1").HasDatabaseName("ix_work_items_ready");
            // Release: by what holds it, the urgent lanes first.
            e.HasIndex(w => new { w.HeldBy, w.Lane, w.DueAt }).HasFilter("state = 6").HasDatabaseName("ix_work_items_held");
            // Held work that is expected by a time: whoever waits for it is told, although its system is not called.
            e.HasIndex(w => w.AlarmAt).HasFilter("state = 6 AND alarm_at IS NOT NULL").HasDatabaseName("ix_work_items_alarm");
            // Dead letters by lane: few, and counted by the engine page.
            e.HasIndex(w => new { w.Lane, w.TransactionId }).HasFilter("state = 4").HasDatabaseName("ix_work_items_dead");
            // Who is before me: only where order is kept; whoever is past it has no turn any more.
            e.HasIndex(w => new { w.TenantId, w.EntityKey, w.Turn }).HasFilter("turn > 0").HasDatabaseName("ix_work_items_entity");
        });
        model.Entity<TurnRow>(e =>
        {
            e.ToTable("turns").HasKey(t => new { t.TenantId, t.Key });
            Keys(e, t => t.Key);
            e.Property(t => t.Last).HasDefaultValue(0L);
            e.Property(t => t.Version).HasDefaultValue(0L);
            // Keys that nobody asked for in months are forgotten.
            e.HasIndex(t => t.TouchedAt);
        });
        model.Entity<MaintenanceWindowRow>(e =>
        {
            e.ToTable("maintenance_windows").HasKey(w => w.Id);
            Keys(e, w => w.Connection);
            Text(e.Property(w => w.Reason), ColumnLengths.Summary);
            Text(e.Property(w => w.DeclaredBy), ColumnLengths.Identifier);
            Text(e.Property(w => w.EndedBy), ColumnLengths.Identifier);
            e.HasIndex(w => w.EndsAt);
        });
        model.Entity<BreakerRow>(e =>
        {
            e.ToTable("breakers").HasKey(b => new { b.TenantId, b.Key });
            Text(e.Property(b => b.Key), ColumnLengths.HoldKey);
            Text(e.Property(b => b.Code), ColumnLengths.Code);
            Text(e.Property(b => b.Message), ColumnLengths.Summary);
        });
        model.Entity<RateBudgetRow>(e =>
        {
            e.ToTable("rate_budgets").HasKey(b => new { b.TenantId, b.Key });
            Text(e.Property(b => b.Key), ColumnLengths.HoldKey);
        });
        model.Entity<BulkReplayRow>(e =>
        {
            e.ToTable("bulk_replays").HasKey(r => r.Id);
            Keys(e, r => r.FromStep!);
            Text(e.Property(r => r.Reason), ColumnLengths.Summary);
            Text(e.Property(r => r.CreatedBy), ColumnLengths.Identifier);
            Text(e.Property(r => r.Note), ColumnLengths.Summary);
            e.HasIndex(r => new { r.TenantId, r.CreatedAt });
        });
        model.Entity<BulkReplayItemRow>(e =>
        {
            e.ToTable("bulk_replay_items").HasKey(i => new { i.ReplayId, i.TransactionId });
            // What is next.
            e.HasIndex(i => new { i.ReplayId, i.State, i.TransactionId });
            Text(e.Property(i => i.Outcome), ColumnLengths.Summary);
        });
        model.Entity<TrafficRow>(e =>
        {
            e.ToTable("traffic").HasKey(t => new { t.TenantId, t.Minute, t.Connection, t.NodeId });
            Keys(e, t => t.Connection);
        });
        model.Entity<NodeRow>(e =>
        {
            e.ToTable("nodes").HasKey(n => n.Id);
            Text(e.Property(n => n.Name), ColumnLengths.Identifier);
            Text(e.Property(n => n.Roles), ColumnLengths.Identifier);
            Text(e.Property(n => n.Version), ColumnLengths.Key);
        });
        model.Entity<SchemaSubjectRow>(e =>
        {
            e.ToTable("schema_subjects").HasKey(s => new { s.TenantId, s.Name });
            Text(e.Property(s => s.Name), ColumnLengths.Identifier);
            Keys(e, s => s.Connector!);
            Text(e.Property(s => s.Topic), ColumnLengths.Identifier);
            Text(e.Property(s => s.Title), ColumnLengths.Identifier);
            Text(e.Property(s => s.Owner), ColumnLengths.Identifier);
            Text(e.Property(s => s.BrokenBy), ColumnLengths.Summary);
        });
        model.Entity<SchemaVersionRow>(e =>
        {
            e.ToTable("schema_versions").HasKey(v => new { v.TenantId, v.Subject, v.Version });
            Text(e.Property(v => v.Subject), ColumnLengths.Identifier);
            e.Property(v => v.Digest).HasMaxLength(64);
            Text(e.Property(v => v.CreatedBy), ColumnLengths.Identifier);
            Text(e.Property(v => v.Reason), ColumnLengths.Summary);
        });
        model.Entity<SchemaEventRow>(e =>
        {
            e.ToTable("schema_events").HasKey(v => v.Id);
            Text(e.Property(v => v.Subject), ColumnLengths.Identifier);
            Keys(e, v => v.Action);
            Text(e.Property(v => v.By), ColumnLengths.Identifier);
            // A waiver stands behind the reason.
            Text(e.Property(v => v.Reason), ColumnLengths.Path);
            // The history of one subject, newest first.
            e.HasIndex(v => new { v.TenantId, v.Subject, v.Id });
        });
        model.Entity<ShapeProfileRow>(e =>
        {
            e.ToTable("shape_profiles").HasKey(p => new { p.TenantId, p.Connection, p.Topic });
            Keys(e, p => p.Connection, p => p.Topic);
            e.Property(p => p.Revision).IsConcurrencyToken();
        });
        model.Entity<DriftFindingRow>(e =>
        {
            e.ToTable("drift_findings").HasKey(f => f.Id);
            Keys(e, f => f.Connection, f => f.Topic);
            Text(e.Property(f => f.Path), ColumnLengths.Summary);
            Text(e.Property(f => f.Detail), ColumnLengths.Code);
            e.Property(f => f.Digest).HasMaxLength(64);
            Text(e.Property(f => f.By), ColumnLengths.Identifier);
            Text(e.Property(f => f.Reason), ColumnLengths.Summary);
            // One row for one change, whoever finds it first.
            e.HasIndex(f => new { f.TenantId, f.Digest }).IsUnique();
            // What is open, of all connections or of one, newest first.
            e.HasIndex(f => new { f.TenantId, f.State, f.Id });
            e.HasIndex(f => new { f.TenantId, f.Connection, f.Id });
        });
        model.Entity<ConnectionRow>(e =>
        {
            e.ToTable("connections").HasKey(c => new { c.TenantId, c.Key });
            Keys(e, c => c.Key, c => c.Connector);
            Text(e.Property(c => c.DisplayName), ColumnLengths.Identifier);
            Text(e.Property(c => c.UpdatedBy), ColumnLengths.Identifier);
        });
        model.Entity<CarrierCalendarRow>(e =>
        {
            e.ToTable("carrier_calendars").HasKey(c => new { c.TenantId, c.Name });
            Keys(e, c => c.Name);
            Text(e.Property(c => c.UpdatedBy), ColumnLengths.Identifier);
        });
        model.Entity<ConnectorDocumentRow>(e =>
        {
            e.ToTable("connector_documents").HasKey(c => new { c.TenantId, c.Name });
            Keys(e, c => c.Name);
            Text(e.Property(c => c.UpdatedBy), ColumnLengths.Identifier);
        });
        model.Entity<ConnectorVersionRow>(e =>
        {
            e.ToTable("connector_versions").HasKey(v => new { v.TenantId, v.Name, v.Version });
            Keys(e, v => v.Name, v => v.Digest);
            Text(e.Property(v => v.CreatedBy), ColumnLengths.Identifier);
            Text(e.Property(v => v.Reason), ColumnLengths.Summary);
            Text(e.Property(v => v.Waiver), ColumnLengths.Summary);
        });
        model.Entity<ConnectorDraftRow>(e =>
        {
            e.ToTable("connector_drafts").HasKey(d => new { d.TenantId, d.Name, d.Person });
            Keys(e, d => d.Name);
            Text(e.Property(d => d.Person), ColumnLengths.Identifier);
        });
        model.Entity<MappingTestRow>(e =>
        {
            e.ToTable("mapping_tests").HasKey(t => t.Id);
            Keys(e, t => t.Connector, t => t.Connection, t => t.Topic);
            Text(e.Property(t => t.Name), ColumnLengths.Identifier);
            Text(e.Property(t => t.ContentType), ColumnLengths.Identifier);
            Text(e.Property(t => t.CreatedBy), ColumnLengths.Identifier);
            Text(e.Property(t => t.UpdatedBy), ColumnLengths.Identifier);
            Text(e.Property(t => t.Reason), ColumnLengths.Summary);
            // All tests of one connector run together.
            e.HasIndex(t => new { t.TenantId, t.Connector });
        });
        model.Entity<SecretRow>(e =>
        {
            e.ToTable("secrets").HasKey(s => new { s.TenantId, s.Name });
            Keys(e, s => s.Name);
            Text(e.Property(s => s.UpdatedBy), ColumnLengths.Identifier);
        });
        model.Entity<FlowVersionRow>(e =>
        {
            e.ToTable("flow_versions").HasKey(f => new { f.TenantId, f.Name, f.Version });
            Keys(e, f => f.Name, f => f.Digest);
            Text(e.Property(f => f.CreatedBy), ColumnLengths.Identifier);
            Text(e.Property(f => f.Reason), ColumnLengths.Summary);
        });
        model.Entity<PenaltyRulesRow>(e =>
        {
            // By name, the newest version last: few rows, read at start and after a change.
            e.ToTable("penalty_rules").HasKey(p => new { p.TenantId, p.Name, p.Version });
            Keys(e, p => p.Name, p => p.Digest);
            Text(e.Property(p => p.CreatedBy), ColumnLengths.Identifier);
            Text(e.Property(p => p.Reason), ColumnLengths.Summary);
        });
        model.Entity<ApiKeyRow>(e =>
        {
            e.ToTable("api_keys").HasKey(k => k.Id);
            Keys(e, k => k.Name, k => k.Prefix, k => k.Hash, k => k.Role);
            Text(e.Property(k => k.CreatedBy), ColumnLengths.Identifier);
            e.HasIndex(k => k.Hash).IsUnique();
        });
        model.Entity<IdempotentAnswerRow>(e =>
        {
            e.ToTable("idempotent_answers").HasKey(a => new { a.TenantId, a.Key });
            Text(e.Property(a => a.Key), ColumnLengths.InboxKey);
            Keys(e, a => a.Digest);
        });
        model.Entity<InstallationValueRow>(e =>
        {
            e.ToTable("installation_values").HasKey(v => v.Name);
            Keys(e, v => v.Name);
        });
        Crosswalks.CrosswalkModel.Configure(model, ByteOrder(context));
        ExceptionCases.CaseModel.Configure(model);
        EvidenceBundles.EvidenceModel.Configure(model);
        Repair.RepairModel.Configure(model);
        Changes.ChangesModel.Configure(model);
        IdentifierRules.RuleModel.Configure(model);
        Views.ViewModel.Configure(model);
        Exports.ExportModel.Configure(model);
        Ownership.OwnershipModel.Configure(model);
        Alerts.AlertModel.Configure(model);
        Scorecard.ScorecardModel.Configure(model);
        Objectives.ObjectiveModel.Configure(model, context);
        Operations.OperationsModel.Configure(model);
        Estate.EstateVersionModel.Configure(model);
        Reviews.ReviewModel.Configure(model);
        Governance.GovernanceModel.Configure(model);
        model.Entity<PortalUser>(e => Text(e.Property(u => u.DisplayName), ColumnLengths.Identifier));
        SnakeCase(model);
        FilterByTenant(model, context);
    }

    private static void Keys<T>(EntityTypeBuilder<T> entity, params Expression<Func<T, object>>[] properties)
        where T : class
    {
        foreach (var property in properties)
            entity.Property(property).HasMaxLength(ColumnLengths.Key);
    }

    /// <summary>Null where byte order is what the database does anyway.</summary>
    private static string? ByteOrder(ControlPlaneDbContext context) => context switch
    {
        Providers.PostgreSql.PostgreSqlControlPlaneDbContext => "C",
        Providers.SqlServer.SqlServerControlPlaneDbContext => "Latin1_General_100_BIN2",
        _ => null,
    };

    private static void Text(PropertyBuilder property, int length) => property.HasMaxLength(length);

    /// <summary>Lower-case names with underscores: unquoted in every database, and readable in a console.</summary>
    private static void SnakeCase(ModelBuilder model)
    {
        foreach (var entity in model.Model.GetEntityTypes())
        {
            entity.SetTableName(Snake(entity.GetTableName()!));
            foreach (var property in entity.GetProperties())
                property.SetColumnName(Snake(property.Name));
            foreach (var key in entity.GetKeys())
                key.SetName(Snake(key.GetName()!));
            foreach (var foreignKey in entity.GetForeignKeys())
                foreignKey.SetConstraintName(Snake(foreignKey.GetConstraintName()!));
            foreach (var index in entity.GetIndexes())
                index.SetDatabaseName(Snake(index.GetDatabaseName()!));
        }
    }

    private static string Snake(string name) => WordStart().Replace(name, "$1_$2").Replace("__", "_", StringComparison.Ordinal).ToLowerInvariant();

    [GeneratedRegex("([a-z0-9])([A-Z])")]
    private static partial Regex WordStart();

    private static void FilterByTenant(ModelBuilder model, ControlPlaneDbContext context)
    {
        var filter = typeof(ControlPlaneModel).GetMethod(nameof(Filter), BindingFlags.NonPublic | BindingFlags.Static)!;
        foreach (IMutableEntityType entity in model.Model.GetEntityTypes().ToList())
            if (typeof(ITenantRow).IsAssignableFrom(entity.ClrType) && entity.ClrType != typeof(PortalUser))
                filter.MakeGenericMethod(entity.ClrType).Invoke(null, [model, context]);
    }

    private static void Filter<T>(ModelBuilder model, ControlPlaneDbContext context)
        where T : class, ITenantRow =>
        model.Entity<T>().HasQueryFilter(row => row.TenantId == context.TenantId);
}

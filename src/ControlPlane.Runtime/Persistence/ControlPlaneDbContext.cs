using ControlPlane.Runtime.Alerts;
using ControlPlane.Runtime.Budgets;
using ControlPlane.Runtime.Connections;
using ControlPlane.Runtime.Connections.Secrets;
using ControlPlane.Runtime.Connections.Webhooks;
using ControlPlane.Runtime.Crosswalks;
using ControlPlane.Runtime.Engine;
using ControlPlane.Runtime.Engine.Numbers;
using ControlPlane.Runtime.Estate;
using ControlPlane.Runtime.EvidenceBundles;
using ControlPlane.Runtime.ExceptionCases;
using ControlPlane.Runtime.Exports;
using ControlPlane.Runtime.Flows;
using ControlPlane.Runtime.Governance;
using ControlPlane.Runtime.IdentifierRules;
using ControlPlane.Runtime.Identity;
using ControlPlane.Runtime.Ingestion;
using ControlPlane.Runtime.Ingestion.Deliveries;
using ControlPlane.Runtime.Mappings;
using ControlPlane.Runtime.Objectives;
using ControlPlane.Runtime.Operations;
using ControlPlane.Runtime.Outbound;
using ControlPlane.Runtime.Outbound.Metering;
using ControlPlane.Runtime.Repair;
using ControlPlane.Runtime.Ownership;
using ControlPlane.Runtime.Replays;
using ControlPlane.Runtime.Reviews;
using ControlPlane.Runtime.Schemas;
using ControlPlane.Runtime.Silence;
using ControlPlane.Runtime.Transactions;
using ControlPlane.Runtime.Turns;
using ControlPlane.Runtime.Worklist;
using ControlPlane.Runtime.Views;
using Microsoft.AspNetCore.DataProtection.EntityFrameworkCore;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Identity.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Runtime.Persistence;

/// <summary>
/// One model for three databases; the providers' contexts below it own their migrations. Configuration and queries go
/// through here, the hot path through a small SQL dialect of its own.
/// </summary>
public abstract class ControlPlaneDbContext(DbContextOptions options, TenantScope tenant)
    : IdentityDbContext<PortalUser, IdentityRole<Guid>, Guid>(options), IDataProtectionKeyContext
{
    /// <summary>Read by the query filters at each query.</summary>
    public int TenantId => tenant.TenantId;

    public DbSet<TransactionRow> Transactions => Set<TransactionRow>();

    public DbSet<TransactionIdentifierRow> TransactionIdentifiers => Set<TransactionIdentifierRow>();

    public DbSet<JournalRow> Journal => Set<JournalRow>();

    public DbSet<EffectRow> Effects => Set<EffectRow>();

    public DbSet<AttemptRow> Attempts => Set<AttemptRow>();

    public DbSet<MessageRow> Messages => Set<MessageRow>();

    public DbSet<DeliveryAnswerRow> DeliveryAnswers => Set<DeliveryAnswerRow>();

    public DbSet<ObjectiveDocumentRow> ObjectiveDocuments => Set<ObjectiveDocumentRow>();

    public DbSet<ObjectiveExclusionRow> ObjectiveExclusions => Set<ObjectiveExclusionRow>();

    public DbSet<ObjectiveCounterRow> ObjectiveCounters => Set<ObjectiveCounterRow>();

    public DbSet<ObjectiveFollowRow> ObjectiveFollow => Set<ObjectiveFollowRow>();

    public DbSet<ObjectiveSliceRow> ObjectiveSlices => Set<ObjectiveSliceRow>();

    public DbSet<ObjectiveReadingRow> ObjectiveReadings => Set<ObjectiveReadingRow>();

    public DbSet<ObjectiveTallyRow> ObjectiveTallies => Set<ObjectiveTallyRow>();

    public DbSet<NumberRangeRow> NumberRanges => Set<NumberRangeRow>();

    public DbSet<BudgetMinuteRow> BudgetMinutes => Set<BudgetMinuteRow>();

    public DbSet<ConnectionFactRow> ConnectionFacts => Set<ConnectionFactRow>();

    public DbSet<WebhookSubscriptionRow> WebhookSubscriptions => Set<WebhookSubscriptionRow>();

    public DbSet<ConnectionEventRow> ConnectionEvents => Set<ConnectionEventRow>();

    public DbSet<InboxKeyRow> InboxKeys => Set<InboxKeyRow>();

    public DbSet<PayloadRow> Payloads => Set<PayloadRow>();

    public DbSet<SignalRow> Signals => Set<SignalRow>();

    public DbSet<FeedCursorRow> FeedCursors => Set<FeedCursorRow>();

    public DbSet<WorkItemRow> WorkItems => Set<WorkItemRow>();

    public DbSet<TurnRow> Turns => Set<TurnRow>();

    public DbSet<TrafficRow> Traffic => Set<TrafficRow>();

    public DbSet<MaintenanceWindowRow> MaintenanceWindows => Set<MaintenanceWindowRow>();
    public DbSet<BreakerRow> Breakers => Set<BreakerRow>();
    public DbSet<RateBudgetRow> RateBudgets => Set<RateBudgetRow>();
    public DbSet<BulkReplayRow> BulkReplays => Set<BulkReplayRow>();
    public DbSet<BulkReplayItemRow> BulkReplayItems => Set<BulkReplayItemRow>();
    public DbSet<NodeRow> Nodes => Set<NodeRow>();

    public DbSet<ConnectionRow> Connections => Set<ConnectionRow>();

    public DbSet<ConnectorDocumentRow> ConnectorDocuments => Set<ConnectorDocumentRow>();

    public DbSet<ConnectorVersionRow> ConnectorVersions => Set<ConnectorVersionRow>();

    public DbSet<ConnectorDraftRow> ConnectorDrafts => Set<ConnectorDraftRow>();

    public DbSet<MappingTestRow> MappingTests => Set<MappingTestRow>();

    public DbSet<SchemaSubjectRow> SchemaSubjects => Set<SchemaSubjectRow>();

    public DbSet<SchemaVersionRow> SchemaVersions => Set<SchemaVersionRow>();

    public DbSet<SchemaEventRow> SchemaEvents => Set<SchemaEventRow>();

    public DbSet<ShapeProfileRow> ShapeProfiles => Set<ShapeProfileRow>();

    public DbSet<DriftFindingRow> DriftFindings => Set<DriftFindingRow>();

    public DbSet<SecretRow> Secrets => Set<SecretRow>();

    public DbSet<CrosswalkTableRow> CrosswalkTables => Set<CrosswalkTableRow>();
    public DbSet<CrosswalkEntryRow> CrosswalkEntries => Set<CrosswalkEntryRow>();
    public DbSet<CrosswalkRevisionRow> CrosswalkRevisions => Set<CrosswalkRevisionRow>();
    public DbSet<CrosswalkChangeRow> CrosswalkChanges => Set<CrosswalkChangeRow>();
    public DbSet<CrosswalkUseRow> CrosswalkUses => Set<CrosswalkUseRow>();
    public DbSet<CrosswalkMissRow> CrosswalkMisses => Set<CrosswalkMissRow>();
    public DbSet<CrosswalkMasterRow> CrosswalkMasterCodes => Set<CrosswalkMasterRow>();

    public DbSet<ExceptionCaseRow> ExceptionCases => Set<ExceptionCaseRow>();
    public DbSet<ExceptionCaseMemberRow> ExceptionCaseMembers => Set<ExceptionCaseMemberRow>();
    public DbSet<ExceptionCaseHourRow> ExceptionCaseHours => Set<ExceptionCaseHourRow>();
    public DbSet<ExceptionCaseSplitRow> ExceptionCaseSplits => Set<ExceptionCaseSplitRow>();

    public DbSet<OwnershipVersionRow> OwnershipVersions => Set<OwnershipVersionRow>();

    public DbSet<CaseOwnerRow> CaseOwners => Set<CaseOwnerRow>();

    public DbSet<WorkClaimRow> WorkClaims => Set<WorkClaimRow>();

    public DbSet<WorkEventRow> WorkEvents => Set<WorkEventRow>();

    public DbSet<EscalationRow> Escalations => Set<EscalationRow>();

    public DbSet<NotificationRow> Notifications => Set<NotificationRow>();

    public DbSet<AlertIncidentRow> AlertIncidents => Set<AlertIncidentRow>();

    public DbSet<AlertEventRow> AlertEvents => Set<AlertEventRow>();

    public DbSet<AlertSilenceRow> AlertSilences => Set<AlertSilenceRow>();

    public DbSet<AlertChannelRow> AlertChannels => Set<AlertChannelRow>();

    public DbSet<BudgetStandingRow> BudgetStandings => Set<BudgetStandingRow>();

    public DbSet<BudgetNoteRow> BudgetNotes => Set<BudgetNoteRow>();

    public DbSet<BudgetWaiverRow> BudgetWaivers => Set<BudgetWaiverRow>();

    public DbSet<ExceptionCaseEventRow> ExceptionCaseEvents => Set<ExceptionCaseEventRow>();

    public DbSet<CarrierCalendarRow> CarrierCalendars => Set<CarrierCalendarRow>();

    public DbSet<CauseVersionRow> CauseVersions => Set<CauseVersionRow>();

    public DbSet<EvidenceKeyRow> EvidenceKeys => Set<EvidenceKeyRow>();

    public DbSet<TransactionOverlayRow> TransactionOverlays => Set<TransactionOverlayRow>();
    public DbSet<Changes.OrderChangeRow> OrderChanges => Set<Changes.OrderChangeRow>();

    public DbSet<OrderHoldRow> OrderHolds => Set<OrderHoldRow>();

    public DbSet<IdentifierRuleRow> IdentifierRules => Set<IdentifierRuleRow>();
    public DbSet<IdentifierRuleEventRow> IdentifierRuleEvents => Set<IdentifierRuleEventRow>();
    public DbSet<IdentifierBackfillRow> IdentifierBackfills => Set<IdentifierBackfillRow>();

    public DbSet<SavedViewRow> SavedViews => Set<SavedViewRow>();
    public DbSet<ViewDefaultRow> ViewDefaults => Set<ViewDefaultRow>();
    public DbSet<ExportRow> Exports => Set<ExportRow>();

    public DbSet<Scorecard.ScorecardOrderRow> ScorecardOrders => Set<Scorecard.ScorecardOrderRow>();

    public DbSet<Scorecard.ScorecardDayRow> ScorecardDays => Set<Scorecard.ScorecardDayRow>();

    public DbSet<Scorecard.ScorecardStateRow> ScorecardStates => Set<Scorecard.ScorecardStateRow>();

    public DbSet<Scorecard.ReportRow> Reports => Set<Scorecard.ReportRow>();

    public DbSet<Scorecard.ReportPlanRow> ReportPlans => Set<Scorecard.ReportPlanRow>();

    public DbSet<FlowVersionRow> FlowVersions => Set<FlowVersionRow>();

    public DbSet<OperationMinuteRow> OperationMinutes => Set<OperationMinuteRow>();
    public DbSet<OperationHourRow> OperationHours => Set<OperationHourRow>();
    public DbSet<OperationChangeRow> OperationChanges => Set<OperationChangeRow>();
    public DbSet<OperationFailureRow> OperationFailures => Set<OperationFailureRow>();
    public DbSet<OperationStandingRow> OperationStandings => Set<OperationStandingRow>();
    public DbSet<OperationFoldRow> OperationFolds => Set<OperationFoldRow>();

    public DbSet<PenaltyRulesRow> PenaltyRules => Set<PenaltyRulesRow>();

    public DbSet<EstateVersionRow> EstateVersions => Set<EstateVersionRow>();

    public DbSet<ReviewEventRow> ReviewEvents => Set<ReviewEventRow>();

    public DbSet<GovernanceDayRow> GovernanceDays => Set<GovernanceDayRow>();

    public DbSet<ApiKeyRow> ApiKeys => Set<ApiKeyRow>();

    public DbSet<IdempotentAnswerRow> IdempotentAnswers => Set<IdempotentAnswerRow>();

    public DbSet<InstallationValueRow> InstallationValues => Set<InstallationValueRow>();

    public DbSet<DataProtectionKey> DataProtectionKeys => Set<DataProtectionKey>();

    protected override void OnModelCreating(ModelBuilder builder)
    {
        base.OnModelCreating(builder);
        ControlPlaneModel.Configure(builder, this);
    }

    public override int SaveChanges(bool acceptAllChangesOnSuccess)
    {
        GuardTenant();
        return base.SaveChanges(acceptAllChangesOnSuccess);
    }

    public override Task<int> SaveChangesAsync(bool acceptAllChangesOnSuccess, CancellationToken cancellationToken = default)
    {
        GuardTenant();
        return base.SaveChangesAsync(acceptAllChangesOnSuccess, cancellationToken);
    }

    /// <summary>New rows get the context's tenant; a row of another tenant is never written, whatever code asked for it.</summary>
    private void GuardTenant()
    {
        foreach (var entry in ChangeTracker.Entries<ITenantRow>())
        {
            if (entry.State is EntityState.Unchanged or EntityState.Detached)
                continue;
            if (entry.State == EntityState.Added && entry.Entity.TenantId == 0)
                entry.Entity.TenantId = TenantId;
            if (entry.Entity.TenantId != TenantId)
                throw new InvalidOperationException($"A {entry.Metadata.ClrType.Name} of another tenant was about to be written.");
        }
    }
}

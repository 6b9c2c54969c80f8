using ControlPlane.Domain.ExceptionCases;
using ControlPlane.Domain.Faults;
using ControlPlane.Domain.Flows;
using ControlPlane.Runtime.Ingestion;
using ControlPlane.Runtime.Persistence;
using ControlPlane.Runtime.Transactions;

namespace ControlPlane.Runtime.ExceptionCases;

/// <summary>The rows that put one stuck order into its case. Made without asking anybody, so that a failing step commits them along with itself.</summary>
internal sealed record CaseTicket(ExceptionCaseRow Case, ExceptionCaseMemberRow Member, ExceptionCaseHourRow Hour)
{
    /// <summary>Key of the team whose it is; null = nobody's.</summary>
    public string? Owner { get; init; }

    private const long HourMicroseconds = 3_600_000_000;

    /// <param name="at">When it came to be stuck, microseconds UTC.</param>
    public static CaseTicket Of(TransactionRow transaction, StepDefinition? step, Fault fault, long at, Guid node, ILookup<Guid, CaseSplit> splits)
    {
        var print = Fingerprint.Of(fault, transaction.PartyConnection, Operation(step, fault));
        var natural = print.CaseId(transaction.TenantId);
        var id = CaseSplit.Follow(natural, new(transaction.Connection, transaction.Flow, transaction.Step, fault.Message), splits);
        var message = PayloadRows.Cut(fault.Message, ColumnLengths.Summary)!;
        return new(
            new()
            {
                Id = id,
                TenantId = transaction.TenantId,
                Algorithm = print.Version,
                Fingerprint = print.Value,
                FaultKind = fault.Kind,
                FaultCode = print.Parts.Code,
                System = transaction.PartyConnection,
                Operation = print.Parts.Operation,
                Pattern = print.Parts.Pattern,
                Sample = message,
                Field = print.Parts.Field.Length > 0 ? print.Parts.Field : null,
                ProviderCode = PayloadRows.Cut(fault.ProviderCode, ColumnLengths.Code),
                FirstSeenAt = at,
                SplitFrom = id == natural ? null : natural,
            },
            new()
            {
                TransactionId = transaction.Id,
                At = at,
                TenantId = transaction.TenantId,
                CaseId = id,
                Algorithm = print.Version,
                Flow = transaction.Flow,
                FlowVersion = transaction.FlowVersion,
                Step = transaction.Step,
                Channel = transaction.Connection,
                Message = message,
            },
            new() { TenantId = transaction.TenantId, CaseId = id, Hour = at - at % HourMicroseconds, NodeId = node, Failures = 1 });
    }

    /// <summary>
    /// What was being done: the operation of a call, the first event of a wait that got none, else the kind of step. Not the step's id, which
    /// is the flow's.
    /// </summary>
    private static string Operation(StepDefinition? step, Fault fault)
    {
        var word = step switch
        {
            CallStep call => call.Operation,
            // What an event told is one cause whichever event was waited for. That none came, or a hold ran out, is another cause for each.
            WaitStep when fault.Kind == FaultKind.Data && !fault.Code.StartsWith("held.", StringComparison.Ordinal) => Fingerprint.Told,
            WaitStep { Events: [var first, ..] } => "wait " + first,
            EnrichStep enrich => "enrich " + enrich.Enricher,
            MapStep => "map",
            ValidateStep => "validate",
            ConfirmStep confirm => "confirm " + confirm.Code,
            _ => "flow",
        };
        return word.Length > ColumnLengths.Key ? word[..ColumnLengths.Key] : word;
    }
}

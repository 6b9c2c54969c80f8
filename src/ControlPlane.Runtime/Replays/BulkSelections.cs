using System.Text.Json;
using ControlPlane.Domain.Repair;
using ControlPlane.Domain.Transactions;
using ControlPlane.Runtime.Persistence;
using ControlPlane.Runtime.Transactions;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Runtime.Replays;

/// <summary>Which orders a selection means.</summary>
internal static class BulkSelections
{
    public static IQueryable<TransactionRow> Select(ControlPlaneDbContext context, BulkSelection selection)
    {
        var rows = context.Transactions.AsNoTracking().Where(t => t.State == selection.State);
        // What a person put aside is no failure: only by its own code.
        if (selection is { State: TransactionState.Retrying, Code: null })
            rows = rows.Where(t => t.FaultCode != HoldConditions.FaultCode);
        if (selection.Code is { } code)
            rows = rows.Where(t => t.FaultCode == code);
        if (selection.System is { } system)
            rows = rows.Where(t => t.PartyConnection == system);
        if (selection.Channel is { } channel)
            rows = rows.Where(t => t.Connection == channel);
        if (selection.Cases is { Count: > 0 } cases)
            rows = rows.Where(t => t.CaseId != null && cases.Contains(t.CaseId.Value));
        if (selection.Ids is { } ids)
            rows = rows.Where(t => ids.Contains(t.Id));
        if (selection.Messages is { } messages)
            rows = rows.Where(t => t.FaultMessage != null && messages.Contains(t.FaultMessage));
        return rows;
    }

    public static string Write(BulkSelection selection) => JsonSerializer.Serialize(selection, JsonSerializerOptions.Web);

    /// <summary>Null for a replay from before selections were kept.</summary>
    public static BulkSelection? Read(string text) => text.Length == 0 ? null : JsonSerializer.Deserialize<BulkSelection>(text, JsonSerializerOptions.Web);
}

using System.Globalization;
using ControlPlane.Domain.Crosswalks;
using ControlPlane.Domain.Shared;
using ControlPlane.Runtime.Persistence.Batches;
using static ControlPlane.Runtime.Persistence.Batches.DbKind;

namespace ControlPlane.Runtime.Crosswalks;

/// <summary>How versions and counts are written: set-based, since an import has a hundred thousand of them. A test compares the columns with the model.</summary>
internal static class CrosswalkSql
{
    public static readonly TableSpec<CrosswalkRevisionRow> Revisions = new("crosswalk_revisions", 2, OnConflict.Ignore,
    [
        new("tenant_id", Int, r => r.TenantId),
        new("revision", Long, r => r.Revision),
        new("crosswalk", Text, r => r.Crosswalk),
        new("at", Long, r => r.At),
        new("author", Text, r => r.Author),
        new("approver", Text, r => r.Approver),
        new("reason", Text, r => r.Reason),
        new("added", Int, r => r.Added),
        new("changed", Int, r => r.Changed),
        new("retired", Int, r => r.Retired),
    ]);

    public static readonly TableSpec<CrosswalkEntryRow> Entries = new("crosswalk_entries", 1, OnConflict.Fail,
    [
        new("id", Id, r => r.Id),
        new("tenant_id", Int, r => r.TenantId),
        new("entry", Id, r => r.Entry),
        new("crosswalk", Text, r => r.Crosswalk),
        new("scope", Text, r => r.Scope),
        new("theirs", Text, r => r.Theirs),
        new("theirs_key", Text, r => r.TheirsKey),
        new("ours", Text, r => r.Ours),
        new("ours_key", Text, r => r.OursKey),
        new("directions", Short, r => (short)r.Directions),
        new("factor", Text, r => r.Factor),
        new("valid_from", Long, r => r.ValidFrom),
        new("valid_until", Long, r => r.ValidUntil),
        new("note", Text, r => r.Note),
        new("state", Short, r => (short)r.State),
        new("revision", Long, r => r.Revision),
        new("replaced_in", Long, r => r.ReplacedIn),
    ]);

    /// <summary>Marks versions as replaced: by entry and the revision that was looked at.</summary>
    public static readonly TableSpec<CrosswalkEntryRow> Replaced = new("crosswalk_entries", 3, OnConflict.Fail,
        [new("tenant_id", Int, r => r.TenantId), new("entry", Id, r => r.Entry), new("revision", Long, r => r.Revision), new("replaced_in", Long, r => r.ReplacedIn)]);

    public static readonly TableSpec<CrosswalkUseRow> Uses = new("crosswalk_uses", 2, OnConflict.Ignore,
        [new("tenant_id", Int, r => r.TenantId), new("entry", Id, r => r.Entry), new("hits", Long, r => r.Hits), new("last_at", Long, r => r.LastAt)]);

    public static readonly TableSpec<CrosswalkMissRow> Misses = new("crosswalk_misses", 5, OnConflict.Ignore,
    [
        new("tenant_id", Int, r => r.TenantId),
        new("connection", Text, r => r.Connection),
        new("crosswalk", Text, r => r.Crosswalk),
        new("direction", Short, r => (short)r.Direction),
        new("code_key", Text, r => r.CodeKey),
        new("code", Text, r => r.Code),
        new("count", Long, r => r.Count),
        new("first_at", Long, r => r.FirstAt),
        new("last_at", Long, r => r.LastAt),
        new("message_id", Id, r => r.MessageId),
        new("transaction_id", Id, r => r.TransactionId),
    ]);

    public static readonly TableSpec<CrosswalkMasterRow> Master = new("crosswalk_master_codes", 3, OnConflict.Replace,
    [
        new("tenant_id", Int, r => r.TenantId),
        new("crosswalk", Text, r => r.Crosswalk),
        new("code_key", Text, r => r.CodeKey),
        new("code", Text, r => r.Code),
        new("gtin", Text, r => r.Gtin),
        new("title", Text, r => r.Title),
    ]);

    public static string Key(string code) => code.ToUpperInvariant();

    public static CrosswalkEntryRow Row(int tenant, string table, Guid id, CrosswalkEntry entry, long revision) => new()
    {
        Id = id,
        TenantId = tenant,
        Entry = entry.Id,
        Crosswalk = table,
        Scope = entry.Scope.ToString(),
        Theirs = entry.Theirs,
        TheirsKey = Key(entry.Theirs),
        Ours = entry.Ours,
        OursKey = Key(entry.Ours),
        Directions = entry.Directions,
        Factor = entry.Factor.ToString("0.############", CultureInfo.InvariantCulture),
        ValidFrom = entry.From?.ToMicroseconds(),
        ValidUntil = entry.Until?.ToMicroseconds(),
        Note = entry.Note,
        State = entry.State,
        Revision = revision,
    };

    public static CrosswalkEntry Entry(CrosswalkEntryRow row) => new()
    {
        Id = row.Entry,
        Scope = CrosswalkScope.TryParse(row.Scope, out var scope) ? scope : CrosswalkScope.Global,
        Theirs = row.Theirs,
        Ours = row.Ours,
        Directions = row.Directions,
        Factor = decimal.Parse(row.Factor, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture),
        From = row.ValidFrom is { } from ? Instant.FromMicroseconds(from) : null,
        Until = row.ValidUntil is { } until ? Instant.FromMicroseconds(until) : null,
        Note = row.Note,
        State = row.State,
        Revision = row.Revision,
    };
}

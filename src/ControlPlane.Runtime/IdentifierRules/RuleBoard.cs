using ControlPlane.Domain.IdentifierRules;
using ControlPlane.Domain.Transactions;
using ControlPlane.Runtime.Ingestion;
using ControlPlane.Runtime.Persistence;
using ControlPlane.Runtime.Transactions;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Runtime.IdentifierRules;

/// <summary>The rules in memory, compiled, read by every document that comes in without asking the database. A node knows of a change within <see cref="RuleWatch.Every"/>.</summary>
public sealed class RuleBoard
{
    private readonly IControlPlaneDb _db;
    private readonly EmailHash _digest;
    private volatile Kept _kept = new("", new Dictionary<int, RuleSet>());

    public RuleBoard(IControlPlaneDb db, EmailHash digest) => (_db, _digest) = (db, digest);

    public RuleSet Of(int tenantId) => _kept.ByTenant.GetValueOrDefault(tenantId) ?? RuleSet.Empty;

    public async Task RefreshAsync(CancellationToken ct)
    {
        await using var context = _db.CreateContext();
        var rows = await context.IdentifierRules.IgnoreQueryFilters().AsNoTracking().OrderBy(r => r.TenantId).ThenBy(r => r.Name).ToListAsync(ct);
        var mark = string.Join(';', rows.Select(r => $"{r.TenantId}/{r.Name}/{r.Revision}"));
        // Compiling costs; most of the time nothing has changed.
        if (mark != _kept.Mark)
            _kept = new(mark, rows.GroupBy(r => r.TenantId).ToDictionary(g => g.Key, g => new RuleSet(g.Select(r => r.ToRule()).Where(r => r.Check().Count == 0))));
    }

    /// <summary>What the rules find in one document, as rows that are written along with it.</summary>
    internal IEnumerable<TransactionIdentifierRow> Rows(int tenantId, Guid transaction, RuleDocument document, string connection, string connector, string topic, ReadOnlyMemory<byte> body) =>
        Read(tenantId, document, connection, connector, topic, body).Select(i => Row(tenantId, transaction, i));

    internal IReadOnlyList<Identifier> Read(int tenantId, RuleDocument document, string connection, string connector, string topic, ReadOnlyMemory<byte> body)
    {
        var rules = Of(tenantId);
        return rules.IsEmpty(document) ? [] : rules.Read(document, connection, connector, topic, body, Digest);
    }

    internal static TransactionIdentifierRow Row(int tenantId, Guid transaction, Identifier identifier)
    {
        var row = Engine.Activation.Row(tenantId, transaction, identifier);
        row.Origin = IdentifierOrigin.Rule;
        return row;
    }

    /// <summary>As a mail address is kept: the search for the value computes the same.</summary>
    internal string Digest(string value) => _digest.Of(value);

    private sealed record Kept(string Mark, IReadOnlyDictionary<int, RuleSet> ByTenant);
}

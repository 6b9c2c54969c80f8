using ControlPlane.Domain.IdentifierRules;
using ControlPlane.Runtime.Persistence;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace ControlPlane.Runtime.IdentifierRules;

/// <summary>Keys, lengths and indexes of the identifier rules, each index with the question it answers.</summary>
internal static class RuleModel
{
    /// <summary>A rule as a document: every field at its longest, with room for quotation marks.</summary>
    private const int LongestDocument = 4_000;

    public static void Configure(ModelBuilder model)
    {
        model.Entity<IdentifierRuleRow>(e =>
        {
            e.ToTable("identifier_rules").HasKey(r => new { r.TenantId, r.Name });
            Text(ColumnLengths.Key, e.Property(r => r.Name), e.Property(r => r.Kind), e.Property(r => r.Title), e.Property(r => r.Connection), e.Property(r => r.Connector), e.Property(r => r.Topic));
            Text(IdentifierRule.LongestPath, e.Property(r => r.Path));
            Text(IdentifierRule.LongestPattern, e.Property(r => r.Pattern));
            Text(ColumnLengths.Identifier, e.Property(r => r.Example), e.Property(r => r.UpdatedBy));
            e.Property(r => r.Revision).IsConcurrencyToken();
        });
        model.Entity<IdentifierRuleEventRow>(e =>
        {
            e.ToTable("identifier_rule_events").HasKey(v => v.Id);
            Text(ColumnLengths.Key, e.Property(v => v.Name));
            Text(ColumnLengths.Identifier, e.Property(v => v.By));
            Text(ColumnLengths.Summary, e.Property(v => v.Reason));
            Text(LongestDocument, e.Property(v => v.Document));
            // The history of one rule, newest first.
            e.HasIndex(v => new { v.TenantId, v.Name, v.Id });
        });
        model.Entity<IdentifierBackfillRow>(e =>
        {
            e.ToTable("identifier_backfills").HasKey(b => b.Id);
            Text(ColumnLengths.Key, e.Property(b => b.Kind), e.Property(b => b.Rule));
            Text(ColumnLengths.Identifier, e.Property(b => b.CreatedBy));
            Text(ColumnLengths.Summary, e.Property(b => b.Note));
            // The newest of a tenant, for the page.
            e.HasIndex(b => new { b.TenantId, b.Id });
        });
    }

    private static void Text(int length, params PropertyBuilder[] properties)
    {
        foreach (var property in properties)
            property.HasMaxLength(length);
    }
}

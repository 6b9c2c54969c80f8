using ControlPlane.Domain.ExceptionCases;
using ControlPlane.Runtime.Persistence;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace ControlPlane.Runtime.ExceptionCases;

/// <summary>Keys, lengths and indexes of the exception cases, each index with the question it answers.</summary>
internal static class CaseModel
{
    public static void Configure(ModelBuilder model)
    {
        model.Entity<ExceptionCaseRow>(e =>
        {
            e.ToTable("exception_cases").HasKey(c => c.Id);
            Text(ColumnLengths.Key, e.Property(c => c.System), e.Property(c => c.Operation));
            Text(ColumnLengths.Code, e.Property(c => c.FaultCode), e.Property(c => c.Field), e.Property(c => c.ProviderCode));
            Text(MessagePattern.Longest, e.Property(c => c.Pattern));
            Text(ColumnLengths.Summary, e.Property(c => c.Sample), e.Property(c => c.SettledWith));
            // The list reads the newest ones; there are hundreds, not millions.
            e.HasIndex(c => new { c.TenantId, c.FirstSeenAt });
        });
        model.Entity<ExceptionCaseMemberRow>(e =>
        {
            // By order: when it moves on, and its own history.
            e.ToTable("exception_case_members").HasKey(m => new { m.TransactionId, m.At });
            Text(ColumnLengths.Key, e.Property(m => m.Flow), e.Property(m => m.Step), e.Property(m => m.Channel));
            Text(ColumnLengths.Summary, e.Property(m => m.Message));
            // The latest of a case.
            e.HasIndex(m => new { m.TenantId, m.CaseId, m.At });
            // What is too old to be asked for.
            e.HasIndex(m => m.At);
        });
        model.Entity<ExceptionCaseHourRow>(e =>
        {
            e.ToTable("exception_case_hours").HasKey(h => new { h.TenantId, h.CaseId, h.Hour, h.NodeId });
            // Trends of all cases; what is too old to be asked for.
            e.HasIndex(h => h.Hour);
        });
        model.Entity<ExceptionCaseSplitRow>(e =>
        {
            e.ToTable("exception_case_splits").HasKey(s => new { s.TenantId, s.TargetId });
            Text(CaseSplit.LongestValue, e.Property(s => s.Value));
            Text(ColumnLengths.Identifier, e.Property(s => s.CreatedBy));
            Text(ColumnLengths.Summary, e.Property(s => s.Reason));
        });
        model.Entity<ExceptionCaseEventRow>(e =>
        {
            e.ToTable("exception_case_events").HasKey(v => v.Id);
            Text(ColumnLengths.Identifier, e.Property(v => v.By));
            Text(ColumnLengths.Summary, e.Property(v => v.Text));
            e.HasIndex(v => new { v.TenantId, v.CaseId, v.Id });
        });
        model.Entity<CauseVersionRow>(e =>
        {
            // The number is the claim of whoever publishes; reading the newest is a seek at the end of the key.
            e.ToTable("cause_versions").HasKey(v => new { v.TenantId, v.Version });
            Text(64, e.Property(v => v.Digest));
            Text(ColumnLengths.Identifier, e.Property(v => v.CreatedBy));
            Text(ColumnLengths.Summary, e.Property(v => v.Reason), e.Property(v => v.Text));
        });
    }

    private static void Text(int length, params PropertyBuilder[] properties)
    {
        foreach (var property in properties)
            property.HasMaxLength(length);
    }
}

using ControlPlane.Domain.Operations;
using ControlPlane.Domain.Shared;
using ControlPlane.Runtime.Connections;
using ControlPlane.Runtime.Persistence;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Runtime.Operations;

/// <summary>Which failures; null leaves a filter out.</summary>
/// <param name="Measure">Failed transformations or settlement mismatches.</param>
/// <param name="From">Included.</param>
/// <param name="To">Not included.</param>
/// <param name="Kind">Class of a failed transformation.</param>
public sealed record FailureFilter(OperationMeasure Measure, DateTimeOffset From, DateTimeOffset To, string? Connection = null, string? Code = null, TransformationFault? Kind = null);

/// <summary>Where a page begins: behind this one.</summary>
public readonly record struct FailureCursor(long At, Guid Subject, int Sequence)
{
    public string Write() => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{At}.{Subject:N}.{Sequence}");

    /// <summary>Null for what is no cursor.</summary>
    public static FailureCursor? Read(string? text) =>
        text?.Split('.') is [var at, var subject, var sequence] && long.TryParse(at, out var when) && Guid.TryParseExact(subject, "N", out var id) && int.TryParse(sequence, out var number) ? new(when, id, number) : null;
}

/// <summary>One failure.</summary>
/// <param name="Subject">The transaction, or the message where it came to none.</param>
/// <param name="Number">Of the order, or what kind of message it was; empty when it is not kept any more.</param>
public sealed record FailureItem(DateTimeOffset At, Guid Subject, bool IsMessage, string Connection, string ConnectionName, string Code, TransformationFault Kind, string Number);

/// <param name="Total">All of the filter, not of the page.</param>
/// <param name="Next">Null at the end.</param>
public sealed record FailurePage(IReadOnlyList<FailureItem> Items, int Total, FailureCursor? Next, DateTimeOffset ReadAt);

/// <summary>The failures behind a figure, newest first: a range of one key, and the same rows that were counted.</summary>
public sealed class OperationsFailures(IControlPlaneDb db, IConnectionRegistry registry, TimeProvider clock)
{
    public const int PageSize = 50;

    public async Task<FailurePage> ListAsync(TenantScope tenant, FailureFilter filter, FailureCursor? after, int size, CancellationToken ct)
    {
        await using var context = db.CreateContext(tenant);
        var (from, to) = (filter.From.ToMicroseconds(), filter.To.ToMicroseconds());
        var rows = context.OperationFailures.AsNoTracking().Where(f => f.Measure == filter.Measure && f.At >= from && f.At < to);
        if (filter.Connection is { } connection)
            rows = rows.Where(f => f.Connection == connection);
        if (filter.Code is { } code)
            rows = rows.Where(f => f.Code == code);
        // A class is a set of codes, and there are few codes: which they are is asked first.
        if (filter.Kind is { } kind)
        {
            var codes = (await rows.Select(f => f.Code).Distinct().ToListAsync(ct)).Where(c => TransformationFaults.OfMessage(c) == kind).ToList();
            rows = rows.Where(f => codes.Contains(f.Code));
        }

        var total = await rows.CountAsync(ct);
        if (after is var (at, subject, sequence))
            rows = rows.Where(f => f.At < at || f.At == at && (f.Subject.CompareTo(subject) < 0 || f.Subject == subject && f.Sequence < sequence));
        var page = await rows.OrderByDescending(f => f.At).ThenByDescending(f => f.Subject).ThenByDescending(f => f.Sequence).Take(size + 1).ToListAsync(ct);
        var shown = page.Take(size).ToList();
        var orders = shown.Where(f => !f.IsMessage).Select(f => f.Subject).ToList();
        var messages = shown.Where(f => f.IsMessage).Select(f => f.Subject).ToList();
        var numbers = orders.Count == 0 ? [] : await context.Transactions.Where(t => orders.Contains(t.Id)).ToDictionaryAsync(t => t.Id, t => t.Number, ct);
        var topics = messages.Count == 0 ? [] : await context.Messages.Where(m => messages.Contains(m.Id)).ToDictionaryAsync(m => m.Id, m => m.Topic, ct);
        return new(
            [
                .. shown.Select(f => new FailureItem(
                    Instant.FromMicroseconds(f.At), f.Subject, f.IsMessage, f.Connection, registry.Find(f.Connection)?.DisplayName ?? f.Connection, f.Code, TransformationFaults.OfMessage(f.Code), (f.IsMessage ? topics : numbers).GetValueOrDefault(f.Subject, ""))),
            ],
            total, page.Count > size ? new(shown[^1].At, shown[^1].Subject, shown[^1].Sequence) : null, clock.GetUtcNow());
    }
}

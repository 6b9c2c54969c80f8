using ControlPlane.Runtime.Persistence;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Runtime.Engine.Numbers;

/// <summary>
/// Numbers for writes that must carry one of their own, such as the control number of an interchange: one range per connection, given
/// one by one and durable before they are used, over all nodes. A number that was given and never sent leaves a gap; none is given twice
/// before all <see cref="Highest"/> were.
/// </summary>
internal sealed class NumberRanges(IControlPlaneDb db)
{
    /// <summary>What X12 (ISA13) and most file formats have room for: nine digits. After it comes 1 again.</summary>
    public const long Highest = 999_999_999;

    public async Task<long> NextAsync(TenantScope tenant, string connection, CancellationToken ct)
    {
        await using var context = db.CreateContext(tenant);
        await using var transaction = await context.Database.BeginTransactionAsync(ct);
        var range = context.NumberRanges.Where(n => n.Connection == connection);
        // The update locks the row: whoever comes second reads what the first one left.
        if (await range.ExecuteUpdateAsync(s => s.SetProperty(n => n.Last, n => n.Last >= Highest ? 1 : n.Last + 1), ct) == 1)
        {
            var next = await range.Select(n => n.Last).SingleAsync(ct);
            await transaction.CommitAsync(ct);
            return next;
        }

        context.NumberRanges.Add(new() { TenantId = tenant.TenantId, Connection = connection, Last = 1 });
        try
        {
            await context.SaveChangesAsync(ct);
            await transaction.CommitAsync(ct);
            return 1;
        }
        catch (DbUpdateException)
        {
            // Another node made the first row at the same moment.
            await transaction.RollbackAsync(ct);
        }

        return await NextAsync(tenant, connection, ct);
    }
}

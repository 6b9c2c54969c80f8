using ControlPlane.Domain.Alerts;
using ControlPlane.Runtime.Estate;
using ControlPlane.Runtime.Ownership;
using ControlPlane.Runtime.Persistence;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Runtime.Alerts;

/// <summary>Where a channel leads, looked up when something is sent: a secret is never kept with what it protects, and one that was renewed counts at once.</summary>
internal sealed class AlertAddresses(IControlPlaneDb db, IReferenceResolver references)
{
    /// <exception cref="NotificationException">The channel is gone, or what it refers to is not there.</exception>
    public async Task<(string Address, string Key)> FindAsync(NotificationRow row, CancellationToken ct)
    {
        await using var context = db.CreateContext(new TenantScope(row.TenantId));
        var document = await context.AlertChannels.AsNoTracking().Where(c => c.Name == row.Via).Select(c => c.Document).FirstOrDefaultAsync(ct);
        if (document is null)
            throw new NotificationException($"There is no alert channel {row.Via} any more.", retry: false);
        if (AlertChannelText.Parse(row.Via!, document).Channel is not { } channel)
            throw new NotificationException($"The document of the alert channel {row.Via} cannot be read.", retry: false);
        return (Value(channel.Address), Value(channel.Key));
    }

    private string Value(string text) => AlertChannel.Reference(text) is not { } reference ? text
        : references.Resolve(reference) is { Length: > 0 } value ? value.Trim() : throw new NotificationException($"There is no {reference}: set it, then send again.", retry: true);
}

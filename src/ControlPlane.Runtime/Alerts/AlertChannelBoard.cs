using ControlPlane.Domain.Alerts;
using ControlPlane.Runtime.Persistence;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;

namespace ControlPlane.Runtime.Alerts;

/// <summary>The channels in service, read where they are needed: a handful of rows, seldom.</summary>
internal sealed class AlertChannelBoard(ILogger<AlertChannelBoard> log)
{
    public async Task<IReadOnlyList<AlertChannel>> AllAsync(ControlPlaneDbContext context, CancellationToken ct)
    {
        var channels = new List<AlertChannel>();
        foreach (var row in await context.AlertChannels.AsNoTracking().OrderBy(c => c.Name).Select(c => new { c.Name, c.Document }).ToListAsync(ct))
            if (AlertChannelText.Parse(row.Name, row.Document) is ({ } channel, _))
                channels.Add(channel);
            else
                AlertLog.ChannelUnread(log, row.Name, AlertChannelText.Parse(row.Name, row.Document).Problem ?? "");
        return channels;
    }
}

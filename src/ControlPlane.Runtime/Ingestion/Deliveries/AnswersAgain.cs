using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Shared;
using ControlPlane.Runtime.Persistence;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Runtime.Ingestion.Deliveries;

/// <summary>
/// Answers to deliveries whose answer was given already. A sender that repeats itself did not see it, so it goes out once more, under the
/// same name and as it was. A delivery under a number that was answered, with other content, is told about itself.
/// </summary>
internal sealed class AnswersAgain(IControlPlaneDb db, TimeProvider clock)
{
    public static string? KeyOf(DeliveryAnswer answer) => InboxKeys.Short(answer.Key);

    /// <summary>The same delivery came again. What is still due is left alone: it goes out anyway.</summary>
    public async Task RepeatedAsync(TenantScope tenant, Connection connection, IReadOnlyList<DeliveryAnswer> answers)
    {
        if (answers.Count == 0)
            return;
        var (now, keys) = (clock.GetUtcNow().ToMicroseconds(), answers.Select(KeyOf).ToList());
        await using var context = db.CreateContext(tenant);
        await context.DeliveryAnswers.Where(a => a.Connection == connection.Key && keys.Contains(a.Key) && a.State != DeliveryAnswerState.Due)
            .ExecuteUpdateAsync(s => s.SetProperty(a => a.State, DeliveryAnswerState.Due).SetProperty(a => a.Attempts, 0).SetProperty(a => a.NextAt, now), CancellationToken.None);
    }

    /// <param name="written">With the delivery; those whose key was there already were left out, and their content takes the place of the older one.</param>
    public async Task ReplaceAsync(TenantScope tenant, IReadOnlyList<DeliveryAnswerRow> written)
    {
        if (written.Count == 0)
            return;
        var now = clock.GetUtcNow().ToMicroseconds();
        await using var context = db.CreateContext(tenant);
        foreach (var row in written)
            await context.DeliveryAnswers.Where(a => a.Connection == row.Connection && a.Key == row.Key && a.MessageId != row.MessageId)
                .ExecuteUpdateAsync(s => s.SetProperty(a => a.MessageId, row.MessageId).SetProperty(a => a.PayloadId, row.PayloadId).SetProperty(a => a.Name, row.Name)
                    .SetProperty(a => a.State, DeliveryAnswerState.Due).SetProperty(a => a.Attempts, 0).SetProperty(a => a.NextAt, now), CancellationToken.None);
    }
}

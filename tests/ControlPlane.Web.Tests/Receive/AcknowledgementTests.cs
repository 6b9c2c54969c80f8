using System.Text;
using ControlPlane.Domain.Objectives;
using ControlPlane.Domain.Shared;
using ControlPlane.Domain.Transactions;
using ControlPlane.Runtime.Objectives;
using ControlPlane.Runtime.Transactions;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace ControlPlane.Web.Tests.Receive;

/// <summary>That a channel was answered, and how fast, stands in the order's journal, and is counted from there.</summary>
public sealed class AcknowledgementTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Each_order_of_the_door_has_its_answer_once_and_the_objective_counts_it()
    {
        await using var door = await FrontDoor.OpenAsync();
        var from = TimeProvider.System.GetUtcNow();
        foreach (var number in new[] { 1, 2, 1 })
            Assert.Equal(202, (await door.ShopAsync(Encoding.UTF8.GetBytes($$"""{"id":{{number}},"name":"#{{number}}","currency":"EUR","total_price":"10.00","created_at":"2026-11-23T10:00:00+01:00","line_items":[{"id":11,"sku":"A","title":"A","quantity":2,"price":"5.00"}]}"""))).Status);
        var answers = await UntilAsync(async () =>
        {
            await using var context = door.Host.Db.CreateContext();
            var rows = await context.Journal.AsNoTracking().Where(j => j.Type == JournalEventType.Acknowledged).ToListAsync(Ct);
            return rows.Count >= 2 ? rows : null;
        });
        Assert.Equal(2, answers.Select(a => a.TransactionId).Distinct().Count());
        Assert.All(answers, a =>
        {
            Assert.Equal(("shop", "received"), (a.System, a.Stage));
            Assert.InRange(a.DurationMicroseconds, 1, 60_000_000);
            Assert.StartsWith("The shop had our answer after ", a.Summary, StringComparison.Ordinal);
            Assert.InRange(a.At, from.ToMicroseconds() + a.DurationMicroseconds, TimeProvider.System.GetUtcNow().ToMicroseconds());
        });

        var figures = door.Host.Services.GetRequiredService<IObjectiveFigures>();
        var tally = await UntilAsync(async () =>
        {
            var tallies = await figures.TalliesAsync("webhook-acknowledgement", new(from.AddMinutes(-1), from.AddMinutes(5)), TimeSpan.FromDays(1), new("shop"), Ct);
            return tallies.Sum(t => t.Total) >= 2 ? tallies : null;
        });
        Assert.Equal((2, 2), (tally.Sum(t => t.Total), tally.Sum(t => t.Good)));
    }

    private static async Task<T> UntilAsync<T>(Func<Task<T?>> look)
        where T : class
    {
        var from = TimeProvider.System.GetTimestamp();
        while (TimeProvider.System.GetElapsedTime(from) < TimeSpan.FromSeconds(60))
        {
            if (await look() is { } found)
                return found;
            await Task.Delay(100, Ct);
        }

        throw new TimeoutException("Not within a minute.");
    }
}

using ControlPlane.Domain.Ownership;
using ControlPlane.Domain.Shared.Calendars;
using ControlPlane.Runtime.Ownership;
using ControlPlane.Runtime.Persistence;
using ControlPlane.Runtime.Tests.Persistence;

namespace ControlPlane.Runtime.Tests.Ownership;

/// <summary>What nobody takes is told, step by step, in working time, once for all orders of one cause. It is Monday, noon.</summary>
public sealed class EscalationTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private static TenantScope One => TenantScope.Default;

    private static readonly OwnershipSetup Desk = new()
    {
        Fallback = "desk",
        Calendars = [new CalendarDefinition("office", "Europe/Berlin", ["Mon-Fri 08:00-18:00"], [])],
        Teams = [OwnershipRig.Team("desk", "bo") with { Leads = ["li"], Managers = ["role:admin"], Calendar = "office", Notify = ["desk@example.com", "https://hooks.example.com/desk"] }],
    };

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task One_message_a_step_however_many_orders_and_nodes(DatabaseProvider provider)
    {
        await using var rig = await OwnershipRig.StartAsync(provider, Ct);
        await rig.PublishAsync(Desk);
        for (var i = 1; i <= 12; i++)
            await rig.FailAsync(i, $"Customer {i} is blocked.");
        Assert.Equal(0, await rig.Escalator.ClimbAsync(Ct));
        rig.Engine.Clock.Advance(TimeSpan.FromMinutes(31));
        // Two nodes at once.
        var told = await Task.WhenAll(Task.Run(() => rig.Escalator.ClimbAsync(Ct), Ct), Task.Run(() => rig.Escalator.ClimbAsync(Ct), Ct));
        Assert.Equal(1, told.Sum());
        Assert.Equal(0, await rig.Escalator.ClimbAsync(Ct));
        var rows = await rig.Engine.RowsAsync<NotificationRow>(Ct);
        Assert.Equal(["bo", "desk@example.com", "https://hooks.example.com/desk"], rows.Select(r => r.Recipient).Order(StringComparer.Ordinal));
        Assert.All(rows, r => Assert.Equal(("12 orders of Desk: nobody has taken them", "desk", false), (r.Title, r.Team, r.Urgent)));
        Assert.StartsWith("Waiting for 31 min of working time. One cause: Customer 1 is blocked.", rows[0].Text, StringComparison.Ordinal);
        Assert.Equal(NotificationState.Sent, rows.Single(r => r.Recipient == "bo").State);
        rig.Engine.Clock.Advance(TimeSpan.FromMinutes(30));
        Assert.Equal(1, await rig.Escalator.ClimbAsync(Ct));
        Assert.Equal(1, (await rig.Bells.OfAsync(One, "li", Ct)).Unread);
        // A mail to the lead's own account; the team's address is not told over its head.
        Assert.Equal(["https://hooks.example.com/desk", "li", "li@example.com"], (await rig.Engine.RowsAsync<NotificationRow>(Ct)).Where(r => r.At > rows[0].At).Select(r => r.Recipient).Order(StringComparer.Ordinal));
        rig.Engine.Clock.Advance(TimeSpan.FromMinutes(60));
        Assert.Equal(1, await rig.Escalator.ClimbAsync(Ct));
        Assert.Equal(1, (await rig.Bells.OfAsync(One, "ada", Ct)).Unread);
    }

    [Fact]
    public async Task What_somebody_has_is_not_told_and_what_comes_back_is()
    {
        await using var rig = await OwnershipRig.StartAsync(DatabaseProvider.Sqlite, Ct);
        await rig.PublishAsync(Desk);
        await rig.FailAsync(1);
        var id = (await rig.OrderAsync(1)).Id;
        await rig.Claims.ClaimAsync(One, id, OwnershipRig.Bo, "", rig.Operation(), Ct);
        rig.Engine.Clock.Advance(TimeSpan.FromMinutes(29));
        await rig.Claims.RenewAsync(One, id, "bo", Ct);
        rig.Engine.Clock.Advance(TimeSpan.FromMinutes(20));
        await rig.Keeper.KeepAsync(Ct);
        Assert.Empty(await rig.Engine.RowsAsync<NotificationRow>(Ct));
        rig.Engine.Clock.Advance(TimeSpan.FromMinutes(10));
        await rig.Keeper.KeepAsync(Ct);
        Assert.NotEmpty(await rig.Engine.RowsAsync<NotificationRow>(Ct));
        Assert.Contains((await rig.Claims.FindAsync(One, id, Ct))!.Events, e => e.Kind == WorkEventKind.Escalated && e.Text == "told the team Desk that nobody has taken it");
    }

    [Fact]
    public async Task At_night_mail_waits_for_the_morning_unless_a_deadline_is_near()
    {
        await using var rig = await OwnershipRig.StartAsync(DatabaseProvider.Sqlite, Ct);
        await rig.PublishAsync(Desk);
        // 16:59 UTC is 17:59 in Berlin: thirty minutes later nobody is there.
        rig.Engine.Clock.Advance(TimeSpan.FromMinutes(4 * 60 + 59));
        await rig.FailAsync(1);
        rig.Engine.Clock.Advance(TimeSpan.FromHours(14));
        await rig.Escalator.ClimbAsync(Ct);
        Assert.Empty(await rig.Engine.RowsAsync<NotificationRow>(Ct));
        var night = rig.Engine.Clock.GetUtcNow().Date.AddHours(22);
        rig.Engine.Clock.SetUtcNow(new(night, TimeSpan.Zero));
        await rig.Escalator.ClimbAsync(Ct);
        var mail = (await rig.Engine.RowsAsync<NotificationRow>(Ct)).Single(r => r.Recipient == "desk@example.com");
        Assert.Equal(new DateTimeOffset(night.Date.AddDays(1).AddHours(7), TimeSpan.Zero), Domain.Shared.Instant.FromMicroseconds(mail.NextAt));

        await rig.FailAsync(2, "Article is not released.", "erp.article", shipBy: rig.Engine.Clock.GetUtcNow().AddHours(1));
        await rig.Escalator.ClimbAsync(Ct);
        var urgent = (await rig.Engine.RowsAsync<NotificationRow>(Ct)).Where(r => r.Urgent).ToList();
        Assert.Equal(["desk@example.com", "https://hooks.example.com/desk", "li", "li@example.com"], urgent.Select(r => r.Recipient).Order(StringComparer.Ordinal));
        Assert.All(urgent, r => Assert.True(r.NextAt <= r.At));
        Assert.Equal("1 order of Desk: the deadline is near", urgent[0].Title);
        Assert.Contains("Somebody has to act by", urgent[0].Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_nobody_owns_is_told_to_admins_once()
    {
        await using var rig = await OwnershipRig.StartAsync(DatabaseProvider.Sqlite, Ct);
        await rig.PublishAsync(Desk with { Fallback = null, Waiver = "a test" });
        await rig.FailAsync(1);
        Assert.Null((await rig.OrderAsync(1)).Owner);
        await rig.Keeper.KeepAsync(Ct);
        await rig.Keeper.KeepAsync(Ct);
        Assert.Equal("Nobody owns 1 order", Assert.Single((await rig.Bells.OfAsync(One, "ada", Ct)).Items).Title);
        var queue = (await rig.Queues.ReadAsync(One, Ct)).Queues[0];
        Assert.Equal((null, 1, QueueAlarm.Red), (queue.Key, queue.Stuck, queue.Alarm));
    }

    [Fact]
    public async Task A_case_that_was_empty_for_long_begins_anew_a_short_retry_does_not()
    {
        await using var rig = await OwnershipRig.StartAsync(DatabaseProvider.Sqlite, Ct);
        await rig.PublishAsync(Desk);
        await rig.FailAsync(1);
        rig.Engine.Clock.Advance(TimeSpan.FromMinutes(31));
        Assert.Equal(1, await rig.Escalator.ClimbAsync(Ct));
        await rig.Engine.Commands.RetryNowAsync(1, (await rig.OrderAsync(1)).Id, "Bo", "again", rig.Operation(), Ct);
        await rig.Engine.DrainAsync(Ct);
        Assert.Equal(0, await rig.Escalator.ClimbAsync(Ct));
        Assert.Single(await rig.Engine.RowsAsync<EscalationRow>(Ct));
        rig.Engine.Clock.Advance(Escalator.Forgotten + TimeSpan.FromMinutes(1));
        await rig.Escalator.ClimbAsync(Ct);
        Assert.Empty(await rig.Engine.RowsAsync<EscalationRow>(Ct));
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task Each_queue_says_its_age_and_what_nobody_has_taken(DatabaseProvider provider)
    {
        await using var rig = await OwnershipRig.StartAsync(provider, Ct);
        await rig.PublishAsync(Desk with { Rules = [OwnershipRig.When("finance", "code", "erp.article")], Teams = [Desk.Teams[0], OwnershipRig.Team("finance"), OwnershipRig.Team("idle")] });
        var first = rig.Engine.Clock.GetUtcNow();
        await rig.FailAsync(1);
        await rig.FailAsync(2);
        await rig.FailAsync(3, "Article is not released.", "erp.article");
        await rig.Claims.ClaimAsync(One, (await rig.OrderAsync(1)).Id, OwnershipRig.Bo, "", rig.Operation(), Ct);
        await rig.Claims.AssignAsync(One, (await rig.OrderAsync(1)).Id, new("bo", null), OwnershipRig.Bo, "mine", rig.Operation(), Ct);
        rig.Engine.Clock.Advance(TimeSpan.FromMinutes(45));
        var queues = await rig.Queues.ReadAsync(One, Ct);
        Assert.Equal((3, 2, 0), (queues.Stuck, queues.Unclaimed, queues.Unowned));
        Assert.Equal([("desk", 2, 1, QueueAlarm.Late), ("finance", 1, 1, QueueAlarm.Late), ("idle", 0, 0, QueueAlarm.None)], queues.Queues.Select(q => (q.Key!, q.Stuck, q.Unclaimed, q.Alarm)));
        Assert.Equal(45, (int)queues.Queues[0].Waited.TotalMinutes);
        Assert.True(queues.Queues[0].OldestSince - first < TimeSpan.FromSeconds(1));
        rig.Engine.Clock.Advance(TimeSpan.FromHours(2));
        Assert.Equal(QueueAlarm.Red, (await rig.Queues.ReadAsync(One, Ct)).Queues[0].Alarm);
        Assert.Equal(0, (await rig.Queues.ReadAsync(new(2), Ct)).Stuck);
    }
}

using ControlPlane.Domain.Alerts;
using ControlPlane.Domain.Objectives;
using ControlPlane.Runtime.Budgets;
using ControlPlane.Runtime.Ownership;
using ControlPlane.Runtime.Persistence;
using ControlPlane.Runtime.Tests.Ownership;
using ControlPlane.Runtime.Tests.Persistence;

namespace ControlPlane.Runtime.Tests.Alerts;

/// <summary>A budget that runs out acts: it warns, then lets fixes through alone, then nothing; somebody waives it by name.</summary>
public sealed class BudgetTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private static TenantScope One => TenantScope.Default;

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task Each_step_of_the_policy_acts_and_is_told_once(DatabaseProvider provider)
    {
        await using var server = new SmtpStub();
        await using var rig = await AlertRig.StartAsync(provider, Ct);
        (rig.Notifications.MailHost, rig.Notifications.MailPort) = ("127.0.0.1", server.Port);
        await rig.ChannelAsync(new() { Name = "board", Type = AlertChannelType.Mail, To = ["board@example.com"], For = [AlertTopic.Note] }, Ct);
        rig.Objective("shop-orders", target: 0.99m, scope: new("shop"));
        var start = rig.Clock.GetUtcNow();
        // Ten thousand orders allow a hundred misses.
        rig.Figures.Add("shop-orders", start.AddDays(-5), 9_951, 49);
        Assert.Null(await rig.Gate.AgainstAsync(One, ["shop"], null, Ct));
        await rig.Keeper.KeepAsync(Ct);
        Assert.Empty(await rig.RowsAsync<NotificationRow>(Ct));

        rig.Figures.Add("shop-orders", start.AddDays(-5), 0, 2);
        await rig.GoOnAsync(TimeSpan.FromMinutes(10), TimeSpan.FromMinutes(1), Ct);
        Assert.Equal("op", Assert.Single(await rig.RowsAsync<NotificationRow>(Ct)).Recipient);
        Assert.Null(await rig.Gate.AgainstAsync(One, ["shop"], null, Ct));

        rig.Figures.Add("shop-orders", start.AddDays(-5), 0, 25);
        await rig.GoOnAsync(TimeSpan.FromMinutes(10), TimeSpan.FromMinutes(1), Ct);
        var held = await rig.Gate.AgainstAsync(One, ["shop"], " ", Ct);
        Assert.Equal(("budget.fixes_only", "shop"), (held?.Code, held?.Connection));
        Assert.Contains("Say what this mends", held!.Message, StringComparison.Ordinal);
        Assert.Null(await rig.Gate.AgainstAsync(One, ["shop"], "the tax code", Ct));
        Assert.Null(await rig.Gate.AgainstAsync(One, ["erp"], null, Ct));
        Assert.Empty(await rig.RowsAsync<BudgetNoteRow>(Ct));

        rig.Figures.Add("shop-orders", start.AddDays(-5), 0, 30);
        await rig.GoOnAsync(TimeSpan.FromMinutes(10), TimeSpan.FromMinutes(1), Ct, send: true);
        Assert.Equal("budget.frozen", (await rig.Gate.AgainstAsync(One, ["shop", "erp"], "the tax code", Ct))?.Code);
        var note = Assert.Single((await rig.Gate.ReadAsync(One, Ct)).Notes);
        Assert.Contains("The objective is missed.", note.Text, StringComparison.Ordinal);
        Assert.Equal("board@example.com", Assert.Single(server.Mails).To);
        Assert.Contains(await rig.RowsAsync<NotificationRow>(Ct), n => n is { Channel: NotificationChannel.Portal, Recipient: "eve" });

        var waiver = Guid.CreateVersion7();
        Assert.True((await rig.Gate.WaiveAsync(One, waiver, "shop", TimeSpan.FromHours(1), "the marketplace changes its format", "Ada", Ct)).Accepted);
        Assert.Equal("already_done", (await rig.Gate.WaiveAsync(One, waiver, "shop", TimeSpan.FromHours(1), "again", "Ada", Ct)).Code);
        Assert.Null(await rig.Gate.AgainstAsync(One, ["shop"], null, Ct));
        rig.Clock.Advance(TimeSpan.FromHours(1));
        Assert.Equal("budget.frozen", (await rig.Gate.AgainstAsync(One, ["shop"], null, Ct))?.Code);
        var kept = Assert.Single((await rig.Gate.ReadAsync(One, Ct)).Waivers);
        Assert.Equal(("Ada", "the marketplace changes its format"), (kept.By, kept.Reason));
    }

    [Fact]
    public async Task What_is_not_known_blocks_nobody_and_what_holds_for_all_holds_for_each()
    {
        await using var rig = await AlertRig.StartAsync(DatabaseProvider.Sqlite, Ct);
        rig.Objective("orders", minimum: 100);
        rig.Figures.Add("orders", rig.Clock.GetUtcNow().AddDays(-1), 0, 99);
        Assert.Null(await rig.Gate.AgainstAsync(One, ["shop"], null, Ct));
        rig.Figures.Add("orders", rig.Clock.GetUtcNow().AddDays(-1), 1, 0);
        Assert.Equal("budget.frozen", (await rig.Gate.AgainstAsync(One, ["shop"], null, Ct))?.Code);
        Assert.Equal("budget.frozen", (await rig.Gate.AgainstAsync(One, [], null, Ct))?.Code);
        Assert.True((await rig.Gate.WaiveAsync(One, Guid.CreateVersion7(), null, TimeSpan.FromDays(1), "all of it", "Ada", Ct)).Accepted);
        Assert.Null(await rig.Gate.AgainstAsync(One, ["shop", "erp"], null, Ct));
    }

    [Theory]
    [InlineData("nowhere", 60, "a reason", "connection_unknown")]
    [InlineData("shop", 0, "a reason", "time_invalid")]
    [InlineData("shop", 60, "", "reason_missing")]
    public async Task A_waiver_needs_a_reason_an_end_and_a_connection_that_there_is(string connection, int minutes, string reason, string code)
    {
        await using var rig = await AlertRig.StartAsync(DatabaseProvider.Sqlite, Ct);
        Assert.Equal(code, (await rig.Gate.WaiveAsync(One, Guid.CreateVersion7(), connection, TimeSpan.FromMinutes(minutes), reason, "Ada", Ct)).Code);
    }
}

using System.Text;
using ControlPlane.Domain.Objectives;
using ControlPlane.Domain.Scorecard;
using ControlPlane.Runtime.Objectives;
using ControlPlane.Runtime.Ownership;
using ControlPlane.Runtime.Persistence;
using ControlPlane.Runtime.Scorecard;
using ControlPlane.Runtime.Tests.Ownership;
using ControlPlane.Runtime.Tests.Persistence;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace ControlPlane.Runtime.Tests.Scorecard;

/// <summary>Reports: made when they are due, sent, kept, and the same when they are made again.</summary>
public sealed class ReportTests
{
    private static readonly TenantScope Us = TenantScope.Default;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task Made_again_for_the_same_watermark_it_is_the_same_byte_for_byte_whatever_changed_since(DatabaseProvider provider)
    {
        await using var rig = await WithTrafficAsync(provider);
        Assert.Empty(await rig.Desk.SaveAsync(Us, Plan(), "Kim", Ct));
        var made = (await rig.Desk.MakeAsync(Us, "board", "Kim", Ct))!;
        var (html, csv) = (await TextAsync(rig, made.Id, "html"), await TextAsync(rig, made.Id, "csv"));
        Assert.Contains("1 Oct 2026 to 31 Oct 2026", html, StringComparison.Ordinal);
        Assert.Contains("&lt;script&gt;", html, StringComparison.Ordinal);
        Assert.DoesNotContain("<script", html, StringComparison.Ordinal);
        Assert.Contains(made.Digest, csv, StringComparison.Ordinal);
        // Marks beside a state are for eyes: a column is filtered by the word.
        Assert.DoesNotMatch("✓|✗|! Running low|\\? No data", csv);
        Assert.Matches(",(Inside|Running low|Missed|No data),", csv);
        Assert.Contains("Amazon DE", html, StringComparison.Ordinal);
        Assert.True((await rig.Desk.CheckAsync(Us, made.Id, Ct))!.Same);
        // Renamed, republished with another target, an exclusion approved, and an order that was late is shipped: none of it was so when it was made.
        rig.Connect("market", "amazon", Domain.Connections.SystemRole.Marketplace, "Amazon Germany");
        rig.Figures.Older.Add(rig.Figures.Published[0]);
        rig.Figures.Published[0] = GivenFigures.Objective("orders", "order-ingestion", 0.5m, version: 2);
        rig.Figures.Excluded.Add(new("storm", null, made.From, made.To, "storm", "Bo", "Li"));
        rig.Clock.Advance(TimeSpan.FromDays(3));
        await using (var context = rig.Db.CreateContext())
        {
            var late = await context.Transactions.AsNoTracking().SingleAsync(t => t.State == Domain.Transactions.TransactionState.Waiting, Ct);
            await rig.ShipAsync(late, rig.Clock.GetUtcNow());
        }

        await rig.Keeper.KeepAsync(Us, 5, Ct);
        var check = (await rig.Desk.CheckAsync(Us, made.Id, Ct))!;
        Assert.True(check.Same, check.Message);
        // One that is made today says what is so today.
        var today = (await rig.Desk.MakeAsync(Us, "board", "Kim", Ct))!;
        Assert.NotEqual(csv, await TextAsync(rig, today.Id, "csv"));
        // An event that came to the past is told, not hidden.
        rig.Figures.Events.Add(new("order-ingestion", Guid.CreateVersion7(), new(2026, 10, 20, 0, 0, 0, TimeSpan.Zero), "shop", "", "erp"));
        check = (await rig.Desk.CheckAsync(Us, made.Id, Ct))!;
        Assert.False(check.Same);
        Assert.StartsWith("Other events", check.Message, StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task It_is_made_once_when_its_outcomes_are_final_or_a_day_later_and_not_for_the_time_before_it_was_planned(DatabaseProvider provider)
    {
        await using var rig = await WithTrafficAsync(provider);
        Assert.Empty(await rig.Desk.SaveAsync(Us, Plan(), "Kim", Ct));
        await rig.Desk.MakeDueAsync(Ct);
        Assert.Empty(await rig.Desk.ListAsync(Us, null, 50, Ct));
        // The first of December, 08:00 in Berlin; outcomes of the month's last minutes are not final.
        rig.Clock.SetUtcNow(new(2026, 12, 1, 7, 0, 0, TimeSpan.Zero));
        rig.Figures.Watermark = new(2026, 11, 30, 22, 50, 0, TimeSpan.Zero);
        await rig.Desk.MakeDueAsync(Ct);
        Assert.Empty(await rig.Desk.ListAsync(Us, null, 50, Ct));
        rig.Figures.Watermark = new(2026, 11, 30, 23, 5, 0, TimeSpan.Zero);
        await rig.Desk.MakeDueAsync(Ct);
        await rig.Desk.MakeDueAsync(Ct);
        var made = Assert.Single(await rig.Desk.ListAsync(Us, null, 50, Ct));
        Assert.Equal((true, "schedule", new DateTimeOffset(2026, 10, 31, 23, 0, 0, TimeSpan.Zero)), (made.Final, made.MadeBy, made.From));
        // Of December it never becomes final: a day after its end it is made all the same, and says so.
        rig.Clock.SetUtcNow(new(2027, 1, 1, 0, 0, 0, TimeSpan.Zero));
        await rig.Desk.MakeDueAsync(Ct);
        Assert.Single(await rig.Desk.ListAsync(Us, null, 50, Ct));
        rig.Clock.Advance(TimeSpan.FromDays(1));
        await rig.Desk.MakeDueAsync(Ct);
        Assert.False((await rig.Desk.ListAsync(Us, null, 50, Ct))[0].Final);
        Assert.True(await rig.Desk.RemoveAsync(Us, "board", Ct));
        Assert.Equal(2, (await rig.Desk.ListAsync(Us, null, 50, Ct)).Count);
    }

    [Fact]
    public async Task It_goes_out_by_mail_with_its_files_and_a_server_that_refuses_is_told()
    {
        await using var rig = await WithTrafficAsync(DatabaseProvider.Sqlite);
        Assert.Empty(await rig.Desk.SaveAsync(Us, Plan() with { Recipients = ["board@example.com", "cfo@example.com"] }, "Kim", Ct));
        await rig.Desk.MakeAsync(Us, "board", "Kim", Ct);
        Assert.Equal(0, await new ReportMailer(rig.Db, new MailPost(Options.Create(new NotificationOptions())), rig.Clock).SendDueAsync(Ct));
        var unsent = (await rig.Desk.ListAsync(Us, null, 50, Ct))[0];
        Assert.Null(unsent.SentAt);
        Assert.False(unsent.Sending);
        Assert.Contains("No mail server is set", unsent.Note, StringComparison.Ordinal);
        Assert.Contains("no Chromium is set", unsent.Note, StringComparison.Ordinal);
        rig.Clock.Advance(TimeSpan.FromMinutes(1));
        await rig.Desk.MakeAsync(Us, "board", "Kim", Ct);
        await using var server = new SmtpStub();
        var mailer = new ReportMailer(rig.Db, new MailPost(Options.Create(new NotificationOptions { MailHost = "127.0.0.1", MailPort = server.Port, MailSecurity = "none", MailFrom = "controlplane@example.com" })), rig.Clock);
        Assert.Equal(1, await mailer.SendDueAsync(Ct));
        Assert.Equal(0, await mailer.SendDueAsync(Ct));
        Assert.NotNull((await rig.Desk.ListAsync(Us, null, 50, Ct))[0].SentAt);
        var mail = server.Mails.Single().Text;
        Assert.Contains("Board report, 1 Oct 2026 to 31 Oct 2026", mail, StringComparison.Ordinal);
        Assert.Contains("board-2026-10-01.html", mail, StringComparison.Ordinal);
        Assert.Contains("board-2026-10-01.csv", mail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_wrong_with_a_plan_is_told_by_field()
    {
        await using var rig = await ScorecardRig.StartAsync(DatabaseProvider.Sqlite, Ct);
        var problems = await rig.Desk.SaveAsync(Us, new("Board", " ", ReportRhythm.Retail445, "Berlin", null, ["nobody", "a@b,c@d"], new("gone"), true), "Kim", Ct);
        Assert.Equal(["channel", "name", "recipients", "recipients", "retailYear", "title", "zone"], problems.Select(p => p.Field).Order(StringComparer.Ordinal));
        Assert.Empty(await rig.Desk.PlansAsync(Us, Ct));
        Assert.Null(await rig.Desk.MakeAsync(Us, "gone", "Kim", Ct));
        Assert.Null(await rig.Desk.FileAsync(Us, Guid.CreateVersion7(), "html", Ct));
    }

    [Fact]
    public void A_browser_is_looked_for_at_the_usual_places()
    {
        Assert.Equal("auto", new ScorecardOptions().Chromium);
        Assert.Equal("/usr/bin/chromium", PdfPrinter.Find(p => p is "/usr/bin/google-chrome" or "/usr/bin/chromium"));
        Assert.Equal("/usr/bin/microsoft-edge", PdfPrinter.Find(p => p == "/usr/bin/microsoft-edge"));
        Assert.Null(PdfPrinter.Find(_ => false));
    }

    [Theory]
    [InlineData("")]
    [InlineData("none")]
    public async Task Printing_can_be_switched_off(string chromium)
    {
        var (pdf, note) = await new PdfPrinter(Options.Create(new ScorecardOptions { Chromium = chromium })).PrintAsync("<p>Report</p>", Ct);
        Assert.Null(pdf);
        Assert.Contains("no Chromium is set", note, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_real_browser_prints_it()
    {
        var chromium = Environment.GetEnvironmentVariable("CONTROLPLANE_TEST_CHROMIUM") ?? "/usr/bin/chromium";
        if (!File.Exists(chromium))
            Assert.Skip("No Chromium was found (CONTROLPLANE_TEST_CHROMIUM): printing was not tried.");
        await using var rig = await WithTrafficAsync(DatabaseProvider.Sqlite);
        rig.Prices.Chromium = chromium;
        await rig.Desk.SaveAsync(Us, Plan(), "Kim", Ct);
        var made = (await rig.Desk.MakeAsync(Us, "board", "Kim", Ct))!;
        Assert.Equal((true, ""), (made.HasPdf, made.Note));
        var pdf = (await rig.Desk.FileAsync(Us, made.Id, "pdf", Ct))!.Value.Bytes;
        Assert.Equal("%PDF-", Encoding.ASCII.GetString(pdf, 0, 5));
        Assert.True(pdf.Length > 10_000);
        rig.Prices.Chromium = "/no/such/chromium";
        rig.Clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Contains("there is no Chromium", (await rig.Desk.MakeAsync(Us, "board", "Kim", Ct))!.Note, StringComparison.Ordinal);
    }

    private static ReportPlan Plan() => new("board", "Board report", ReportRhythm.Month, "Europe/Berlin", null, [], ObjectiveScope.All, true);

    private static async Task<ScorecardRig> WithTrafficAsync(DatabaseProvider provider)
    {
        var rig = await ScorecardRig.StartAsync(provider, Ct);
        var october = new DateTimeOffset(2026, 10, 10, 9, 0, 0, TimeSpan.Zero);
        for (var i = 0; i < 20; i++)
            await rig.OrderAsync(october.AddHours(i), i % 2 == 0 ? "market" : "shop", ship: i < 3 ? 5000 : 60);
        await rig.OrderAsync(october, state: Domain.Transactions.TransactionState.Waiting, ship: null);
        await rig.Keeper.KeepAsync(Us, 5, Ct);
        var objective = GivenFigures.Objective("orders", "order-ingestion", 0.99m);
        rig.Figures.Published.Add(objective with { Objective = objective.Objective with { Title = "<script>alert(1)</script> in time" } });
        for (var i = 0; i < 500; i++)
            rig.Figures.Events.Add(new("order-ingestion", Guid.CreateVersion7(), october.AddMinutes(i), "shop", "", i % 100 == 0 ? "erp" : null));
        rig.Figures.Watermark = new(2026, 11, 20, 0, 0, 0, TimeSpan.Zero);
        return rig;
    }

    private static async Task<string> TextAsync(ScorecardRig rig, Guid id, string format) => Encoding.UTF8.GetString((await rig.Desk.FileAsync(Us, id, format, Ct))!.Value.Bytes);
}

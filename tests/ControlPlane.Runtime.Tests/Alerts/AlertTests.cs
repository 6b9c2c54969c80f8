using ControlPlane.Domain.Alerts;
using ControlPlane.Domain.ExceptionCases;
using ControlPlane.Domain.Objectives;
using ControlPlane.Domain.Shared;
using ControlPlane.Domain.Transactions;
using ControlPlane.Runtime.Alerts;
using ControlPlane.Runtime.Outbound;
using ControlPlane.Runtime.Ownership;
using ControlPlane.Runtime.Persistence;
using ControlPlane.Runtime.Tests.Objectives;
using ControlPlane.Runtime.Tests.Ownership;
using ControlPlane.Runtime.Tests.Persistence;

namespace ControlPlane.Runtime.Tests.Alerts;

/// <summary>What burns is told soon, once, to those who have to know; what is planned is told to nobody.</summary>
public sealed class AlertTests
{
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(30);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private static TenantScope One => TenantScope.Default;

    private static AlertChannel Mail(string name, params string[] to) => new() { Name = name, Type = AlertChannelType.Mail, To = to };

    [Fact]
    public async Task A_burn_is_told_within_five_minutes_of_its_first_miss_and_a_clean_week_tells_nobody()
    {
        await using var rig = await AlertRig.StartAsync(DatabaseProvider.Sqlite, Ct);
        rig.Objective("ingestion");
        var start = rig.Clock.GetUtcNow();
        var random = new Random(3);
        // A week with misses at half of what the budget allows, spread as chance does.
        for (var minute = -3 * 1440; minute < 7 * 1440; minute++)
        {
            var bad = Enumerable.Range(0, 40).Count(_ => random.NextDouble() < 0.0025);
            rig.Figures.Add("ingestion", start.AddMinutes(minute), 40 - bad, bad);
        }

        await rig.GoOnAsync(TimeSpan.FromDays(7), TimeSpan.FromMinutes(15), Ct);
        Assert.Empty(await rig.RowsAsync<AlertIncidentRow>(Ct));
        var burn = rig.Clock.GetUtcNow();
        for (var minute = 0; minute < 60; minute++)
            rig.Figures.Add("ingestion", burn.AddMinutes(minute), 0, 40, party: "erp");
        // The first order of the burn is late ten minutes after it came.
        await rig.GoOnAsync(TimeSpan.FromMinutes(15), Look, Ct);
        var told = Assert.Single(await rig.RowsAsync<AlertIncidentRow>(Ct));
        Assert.InRange(Instant.FromMicroseconds(told.ToldAt!.Value) - burn, TimeSpan.FromMinutes(10), TimeSpan.FromMinutes(15));
        Assert.Equal((AlertUrgency.Page, "party:erp", AlertState.Firing), (told.Urgency, told.Key, told.State));
        Assert.Contains(await rig.RowsAsync<NotificationRow>(Ct), n => n is { Channel: NotificationChannel.Portal, Recipient: "op", Urgent: true } && n.IncidentId == told.Id);
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task Five_thousand_bad_orders_of_one_cause_over_six_objectives_are_one_incident_and_one_mail_each(DatabaseProvider provider)
    {
        await using var server = new SmtpStub();
        await using var rig = await AlertRig.StartAsync(provider, Ct);
        (rig.Notifications.MailHost, rig.Notifications.MailPort) = ("127.0.0.1", server.Port);
        await rig.ChannelAsync(Mail("desk", "desk@example.com", "lead@example.com"), Ct);
        await rig.ChannelAsync(Mail("managers", "LEAD@example.com", "boss@example.com"), Ct);
        var start = rig.Clock.GetUtcNow();
        var group = Guid.CreateVersion7();
        await using (var context = rig.Db.CreateContext())
        {
            context.ExceptionCases.Add(new() { Id = group, TenantId = 1, Fingerprint = EntityId.New(TimeProvider.System), FaultCode = "erp.tax", Sample = "The tax code EU19 is unknown.", System = "erp", FirstSeenAt = start.ToMicroseconds() });
            await context.SaveChangesAsync(Ct);
        }

        for (var o = 0; o < 6; o++)
        {
            rig.Objective($"o{o}");
            // One after the other, so that they do not all join at the first look; the last two know no case.
            for (var minute = 0; minute < 30; minute++)
                rig.Figures.Add($"o{o}", start.AddMinutes(minute + o * 3), 2, 28, o < 4 ? group.ToString("D") : "", "erp");
        }

        await rig.GoOnAsync(TimeSpan.FromMinutes(56), Look, Ct, send: true);
        var incident = Assert.Single(await rig.RowsAsync<AlertIncidentRow>(Ct));
        var page = await rig.Incidents.ListAsync(One, new(), null, 50, Ct);
        var facts = Assert.Single(page.Items).Facts;
        Assert.Equal((6, group, "erp"), (facts.Objectives.Count, facts.Case, facts.System));
        Assert.True(facts.Bad > 5_000, $"{facts.Bad}");
        Assert.Equal("6 objectives burn their budgets: The tax code EU19 is unknown", AlertWords.Title(facts));
        Assert.EndsWith(" have this cause.", AlertWords.Cause(facts), StringComparison.Ordinal);
        // One when it began; one about those that joined, half an hour later.
        foreach (var one in new[] { "desk@example.com", "lead@example.com", "boss@example.com" })
            Assert.InRange(server.Mails.Count(m => string.Equals(m.To, one, StringComparison.OrdinalIgnoreCase)), 1, 2);
        Assert.All(server.Mails.GroupBy(m => m.To.ToUpperInvariant()), m => Assert.Single(m, x => !x.Text.Contains("Subject: Still:", StringComparison.Ordinal)));
        Assert.Contains($"https://portal.example.com/alerts/{incident.Id:D}", server.Mails[0].Text, StringComparison.Ordinal);
        Assert.Contains("wiki.example.com/orders", server.Mails[0].Text, StringComparison.Ordinal);
        // Nothing burns any more: it is over, and that is told once.
        await rig.GoOnAsync(TimeSpan.FromHours(8), TimeSpan.FromMinutes(5), Ct, send: true);
        Assert.Equal(AlertState.Resolved, Assert.Single(await rig.RowsAsync<AlertIncidentRow>(Ct)).State);
        Assert.Single(server.Mails, m => m.To == "desk@example.com" && m.Text.Contains("Subject: Over:", StringComparison.Ordinal));
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task Three_nodes_that_look_at_once_make_one_incident(DatabaseProvider provider)
    {
        await using var rig = await AlertRig.StartAsync(provider, Ct);
        Burn(rig);
        await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => Task.Run(() => rig.NewKeeper().LookAsync(One, Ct), Ct)));
        await rig.Keeper.LookAsync(One, Ct);
        var incident = Assert.Single(await rig.RowsAsync<AlertIncidentRow>(Ct));
        Assert.Equal(1, (await rig.RowsAsync<AlertEventRow>(Ct)).Count(e => e.IncidentId == incident.Id && e.Kind == AlertEventKind.Opened));
        Assert.Single(await rig.RowsAsync<NotificationRow>(Ct), n => n.Recipient == "op");
        // And of three that ask whether it is time, one looks.
        rig.Clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Single(await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => Task.Run(() => rig.NewKeeper().KeepAsync(Ct), Ct))), looked => looked);
    }

    [Fact]
    public async Task A_silence_tells_nobody_until_it_ends_and_says_who_and_why()
    {
        await using var rig = await AlertRig.StartAsync(DatabaseProvider.Sqlite, Ct);
        Burn(rig, 600);
        Assert.True((await rig.Incidents.SilenceAsync(One, Guid.CreateVersion7(), new("ingestion", null, null, TimeSpan.FromHours(1), "the ERP moves"), "Ada", Ct)).Accepted);
        await rig.Keeper.LookAsync(One, Ct);
        var silent = Assert.Single((await rig.Incidents.ListAsync(One, new(), null, 50, Ct)).Items);
        Assert.StartsWith("Silenced by Ada until 2026-11-23 ", silent.Quiet, StringComparison.Ordinal);
        Assert.EndsWith("the ERP moves", silent.Quiet, StringComparison.Ordinal);
        Assert.Empty(await rig.RowsAsync<NotificationRow>(Ct));
        await rig.GoOnAsync(TimeSpan.FromMinutes(61), TimeSpan.FromMinutes(1), Ct);
        Assert.Null(Assert.Single((await rig.Incidents.ListAsync(One, new(), null, 50, Ct)).Items).Quiet);
        Assert.Contains(await rig.RowsAsync<NotificationRow>(Ct), n => n.Recipient == "op");
    }

    [Fact]
    public async Task A_maintenance_window_silences_what_its_system_is_to_blame_for_and_nothing_else()
    {
        await using var rig = await AlertRig.StartAsync(DatabaseProvider.Sqlite, Ct);
        Burn(rig);
        Burn(rig, name: "shipping", party: "us");
        await using (var context = rig.Db.CreateContext())
        {
            var now = rig.Clock.GetUtcNow();
            context.MaintenanceWindows.Add(new() { Id = Guid.CreateVersion7(), TenantId = 1, Connection = "erp", StartsAt = now.AddHours(-1).ToMicroseconds(), EndsAt = now.AddHours(1).ToMicroseconds(), Reason = "patches", DeclaredBy = "Otto", DeclaredAt = now.ToMicroseconds() });
            await context.SaveChangesAsync(Ct);
        }

        await rig.Keeper.LookAsync(One, Ct);
        var items = (await rig.Incidents.ListAsync(One, new(), null, 50, Ct)).Items;
        Assert.Equal(2, items.Count);
        Assert.Contains("erp is in a maintenance window", items.Single(i => i.Key == "party:erp").Quiet, StringComparison.Ordinal);
        Assert.Null(items.Single(i => i.Key == "party:us").Quiet);
        Assert.All(await rig.RowsAsync<NotificationRow>(Ct), n => Assert.Equal(items.Single(i => i.Key == "party:us").Id, n.IncidentId));
    }

    [Fact]
    public async Task The_ladder_is_climbed_until_somebody_takes_it()
    {
        await using var rig = await AlertRig.StartAsync(DatabaseProvider.Sqlite, Ct);
        Burn(rig, 600);
        await rig.Keeper.LookAsync(One, Ct);
        var id = Assert.Single(await rig.RowsAsync<AlertIncidentRow>(Ct)).Id;
        await rig.GoOnAsync(TimeSpan.FromMinutes(61), TimeSpan.FromMinutes(1), Ct);
        var told = await rig.RowsAsync<NotificationRow>(Ct);
        Assert.Contains(told, n => n is { Channel: NotificationChannel.Mail, Recipient: "op@example.com" });
        Assert.DoesNotContain(told, n => n.Recipient == "ada@example.com");
        Assert.True((await rig.Incidents.AcknowledgeAsync(One, id, "Bo", "restarting it", Ct)).Accepted);
        Assert.Equal("taken", (await rig.Incidents.AcknowledgeAsync(One, id, "Li", "", Ct)).Code);
        await rig.GoOnAsync(TimeSpan.FromMinutes(90), TimeSpan.FromMinutes(1), Ct);
        Assert.DoesNotContain(await rig.RowsAsync<NotificationRow>(Ct), n => n.Recipient == "ada@example.com");
        var story = (await rig.Incidents.FindAsync(One, id, Ct))!.Events;
        Assert.Contains(story, e => e is { Kind: AlertEventKind.Acknowledged, By: "Bo", Text: "took it: restarting it" });
        Assert.Equal(2, story.Count(e => e.Kind == AlertEventKind.Escalated));
    }

    [Fact]
    public async Task Few_misses_on_low_traffic_are_an_alert_by_count_and_the_same_on_a_busy_channel_are_not()
    {
        await using var rig = await AlertRig.StartAsync(DatabaseProvider.Sqlite, Ct);
        rig.Objective("quiet", count: new(3, TimeSpan.FromHours(1)), minimum: 100);
        rig.Objective("busy", count: new(3, TimeSpan.FromHours(1)), minimum: 100);
        var start = rig.Clock.GetUtcNow();
        for (var minute = 0; minute < 60; minute += 20)
        {
            rig.Figures.Add("quiet", start.AddMinutes(-70 + minute), 1, 1);
            rig.Figures.Add("busy", start.AddMinutes(-70 + minute), 2_000, 1);
        }

        await rig.Keeper.LookAsync(One, Ct);
        var facts = AlertJson.Read(Assert.Single(await rig.RowsAsync<AlertIncidentRow>(Ct)).Facts);
        Assert.Equal(("quiet", true), (Assert.Single(facts.Objectives).Name, facts.Objectives[0].Counted));
    }

    [Fact]
    public async Task Figures_that_cannot_be_read_or_are_not_counted_are_an_alert_and_close_nothing()
    {
        await using var rig = await AlertRig.StartAsync(DatabaseProvider.Sqlite, Ct);
        Burn(rig);
        await rig.Keeper.LookAsync(One, Ct);
        rig.Figures.Broken = true;
        await rig.GoOnAsync(TimeSpan.FromMinutes(30), TimeSpan.FromMinutes(1), Ct);
        var open = (await rig.Incidents.ListAsync(One, new(), null, 50, Ct)).Items;
        Assert.Equal(["counting:journal", "party:erp"], open.Select(i => i.Key).Order(StringComparer.Ordinal));
        (rig.Figures.Broken, rig.Figures.CountedUpTo) = (false, rig.Clock.GetUtcNow() - TimeSpan.FromMinutes(6));
        rig.Clock.Advance(TimeSpan.FromMinutes(1));
        await rig.Keeper.LookAsync(One, Ct);
        Assert.Contains((await rig.Incidents.ListAsync(One, new(), null, 50, Ct)).Items, i => i.Key == "counting:journal" && i.Facts.Note!.Contains("counted up to", StringComparison.Ordinal));
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task On_the_counted_journal_orders_that_never_reach_the_erp_are_an_incident_of_the_erp(DatabaseProvider provider)
    {
        await using var counting = await CountingRig.StartAsync(provider, Ct, CountingRig.Ingestion, CountingRig.Promise);
        var start = counting.Clock.GetUtcNow();
        for (var i = 0; i < 20; i++)
        {
            var order = await counting.OrderAsync("shop", Ct);
            await counting.WriteAsync([CountingRig.Event(order, 1, start, JournalEventType.Received), CountingRig.Event(order, 2, start.AddSeconds(5), JournalEventType.CallFailed, system: "erp")], Ct);
        }

        counting.Clock.Advance(TimeSpan.FromMinutes(20));
        await counting.CountAsync(Ct);
        await using var rig = AlertRig.On(counting.Db, counting.Clock, counting.Store, counting.Figures);
        await rig.Keeper.LookAsync(One, Ct);
        var incident = Assert.Single((await rig.Incidents.ListAsync(One, new(), null, 50, Ct)).Items);
        Assert.Equal(("party:erp", "erp", 20), (incident.Key, incident.Facts.System, incident.Facts.Bad));
        Assert.Equal("Orders are in the ERP within 10 minutes", incident.Facts.Objectives.Single().Title);
        Assert.Equal("budget.frozen", (await rig.Gate.AgainstAsync(One, ["shop"], "a fix", Ct))?.Code);
    }

    [Theory]
    [InlineData(null, null, 60, "a reason", "matches_all")]
    [InlineData("ingestion", null, 0, "a reason", "time_invalid")]
    [InlineData("ingestion", null, 60 * 24 * 31, "a reason", "time_invalid")]
    [InlineData("ingestion", null, 60, " ", "reason_missing")]
    [InlineData(null, "nowhere", 60, "a reason", "connection_unknown")]
    [InlineData("nope", null, 60, "a reason", "objective_unknown")]
    public async Task A_silence_that_says_too_little_or_too_much_is_refused(string? objective, string? connection, int minutes, string reason, string code)
    {
        await using var rig = await AlertRig.StartAsync(DatabaseProvider.Sqlite, Ct);
        Assert.Equal(code, (await rig.Incidents.SilenceAsync(One, Guid.CreateVersion7(), new(objective, connection, null, TimeSpan.FromMinutes(minutes), reason), "Ada", Ct)).Code);
        Assert.Empty(await rig.Incidents.SilencesAsync(One, Ct));
    }

    [Fact]
    public async Task A_silence_names_what_there_is_and_a_refusal_says_what_that_is()
    {
        await using var rig = await AlertRig.StartAsync(DatabaseProvider.Sqlite, Ct);
        rig.Objective("ingestion");
        rig.Figures.Composites.Add(new("selling", [new("ingestion", 1)]) { Title = "Selling works" });
        async Task<(string Code, string Message)> Ask(string? objective, string? party)
        {
            var outcome = await rig.Incidents.SilenceAsync(One, Guid.CreateVersion7(), new(objective, null, party, TimeSpan.FromHours(1), "a reason"), "Ada", Ct);
            return (outcome.Code, outcome.Message);
        }

        Assert.Equal(("objective_unknown", "There is no objective nope. Allowed: ingestion, selling."), await Ask("nope", null));
        var (code, message) = await Ask("ingestion", "unknown");
        Assert.Equal("party_unknown", code);
        Assert.Contains("erp, wms", message, StringComparison.Ordinal);
        Assert.EndsWith("us.", message, StringComparison.Ordinal);
        Assert.Empty(await rig.Incidents.SilencesAsync(One, Ct));
        // A composite burns as one of its own, and we are a party too.
        Assert.Equal("accepted", (await Ask("selling", "us")).Code);
        Assert.Equal("accepted", (await Ask(null, "erp")).Code);
        var choices = await rig.Incidents.ChoicesAsync(One, Ct);
        Assert.Equal(["ingestion", "selling"], choices.Objectives.Select(c => c.Name));
        Assert.Equal(["erp", "shop"], choices.Connections.Select(c => c.Name));
    }

    [Fact]
    public async Task An_incident_is_called_by_the_catalogues_words_and_not_by_what_one_order_had_in_it()
    {
        await using var rig = await AlertRig.StartAsync(DatabaseProvider.Sqlite, Ct);
        const string Raw = "Business Central refused the document: You cannot create this document for customer 10042. CorrelationId: 8d2a4f0e-6f1b-4a55-9d53-0d8a3f8b7c11.";
        var group = Guid.CreateVersion7();
        await using (var context = rig.Db.CreateContext())
        {
            context.ExceptionCases.Add(new() { Id = group, TenantId = 1, Fingerprint = EntityId.New(TimeProvider.System), FaultCode = "bc.refused", Sample = Raw, System = "erp", FirstSeenAt = rig.Clock.GetUtcNow().ToMicroseconds() });
            await context.SaveChangesAsync(Ct);
        }

        foreach (var name in new[] { "ingestion", "shipping" })
        {
            rig.Objective(name);
            for (var minute = 0; minute < 60; minute++)
                rig.Figures.Add(name, rig.Clock.GetUtcNow().AddMinutes(minute - 60), 0, 40, group.ToString("D"), "erp");
        }

        var cause = new Cause("bc-refused", "The ERP does not let this customer be sold to", "It refuses.", CauseFixer.Business, ["Ask."], null, new(["bc.*"], [], [], [], []));
        await rig.NewKeeper(causes: new(rig.Db, new(1, [cause]), rig.Clock)).LookAsync(One, Ct);
        var incident = Assert.Single((await rig.Incidents.ListAsync(One, new(), null, 50, Ct)).Items);
        Assert.Equal("2 objectives burn their budgets: The ERP does not let this customer be sold to", incident.Title);
        Assert.EndsWith("misses have this cause.", AlertWords.Cause(incident.Facts), StringComparison.Ordinal);
        Assert.DoesNotContain(await rig.RowsAsync<AlertEventRow>(Ct), e => e.Text.Contains("10042", StringComparison.Ordinal));
        // What nobody explained is told by its message, cut at a word.
        await rig.NewKeeper().LookAsync(One, Ct);
        incident = Assert.Single((await rig.Incidents.ListAsync(One, new(), null, 50, Ct)).Items);
        Assert.StartsWith("2 objectives burn their budgets: Business Central refused the document", incident.Title, StringComparison.Ordinal);
        Assert.EndsWith("…", incident.Title, StringComparison.Ordinal);
        Assert.InRange(incident.Title.Length, 60, 108);
    }

    /// <summary>Forty orders a minute for an hour, all of them missed; the first are late by now.</summary>
    private static void Burn(AlertRig rig, int minutes = 60, string name = "ingestion", string party = "erp")
    {
        rig.Objective(name);
        for (var minute = 0; minute < minutes; minute++)
            rig.Figures.Add(name, rig.Clock.GetUtcNow().AddMinutes(minute - 60), 0, 40, party: party);
    }
}

using System.Text;
using System.Text.Json;
using ControlPlane.Domain.Alerts;
using ControlPlane.Runtime.Alerts;
using ControlPlane.Runtime.Estate;
using ControlPlane.Runtime.Ownership;
using ControlPlane.Runtime.Persistence;
using ControlPlane.Runtime.Settings;
using ControlPlane.Runtime.Tests.Estate;
using ControlPlane.Runtime.Tests.Ownership;
using ControlPlane.Runtime.Tests.Persistence;

namespace ControlPlane.Runtime.Tests.Alerts;

/// <summary>The ways out: what they say, whom they reach, and that one which fails is an alert itself. Over real sockets.</summary>
public sealed class AlertChannelTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private static TenantScope One => TenantScope.Default;

    [Fact]
    public async Task A_channel_that_fails_is_told_by_the_others_and_on_the_bell_and_nothing_is_lost()
    {
        await using var server = new SmtpStub();
        await using var rig = await AlertRig.StartAsync(DatabaseProvider.Sqlite, Ct);
        (rig.Notifications.MailHost, rig.Notifications.MailPort) = ("127.0.0.1", server.Port);
        await rig.ChannelAsync(new() { Name = "desk", Type = AlertChannelType.Mail, To = ["desk@example.com"] }, Ct);
        await rig.ChannelAsync(new() { Name = "chat", Type = AlertChannelType.Slack, Address = "${secret:SLACK}" }, Ct);
        // Nobody listens there: it is tried, and tried again.
        rig.References.Values["secret:SLACK"] = "http://127.0.0.1:9/";
        rig.Objective("ingestion");
        for (var minute = 0; minute < 120; minute++)
            rig.Figures.Add("ingestion", rig.Clock.GetUtcNow().AddMinutes(minute - 60), 0, 40, party: "erp");
        await rig.GoOnAsync(TimeSpan.FromMinutes(30), TimeSpan.FromMinutes(1), Ct, send: true);
        var failing = (await rig.Incidents.ListAsync(One, new(), null, 50, Ct)).Items.Single(i => i.Key == "channel:chat");
        Assert.Contains("Slack did not answer.", failing.Facts.Note, StringComparison.Ordinal);
        Assert.Single(server.Mails, m => m.Text.Contains("Subject: Alerts do not go out by chat", StringComparison.Ordinal));
        var rows = await rig.RowsAsync<NotificationRow>(Ct);
        Assert.Contains(rows, n => n is { Channel: NotificationChannel.Portal, Recipient: "ada" } && n.IncidentId == failing.Id);
        Assert.DoesNotContain(rows, n => n.Via == "chat" && n.IncidentId == failing.Id);
        // It answers again: what waited arrives, and the alert is over.
        using var hook = new HookStub(200);
        rig.References.Values["secret:SLACK"] = hook.Address;
        await rig.GoOnAsync(TimeSpan.FromMinutes(90), TimeSpan.FromMinutes(1), Ct, send: true);
        var (_, body) = await hook.Received;
        Assert.Contains("too fast", body, StringComparison.Ordinal);
        Assert.DoesNotContain((await rig.Incidents.ListAsync(One, new(), null, 50, Ct)).Items, i => i.Key == "channel:chat");
    }

    [Fact]
    public async Task A_webhook_is_signed_with_its_channels_own_key()
    {
        await using var rig = await AlertRig.StartAsync(DatabaseProvider.Sqlite, Ct);
        using var hook = new HookStub();
        var key = Encoding.UTF8.GetBytes("thirty-two bytes of a secret key");
        (rig.References.Values["secret:KEY"], rig.References.Values["env:HOOK"]) = ("whsec_" + Convert.ToBase64String(key), hook.Address);
        await rig.ChannelAsync(new() { Name = "hook", Type = AlertChannelType.Webhook, Address = "${env:HOOK}", Key = "${secret:KEY}" }, Ct);
        Assert.True((await rig.Tester.TestAsync(One, "hook", "Ada", Ct)).Accepted);
        var (headers, body) = await hook.Received;
        using var hmac = new System.Security.Cryptography.HMACSHA256(key);
        Assert.Equal("v1," + Convert.ToBase64String(hmac.ComputeHash(Encoding.UTF8.GetBytes($"{headers["webhook-id"]}.{headers["webhook-timestamp"]}.{body}"))), headers["webhook-signature"]);
        using var json = JsonDocument.Parse(body);
        Assert.Equal("alert.test", json.RootElement.GetProperty("type").GetString());
        Assert.NotNull((await rig.Channels.AllAsync(One, Ct)).Single().LastTakenAt);
    }

    [Theory]
    [InlineData(404, "It did not arrive. Teams answered 404.")]
    [InlineData(0, "It did not arrive. There is no secret:TEAMS: set it, then send again.")]
    [InlineData(-1, "It did not arrive. The address is inside this network, and ControlPlane:Notifications:WebhooksInside does not allow that.")]
    public async Task A_test_says_in_plain_words_why_it_did_not_arrive(int status, string said)
    {
        await using var rig = await AlertRig.StartAsync(DatabaseProvider.Sqlite, Ct);
        using var hook = new HookStub(status > 0 ? status : 200);
        if (status != 0)
            rig.References.Values["secret:TEAMS"] = status < 0 ? "https://127.0.0.1:1/" : hook.Address;
        await rig.ChannelAsync(new() { Name = "team", Type = AlertChannelType.Teams, Address = "${secret:TEAMS}" }, Ct);
        if (status < 0)
        {
            using var strict = new TeamsDoor(Microsoft.Extensions.Options.Options.Create(new NotificationOptions()), Microsoft.Extensions.Options.Options.Create(new ControlPlaneOptions()), new(rig.Db, rig.References));
            var tester = new AlertChannelTester(rig.Db, [strict], new(Microsoft.Extensions.Logging.Abstractions.NullLogger<AlertChannelBoard>.Instance), rig.Telling, rig.Clock);
            Assert.Equal(said, (await tester.TestAsync(One, "team", "Ada", Ct)).Message);
        }
        else
            Assert.Equal(said, (await rig.Tester.TestAsync(One, "team", "Ada", Ct)).Message);
        // The row says it too; nothing was held up, so nobody is alerted of it.
        var row = Assert.Single(await rig.Channels.AllAsync(One, Ct));
        Assert.Equal((said["It did not arrive. ".Length..], 0, rig.Clock.GetUtcNow()), (row.LastFault, row.Failures, row.FailingSince));
    }

    [Fact]
    public async Task Tests_that_fail_alert_nobody_and_one_that_arrives_ends_what_they_left()
    {
        await using var rig = await AlertRig.StartAsync(DatabaseProvider.Sqlite, Ct);
        await rig.ChannelAsync(new() { Name = "team", Type = AlertChannelType.Teams, Address = "${secret:TEAMS}" }, Ct);
        for (var attempt = 0; attempt < 10; attempt++)
            Assert.False((await rig.Tester.TestAsync(One, "team", "Ada", Ct)).Accepted);
        await rig.Keeper.LookAsync(One, Ct);
        Assert.DoesNotContain((await rig.Incidents.ListAsync(One, new(), null, 50, Ct)).Items, i => i.Key == "channel:team");
        using var hook = new HookStub(200);
        rig.References.Values["secret:TEAMS"] = hook.Address;
        Assert.True((await rig.Tester.TestAsync(One, "team", "Ada", Ct)).Accepted);
        var row = Assert.Single(await rig.Channels.AllAsync(One, Ct));
        Assert.Null(row.FailingSince);
        Assert.NotNull(row.LastTakenAt);
    }

    [Fact]
    public void Chats_show_cause_facts_and_buttons_and_nobody_is_mentioned_by_what_an_order_says()
    {
        var id = Guid.CreateVersion7();
        var message = new AlertMessage("alert.firing", "page", id, "Orders burn", "<!channel> [click](https://evil.example.com) *now*", [new("Burn", "62 % of the budget is spent.")], "https://wiki.example.com/orders", $"/alerts/{id:D}", $"/alerts/{id:D}#orders");
        var row = new NotificationRow { Id = id, IncidentId = id, Title = "Orders burn", Text = message.Cause, Urgent = true, Body = AlertJson.Write(message) };
        var slack = SlackDoor.Format(row, "https://portal.example.com").ToJsonString();
        Assert.DoesNotContain("<!channel>", slack.Replace("\\u003C", "<", StringComparison.Ordinal).Replace("\\u003E", ">", StringComparison.Ordinal), StringComparison.Ordinal);
        using var blocks = JsonDocument.Parse(slack);
        Assert.Equal(["header", "section", "section", "section", "actions"], blocks.RootElement.GetProperty("blocks").EnumerateArray().Select(b => b.GetProperty("type").GetString()));
        using var teams = JsonDocument.Parse(TeamsDoor.Format(row, "https://portal.example.com").ToJsonString());
        var card = teams.RootElement.GetProperty("attachments")[0];
        Assert.Equal(("message", "application/vnd.microsoft.card.adaptive", "AdaptiveCard"), (teams.RootElement.GetProperty("type").GetString(), card.GetProperty("contentType").GetString(), card.GetProperty("content").GetProperty("type").GetString()));
        Assert.Contains(card.GetProperty("content").GetProperty("body").EnumerateArray(), b => b.TryGetProperty("text", out var text) && text.GetString()!.Contains("\\[click\\]", StringComparison.Ordinal));
        Assert.Equal($"https://portal.example.com/alerts/{id:D}", card.GetProperty("content").GetProperty("actions")[0].GetProperty("url").GetString());
    }

    [Theory]
    [InlineData("type: pigeon", "spec.type")]
    [InlineData("type: mail, to: []", "spec.to")]
    [InlineData("type: mail, to: [nobody]", "spec.to")]
    [InlineData("type: slack, address: \"https://hooks.slack.com/services/T/B/x\"", "spec.address")]
    [InlineData("type: webhook, address: \"ftp://example.com\", key: \"${secret:K}\"", "spec.address")]
    [InlineData("type: webhook, address: \"https://example.com\", key: plain", "spec.key")]
    [InlineData("type: mail, to: [a@example.com], for: [shout]", "spec.for")]
    [InlineData("type: mail, to: [a@example.com], pager: 1", "spec.pager")]
    public void A_document_with_something_wrong_is_refused_by_field(string spec, string field)
    {
        var (objects, problems) = Yaml.Reader.Read([new("test.yaml", $"kind: AlertChannel\nmetadata: {{name: x}}\nspec: {{{spec}}}")]);
        Assert.Empty(objects);
        Assert.Contains(problems, p => p.Field == field);
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task A_document_comes_into_service_and_goes_out_as_it_was_written(DatabaseProvider provider)
    {
        await using var rig = await AlertRig.StartAsync(provider, Ct);
        const string Text = "# who is on call\nkind: AlertChannel\nmetadata: {name: on-call}\nspec: {type: mail, to: [a@example.com], for: [page], teams: [operations]}";
        var documents = new AlertChannelDocuments(rig.Db, rig.Channels);
        var of = Assert.IsType<EstateObject.OfAlertChannel>(Assert.Single(Yaml.Reader.Read([new("x.yaml", Text)]).Objects));
        Assert.Equal(EstateChange.Create, (await documents.ApplyAsync(One, of, "ada", "first", Ct)).Item.Change);
        Assert.Equal(EstateChange.Unchanged, (await documents.PlanAsync(One, of, Ct)).Change);
        Assert.Equal(("on-call", Text), Assert.Single(await documents.WriteAsync(One, Ct)));
        var channel = (await rig.Channels.AllAsync(One, Ct)).Single().Channel!;
        Assert.True(channel.Takes(AlertTopic.Page, "operations", ["x"]));
        Assert.False(channel.Takes(AlertTopic.Page, "finance", ["x"]));
        Assert.False(channel.Takes(AlertTopic.Ticket, "operations", ["x"]));
    }
}

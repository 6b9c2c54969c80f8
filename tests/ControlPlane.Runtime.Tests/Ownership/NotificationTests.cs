using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using ControlPlane.Domain.Shared;
using ControlPlane.Runtime.Ownership;
using ControlPlane.Runtime.Persistence;
using ControlPlane.Runtime.Settings;
using ControlPlane.Runtime.Tests.Persistence;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace ControlPlane.Runtime.Tests.Ownership;

/// <summary>The outbox: sent once, tried again when it cannot be sent, given up with its reason; over real sockets.</summary>
public sealed class NotificationTests : IAsyncLifetime
{
    private const string Key = "a-key-of-at-least-24-characters";

    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2026, 11, 23, 12, 0, 0, TimeSpan.Zero));
    private TestDatabase _database = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _database = await TestDatabase.CreateAsync(DatabaseProvider.Sqlite, TestContext.Current.CancellationToken);

    public ValueTask DisposeAsync() => _database.DisposeAsync();

    [Fact]
    public async Task A_mail_is_sent_once_with_its_words_and_where_to_look()
    {
        await using var server = new SmtpStub();
        var group = Guid.CreateVersion7();
        var id = await AddAsync(NotificationChannel.Mail, "desk@example.com", group);
        var sender = Sender(new() { MailHost = "127.0.0.1", MailPort = server.Port, MailSecurity = "none", MailFrom = "controlplane@example.com" });
        Assert.Equal(1, await sender.SendDueAsync(Ct));
        Assert.Equal(0, await sender.SendDueAsync(Ct));
        var mail = Assert.Single(server.Mails);
        Assert.Equal(("controlplane@example.com", "desk@example.com"), (mail.From, mail.To));
        Assert.Contains("Subject: 12 orders wait", mail.Text, StringComparison.Ordinal);
        Assert.Contains($"Message-Id: <{id:N}@example.com>", mail.Text, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("Auto-Submitted: auto-generated", mail.Text, StringComparison.Ordinal);
        Assert.Contains($"https://portal.example.com/cases/{group:D}", mail.Text, StringComparison.Ordinal);
        Assert.Equal(NotificationState.Sent, (await RowAsync(id)).State);
    }

    [Fact]
    public async Task A_server_that_asks_to_come_back_is_asked_again_and_one_that_refuses_is_not()
    {
        await using var server = new SmtpStub();
        var options = new NotificationOptions { MailHost = "127.0.0.1", MailPort = server.Port, MailSecurity = "none", MailFrom = "controlplane@example.com" };
        var id = await AddAsync(NotificationChannel.Mail, "desk@example.com");
        server.AnswerToRecipient = "451 try later";
        Assert.Equal(0, await Sender(options).SendDueAsync(Ct));
        var row = await RowAsync(id);
        Assert.Equal((NotificationState.Waiting, 1, "The mail server refused it with 451."), (row.State, row.Attempts, row.LastFault));
        Assert.Equal(0, await Sender(options).SendDueAsync(Ct));
        _clock.Advance(NotificationSender.Waits[0]);
        server.AnswerToRecipient = "550 no such user";
        await Sender(options).SendDueAsync(Ct);
        row = await RowAsync(id);
        Assert.Equal((NotificationState.Failed, 2, "The mail server refused it with 550."), (row.State, row.Attempts, row.LastFault));
        var bells = new Notifications(_database.Db, _clock);
        Assert.Equal((id, true), (await bells.UnsentAsync(TenantScope.Default, Ct)).Select(u => (u.Id, u.GivenUp)).Single());
        Assert.True(await bells.SendAgainAsync(TenantScope.Default, id, Ct));
        server.AnswerToRecipient = "250 ok";
        Assert.Equal(1, await Sender(options).SendDueAsync(Ct));
        Assert.Empty(await bells.UnsentAsync(TenantScope.Default, Ct));
    }

    [Theory]
    [InlineData("", "none", "No mail server is set", true)]
    [InlineData("127.0.0.1", "starttls", "no protected connection", false)]
    public async Task Without_a_server_or_without_protection_nothing_is_sent(string host, string security, string said, bool givenUp)
    {
        await using var server = new SmtpStub();
        var id = await AddAsync(NotificationChannel.Mail, "desk@example.com");
        await Sender(new() { MailHost = host, MailPort = server.Port, MailSecurity = security, MailFrom = "controlplane@example.com" }).SendDueAsync(Ct);
        var row = await RowAsync(id);
        Assert.Contains(said, row.LastFault, StringComparison.Ordinal);
        Assert.Equal(givenUp, row.State == NotificationState.Failed);
        Assert.Empty(server.Mails);
    }

    [Fact]
    public async Task A_server_that_is_away_is_given_up_after_the_last_wait()
    {
        var id = await AddAsync(NotificationChannel.Mail, "desk@example.com");
        var sender = Sender(new() { MailHost = "127.0.0.1", MailPort = ClosedPort(), MailSecurity = "none", MailFrom = "controlplane@example.com" });
        foreach (var wait in NotificationSender.Waits)
        {
            await sender.SendDueAsync(Ct);
            Assert.Equal(NotificationState.Waiting, (await RowAsync(id)).State);
            _clock.Advance(wait);
        }

        await sender.SendDueAsync(Ct);
        Assert.Equal((NotificationState.Failed, "The mail server did not answer."), ((await RowAsync(id)).State, (await RowAsync(id)).LastFault));
    }

    [Fact]
    public async Task A_webhook_is_called_with_a_document_that_its_receiver_can_check()
    {
        using var hook = new HookStub();
        var id = await AddAsync(NotificationChannel.Webhook, hook.Address);
        Assert.Equal(1, await Sender(new() { WebhookKey = Key, WebhooksInside = true }).SendDueAsync(Ct));
        var (headers, body) = await hook.Received;
        Assert.Equal($"msg_{id:N}", headers["webhook-id"]);
        // As the receiver reckons it, by the letter of the specification.
        using var hmac = new System.Security.Cryptography.HMACSHA256(Encoding.UTF8.GetBytes(Key));
        var expected = "v1," + Convert.ToBase64String(hmac.ComputeHash(Encoding.UTF8.GetBytes($"{headers["webhook-id"]}.{headers["webhook-timestamp"]}.{body}")));
        Assert.Equal(expected, headers["webhook-signature"]);
        using var json = JsonDocument.Parse(body);
        Assert.Equal(("work.escalated", "12 orders wait"), (json.RootElement.GetProperty("type").GetString(), json.RootElement.GetProperty("data").GetProperty("title").GetString()));
    }

    [Theory]
    [InlineData(500, NotificationState.Waiting)]
    [InlineData(429, NotificationState.Waiting)]
    [InlineData(410, NotificationState.Failed)]
    [InlineData(302, NotificationState.Failed)]
    public async Task What_a_webhook_answers_decides_whether_it_is_asked_again(int status, NotificationState state)
    {
        using var hook = new HookStub(status);
        var id = await AddAsync(NotificationChannel.Webhook, hook.Address);
        Assert.Equal(0, await Sender(new() { WebhookKey = Key, WebhooksInside = true }).SendDueAsync(Ct));
        Assert.Equal((state, $"The webhook answered {status}."), ((await RowAsync(id)).State, (await RowAsync(id)).LastFault));
    }

    [Theory]
    [InlineData("https://127.0.0.1:1/hook", false, Key, "inside this network")]
    [InlineData("http://hooks.example.com/x", false, Key, "Only https")]
    [InlineData("https://hooks.example.com/x", false, "short", "not signed yet")]
    public async Task No_webhook_is_called_inside_unprotected_or_unsigned(string address, bool inside, string key, string said)
    {
        var id = await AddAsync(NotificationChannel.Webhook, address);
        await Sender(new() { WebhookKey = key, WebhooksInside = inside }).SendDueAsync(Ct);
        var row = await RowAsync(id);
        Assert.Equal(NotificationState.Failed, row.State);
        Assert.Contains(said, row.LastFault, StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task Of_two_nodes_one_sends(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider, Ct);
        for (var i = 0; i < 10; i++)
            await AddAsync(NotificationChannel.Mail, "desk@example.com", database: database);
        var door = new CountingDoor();
        await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => Task.Run(() => new NotificationSender(database.Db, [door], _clock, NullLogger<NotificationSender>.Instance).SendDueAsync(Ct), Ct)));
        Assert.Equal(10, door.Sent.Count);
        Assert.Equal(10, door.Sent.Distinct().Count());
    }

    [Fact]
    public async Task A_bell_is_one_persons_and_is_read_once()
    {
        await AddAsync(NotificationChannel.Portal, "bo");
        var id = await AddAsync(NotificationChannel.Portal, "bo");
        await AddAsync(NotificationChannel.Portal, "li");
        var bells = new Notifications(_database.Db, _clock);
        Assert.Equal((2, 2), ((await bells.OfAsync(TenantScope.Default, "bo", Ct)).Unread, (await bells.OfAsync(TenantScope.Default, "bo", Ct)).Items.Count));
        await bells.MarkReadAsync(TenantScope.Default, "li", id, Ct);
        Assert.Equal(2, (await bells.OfAsync(TenantScope.Default, "bo", Ct)).Unread);
        await bells.MarkReadAsync(TenantScope.Default, "bo", id, Ct);
        Assert.Equal(1, (await bells.OfAsync(TenantScope.Default, "bo", Ct)).Unread);
        await bells.MarkReadAsync(TenantScope.Default, "bo", null, Ct);
        Assert.Equal(0, (await bells.OfAsync(TenantScope.Default, "bo", Ct)).Unread);
        Assert.Empty((await bells.OfAsync(new(2), "bo", Ct)).Items);
    }

    private NotificationSender Sender(NotificationOptions options)
    {
        var (set, installation) = (Options.Create(options), Options.Create(new ControlPlaneOptions { PublicAddress = "https://portal.example.com/" }));
        return new(_database.Db, [new MailDoor(set, installation), new WebhookDoor(set, installation, _clock)], _clock, NullLogger<NotificationSender>.Instance);
    }

    private async Task<Guid> AddAsync(NotificationChannel channel, string recipient, Guid? group = null, TestDatabase? database = null)
    {
        await using var context = (database ?? _database).Db.CreateContext();
        var row = new NotificationRow
        {
            Id = EntityId.New(_clock), TenantId = 1, At = _clock.GetUtcNow().ToMicroseconds(), Channel = channel, Recipient = recipient, CaseId = group, Title = "12 orders wait", Text = "One cause: a customer is blocked.",
            State = channel == NotificationChannel.Portal ? NotificationState.Sent : NotificationState.Waiting, NextAt = _clock.GetUtcNow().ToMicroseconds(),
        };
        context.Notifications.Add(row);
        await context.SaveChangesAsync(Ct);
        return row.Id;
    }

    private async Task<NotificationRow> RowAsync(Guid id)
    {
        await using var context = _database.Db.CreateContext();
        return await context.Notifications.AsNoTracking().SingleAsync(n => n.Id == id, Ct);
    }

    private static int ClosedPort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private sealed class CountingDoor : INotificationDoor
    {
        public System.Collections.Concurrent.ConcurrentBag<Guid> Sent { get; } = [];

        public NotificationChannel Channel => NotificationChannel.Mail;

        public Task SendAsync(NotificationRow row, CancellationToken ct)
        {
            Sent.Add(row.Id);
            return Task.Delay(5, ct);
        }
    }
}

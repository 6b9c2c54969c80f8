using System.Collections.Concurrent;
using ControlPlane.Domain.Transactions;
using ControlPlane.Runtime.Identity;
using ControlPlane.Runtime.Live;
using ControlPlane.Runtime.Persistence;
using ControlPlane.Web.Live;
using ControlPlane.Web.Tests.Access;
using Microsoft.AspNetCore.SignalR.Client;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace ControlPlane.Web.Tests.Live;

public sealed class OperationsHubTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_client_with_a_key_is_told_what_changed_in_numbered_messages()
    {
        await using var host = await PortalHost.StartAsync(Ct, settings: "--ControlPlane:BootstrapApiKey=key");
        var (connection, messages) = await ConnectAsync(host, "key");
        await using var _ = connection;
        var id = Guid.CreateVersion7();
        var start = await NextAsync(messages);
        Assert.Equal((0, 0), (start.Sequence, start.Transactions.Count));
        host.Services.GetRequiredService<IChangeFeed>().Publish([new(1, id, TransactionState.Stuck, "shopify-eu", IsNew: true)]);
        var first = await NextAsync(messages);
        Assert.Equal((1, start.Source, 0), (first.Sequence, first.Source, first.Omitted));
        Assert.Equal(new ChangedTransaction(id, "stuck", "shopify-eu", true), Assert.Single(first.Transactions));
    }

    [Fact]
    public async Task A_storm_of_changes_becomes_two_messages_a_second_without_a_gap_in_the_count()
    {
        await using var host = await PortalHost.StartAsync(Ct, settings: "--ControlPlane:BootstrapApiKey=key");
        var (connection, messages) = await ConnectAsync(host, "key");
        await using var _ = connection;
        await NextAsync(messages);
        var feed = host.Services.GetRequiredService<IChangeFeed>();
        var until = Environment.TickCount64 + 2200;
        var published = 0;
        while (Environment.TickCount64 < until)
        {
            feed.Publish([.. Enumerable.Range(0, 50).Select(_ => new ChangeNote(1, Guid.CreateVersion7(), TransactionState.Running, "x", true))]);
            published += 50;
            await Task.Delay(5, Ct);
        }

        await Task.Delay(1200, Ct);
        var seen = messages.ToList();
        Assert.InRange(seen.Count, 3, 7);
        Assert.Equal(Enumerable.Range(1, seen.Count).Select(n => (long)n), seen.Select(m => m.Sequence));
        Assert.All(seen, m => Assert.True(m.Transactions.Count <= OperationsBroadcast.MostNotes));
        Assert.Equal(published, seen.Sum(m => m.Transactions.Count + m.Omitted));
    }

    [Fact]
    public async Task Changes_of_another_tenant_are_not_told()
    {
        await using var host = await PortalHost.StartAsync(Ct, settings: "--ControlPlane:BootstrapApiKey=key");
        var (connection, messages) = await ConnectAsync(host, "key");
        await using var _ = connection;
        await NextAsync(messages);
        var feed = host.Services.GetRequiredService<IChangeFeed>();
        feed.Publish([new(2, Guid.CreateVersion7(), TransactionState.Stuck, "x", true)]);
        var ours = Guid.CreateVersion7();
        feed.Publish([new(1, ours, TransactionState.Stuck, "x", true)]);
        Assert.Equal(ours, Assert.Single((await NextAsync(messages)).Transactions).Id);
        Assert.Empty(messages);
    }

    [Fact]
    public async Task A_connection_whose_key_was_revoked_is_closed()
    {
        await using var host = await PortalHost.StartAsync(Ct);
        var keys = host.Services.GetRequiredService<ApiKeys>();
        var (key, id) = await keys.CreateAsync("watch", PortalRoles.Operator, "test", null, TenantScope.Default, Ct);
        var (connection, messages) = await ConnectAsync(host, key);
        await using var _ = connection;
        await NextAsync(messages);
        var closed = new TaskCompletionSource();
        connection.Closed += _ =>
        {
            closed.TrySetResult();
            return Task.CompletedTask;
        };
        var watch = host.Services.GetServices<IHostedService>().OfType<HubAccessWatch>().Single();
        await watch.CheckAsync(Ct);
        Assert.False(closed.Task.IsCompleted);
        await keys.RevokeAsync(id, TenantScope.Default, Ct);
        await watch.CheckAsync(Ct);
        await closed.Task.WaitAsync(TimeSpan.FromSeconds(10), Ct);
    }

    [Fact]
    public async Task A_message_above_32_KB_ends_the_connection_that_sent_it()
    {
        await using var host = await PortalHost.StartAsync(Ct, settings: "--ControlPlane:BootstrapApiKey=key");
        var (connection, messages) = await ConnectAsync(host, "key");
        await using var _ = connection;
        await NextAsync(messages);
        var closed = new TaskCompletionSource();
        connection.Closed += _ =>
        {
            closed.TrySetResult();
            return Task.CompletedTask;
        };
        await connection.SendAsync("anything", new string('x', 40_000), Ct);
        await closed.Task.WaitAsync(TimeSpan.FromSeconds(10), Ct);
    }

    private static async Task<(HubConnection Connection, BlockingCollection<ChangedMessage> Messages)> ConnectAsync(PortalHost host, string key)
    {
        var messages = new BlockingCollection<ChangedMessage>();
        var connection = new HubConnectionBuilder()
            .WithUrl(new Uri(host.Address, OperationsHub.Path), o => o.AccessTokenProvider = () => Task.FromResult<string?>(key))
            .Build();
        connection.On<ChangedMessage>("changed", messages.Add);
        await connection.StartAsync(Ct);
        return (connection, messages);
    }

    private static async Task<ChangedMessage> NextAsync(BlockingCollection<ChangedMessage> messages)
    {
        for (var i = 0; i < 500; i++)
        {
            if (messages.TryTake(out var message))
                return message;
            await Task.Delay(20, Ct);
        }

        Assert.Fail("No message came within ten seconds.");
        return null!;
    }
}

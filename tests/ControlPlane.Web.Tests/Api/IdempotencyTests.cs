using System.Net;
using ControlPlane.Runtime.Api;
using ControlPlane.Runtime.Identity;
using ControlPlane.Runtime.Persistence;
using ControlPlane.Runtime.Transactions;
using Microsoft.AspNetCore.Builder;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace ControlPlane.Web.Tests.Api;

/// <summary>A write with a key is done once, whatever the network does to its answer.</summary>
public sealed class IdempotencyTests : IAsyncLifetime
{
    private readonly Commands _commands = new();
    private ProductHost _host = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private static string Retry(Guid? id = null) => $"/api/v1/transactions/{id ?? Guid.CreateVersion7()}/retry";

    public async ValueTask InitializeAsync() =>
        _host = await ProductHost.StartAsync(adjust: builder => builder.Host.UseServiceProviderFactory(new Late(services => services.Replace(ServiceDescriptor.Singleton<ITransactionCommands>(_commands)))));

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task A_write_without_a_key_is_refused_and_not_done()
    {
        using var client = _host.Client();
        Assert.Equal("idempotency.key_missing", (await client.SendAsync(HttpMethod.Post, Retry(), null, null, HttpStatusCode.BadRequest)).Text("code"));
        foreach (var key in new[] { " ", "\"\"", "two words", new string('x', 129), "schlüssel" })
            Assert.Equal("idempotency.key_invalid", (await client.SendAsync(HttpMethod.Post, Retry(), null, key, HttpStatusCode.BadRequest)).Text("code"));
        Assert.Empty(_commands.Done);
    }

    [Fact]
    public async Task A_repeat_gets_the_first_answer_and_does_nothing()
    {
        using var client = _host.Client();
        var path = Retry();
        var first = await client.SendAsync(HttpMethod.Post, path, """{"reason":"customer called"}""", "\"once\"", HttpStatusCode.Accepted);
        using var answer = await client.SendAsync(HttpMethod.Post, path, """{"reason":"customer called"}""", "once");
        Assert.Equal(first.ToString(), (await Json.ReadAsync(answer, HttpStatusCode.Accepted)).ToString());
        Assert.Equal("true", Assert.Single(answer.Headers.GetValues("Idempotency-Replayed")));
        var command = Assert.Single(_commands.Done);
        Assert.Equal(("API key Bootstrap key", "customer called", 1), (command.By, command.Reason, command.TenantId));
    }

    [Fact]
    public async Task A_refusal_is_repeated_too()
    {
        using var client = _host.Client();
        var path = Retry();
        _commands.Next = _ => Task.FromResult(new CommandOutcome(false, "not_stuck", "There is nothing to retry."));
        await client.SendAsync(HttpMethod.Post, path, null, "refused", HttpStatusCode.Conflict);
        _commands.Next = null;
        Assert.Equal("transaction.not_stuck", (await client.SendAsync(HttpMethod.Post, path, null, "refused", HttpStatusCode.Conflict)).Text("code"));
    }

    [Fact]
    public async Task The_same_key_for_something_else_is_refused()
    {
        using var client = _host.Client();
        var path = Retry();
        await client.SendAsync(HttpMethod.Post, path, """{"reason":"a"}""", "reuse", HttpStatusCode.Accepted);
        Assert.Equal("idempotency.key_reused", (await client.SendAsync(HttpMethod.Post, path, """{"reason":"b"}""", "reuse", HttpStatusCode.UnprocessableEntity)).Text("code"));
        Assert.Equal("idempotency.key_reused", (await client.SendAsync(HttpMethod.Post, Retry(), """{"reason":"a"}""", "reuse", HttpStatusCode.UnprocessableEntity)).Text("code"));
        Assert.Single(_commands.Done);
    }

    [Fact]
    public async Task Two_callers_may_use_the_same_key()
    {
        using var one = _host.Client();
        using var other = await _host.ClientAsync(PortalRoles.Operator);
        await one.SendAsync(HttpMethod.Post, Retry(), null, "shared", HttpStatusCode.Accepted);
        await other.SendAsync(HttpMethod.Post, Retry(), null, "shared", HttpStatusCode.Accepted);
        Assert.Equal(2, _commands.Done.Select(c => c.OperationId).Distinct().Count());
    }

    [Fact]
    public async Task While_the_first_is_running_the_second_is_told_so()
    {
        using var client = _host.Client();
        var path = Retry();
        var begun = new TaskCompletionSource();
        var finish = new TaskCompletionSource();
        _commands.Next = async _ =>
        {
            begun.SetResult();
            await finish.Task;
            return new(true, "accepted", "done");
        };
        var first = client.SendAsync(HttpMethod.Post, path, null, "slow", HttpStatusCode.Accepted);
        await begun.Task.WaitAsync(Ct);
        using (var second = await client.SendAsync(HttpMethod.Post, path, null, "slow"))
        {
            Assert.Equal("idempotency.in_progress", (await Json.ReadAsync(second, HttpStatusCode.Conflict)).Text("code"));
            Assert.NotNull(second.Headers.RetryAfter);
        }

        finish.SetResult();
        await first;
        await client.SendAsync(HttpMethod.Post, path, null, "slow", HttpStatusCode.Accepted);
        Assert.Single(_commands.Done);
    }

    [Fact]
    public async Task Twenty_at_once_do_it_once()
    {
        using var client = _host.Client();
        var path = Retry();
        var codes = await Task.WhenAll(Enumerable.Range(0, 20).Select(async _ =>
        {
            using var answer = await client.SendAsync(HttpMethod.Post, path, null, "twenty");
            return answer.StatusCode;
        }));
        Assert.Contains(HttpStatusCode.Accepted, codes);
        Assert.All(codes, c => Assert.True(c is HttpStatusCode.Accepted or HttpStatusCode.Conflict, c.ToString()));
        Assert.Single(_commands.Done);
    }

    [Fact]
    public async Task After_a_defect_of_ours_the_same_key_may_be_used_again()
    {
        using var client = _host.Client();
        var path = Retry();
        _commands.Next = _ => throw new InvalidOperationException("broken");
        var problem = await client.SendAsync(HttpMethod.Post, path, null, "again", HttpStatusCode.InternalServerError);
        Assert.Equal("internal", problem.Text("code"));
        Assert.DoesNotContain("broken", problem.ToString(), StringComparison.Ordinal);
        _commands.Next = null;
        await client.SendAsync(HttpMethod.Post, path, null, "again", HttpStatusCode.Accepted);
        Assert.Single(_commands.Done.Select(c => c.OperationId).Distinct());
    }

    [Fact]
    public async Task What_a_dead_process_began_can_be_begun_again_and_old_answers_are_forgotten()
    {
        var answers = _host.Services.GetRequiredService<IdempotentAnswers>();
        var tenant = TenantScope.Default;
        Assert.IsType<IdempotencyClaim.Ours>(await answers.ClaimAsync(tenant, "me", "dead", "d", Ct));
        Assert.IsType<IdempotencyClaim.Running>(await answers.ClaimAsync(tenant, "me", "dead", "d", Ct));
        await AgeAsync("me/dead", TimeSpan.FromMinutes(3));
        Assert.IsType<IdempotencyClaim.OtherContent>(await answers.ClaimAsync(tenant, "me", "dead", "other", Ct));
        var ours = Assert.IsType<IdempotencyClaim.Ours>(await answers.ClaimAsync(tenant, "me", "dead", "d", Ct));
        await answers.KeepAsync(tenant, ours, 202, "{}", Ct);
        Assert.IsType<IdempotencyClaim.Answered>(await answers.ClaimAsync(tenant, "me", "dead", "d", Ct));
        await AgeAsync("me/dead", TimeSpan.FromHours(25));
        Assert.Equal(1, await answers.SweepAsync(Ct));
        Assert.IsType<IdempotencyClaim.Ours>(await answers.ClaimAsync(tenant, "me", "dead", "other", Ct));
    }

    private async Task AgeAsync(string key, TimeSpan by)
    {
        await using var context = _host.Db.CreateContext();
        var micros = (long)by.TotalMicroseconds;
        Assert.Equal(1, await context.IdempotentAnswers.Where(a => a.Key == key).ExecuteUpdateAsync(s => s.SetProperty(a => a.CreatedAt, a => a.CreatedAt - micros), Ct));
    }

    private sealed record Call(int TenantId, Guid Id, string By, string Reason, Guid OperationId);

    private sealed class Commands : ITransactionCommands
    {
        public List<Call> Done { get; } = [];

        public Func<Guid, Task<CommandOutcome>>? Next { get; set; }

        public Task<CommandOutcome> ReplayAsync(int tenantId, Guid transactionId, ReplayRequest request, string by, string reason, Guid operationId, CancellationToken ct) =>
            throw new NotSupportedException();

        public Task<CommandOutcome> PassTurnAsync(int tenantId, Guid transactionId, string by, string reason, Guid operationId, CancellationToken ct) =>
            throw new NotSupportedException();

        public Task<CommandOutcome> RetryNowAsync(int tenantId, Guid transactionId, string by, string reason, Guid operationId, CancellationToken ct)
        {
            lock (Done)
                Done.Add(new(tenantId, transactionId, by, reason, operationId));
            return Next?.Invoke(transactionId) ?? Task.FromResult(new CommandOutcome(true, "accepted", "It is tried again now."));
        }
    }

    /// <summary>Replaces services after the product has registered its own.</summary>
    private sealed class Late(Action<IServiceCollection> adjust) : IServiceProviderFactory<IServiceCollection>
    {
        public IServiceCollection CreateBuilder(IServiceCollection services) => services;

        public IServiceProvider CreateServiceProvider(IServiceCollection containerBuilder)
        {
            adjust(containerBuilder);
            return containerBuilder.BuildServiceProvider();
        }
    }
}

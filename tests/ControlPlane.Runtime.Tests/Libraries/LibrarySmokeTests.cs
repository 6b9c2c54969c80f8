using System.Diagnostics;
using ControlPlane.Runtime.Persistence;
using ControlPlane.Runtime.Tests.Persistence;
using Hangfire;
using Hangfire.InMemory;
using Hangfire.PostgreSql;
using Microsoft.EntityFrameworkCore;
using Polly;
using Polly.Retry;
using YamlDotNet.RepresentationModel;

namespace ControlPlane.Runtime.Tests.Libraries;

/// <summary>"The package restores" is not "the package works": one real call of each library that this project stands on.</summary>
public sealed class LibrarySmokeTests
{
    [Fact]
    public async Task Hangfire_in_memory_runs_a_job()
    {
        using var storage = new InMemoryStorage();
        using var server = new BackgroundJobServer(new BackgroundJobServerOptions { WorkerCount = 1, StopTimeout = TimeSpan.FromSeconds(1) }, storage);
        new BackgroundJobClient(storage).Enqueue(() => SmokeJob.Run("ran"));
        Assert.Equal("ran", await SmokeJob.Ran.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Hangfire_on_PostgreSQL_keeps_a_job()
    {
        await using var database = await TestDatabase.CreateAsync(DatabaseProvider.PostgreSql, TestContext.Current.CancellationToken);
        await using var context = database.Db.CreateContext();
        var storage = new PostgreSqlStorage(new Hangfire.PostgreSql.Factories.NpgsqlConnectionFactory(context.Database.GetConnectionString()!, new PostgreSqlStorageOptions { UseSlidingInvisibilityTimeout = true }), new PostgreSqlStorageOptions { UseSlidingInvisibilityTimeout = true });
        var id = new BackgroundJobClient(storage).Schedule(() => SmokeJob.Run("later"), TimeSpan.FromHours(1));
        using var connection = storage.GetConnection();
        Assert.Equal("Scheduled", connection.GetStateData(id).Name);
    }

    [Fact]
    public async Task Polly_retries()
    {
        var calls = 0;
        var pipeline = new ResiliencePipelineBuilder().AddRetry(new RetryStrategyOptions { MaxRetryAttempts = 2, Delay = TimeSpan.Zero }).Build();
        await pipeline.ExecuteAsync(_ => ++calls < 3 ? throw new InvalidOperationException() : ValueTask.CompletedTask, TestContext.Current.CancellationToken);
        Assert.Equal(3, calls);
    }

    [Fact]
    public void YamlDotNet_reads_with_lines()
    {
        var stream = new YamlStream();
        using var reader = new StringReader("a: 1\nb: [x, y]");
        stream.Load(reader);
        Assert.Equal(2, ((YamlMappingNode)stream.Documents[0].RootNode).Children[new YamlScalarNode("b")].Start.Line);
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task Ef_Core_queries_each_database(DatabaseProvider provider)
    {
        var ct = TestContext.Current.CancellationToken;
        await using var database = await TestDatabase.CreateAsync(provider, ct);
        await using var context = database.Db.CreateContext();
        Assert.Empty(await context.Database.GetPendingMigrationsAsync(ct));
        Assert.Equal(0, await context.Transactions.CountAsync(t => t.Number == "1", ct));
    }

    [Fact]
    public void The_telemetry_of_the_framework_is_there()
    {
        using var listener = new ActivityListener { ShouldListenTo = s => s.Name == "smoke", Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData };
        ActivitySource.AddActivityListener(listener);
        using var source = new ActivitySource("smoke");
        using var activity = source.StartActivity("call");
        Assert.Equal(55, activity!.Id!.Length);
    }
}

public static class SmokeJob
{
    internal static readonly TaskCompletionSource<string> Ran = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public static void Run(string word) => Ran.TrySetResult(word);
}

using System.Diagnostics;
using System.Globalization;

namespace Connectors.Tests;

/// <summary>
/// Runs a reader over damaged documents and holds it to what is promised for each of them: an answer within a second, whatever stands in it,
/// and nothing kept once it is answered. <c>CONTROLPLANE_MUTATIONS=100000</c> runs as many in every test; <c>./bench.sh mutations</c> runs
/// them all and prints a table.
/// </summary>
internal static class Mutations
{
    /// <summary>Trait by which the benchmark finds these tests.</summary>
    public const string Kind = "mutations";

    /// <summary>
    /// How long one document may take, without the time in which its thread stood behind others. A slow one is tried again, since a collection
    /// of garbage that others made stops it too.
    /// </summary>
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(1);

    /// <summary>What has not ended by then will not end: the test fails instead of waiting, and shows the document.</summary>
    private static readonly TimeSpan Endless = TimeSpan.FromMinutes(2);

    /// <summary>Other tests run beside it, so that the bound is that of the whole process: below a kilobyte a document in a long run.</summary>
    private const long MostGrowth = 64L << 20;

    private static readonly Lock Table = new();

    /// <summary>So many documents, unless <c>CONTROLPLANE_MUTATIONS</c> says another number.</summary>
    public static int Count(int usual) =>
        int.TryParse(Environment.GetEnvironmentVariable("CONTROLPLANE_MUTATIONS"), NumberStyles.None, CultureInfo.InvariantCulture, out var many) ? many : usual;

    /// <param name="format">Row of the table: <c>X12</c>.</param>
    /// <param name="what">Whose documents they are.</param>
    /// <param name="usual">How many, unless the environment says it.</param>
    /// <param name="make">The n-th document, from a source of chance that is the same in every run.</param>
    /// <param name="read">Asserts what it wants of one document, and counts the first time that it sees it; it may see it again.</param>
    /// <param name="show">The document as a person can put it into a test of its own.</param>
    public static Task RunAsync<T>(ITestOutputHelper output, string format, string what, int usual, Func<Random, int, T> make, Action<T> read, Func<T, string> show) =>
        AllAsync(output, format, what, Count(usual), make, read, show);

    /// <summary>As many as are said, whatever the environment wants: documents that were thought out one by one.</summary>
    public static async Task AllAsync<T>(ITestOutputHelper output, string format, string what, int count, Func<Random, int, T> make, Action<T> read, Func<T, string> show)
    {
        var (random, ct) = (new Random(20261129), TestContext.Current.CancellationToken);
        var (since, number, slowest, atTenth) = (Stopwatch.GetTimestamp(), 0, TimeSpan.Zero, 0L);
        var current = default(T)!;
        var work = Task.Factory.StartNew(() =>
        {
            for (var i = 0; i < count; i++)
            {
                ct.ThrowIfCancellationRequested();
                current = make(random, i);
                Volatile.Write(ref number, i);
                Volatile.Write(ref since, Stopwatch.GetTimestamp());
                var took = Time(read, current, i, show);
                for (var again = 0; took > Bound && again < 2; again++)
                    took = TimeSpan.FromTicks(Math.Min(took.Ticks, Time(read, current, i, show).Ticks));
                slowest = took > slowest ? took : slowest;
                if (took > Bound)
                    Assert.Fail($"Document {i} of {what} took {took.TotalMilliseconds:0} ms at its best: {show(current)}");
                if (i + 1 == Math.Max(1, count / 10))
                    atTenth = GC.GetTotalMemory(forceFullCollection: true);
            }
        }, ct, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        while (await Task.WhenAny(work, Task.Delay(TimeSpan.FromSeconds(1), ct)) != work)
            if (Stopwatch.GetElapsedTime(Volatile.Read(ref since)) > Endless)
                Assert.Fail($"Document {Volatile.Read(ref number)} of {what} has no end: {show(current)}");
        await work;
        var growth = await GrowthAsync(atTenth, ct);
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{format}, {what}: {count} damaged documents, the slowest {slowest.TotalMilliseconds:0.0} ms, memory grown by {growth / 1024} KB"));
        Tell(string.Create(CultureInfo.InvariantCulture, $"{format}\t{what}\t{count}\t{slowest.TotalMilliseconds:0.0}\t{growth / 1024}\n"));
        Assert.True(growth < MostGrowth, $"Memory grew by {growth} bytes over {count} documents of {what}.");
    }

    /// <summary>What other tests hold goes away; what a reader keeps does not.</summary>
    private static async Task<long> GrowthAsync(long before, CancellationToken ct)
    {
        var growth = GC.GetTotalMemory(forceFullCollection: true) - before;
        for (var times = 0; growth >= MostGrowth && times < 10; times++)
        {
            await Task.Delay(TimeSpan.FromSeconds(1), ct);
            growth = Math.Min(growth, GC.GetTotalMemory(forceFullCollection: true) - before);
        }

        return Math.Max(0, growth);
    }

    private static TimeSpan Time<T>(Action<T> read, T document, int number, Func<T, string> show)
    {
        var from = Busy();
        try
        {
            read(document);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            throw new Xunit.Sdk.XunitException($"Document {number} was neither read nor refused ({e.GetType().Name}: {e.Message}): {show(document)}", e);
        }

        return Busy() - from;
    }

    /// <summary>The clock without the time in which the thread could have run and others did, where the system tells it; waiting for anything else counts.</summary>
    private static TimeSpan Busy() => File.Exists("/proc/thread-self/schedstat")
        ? Stopwatch.GetElapsedTime(0) - TimeSpan.FromMicroseconds(long.Parse(File.ReadAllText("/proc/thread-self/schedstat").Split(' ')[1], CultureInfo.InvariantCulture) / 1000)
        : Stopwatch.GetElapsedTime(0);

    private static void Tell(string row)
    {
        if (Environment.GetEnvironmentVariable("CONTROLPLANE_MUTATIONS_TABLE") is { Length: > 0 } file)
            lock (Table)
                File.AppendAllText(file, row);
    }
}

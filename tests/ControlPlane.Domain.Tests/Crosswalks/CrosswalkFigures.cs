using System.Diagnostics;
using System.Globalization;
using ControlPlane.Domain.Crosswalks;
using static ControlPlane.Domain.Tests.Crosswalks.Given;

namespace ControlPlane.Domain.Tests.Crosswalks;

/// <summary>
/// What look-ups cost, printed for people; what is asserted is the result. For figures worth quoting:
/// <c>CONTROLPLANE_TEST_FUZZ=1000000 dotnet run -c Release --project tests/ControlPlane.Domain.Tests -- -class ControlPlane.Domain.Tests.Crosswalks.CrosswalkFigures -showLiveOutput</c>.
/// </summary>
public sealed class CrosswalkFigures(ITestOutputHelper output)
{
    private const int Rounds = 100;

    [Fact]
    public void A_large_table_in_memory()
    {
        var count = int.TryParse(Environment.GetEnvironmentVariable("CONTROLPLANE_TEST_FUZZ"), NumberStyles.None, CultureInfo.InvariantCulture, out var asked) ? asked : 50_000;
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var from = Cpu();
        var snapshot = CrosswalkSnapshot.Build(1, [Sku], Entries(count));
        var built = (Cpu() - from);
        var bytes = GC.GetTotalMemory(forceFullCollection: true) - before;
        var crosswalks = snapshot.For("shop-eu", Shop, new CrosswalkTally());
        var codes = Enumerable.Range(0, 10_000).Select(i => string.Create(CultureInfo.InvariantCulture, $"THEIRS-{i * 97 % count:0000000}")).ToArray();
        var found = 0;
        from = Cpu();
        for (var round = 0; round < Rounds; round++)
            foreach (var code in codes)
                found += crosswalks.Find("sku", code, CrosswalkDirection.ToOurs, Now) is null ? 0 : 1;
        var looked = (Cpu() - from);
        from = Cpu();
        var changed = snapshot.With(2, [Sku], [new("sku", null, Entry("NEW", "NEW-1"))]);
        var copied = (Cpu() - from);
        Assert.Equal((Rounds * 10_000, "NEW-1"), (found, changed.For("shop-eu", Shop).Ours("sku", "NEW")));
        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{count} entries, CPU time: {bytes / (double)count:0} bytes each, built in {built.TotalSeconds:0.00} s; a look-up {looked.TotalNanoseconds / (Rounds * 10_000):0} ns, counted; a change {copied.TotalMilliseconds:0.0} ms"));
        GC.KeepAlive(snapshot);
    }

    /// <summary>Of this process: the wall clock says little on a machine that does other things, too.</summary>
    private static TimeSpan Cpu()
    {
        using var process = Process.GetCurrentProcess();
        return process.TotalProcessorTime;
    }

    private static IEnumerable<(string, CrosswalkEntry)> Entries(int count)
    {
        for (var i = 0; i < count; i++)
            yield return ("sku", Entry(string.Create(CultureInfo.InvariantCulture, $"THEIRS-{i:0000000}"), string.Create(CultureInfo.InvariantCulture, $"OUR-{i:0000000}")));
    }
}

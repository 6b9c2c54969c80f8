using System.Collections.Concurrent;
using System.Globalization;
using System.Runtime.InteropServices;

namespace ControlPlane.Faults.Stubs;

/// <summary>
/// The verb <c>stub</c>: all partners in one process of their own. <c>POST /{system}</c> is a write, <c>GET /{system}?ref=</c>
/// a look-up, <c>POST /control/{system}</c> turns its dials, <c>GET /stats/{system}</c> counts. A system exists once it is called.
/// </summary>
public static class StubHost
{
    public static async Task<int> RunAsync(int port, string ledgerFile, int seed)
    {
        using var ledger = new EffectLedger(ledgerFile, TimeProvider.System);
        var partners = new ConcurrentDictionary<string, Partner>(StringComparer.Ordinal);
        Partner Find(string name) => partners.GetOrAdd(name, n => new Partner(n, ledger, seed, TimeProvider.System));
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(k => k.Listen(System.Net.IPAddress.Loopback, port));
        await using var app = builder.Build();
        app.Run(async http =>
        {
            var parts = (http.Request.Path.Value ?? "").Split('/', StringSplitOptions.RemoveEmptyEntries);
            switch (parts)
            {
                case ["control", var name]:
                    var partner = Find(name);
                    partner.Dials = Dials.Parse(http.Request.Query, partner.Dials);
                    return;
                case ["stats", var name]:
                    await http.Response.WriteAsJsonAsync(Find(name).Stats);
                    return;
                case ["alive"]:
                    return;
                case ["v1", ..]:
                    // A collector of telemetry: takes everything.
                    await http.Request.Body.CopyToAsync(Stream.Null);
                    return;
                case [var name, ..]:
                    await Find(name).HandleAsync(http);
                    return;
                default:
                    http.Response.StatusCode = 404;
                    return;
            }
        });
        await app.StartAsync();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"partners on 127.0.0.1:{port}"));
        using var stop = new SemaphoreSlim(0);
        using var onTerm = PosixSignalRegistration.Create(PosixSignal.SIGTERM, c =>
        {
            c.Cancel = true;
            stop.Release();
        });
        await stop.WaitAsync();
        return 0;
    }
}

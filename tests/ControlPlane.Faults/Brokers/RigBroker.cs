using System.Diagnostics;
using System.Globalization;
using ControlPlane.Faults.Processes;
using ControlPlane.Faults.Proxy;

namespace ControlPlane.Faults.Brokers;

/// <summary>
/// A RabbitMQ that a row may take away: one of its own, killed and started again, where it is installed and its scripts stand
/// beside the repository; otherwise the one that CONTROLPLANE_TEST_RABBITMQ names, which is only cut off. The product always
/// reaches it through a relay.
/// </summary>
public sealed class RigBroker : IAsyncDisposable
{
    public const string Variable = "CONTROLPLANE_TEST_RABBITMQ";

    private const string Installed = "/usr/lib/rabbitmq/bin/rabbitmq-server";

    private readonly string? _scripts;
    private readonly Dictionary<string, string> _environment;
    private readonly string _run;

    private RigBroker(Uri address, string? scripts, string run, Dictionary<string, string> environment)
    {
        (Address, _scripts, _run, _environment) = (address, scripts, run, environment);
        Relay = new TcpProxy(address.Port);
    }

    /// <summary>With user and password; where the shop sends to.</summary>
    public Uri Address { get; }

    /// <summary>Where the product connects to.</summary>
    public TcpProxy Relay { get; }

    /// <summary>True when it is really killed, not only cut off.</summary>
    public bool IsOwn => _scripts is not null;

    public string User => Address.UserInfo.Split(':')[0];

    public string Password => Uri.UnescapeDataString(Address.UserInfo.Split(':')[1]);

    /// <summary>Null with the reason when none is at hand.</summary>
    public static async Task<(RigBroker? Broker, string Why)> FindAsync(CancellationToken ct)
    {
        var run = Path.Combine(Path.GetTempPath(), "cp-mq-" + Path.GetRandomFileName());
        if (Scripts() is { } scripts && File.Exists(Installed))
        {
            var port = ChildProcess.FreePort();
            var environment = new Dictionary<string, string> { ["REAL_RUN"] = run, ["RABBIT_AMQP"] = Text(port), ["RABBIT_PORT"] = Text(ChildProcess.FreePort()), ["RABBIT_DIST"] = Text(ChildProcess.FreePort()), ["EPMD_PORT"] = Text(ChildProcess.FreePort()) };
            var own = new RigBroker(new Uri($"amqp://real:rabbit-Secret-1@127.0.0.1:{Text(port)}/"), scripts, run, environment);
            await own.UpAsync(ct);
            return (own, "");
        }

        return Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } text
            ? (new RigBroker(new Uri(text), null, run, []), "")
            : (null, $"no broker: set {Variable}, or install RabbitMQ beside ../shared/real");
    }

    /// <summary>As after a power cut: no good-bye, nothing written that was not written.</summary>
    public async Task DownAsync(CancellationToken ct)
    {
        Relay.Set(ProxyMode.Refuse);
        if (IsOwn)
            await ShellAsync("kill -KILL -- -\"$(cat \"$REAL_RUN/rabbitmq.pid\")\"", ct);
    }

    public async Task UpAsync(CancellationToken ct)
    {
        if (IsOwn)
            await ShellAsync($"bash '{_scripts}/start.sh' rabbitmq", ct);
        Relay.Set(ProxyMode.Pass);
    }

    private async Task ShellAsync(string command, CancellationToken ct)
    {
        // Output goes nowhere: a server that inherited a pipe would keep it open.
        var start = new ProcessStartInfo("/bin/bash", ["-c", $"exec >/dev/null 2>&1 </dev/null; {command}"]);
        foreach (var (name, value) in _environment)
            start.Environment[name] = value;
        using var process = Process.Start(start)!;
        await process.WaitForExitAsync(ct);
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"The broker's script ended with exit code {process.ExitCode}: {command}");
    }

    private static string? Scripts()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "ControlPlane.sln")))
                return Path.GetFullPath(Path.Combine(folder.FullName, "..", "shared", "real", "brokers")) is var scripts && File.Exists(Path.Combine(scripts, "start.sh")) ? scripts : null;
        return null;
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    public async ValueTask DisposeAsync()
    {
        await Relay.DisposeAsync();
        if (!IsOwn)
            return;
        await ShellAsync($"bash '{_scripts}/stop.sh' rabbitmq --wipe", CancellationToken.None);
        Directory.Delete(_run, recursive: true);
    }
}

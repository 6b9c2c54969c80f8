using System.Diagnostics;
using System.Globalization;
using ControlPlane.Faults.Processes;

namespace ControlPlane.Faults.Databases;

/// <summary>A PostgreSQL that the rig may stop as it likes, with durable commits; null where none is installed.</summary>
public sealed class OwnPostgres : IAsyncDisposable
{
    private readonly string _bin;
    private readonly string _folder;

    private OwnPostgres(string bin, string folder) => (_bin, _folder, Port) = (bin, folder, ChildProcess.FreePort());

    public int Port { get; }

    public string Server => string.Create(CultureInfo.InvariantCulture, $"Host=127.0.0.1;Port={Port};Username=postgres");

    public static async Task<OwnPostgres?> StartAsync(CancellationToken ct)
    {
        const string Versions = "/usr/lib/postgresql";
        var bin = Directory.Exists(Versions) ? Directory.GetDirectories(Versions).Select(d => Path.Combine(d, "bin")).Where(d => File.Exists(Path.Combine(d, "postgres"))).Order(StringComparer.Ordinal).LastOrDefault() : null;
        if (bin is null)
            return null;
        // Its own user must reach it, which a folder of root's does not allow.
        var folder = Directory.CreateTempSubdirectory("cp-pg-").FullName;
        var own = new OwnPostgres(bin, folder);
        if (Environment.UserName == "root")
            await own.ShellAsync("chown", ["postgres:", folder], ct);
        await own.RunAsync("initdb", ["-D", Path.Combine(folder, "data"), "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8"], ct);
        await own.UpAsync(ct);
        return own;
    }

    public Task UpAsync(CancellationToken ct) => RunAsync("pg_ctl",
        ["-D", Path.Combine(_folder, "data"), "-l", Path.Combine(_folder, "server.log"), "-w", "-t", "60", "-o", string.Create(CultureInfo.InvariantCulture, $"-p {Port} -h 127.0.0.1 -k '' -c max_connections=200"), "start"], ct);

    /// <summary>As after a crash: no checkpoint, every connection cut.</summary>
    public Task DownAsync(CancellationToken ct) => RunAsync("pg_ctl", ["-D", Path.Combine(_folder, "data"), "-m", "immediate", "stop"], ct);

    private Task RunAsync(string program, string[] arguments, CancellationToken ct)
    {
        var path = Path.Combine(_bin, program);
        return Environment.UserName == "root"
            ? ShellAsync("setpriv", ["--reuid=postgres", "--regid=postgres", "--init-groups", "env", "HOME=/tmp", path, .. arguments], ct)
            : ShellAsync(path, arguments, ct);
    }

    /// <summary>Output goes nowhere: a server that inherited a pipe would keep it open.</summary>
    private async Task ShellAsync(string command, string[] arguments, CancellationToken ct)
    {
        using var process = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", "exec \"$@\" >/dev/null 2>&1 </dev/null", "sh", command, .. arguments]) { WorkingDirectory = _folder })!;
        await process.WaitForExitAsync(ct);
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"{command} {arguments[0]} ended with exit code {process.ExitCode}.");
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            await DownAsync(CancellationToken.None);
        }
        catch (InvalidOperationException)
        {
            // It was down already.
        }

        Directory.Delete(_folder, recursive: true);
    }
}

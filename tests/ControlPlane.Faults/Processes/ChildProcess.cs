using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace ControlPlane.Faults.Processes;

public enum Signal
{
    Kill = 9,
    Terminate = 15,
    Continue = 18,
    Stop = 19,
}

/// <summary>A process that the rig started: its output in a file, its memory, signals to it by id. None outlives the rig.</summary>
public sealed class ChildProcess : IAsyncDisposable
{
    private static readonly ConcurrentDictionary<int, Process> Alive = new();
    private readonly Process _process;

    static ChildProcess() => AppDomain.CurrentDomain.ProcessExit += (_, _) => KillAll();

    public ChildProcess(IReadOnlyList<string> command, string folder, IReadOnlyDictionary<string, string> environment, string log)
    {
        // The shell only opens the log and then becomes the program, so that the id is the program's.
        var start = new ProcessStartInfo("/bin/sh", ["-c", "exec \"$@\" >>\"$RIG_LOG\" 2>&1 </dev/null", "sh", .. command]) { WorkingDirectory = folder };
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        start.Environment["RIG_LOG"] = log;
        _process = Process.Start(start) ?? throw new InvalidOperationException($"{command[0]} did not start.");
        Alive[_process.Id] = _process;
        Log = log;
    }

    public string Log { get; }

    public int Id => _process.Id;

    public bool HasExited => _process.HasExited;

    public int ExitCode => _process.ExitCode;

    /// <summary>Resident memory in MB; 0 once it is gone.</summary>
    public int MemoryMegabytes
    {
        get
        {
            try
            {
                return (int)(long.Parse(File.ReadAllText($"/proc/{Id}/statm").Split(' ')[1], CultureInfo.InvariantCulture) * Environment.SystemPageSize >> 20);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                return 0;
            }
        }
    }

    /// <summary>Open files and sockets.</summary>
    public int Handles => Directory.Exists($"/proc/{Id}/fd") ? Directory.EnumerateFileSystemEntries($"/proc/{Id}/fd").Count() : 0;

    public void Send(Signal signal)
    {
        if (!_process.HasExited)
            _ = Kill(_process.Id, (int)signal);
    }

    public async Task KillAsync()
    {
        Send(Signal.Kill);
        await _process.WaitForExitAsync();
        Alive.TryRemove(_process.Id, out _);
    }

    /// <summary>SIGTERM, then patience. False: it had to be killed.</summary>
    public async Task<bool> EndAsync(TimeSpan patience)
    {
        Send(Signal.Terminate);
        try
        {
            await _process.WaitForExitAsync().WaitAsync(patience);
            Alive.TryRemove(_process.Id, out _);
            return true;
        }
        catch (TimeoutException)
        {
            await KillAsync();
            return false;
        }
    }

    /// <summary>The last lines of what it said.</summary>
    public string Tail(int lines = 15) => File.Exists(Log) ? string.Join('\n', File.ReadLines(Log).TakeLast(lines)) : "";

    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    public static void KillAll()
    {
        foreach (var (id, process) in Alive)
            if (Alive.TryRemove(id, out _) && !process.HasExited)
                _ = Kill(id, (int)Signal.Kill);
    }

    [DllImport("libc", EntryPoint = "kill")]
    private static extern int Kill(int pid, int signal);

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            await KillAsync();
        Alive.TryRemove(_process.Id, out _);
        _process.Dispose();
    }
}

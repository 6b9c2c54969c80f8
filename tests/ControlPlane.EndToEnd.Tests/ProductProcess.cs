using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace ControlPlane.EndToEnd.Tests;

/// <summary>The product as a user starts it: a process of its own, a fresh folder, free ports.</summary>
public sealed class ProductProcess : IAsyncDisposable
{
    private readonly StringBuilder _output = new();
    private readonly Dictionary<string, string> _environment;
    private Process? _process;

    public ProductProcess(IReadOnlyDictionary<string, string>? settings = null)
    {
        Folder = Directory.CreateTempSubdirectory("cp-e2e-").FullName;
        Address = new Uri($"http://127.0.0.1:{FreePort()}");
        SandboxAddress = new Uri($"http://127.0.0.1:{FreePort()}");
        _environment = new()
        {
            ["ASPNETCORE_ENVIRONMENT"] = "Production",
            ["ASPNETCORE_URLS"] = Address.ToString().TrimEnd('/'),
            ["ControlPlane__Demo"] = "true",
            ["ControlPlane__Database__ConnectionString"] = $"Data Source={Path.Combine(Folder, "controlplane.db")}",
            ["ControlPlane__Sandbox__Port"] = SandboxAddress.Port.ToString(System.Globalization.CultureInfo.InvariantCulture),
            ["ControlPlane__BootstrapApiKey"] = ApiKey,
            ["DOTNET_gcServer"] = "0",
        };
        Client = new HttpClient { BaseAddress = Address, Timeout = TimeSpan.FromSeconds(30) };
        Client.DefaultRequestHeaders.Authorization = new("Bearer", ApiKey);
        foreach (var (name, value) in settings ?? new Dictionary<string, string>())
            _environment[name] = value;
    }

    public const string ApiKey = "e2e-key-0123456789-0123456789";

    public string Folder { get; }

    public Uri Address { get; }

    public Uri SandboxAddress { get; }

    public string Output
    {
        get
        {
            lock (_output)
                return _output.ToString();
        }
    }

    public HttpClient Client { get; }

    public Process Process => _process ?? throw new InvalidOperationException("not started");

    public void Start()
    {
        var binary = Path.Combine(AppContext.BaseDirectory, "ControlPlane.Web.dll");
        var start = new ProcessStartInfo("dotnet", [binary])
        {
            WorkingDirectory = AppContext.BaseDirectory,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        foreach (var (name, value) in _environment)
            start.Environment[name] = value;
        _process = Process.Start(start)!;
        _process.OutputDataReceived += Keep;
        _process.ErrorDataReceived += Keep;
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <summary>Until <c>/alive</c> answers; the time it took.</summary>
    public async Task<TimeSpan> AliveAsync(CancellationToken ct)
    {
        var from = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(from) < TimeSpan.FromSeconds(60))
        {
            Assert.False(Process.HasExited, $"It ended with exit code {(Process.HasExited ? Process.ExitCode : 0)}:\n{Output}");
            try
            {
                using var answer = await Client.GetAsync("/alive", ct);
                if (answer.StatusCode == HttpStatusCode.OK)
                    return Stopwatch.GetElapsedTime(from);
            }
            catch (HttpRequestException)
            {
                // Not listening yet.
            }

            await Task.Delay(50, ct);
        }

        throw new TimeoutException("It did not come alive:\n" + Output);
    }

    public async Task KillAsync()
    {
        Process.Kill(entireProcessTree: true);
        await Process.WaitForExitAsync();
    }

    public static async Task<T> EventuallyAsync<T>(Func<Task<T?>> look, TimeSpan limit, string what, CancellationToken ct)
        where T : class
    {
        var from = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(from) < limit)
        {
            if (await look() is { } found)
                return found;
            await Task.Delay(200, ct);
        }

        throw new TimeoutException($"Not within {limit.TotalSeconds:0} s: {what}");
    }

    /// <summary>Below the ports that the system gives to whoever connects somewhere: one of those can be taken again before the product listens on it.</summary>
    public static int FreePort()
    {
        for (var tries = 0; tries < 100; tries++)
        {
            try
            {
                using var listener = new TcpListener(IPAddress.Loopback, Random.Shared.Next(10_000, 20_000));
                listener.Start();
                return ((IPEndPoint)listener.LocalEndpoint).Port;
            }
            catch (SocketException)
            {
                // Somebody listens there: another one.
            }
        }

        throw new InvalidOperationException("No free port was found in 100 tries.");
    }

    private void Keep(object sender, DataReceivedEventArgs line)
    {
        if (line.Data is { } text)
            lock (_output)
                _output.AppendLine(text);
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is { HasExited: false })
            await KillAsync();
        _process?.Dispose();
        Client.Dispose();
        try
        {
            Directory.Delete(Folder, recursive: true);
        }
        catch (IOException)
        {
            // The killed process may still hold a file for a moment; the temporary folder is cleared by the system.
        }
    }
}

using System.Diagnostics;
using System.Globalization;
using System.Net;

namespace ControlPlane.Faults.Processes;

/// <summary>One node of the product as an operator starts it. Survives its own kills: start it again on the same port.</summary>
public sealed class ProductNode : IAsyncDisposable
{
    public const string ApiKey = "fault-rig-key-0123456789-0123456789";

    private readonly Dictionary<string, string> _environment;
    private readonly string _log;
    private ChildProcess? _process;

    public ProductNode(string folder, string name, IReadOnlyDictionary<string, string> settings)
    {
        Name = name;
        Address = new Uri(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{ChildProcess.FreePort()}"));
        _log = Path.Combine(folder, name + ".log");
        _environment = new(settings)
        {
            ["ASPNETCORE_ENVIRONMENT"] = "Production",
            ["ASPNETCORE_URLS"] = Address.ToString().TrimEnd('/'),
            ["ControlPlane__Demo"] = "false",
            ["ControlPlane__BootstrapApiKey"] = ApiKey,
            ["ControlPlane__Api__RequestsPerMinute"] = "1000000",
            ["Logging__LogLevel__Default"] = "Warning",
            ["DOTNET_gcServer"] = "0",
        };
        foreach (var (key, value) in settings)
            _environment[key] = value;
        Client = new HttpClient(new SocketsHttpHandler { PooledConnectionLifetime = TimeSpan.FromSeconds(20) }) { BaseAddress = Address, Timeout = TimeSpan.FromSeconds(20) };
        Client.DefaultRequestHeaders.Authorization = new("Bearer", ApiKey);
    }

    public string Name { get; }

    public Uri Address { get; }

    /// <summary>Signed in with an admin's key.</summary>
    public HttpClient Client { get; }

    public ChildProcess Process => _process ?? throw new InvalidOperationException($"{Name} was not started.");

    public bool IsRunning => _process is { HasExited: false };

    /// <summary>Of all starts so far.</summary>
    public TimeSpan SlowestReady { get; private set; }

    public void Start()
    {
        var binary = Path.Combine(AppContext.BaseDirectory, "ControlPlane.Web.dll");
        _process = new ChildProcess(["dotnet", binary], AppContext.BaseDirectory, _environment, _log);
    }

    public async Task<TimeSpan> StartReadyAsync(CancellationToken ct)
    {
        var from = Stopwatch.GetTimestamp();
        Start();
        await ReadyAsync(ct);
        var took = Stopwatch.GetElapsedTime(from);
        SlowestReady = took > SlowestReady ? took : SlowestReady;
        return took;
    }

    /// <summary>Until <c>/health</c> says that it can do its work.</summary>
    public async Task ReadyAsync(CancellationToken ct)
    {
        var from = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(from) < TimeSpan.FromSeconds(90))
        {
            if (Process.HasExited)
                throw new InvalidOperationException($"{Name} ended with exit code {Process.ExitCode}:\n{Process.Tail()}");
            if (await StatusAsync("/health", ct) == HttpStatusCode.OK)
                return;
            await Task.Delay(25, ct);
        }

        throw new TimeoutException($"{Name} did not become ready:\n{Process.Tail()}");
    }

    /// <summary>Null when no answer came.</summary>
    public async Task<HttpStatusCode?> StatusAsync(string path, CancellationToken ct)
    {
        try
        {
            using var answer = await Client.GetAsync(path, ct);
            return answer.StatusCode;
        }
        catch (Exception e) when (e is HttpRequestException || (e is TaskCanceledException && !ct.IsCancellationRequested))
        {
            return null;
        }
    }

    public Task KillAsync() => Process.KillAsync();

    public async ValueTask DisposeAsync()
    {
        if (_process is { } process)
            await process.DisposeAsync();
        Client.Dispose();
    }
}

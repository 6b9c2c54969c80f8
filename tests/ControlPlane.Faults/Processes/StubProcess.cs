using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace ControlPlane.Faults.Processes;

/// <summary>The partners, in a process of their own, with their ledger.</summary>
public sealed class StubProcess : IAsyncDisposable
{
    private readonly ChildProcess _process;
    private readonly HttpClient _client;

    private StubProcess(ChildProcess process, HttpClient client, int port, string ledger) => (_process, _client, Port, Ledger) = (process, client, port, ledger);

    public int Port { get; }

    /// <summary>File of the effect ledger.</summary>
    public string Ledger { get; }

    public static async Task<StubProcess> StartAsync(string folder, int seed, CancellationToken ct)
    {
        var port = ChildProcess.FreePort();
        var ledger = Path.Combine(folder, "ledger.tsv");
        var self = Path.Combine(AppContext.BaseDirectory, "ControlPlane.Faults.dll");
        var process = new ChildProcess(
            ["dotnet", self, "stub", port.ToString(CultureInfo.InvariantCulture), ledger, seed.ToString(CultureInfo.InvariantCulture)], folder, new Dictionary<string, string>(), Path.Combine(folder, "stub.log"));
        var client = new HttpClient { BaseAddress = new Uri(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}")), Timeout = TimeSpan.FromSeconds(10) };
        var from = Stopwatch.GetTimestamp();
        while (true)
        {
            try
            {
                using var answer = await client.GetAsync("/alive", ct);
                return new(process, client, port, ledger);
            }
            catch (HttpRequestException) when (!process.HasExited && Stopwatch.GetElapsedTime(from) < TimeSpan.FromSeconds(60))
            {
                await Task.Delay(50, ct);
            }
        }
    }

    /// <param name="dials">As a query: <c>drop=0.05&amp;delay=20</c>.</param>
    public async Task TurnAsync(string system, string dials, CancellationToken ct)
    {
        using var answer = await _client.PostAsync($"/control/{system}?{dials}", null, ct);
        answer.EnsureSuccessStatusCode();
    }

    public async Task<int> StatAsync(string system, string what, CancellationToken ct)
    {
        using var json = JsonDocument.Parse(await _client.GetStringAsync($"/stats/{system}", ct));
        return json.RootElement.GetProperty(what).GetInt32();
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _process.EndAsync(TimeSpan.FromSeconds(5));
        await _process.DisposeAsync();
    }
}

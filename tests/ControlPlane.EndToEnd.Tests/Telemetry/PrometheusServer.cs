using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text.Json;

namespace ControlPlane.EndToEnd.Tests.Telemetry;

/// <summary>A real Prometheus on a free port, with a folder of its own.</summary>
internal sealed class PrometheusServer : IAsyncDisposable
{
    private readonly Process _process;
    private readonly string _folder;
    private readonly HttpClient _client;

    private PrometheusServer(Process process, string folder, HttpClient client) => (_process, _folder, _client) = (process, folder, client);

    /// <summary>Null where it is not installed; on CI it must be.</summary>
    public static string? Binary
    {
        get
        {
            var binary = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Append("/usr/bin").Select(p => Path.Combine(p, "prometheus")).FirstOrDefault(File.Exists);
            Assert.False(binary is null && Environment.GetEnvironmentVariable("CI") == "true", "CI must run the tests with Prometheus: it is not installed.");
            return binary;
        }
    }

    /// <param name="targets">Job, address and key of what is scraped every few seconds.</param>
    public static async Task<PrometheusServer> StartAsync(string rules, IReadOnlyList<(string Job, Uri Address, string Key)> targets, CancellationToken ct)
    {
        var folder = Directory.CreateTempSubdirectory("cp-prometheus-").FullName;
        await File.WriteAllTextAsync(Path.Combine(folder, "rules.yml"), rules, ct);
        var jobs = string.Concat(targets.Select(t => $"- {{ job_name: {t.Job}, authorization: {{ credentials: '{t.Key}' }}, static_configs: [{{ targets: ['{t.Address.Authority}'] }}] }}\n"));
        await File.WriteAllTextAsync(Path.Combine(folder, "prometheus.yml"), $"global: {{ scrape_interval: 4s, scrape_timeout: 4s, evaluation_interval: 2s }}\nrule_files: [rules.yml]\nscrape_configs:\n{jobs}", ct);
        var port = ProductProcess.FreePort();
        var process = Process.Start(new ProcessStartInfo(
            Binary!, ["--config.file=prometheus.yml", "--storage.tsdb.path=data", "--enable-feature=exemplar-storage", string.Create(CultureInfo.InvariantCulture, $"--web.listen-address=127.0.0.1:{port}"), "--log.level=error"]) { WorkingDirectory = folder })!;
        var server = new PrometheusServer(process, folder, new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}"), Timeout = TimeSpan.FromSeconds(20) });
        await ProductProcess.EventuallyAsync(async () =>
        {
            try
            {
                using var answer = await server._client.GetAsync("/-/ready", ct);
                return answer.IsSuccessStatusCode ? "ready" : null;
            }
            catch (HttpRequestException)
            {
                return null;
            }
        }, TimeSpan.FromSeconds(30), "Prometheus", ct);
        return server;
    }

    /// <summary>The result's list; fails where the question cannot be parsed.</summary>
    public async Task<IReadOnlyList<JsonElement>> QueryAsync(string question, CancellationToken ct)
    {
        using var answer = await _client.GetAsync($"/api/v1/query?query={Uri.EscapeDataString(question)}", ct);
        var text = await answer.Content.ReadAsStringAsync(ct);
        Assert.True(answer.StatusCode == HttpStatusCode.OK, $"{question}\n{text}");
        return [.. JsonDocument.Parse(text).RootElement.GetProperty("data").GetProperty("result").EnumerateArray()];
    }

    /// <summary>The result once there is one: on a busy machine a scrape takes its time, and one that failed leaves a gap.</summary>
    /// <param name="fits">What the first of the list has to be; null = anything.</param>
    public async Task<IReadOnlyList<JsonElement>?> AnswerAsync(string question, TimeSpan limit, CancellationToken ct, Func<JsonElement, bool>? fits = null)
    {
        for (var from = Stopwatch.GetTimestamp(); ; await Task.Delay(500, ct))
        {
            if (await QueryAsync(question, ct) is [var first, ..] found && fits?.Invoke(first) != false)
                return found;
            if (Stopwatch.GetElapsedTime(from) > limit)
                return null;
        }
    }

    public async Task<JsonElement> GetAsync(string path, CancellationToken ct) => JsonDocument.Parse(await _client.GetStringAsync(path, ct)).RootElement.GetProperty("data");

    public async ValueTask DisposeAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        _client.Dispose();
        Directory.Delete(_folder, recursive: true);
    }
}

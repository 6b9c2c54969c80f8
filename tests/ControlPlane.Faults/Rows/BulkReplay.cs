using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using ControlPlane.Faults.Databases;

namespace ControlPlane.Faults.Rows;

/// <summary>
/// Row 33: many parked orders are replayed at once while others come in; a tenth is refused again; it is paused, and its node dies over it.
/// <c>RIG_PARKED</c> and <c>RIG_PER_SECOND</c> set how many and how fast.
/// </summary>
public sealed class BulkReplay : IRow
{
    /// <summary>Orders that come in beside it, each time.</summary>
    private const int Live = 400;

    public string Id => "33";

    public string Title => "bulk replay of parked orders beside live traffic";

    public async Task<RowResult> RunAsync(RowContext context)
    {
        var parked = int.TryParse(Environment.GetEnvironmentVariable("RIG_PARKED"), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : context.Count(2_000, 100_000);
        await using var scene = await Scene.SetAsync(context, DatabaseKind.Sqlite);
        await scene.StartAsync(1);
        await scene.Stub.TurnAsync("wms", "status=422", context.Stop);
        await scene.Sender(32, 0).RunAsync(parked, context.Stop);
        await scene.DrainAsync(TimeSpan.FromMinutes(10));
        // A tenth is refused again, of the parked ones and of those that come in.
        await scene.Stub.TurnAsync("wms", "status=0&refuse=7", context.Stop);
        var before = await LiveAsync(scene, context, 5_000_000);

        var (_, preview) = await PostAsync(scene, "/replays", new { state = "stuck", dryRun = true }, "dry", context.Stop);
        var (id, _) = await PostAsync(scene, "/replays", new { state = "stuck", perSecond = int.TryParse(Environment.GetEnvironmentVariable("RIG_PER_SECOND"), NumberStyles.None, CultureInfo.InvariantCulture, out var cap) ? cap : context.Count(100, 500), canary = 0, reason = "the warehouse knows the products now" }, "go", context.Stop);
        var during = await LiveAsync(scene, context, 6_000_000);
        await PostAsync(scene, $"/replays/{id}/pause", null, null, context.Stop);
        await Task.Delay(1_500, context.Stop);
        var paused = (await ReadAsync(scene, id, context.Stop)).Sent;
        await Task.Delay(3_000, context.Stop);
        var still = (await ReadAsync(scene, id, context.Stop)).Sent - paused;
        await PostAsync(scene, $"/replays/{id}/resume", null, null, context.Stop);
        await Task.Delay(1_500, context.Stop);
        await scene.Node.KillAsync();
        await scene.Node.StartReadyAsync(context.Stop);
        var back = Stopwatch.GetTimestamp();
        var state = await ReadAsync(scene, id, context.Stop);
        while (state.State != "done" && Stopwatch.GetElapsedTime(back) < TimeSpan.FromMinutes(context.Count(2, 20)))
        {
            await Task.Delay(300, context.Stop);
            state = await ReadAsync(scene, id, context.Stop);
        }

        await scene.DrainAsync(TimeSpan.FromMinutes(3));
        var findings = await scene.CheckAsync();
        int Refused(int first, int count) => Enumerable.Range(first, count).Count(s => scene.Bodies.Number(s).EndsWith('7'));
        var (total, refused) = (parked + Refused(5_000_000, Live), Refused(0, parked) + Refused(5_000_000, Live) + Refused(6_000_000, Live));
        var (_, again) = await PostAsync(scene, "/replays", new { state = "stuck", dryRun = true }, "dry-again", context.Stop);
        // The others go back to waiting for a person when somebody thinks better of it.
        var (second, _) = await PostAsync(scene, "/replays", new { state = "stuck", perSecond = 1, canary = 0, reason = "once more" }, "again", context.Stop);
        await PostAsync(scene, $"/replays/{second}/cancel", null, null, context.Stop);
        var cancelled = await ReadAsync(scene, second, context.Stop);
        await Task.Delay(2_000, context.Stop);
        var after = await ReadAsync(scene, second, context.Stop);
        var fine = preview.Total == total && state is { State: "done" } && state.Sent + state.LeftOut == total && still == 0 && again.Total == refused && findings.Parked.Count == refused && during >= before * 0.8
            && cancelled.State == "cancelled" && after.Sent == cancelled.Sent;
        return await scene.VerdictAsync(findings, fine, string.Create(CultureInfo.InvariantCulture,
            $"{parked:N0} parked, {state.Sent:N0} sent and {state.LeftOut} left out over a pause ({still} sent in it) and a kill -9, {refused} refused again and {again.Total} found by their cause; {findings.Words}; live {during:0.0}/s beside it against {before:0.0}/s before ({during / before:P0}, target 80 %); a second one cancelled after {after.Sent}"));
    }

    /// <summary>Orders a second that came through within the time in which they were sent.</summary>
    private static async Task<double> LiveAsync(Scene scene, RowContext context, int first)
    {
        const double Rate = 50;
        var from = Stopwatch.GetTimestamp();
        await scene.Sender(8, Rate, first).RunAsync(Live, context.Stop);
        var seconds = Stopwatch.GetElapsedTime(from).TotalSeconds;
        var done = await scene.Database.CountAsync($"SELECT COUNT(*) FROM transactions WHERE state = 5 AND number >= '{scene.Bodies.Number(first)}' AND number < '{scene.Bodies.Number(first + Live)}'", context.Stop);
        return done / seconds;
    }

    private static async Task<(string Id, Replay Answer)> PostAsync(Scene scene, string path, object? body, string? key, CancellationToken ct)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1" + path) { Content = body is null ? null : JsonContent.Create(body) };
        if (key is not null)
            request.Headers.Add("Idempotency-Key", $"\"{key}\"");
        using var answer = await scene.Node.Client.SendAsync(request, ct);
        var text = await answer.Content.ReadAsStringAsync(ct);
        if (!answer.IsSuccessStatusCode)
            throw new InvalidOperationException($"{path} was answered with {(int)answer.StatusCode}: {text}");
        using var json = JsonDocument.Parse(text);
        return (json.RootElement.TryGetProperty("id", out var id) && id.ValueKind == JsonValueKind.String ? id.GetString()! : "", json.RootElement.TryGetProperty("total", out _) ? Read(json.RootElement) : new("", 0, 0, 0));
    }

    private static async Task<Replay> ReadAsync(Scene scene, string id, CancellationToken ct)
    {
        using var json = JsonDocument.Parse(await scene.Node.Client.GetStringAsync($"/api/v1/replays/{id}", ct));
        return Read(json.RootElement);
    }

    private static Replay Read(JsonElement e) => new(e.GetProperty("state").GetString()!, e.GetProperty("total").GetInt32(), e.GetProperty("sent").GetInt32(), e.GetProperty("leftOut").GetInt32());

    private sealed record Replay(string State, int Total, int Sent, int LeftOut);
}

using System.Collections.Concurrent;
using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using ControlPlane.Faults.Databases;

namespace ControlPlane.Faults.Rows;

/// <summary>Row 39: two hundred people, or one impatient one, retry the same stuck order at the same moment.</summary>
public sealed class ConcurrentRetries : IRow
{
    private const int Clicks = 200;

    public string Id => "39";

    public string Title => "200 concurrent retries of one stuck order";

    public async Task<RowResult> RunAsync(RowContext context)
    {
        await using var scene = await Scene.SetAsync(context, DatabaseKind.Sqlite);
        await scene.StartAsync(1);
        // No memory: every repeat would be a second document.
        await scene.Stub.TurnAsync("wms", "status=422&memory=none&delay=300", context.Stop);
        await scene.Sender(1, 0).RunAsync(1, context.Stop);
        await scene.DrainAsync(TimeSpan.FromSeconds(20));
        using var found = JsonDocument.Parse(await scene.Node.Client.GetStringAsync("/api/v1/transactions?state=stuck", context.Stop));
        var id = found.RootElement.GetProperty("items")[0].GetProperty("id").GetString();
        await scene.Stub.TurnAsync("wms", "status=0", context.Stop);
        var answers = new ConcurrentBag<string>();
        await Task.WhenAll(Enumerable.Range(0, Clicks).Select(i => Task.Run(async () =>
        {
            // Half are one click that was repeated on the way; half are clicks of their own.
            using var request = new HttpRequestMessage(HttpMethod.Post, $"/api/v1/transactions/{id}/retry") { Content = JsonContent.Create(new { reason = "rig" }) };
            request.Headers.Add("Idempotency-Key", i % 2 == 0 ? "\"same\"" : $"\"own-{i}\"");
            using var answer = await scene.Node.Client.SendAsync(request, context.Stop);
            using var body = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(context.Stop));
            answers.Add(string.Create(CultureInfo.InvariantCulture, $"{(int)answer.StatusCode} {(body.RootElement.TryGetProperty("code", out var code) ? code.GetString() : "")}"));
        })));
        await Task.Delay(1500, context.Stop);
        await scene.DrainAsync(TimeSpan.FromSeconds(20));
        var findings = await scene.CheckAsync();
        var broken = answers.Count(a => a.StartsWith('5'));
        return await scene.VerdictAsync(findings, findings.Closed == 1 && broken == 0, string.Create(CultureInfo.InvariantCulture,
            $"{Clicks} retries: {string.Join(", ", answers.GroupBy(a => a).OrderBy(g => g.Key, StringComparer.Ordinal).Select(g => $"{g.Count()} × {g.Key}"))}; {findings.Effects - 1} effect at the warehouse (target 1), {findings.Twice.Count} twice"));
    }
}

using System.Diagnostics;
using System.Globalization;
using System.Net;
using ControlPlane.Faults.Databases;
using ControlPlane.Faults.Load;

namespace ControlPlane.Faults.Rows;

/// <summary>Row 8: the disk of the database fills up under load, and has room again later.</summary>
public sealed class DiskFull : IRow
{
    public string Id => "8";

    public string Title => "disk full on a 64 MB file system";

    public async Task<RowResult> RunAsync(RowContext context)
    {
        var disk = Directory.CreateDirectory(Path.Combine(context.Folder, "small")).FullName;
        if (Environment.UserName != "root" || await ShellAsync("mount", "-t", "tmpfs", "-o", "size=64m", "tmpfs", disk) != 0)
            return RowResult.Skip("a file system of limited size needs root and mount");
        try
        {
            return await RunAsync(context, disk);
        }
        finally
        {
            await ShellAsync("umount", "-l", disk);
        }
    }

    private static async Task<RowResult> RunAsync(RowContext context, string disk)
    {
        await using var scene = await Scene.SetAsync(context, DatabaseKind.Sqlite, settings: (_, _) => new() { ["ControlPlane__Health__FreeDiskMegabytes"] = "0" }, disk: disk);
        await scene.StartAsync(1);
        var filler = Path.Combine(disk, "filler");
        await File.WriteAllBytesAsync(filler, new byte[46 << 20], context.Stop);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(context.Stop);
        var load = scene.Sender(16, 200).RunAsync(int.MaxValue, ended.Token);
        var from = Stopwatch.GetTimestamp();
        while (scene.Sent.ServerErrors == 0 && Stopwatch.GetElapsedTime(from) < TimeSpan.FromSeconds(60))
            await Task.Delay(50, context.Stop);
        await Task.Delay(2000, context.Stop);
        var (status, retryAfter) = await PostAsync(scene, 9_000_000, context.Stop);
        var readable = await scene.Node.StatusAsync("/api/v1/transactions?limit=5", context.Stop) == HttpStatusCode.OK;
        var full = scene.Sent.ServerErrors;
        File.Delete(filler);
        from = Stopwatch.GetTimestamp();
        var acknowledged = scene.Sent.AcknowledgedCount;
        while (scene.Sent.AcknowledgedCount <= acknowledged && Stopwatch.GetElapsedTime(from) < TimeSpan.FromSeconds(60))
            await Task.Delay(50, context.Stop);
        var recovered = Stopwatch.GetElapsedTime(from).TotalSeconds;
        await Task.Delay(500, context.Stop);
        await ended.CancelAsync();
        await load;
        var drained = await scene.DrainAsync(TimeSpan.FromSeconds(90));
        var findings = await scene.CheckAsync();
        var others = scene.Sent.Statuses.Where(s => s.Key is not (202 or 503 or 0)).Sum(s => s.Value);
        var sound = await SoundAsync(scene.Database, context.Stop);
        return await scene.VerdictAsync(findings, status == 503 && retryAfter && readable && sound && drained && others == 0 && recovered <= 30, string.Create(CultureInfo.InvariantCulture,
            $"{full} refused while full ({status}, Retry-After {(retryAfter ? "yes" : "no")}, {others} with another status), API {(readable ? "readable" : "not readable")}, integrity {(sound ? "ok" : "broken")}, takes orders again after {recovered:0.0} s (target 30 s); {findings.Words}"));
    }

    private static async Task<(int Status, bool RetryAfter)> PostAsync(Scene scene, int sequence, CancellationToken ct)
    {
        var body = scene.Bodies.Body(sequence);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/in/shop/orders/create") { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new("application/json");
        request.Headers.Add("X-Shopify-Hmac-Sha256", OrderBodies.Sign(body));
        request.Headers.Add("X-Shopify-Webhook-Id", "full");
        using var answer = await scene.Node.Client.SendAsync(request, ct);
        return ((int)answer.StatusCode, answer.Headers.RetryAfter is not null);
    }

    private static async Task<bool> SoundAsync(RigDatabase database, CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        await using var command = connection.CreateCommand();
        command.CommandText = "PRAGMA integrity_check";
        return await command.ExecuteScalarAsync(ct) is "ok";
    }

    private static async Task<int> ShellAsync(string command, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(command, arguments) { RedirectStandardError = true })!;
        await process.WaitForExitAsync();
        return process.ExitCode;
    }
}

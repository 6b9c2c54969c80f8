using System.Globalization;
using ControlPlane.Faults.Databases;
using ControlPlane.Faults.Processes;
using Microsoft.Data.Sqlite;

namespace ControlPlane.Faults.Rows;

/// <summary>
/// Row 9: what is on the disk at a random moment opens as a sound database and holds every order that was acknowledged
/// before. The process stands still while it is copied, so that the copy is of one moment, as a cut of power is.
/// </summary>
public sealed class CopiesUnderLoad : IRow
{
    public string Id => "9";

    public string Title => "database and WAL copied at random moments";

    public async Task<RowResult> RunAsync(RowContext context)
    {
        var copies = context.Count(100, 1_000);
        await using var scene = await Scene.SetAsync(context, DatabaseKind.Sqlite);
        await scene.StartAsync(1);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(context.Stop);
        var load = scene.Sender(16, context.Full ? 40 : 150).RunAsync(int.MaxValue, ended.Token);
        var (missing, unsound, present) = (0, 0, 0L);
        var file = scene.Database.File;
        for (var i = 0; i < copies; i++)
        {
            await Task.Delay(context.Random.Next(10, 150), context.Stop);
            var copy = Path.Combine(context.Folder, "copy.db");
            File.Delete(copy + "-shm");
            var acknowledged = scene.Sent.AcknowledgedBefore(context.Clock.GetTimestamp());
            scene.Node.Process.Send(Signal.Stop);
            File.Copy(file, copy, overwrite: true);
            File.Copy(file + "-wal", copy + "-wal", overwrite: true);
            scene.Node.Process.Send(Signal.Continue);
            var (sound, numbers) = await OpenAsync(copy, context.Stop);
            unsound += sound ? 0 : 1;
            present += acknowledged.Count;
            missing += acknowledged.Count(s => !numbers.Contains(scene.Bodies.Number(s)));
        }

        await ended.CancelAsync();
        await load;
        await scene.DrainAsync(TimeSpan.FromSeconds(60));
        var findings = await scene.CheckAsync();
        return await scene.VerdictAsync(findings, missing == 0 && unsound == 0, string.Create(CultureInfo.InvariantCulture,
            $"{copies} copies, {unsound} unsound, {missing} of {present:N0} acknowledged orders missing (target 0); afterwards {findings.Words}"));
    }

    private static async Task<(bool Sound, HashSet<string> Numbers)> OpenAsync(string file, CancellationToken ct)
    {
        await using var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = file, Pooling = false }.ToString());
        await connection.OpenAsync(ct);
        await using var check = connection.CreateCommand();
        check.CommandText = "PRAGMA quick_check";
        var sound = await check.ExecuteScalarAsync(ct) is "ok";
        var numbers = new HashSet<string>();
        await using var query = connection.CreateCommand();
        query.CommandText = "SELECT number FROM transactions";
        await using var reader = await query.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
            numbers.Add(reader.GetString(0));
        return (sound, numbers);
    }
}

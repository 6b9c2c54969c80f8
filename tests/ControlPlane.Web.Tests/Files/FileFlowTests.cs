using System.Text;
using Connectors.Protocols.Manifests;
using ControlPlane.Domain.Shared;
using ControlPlane.Domain.Transactions;
using ControlPlane.Runtime.Estate;
using ControlPlane.Runtime.Ingestion;
using ControlPlane.Runtime.Persistence;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace ControlPlane.Web.Tests.Files;

/// <summary>Through the whole product, at a real SFTP server: a file of a till, a file for a warehouse, a file back, a file for the store.</summary>
public sealed class FileFlowTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private const string Flow = """
        kind: Flow
        metadata: { name: till-to-warehouse }
        spec:
          title: Till to warehouse
          connectivity: hub-and-spoke
          lane: orders
          trigger: { event: order.created, connections: [till] }
          steps:
            - { id: validate, type: validate, stage: validated }
            - { id: to-ship, type: branch, question: needs-shipping, next: { "no": close } }
            - { id: wms-order, type: call, connection: "role:wms", operation: instructFulfilment, system: wms, stage: wms-instructed }
            - { id: wms-ack, type: wait, system: wms, stage: wms-acknowledged, events: [warehouse.acknowledged], impliedBy: [shipment.confirmed], failedBy: [warehouse.rejected], deadline: 30m }
            - { id: shipment, type: wait, system: wms, stage: shipped, events: [shipment.confirmed], failedBy: [warehouse.rejected], deadline: 24h }
            - { id: ready, type: call, connection: source, operation: confirmShipment, stage: channel-fulfilled }
            - { id: all-shipped, type: branch, question: all-lines-shipped, next: { "no": shipment } }
            - { id: close, type: close, stage: closed }
        """;

    [Fact]
    public async Task A_file_of_orders_becomes_transactions_that_close_and_its_bad_records_stay_visible()
    {
        var text = Environment.GetEnvironmentVariable("CONTROLPLANE_TEST_SFTP") ?? "";
        Assert.False(text.Length == 0 && Environment.GetEnvironmentVariable("CI") == "true", "CI must run the tests at a real SFTP server: CONTROLPLANE_TEST_SFTP is not set.");
        Assert.SkipWhen(text.Length == 0, "CONTROLPLANE_TEST_SFTP is not set: nothing was tried at a real SFTP server.");
        var (address, server) = (new Uri(text), Folder(new Uri(text)));
        await using var product = await ProductHost.StartAsync(new Dictionary<string, string?>
        {
            ["ControlPlane:Secrets:SFTP_KEY"] = await File.ReadAllTextAsync(Path.Combine(address.AbsolutePath, "..", "client"), Ct),
        });
        await ApplyAsync(product, [Flow, Quick("csv-till"), Quick("file-warehouse"), Connection("till", "quick-csv-till", "point-of-sale", address, server), Connection("depot", "quick-file-warehouse", "wms", address, server)]);

        // One sale, one collection, a return, and a record that is broken, so that the return beside it is held back, too.
        var sales = Encoding.UTF8.GetString(EmbeddedCatalog.Sample("CsvTill", "sales.csv")).Replace("S01;100234;VOID;", "S01;100234;\"VOID;", StringComparison.Ordinal);
        Put(server, "sales/monday.csv", sales);
        var pick = await UntilAsync(product, () => Task.FromResult(Directory.EnumerateFiles(Path.Combine(server, "out"), "PICK-*.txt").FirstOrDefault()));
        var head = (await File.ReadAllTextAsync(pick, Encoding.Latin1, Ct)).Split("\r\n")[0];
        var reference = head.Substring(12, 40).TrimEnd();
        Assert.Equal("PH4711", head[..6]);

        await UntilAsync(product, async () => await StateAsync(product, "S01-100231") is TransactionState.Closed ? "sold and taken away" : null);
        await using (var context = product.Db.CreateContext())
        {
            var file = await context.Messages.AsNoTracking().SingleAsync(m => m.ParentId == null && m.Connection == "till", Ct);
            Assert.Equal(MessageState.Unpacked, file.State);
            Assert.Contains("monday.csv", file.Headers, StringComparison.Ordinal);
            Assert.StartsWith("File of 5 records, 4 documents", file.Detail, StringComparison.Ordinal);
            var parts = await context.Messages.AsNoTracking().Where(m => m.ParentId == file.Id).OrderBy(m => m.Part).ToListAsync(Ct);
            Assert.Equal(["lines 2 to 3 Accepted", "line 4 Accepted", "line 5 Refused", "line 6 Refused"], parts.Select(p => $"{p.Place} {p.State}"));
            Assert.Contains("Line 6, column 12", parts[3].Detail, StringComparison.Ordinal);
        }

        // The warehouse answers in one file: taken, and shipped.
        string[] lines = ["FHDEPOT", $"AK{reference,-40}{"W-1",-20}OK", $"SH{"S-1",-20}{reference,-40}20261128120000{"DHL",-20}{"",-20}{"T-1",-35}C", $"SL{"1",-64}{"JACKET-L",-32}000000001000000001", "FT000000005"];
        Put(server, "in/news.txt", string.Join("\r\n", lines) + "\r\n");
        await UntilAsync(product, async () => await StateAsync(product, "S01-100232") is TransactionState.Closed ? "closed" : null);
        var ready = Assert.Single(Directory.GetFiles(Path.Combine(server, "ready")));
        Assert.Contains($"S01;100232;{reference};S-1;1;JACKET-L;1", await File.ReadAllTextAsync(ready, Ct), StringComparison.Ordinal);
        await UntilAsync(product, () => Task.FromResult(Directory.GetFiles(Path.Combine(server, "done")).Length == 2 ? "both were moved away" : null));

        // The same file once more under another name: nothing happens twice.
        Put(server, "sales/again.csv", sales);
        await UntilAsync(product, () => Task.FromResult(File.Exists(Path.Combine(server, "done", "again.csv")) ? "taken" : null));
        await using (var context = product.Db.CreateContext())
            Assert.Equal(2, await context.Transactions.CountAsync(Ct));
        Directory.Delete(server, recursive: true);
    }

    private static string Folder(Uri address)
    {
        var folder = Path.Combine(address.AbsolutePath, EntityId.New(TimeProvider.System).ToString("N"));
        foreach (var name in new[] { "", "sales", "in", "out", "done", "ready" })
        {
            Directory.CreateDirectory(Path.Combine(folder, name));
            if (!OperatingSystem.IsWindows())
                File.SetUnixFileMode(Path.Combine(folder, name), (UnixFileMode)0b111_111_111);
        }

        return folder;
    }

    private static void Put(string server, string path, string content)
    {
        File.WriteAllText(Path.Combine(server, path) + ".tmp", content);
        File.Move(Path.Combine(server, path) + ".tmp", Path.Combine(server, path));
    }

    /// <summary>As the catalogue has it, but a file need not stand still: here it is renamed when it is whole.</summary>
    private static string Quick(string connector) => EmbeddedCatalog.Document(connector)!
        .Replace($"\n  name: {connector}\n", $"\n  name: quick-{connector}\n", StringComparison.Ordinal).Replace("stableSeconds: 10", "stableSeconds: 0", StringComparison.Ordinal);

    private static string Connection(string name, string connector, string role, Uri address, string server) => $$"""
        kind: Connection
        metadata: { name: {{name}} }
        spec:
          connector: {{connector}}
          role: {{role}}
          displayName: {{name}}
          baseAddress: "sftp://127.0.0.1:{{address.Port}}{{server}}"
          allowPrivateNetwork: true
          pollEvery: 5s
          settings: { user: "{{address.UserInfo.Split(':')[0]}}", client: "4711", hostKey: "{{Fingerprint(address)}}" }
          secrets: { privateKey: "${secret:SFTP_KEY}" }
        """;

    private static string Fingerprint(Uri address) => "SHA256:" + Convert.ToBase64String(System.Security.Cryptography.SHA256.HashData(
        Convert.FromBase64String(File.ReadAllText(Path.Combine(address.AbsolutePath, "..", "host.pub")).Split(' ')[1]))).TrimEnd('=');

    private static async Task ApplyAsync(ProductHost product, string[] documents)
    {
        var (_, problems) = await product.Services.GetRequiredService<EstateService>().ApplyAsync(TenantScope.Default, [.. documents.Select((d, i) => new EstateDocument($"{i}.yaml", d))], "Kim", "test", Ct);
        Assert.Empty(problems);
    }

    private static async Task<TransactionState?> StateAsync(ProductHost product, string number)
    {
        await using var context = product.Db.CreateContext();
        return (await context.Transactions.AsNoTracking().SingleOrDefaultAsync(t => t.Number == number, Ct))?.State;
    }

    private static async Task<string> UntilAsync(ProductHost product, Func<Task<string?>> look)
    {
        var began = TimeProvider.System.GetTimestamp();
        while (TimeProvider.System.GetElapsedTime(began) < TimeSpan.FromSeconds(180))
        {
            // The scheduler does it every few seconds, and may be late where many products run at once; beside it, it does no harm.
            await product.Services.GetRequiredService<FeedPoller>().PollDueAsync(Ct);
            if (await look() is { } found)
                return found;
            await Task.Delay(250, Ct);
        }

        await using var context = product.Db.CreateContext();
        var feeds = await context.FeedCursors.AsNoTracking().Select(c => $"{c.Connection}/{c.Feed}: {c.LastFault} {c.Cursor}").ToListAsync(Ct);
        var messages = await context.Messages.AsNoTracking().Select(m => $"{m.Connection} {m.Place} {m.State} {m.Code} {m.Detail}").ToListAsync(Ct);
        var transactions = await context.Transactions.AsNoTracking().Select(t => $"{t.Number} {t.State} {t.Step} {t.FaultCode} {t.FaultMessage}").ToListAsync(Ct);
        Assert.Fail("It did not happen within 3 minutes.\n" + string.Join('\n', feeds.Concat(messages).Concat(transactions)));
        return "";
    }
}

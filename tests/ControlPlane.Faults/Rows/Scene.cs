using System.Diagnostics;
using System.Globalization;
using ControlPlane.Faults.Checker;
using ControlPlane.Faults.Databases;
using ControlPlane.Faults.Load;
using ControlPlane.Faults.Processes;

namespace ControlPlane.Faults.Rows;

/// <summary>What most rows need: partners, a database, one or more nodes on one estate, and the shop's memory.</summary>
public sealed class Scene : IAsyncDisposable
{
    private readonly RowContext _context;
    private readonly Dictionary<string, string> _settings;

    private Scene(RowContext context, RigDatabase database, StubProcess stub, Dictionary<string, string> settings) =>
        (_context, Database, Stub, _settings, Bodies) = (context, database, stub, settings, new OrderBodies(context.Clock));

    public RigDatabase Database { get; }

    public StubProcess Stub { get; }

    public List<ProductNode> Nodes { get; } = [];

    public ProductNode Node => Nodes[0];

    public SentOrders Sent { get; } = new();

    public OrderBodies Bodies { get; set; }

    /// <summary>Partners of the estate at which each order must arrive.</summary>
    public IReadOnlyCollection<string> Systems { get; set; } = ["erp", "wms"];

    /// <param name="estate">Folder below Estates.</param>
    /// <param name="settings">Product settings on top, as variables; may hold a proxy's connection string.</param>
    /// <param name="server">Another PostgreSQL than the shared one.</param>
    /// <param name="disk">Folder of the SQLite file, when it is not the row's own.</param>
    /// <param name="edit">Changes the estate's text.</param>
    public static async Task<Scene> SetAsync(
        RowContext context, DatabaseKind kind, string estate = "reference", Func<RigDatabase, StubProcess, Dictionary<string, string>>? settings = null, string? server = null, string? disk = null, Func<string, string>? edit = null)
    {
        var database = kind == DatabaseKind.Sqlite
            ? RigDatabase.Sqlite(disk ?? context.Folder)
            : await RigDatabase.PostgreSqlAsync(server ?? context.Postgres!, "faults_" + Path.GetFileName(context.Folder).ToLowerInvariant().Replace('-', '_'), context.Stop);
        var stub = await StubProcess.StartAsync(context.Folder, context.Seed, context.Stop);
        var address = string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{stub.Port}");
        var all = database.Settings();
        all["ControlPlane__Estate"] = Copy(Path.Combine(AppContext.BaseDirectory, "Estates", estate), Path.Combine(context.Folder, "estate"), edit ?? (text => text));
        all["WEBHOOK_SECRET"] = OrderBodies.Secret;
        all["PARTNERS"] = address;
        all["ERP_URL"] = address + "/erp";
        all["WMS_URL"] = address + "/wms";
        foreach (var (name, value) in settings?.Invoke(database, stub) ?? [])
            all[name] = value;
        return new(context, database, stub, all);
    }

    private static string Copy(string from, string to, Func<string, string> edit)
    {
        Directory.CreateDirectory(to);
        foreach (var file in Directory.GetFiles(from))
            File.WriteAllText(Path.Combine(to, Path.GetFileName(file)), edit(File.ReadAllText(file)));
        return to;
    }

    public ProductNode AddNode(Dictionary<string, string>? settings = null)
    {
        var node = new ProductNode(_context.Folder, string.Create(CultureInfo.InvariantCulture, $"node{Nodes.Count + 1}"), new Dictionary<string, string>([.. _settings.Where(s => settings?.ContainsKey(s.Key) != true), .. settings ?? []]));
        Nodes.Add(node);
        return node;
    }

    public async Task<Scene> StartAsync(int nodes)
    {
        // One after the other: the first makes the schema.
        for (var i = 0; i < nodes; i++)
            await AddNode().StartReadyAsync(_context.Stop);
        return this;
    }

    public OrderSender Sender(int connections, double rate, int first = 0, string connection = "shop", bool redeliver = true, double busySeconds = 0.2, bool obeys = false) =>
        new(Bodies, Sent, [.. Nodes.Select(n => n.Address)], connection, connections, rate) { First = first, Redeliver = redeliver, Busy = TimeSpan.FromSeconds(busySeconds), Obeys = obeys };

    /// <summary>Until every transaction is finished or parked. False: some were not in time; the check names them.</summary>
    public async Task<bool> DrainAsync(TimeSpan limit)
    {
        var from = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(from) < limit)
        {
            if (await Database.CountAsync("SELECT COUNT(*) FROM work_items WHERE state IN (1, 2, 3, 6)", _context.Stop) == 0)
                return true;
            await Task.Delay(200, _context.Stop);
        }

        return false;
    }

    /// <summary>A second shop beside the first, with its own memory.</summary>
    public (SentOrders Sent, OrderBodies Bodies, Func<int, double, int, OrderSender> Sender) Shop(string connection, string prefix)
    {
        var (sent, bodies) = (new SentOrders(), new OrderBodies(_context.Clock, prefix));
        return (sent, bodies, (connections, rate, first) => new OrderSender(bodies, sent, [.. Nodes.Select(n => n.Address)], connection, connections, rate) { First = first });
    }

    public Task<Findings> CheckAsync(IEnumerable<(SentOrders Sent, OrderBodies Bodies)> shops) => Invariants.CheckAsync(Database, Stub.Ledger, shops, Systems, _context.Stop);

    public Task<Findings> CheckAsync() => Invariants.CheckAsync(Database, Stub.Ledger, [(Sent, Bodies)], Systems, _context.Stop);

    /// <summary>Pass when the invariants hold and <paramref name="also"/> is met; otherwise with the shortest offending history.</summary>
    public async Task<RowResult> VerdictAsync(Findings findings, bool also, string figure)
    {
        if (findings.Hold && also)
            return new(RowOutcome.Pass, figure);
        // A missed figure speaks for itself; a node that is gone does not.
        var gone = Nodes.Where(n => n.Process.HasExited).Select(n => $"{n.Name} ended with exit code {n.Process.ExitCode}:\n{n.Process.Tail()}").ToList();
        var history = findings.Hold ? null : await Invariants.HistoryAsync(Database, Stub.Ledger, findings.Offenders, _context.Stop);
        return new(RowOutcome.Fail, figure, history ?? (gone.Count > 0 ? string.Join('\n', gone) : null));
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var node in Nodes)
            await node.DisposeAsync();
        await Stub.DisposeAsync();
        await Database.DisposeAsync();
    }
}

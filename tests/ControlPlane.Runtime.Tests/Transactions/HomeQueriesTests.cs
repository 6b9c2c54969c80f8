using System.Data.Common;
using System.Diagnostics;
using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Faults;
using ControlPlane.Domain.Shared;
using ControlPlane.Domain.Transactions;
using ControlPlane.Runtime.Connections;
using ControlPlane.Runtime.Engine;
using ControlPlane.Runtime.Flows;
using ControlPlane.Runtime.Ingestion;
using ControlPlane.Runtime.Persistence;
using ControlPlane.Runtime.Tests.Persistence;
using ControlPlane.Runtime.Transactions;
using ControlPlane.Runtime.Transactions.Home;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.Time.Testing;

namespace ControlPlane.Runtime.Tests.Transactions;

public sealed class HomeQueriesTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 23, 13, 42, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset Midnight = new(2026, 11, 22, 23, 0, 0, TimeSpan.Zero);

    private readonly FakeTimeProvider _clock = new(Now);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task It_says_what_is_stuck_how_much_since_when_and_whose_move_it_is(DatabaseProvider provider)
    {
        await using var database = await SeedAsync(provider);
        var view = await ReadAsync(database);

        Assert.True(view.AnyOrders);
        Assert.Equal(new OpenOrders(1, 3, 2, 4), view.Open);
        Assert.Equal(2, view.CaseCount);
        var first = view.Cases[0];
        Assert.Equal(("erp.customer_blocked", FaultKind.Data, SystemRole.Erp, "erp", 3), (first.Code, first.Kind, first.Party, first.PartyConnection, first.Count));
        Assert.Equal([new Money(300_00, "EUR"), new Money(50_00, "GBP")], first.Amounts);
        Assert.Equal(Now.AddMinutes(-42), first.Since);
        Assert.Equal(Now.AddHours(2), first.ShipBy);
        Assert.Equal((null, null, 1), (view.Cases[1].Party, view.Cases[1].PartyConnection, view.Cases[1].Count));
        // Nothing proves that the ERP answered, so it is not blamed for what our own check may have stopped.
        Assert.Equal((VerdictMove.Us, "Business Central"), (first.Move, first.System?.DisplayName));
        Assert.Equal(Now.AddMinutes(-42), view.OldestStuckSince);
        Assert.Equal([new Money(310_00, "EUR"), new Money(50_00, "GBP")], view.StuckMoney);
    }

    [Theory]
    [MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task Whose_move_it_is_is_what_the_verdict_of_the_oldest_says(DatabaseProvider provider)
    {
        await using var database = await SeedAsync(provider);
        await using (var context = database.Db.CreateContext())
        {
            var oldest = context.Transactions.Where(t => t.FaultCode == "erp.customer_blocked").OrderBy(t => t.Since).First();
            var answer = Attempt("erp", -43, FaultKind.Data);
            (answer.TransactionId, answer.Step, answer.Status) = (oldest.Id, oldest.Step, 400);
            context.Attempts.Add(answer);
            await context.SaveChangesAsync(Ct);
        }

        var item = (await ReadAsync(database)).Cases[0];
        Assert.Equal((VerdictMove.Erp, "Business Central"), (item.Move, item.System?.DisplayName));
    }

    [Theory]
    [MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task What_is_late_today_is_told_with_the_last_of_its_promises(DatabaseProvider provider)
    {
        await using var database = await SeedAsync(provider);
        var late = (await ReadAsync(database)).Late!;
        // Another one's promise is for the day after tomorrow.
        Assert.Equal((2, Now.AddHours(3)), (late.Count, late.By));
        Assert.Equal([new Money(110_00, "EUR")], late.Amounts);
    }

    [Theory]
    [MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task Six_hours_come_in_steps_of_five_minutes_without_gaps(DatabaseProvider provider)
    {
        await using var database = await SeedAsync(provider);
        var view = await ReadAsync(database);
        Assert.Equal(73, view.Traffic.Count);
        Assert.Equal((new DateTimeOffset(2026, 11, 23, 7, 40, 0, TimeSpan.Zero), new DateTimeOffset(2026, 11, 23, 13, 40, 0, TimeSpan.Zero)), (view.Traffic[0].At, view.Traffic[^1].At));
        Assert.All(view.Traffic.Zip(view.Traffic.Skip(1)), pair => Assert.Equal(HomeQueries.ChartStep, pair.Second.At - pair.First.At));
        // Two channels and two minutes of one step are added up.
        Assert.Equal((9, 4, 1), (view.Traffic[^2].Received, view.Traffic[^2].Closed, view.Traffic[^2].Stuck));
        Assert.Equal(9, view.Traffic.Sum(t => t.Received));
        Assert.Equal(new DayTotals(109, 54, 3, 1), view.Today);
        Assert.Equal((HomeQueries.ChartStep, 9, 4, 1, 0.8), (view.Step, view.Present.Received, view.Present.Closed, view.Present.Stuck, view.ClosedPerMinute));
    }

    [Theory]
    [MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task Each_system_stands_by_its_gravest_sign(DatabaseProvider provider)
    {
        await using var database = await SeedAsync(provider);
        var view = await ReadAsync(database);
        var systems = view.Systems.ToDictionary(s => s.Key);
        Assert.Equal((SystemCondition.Stuck, 3, 1), (systems["erp"].Condition, systems["erp"].Stuck, systems["erp"].Retrying));
        Assert.Equal((SystemCondition.Throttled, 1), (systems["amazon-de"].Condition, systems["amazon-de"].Retrying));
        Assert.Equal((SystemCondition.Working, 3), (systems["wms"].Condition, systems["wms"].Waiting)); // One of them names only the role.
        Assert.Equal((SystemCondition.Working, Now.AddMinutes(-2), 1.8), (systems["shop"].Condition, systems["shop"].LastAt, systems["shop"].PerMinute));
        Assert.Equal(SystemCondition.Off, systems["till"].Condition);
        Assert.Equal((SystemCondition.Stuck, 1), (view.Ourselves.Condition, view.Ourselves.Stuck));
    }

    [Theory]
    [MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task The_list_of_connections_tells_the_last_signs_of_life_and_the_failures_of_the_hour(DatabaseProvider provider)
    {
        await using var database = await SeedAsync(provider);
        var view = await new ConnectionQueries(database.Db, _clock).ReadAsync(TenantScope.Default, Ct);
        Assert.Equal(["shop", "amazon-de", "till", "erp", "wms"], view.Connections.Select(c => c.Key));
        var erp = view.Connections.Single(c => c.Key == "erp");
        Assert.Equal((4, 1, "Business Central answered 503.", 3), (erp.Calls, erp.Failures, erp.LastFault, erp.Stuck));
        Assert.Equal(Now.AddMinutes(-1), erp.LastCallAt);
        Assert.Null(erp.LastMessageAt);
        var shop = view.Connections.Single(c => c.Key == "shop");
        Assert.Equal((Now.AddMinutes(-2), true, null), (shop.LastMessageAt, shop.LastMessageRefused, shop.LastCallAt));
    }

    [Theory]
    [MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task What_waited_for_our_own_budget_did_not_fail_and_asking_a_feed_is_a_call(DatabaseProvider provider)
    {
        await using var database = await SeedAsync(provider);
        await using (var context = database.Db.CreateContext())
        {
            foreach (var minutes in new[] { -5, -6 })
            {
                var waited = Attempt("erp", minutes, FaultKind.Throttled);
                waited.FaultCode = "outbound.budget";
                context.Attempts.Add(waited);
            }

            context.Connections.Add(new ConnectionRow { Key = "wrong-host", Connector = "shopify", Role = SystemRole.Storefront, DisplayName = "Wrong host" });
            context.FeedCursors.Add(new FeedCursorRow { TenantId = TenantScope.Default.TenantId, Connection = "wrong-host", Feed = "orders-feed", PolledAt = Now.AddSeconds(-2).ToMicroseconds(), LastFault = "No such name." });
            await context.SaveChangesAsync(Ct);
        }

        var connections = (await new ConnectionQueries(database.Db, _clock).ReadAsync(TenantScope.Default, Ct)).Connections;
        var erp = connections.Single(c => c.Key == "erp");
        Assert.Equal((4, 1, 2, "Business Central answered 503."), (erp.Calls, erp.Failures, erp.Waited, erp.LastFault));
        var wrong = connections.Single(c => c.Key == "wrong-host");
        Assert.Equal((SystemCondition.Failing, Now.AddSeconds(-2), "No such name."), (wrong.Condition, wrong.LastCallAt, wrong.LastFault));
        Assert.Equal(SystemCondition.Failing, (await ReadAsync(database)).Systems.Single(s => s.Key == "wrong-host").Condition);
    }

    [Fact]
    public async Task A_young_installation_gets_its_first_hour_in_minutes()
    {
        await using var database = await TestDatabase.CreateAsync(DatabaseProvider.Sqlite, Ct);
        await using (var context = database.Db.CreateContext())
        {
            context.Traffic.AddRange(Traffic("shop", Now.AddMinutes(-3), 5, 3, 0), Traffic("shop", Now, 2, 1, 1));
            await context.SaveChangesAsync(Ct);
        }

        var view = await ReadAsync(database);
        Assert.Equal((TimeSpan.FromMinutes(1), 61), (view.Step, view.Traffic.Count));
        Assert.Equal((Now.AddMinutes(-60), Now), (view.Traffic[0].At, view.Traffic[^1].At));
        Assert.Equal((5, 2), (view.Traffic[^4].Received, view.Traffic[^1].Received));
    }

    [Fact]
    public async Task A_new_installation_has_nothing_to_judge()
    {
        await using var database = await TestDatabase.CreateAsync(DatabaseProvider.Sqlite, Ct);
        var view = await ReadAsync(database);
        Assert.False(view.AnyOrders);
        Assert.Empty(view.Systems);
        Assert.Null(view.OldestStuckSince);
        Assert.Equal(73, view.Traffic.Count);
    }

    [Fact]
    public async Task Another_tenants_orders_are_never_counted()
    {
        await using var database = await SeedAsync(DatabaseProvider.Sqlite);
        var view = await Queries(database).ReadAsync(new TenantScope(2), Midnight, Ct);
        Assert.False(view.AnyOrders);
        Assert.Equal(new OpenOrders(0, 0, 0, 0), view.Open);
        Assert.Empty(view.Systems);
    }

    [Fact]
    public async Task One_reading_serves_all_viewers_of_a_second()
    {
        await using var database = await SeedAsync(DatabaseProvider.Sqlite);
        var queries = Queries(database);
        var first = await queries.ReadAsync(TenantScope.Default, Midnight, Ct);
        Assert.Same(first, await queries.ReadAsync(TenantScope.Default, Midnight, Ct));
        Assert.NotSame(first, await queries.ReadAsync(TenantScope.Default, Midnight.AddHours(1), Ct));
        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.NotSame(first, await queries.ReadAsync(TenantScope.Default, Midnight, Ct));
    }

    [Fact]
    public async Task No_reading_walks_the_history()
    {
        await using var database = await SeedAsync(DatabaseProvider.Sqlite);
        using var commands = new CommandRecorder(database.Db.SqliteFile!);
        await ReadAsync(database);
        await new ConnectionQueries(database.Db, _clock).ReadAsync(TenantScope.Default, Ct);
        Assert.True(commands.Texts.Count >= 10);
        await using var connection = await database.Db.OpenAsync(Ct);
        foreach (var (text, parameters) in commands.Texts)
        {
            await using var explain = connection.CreateCommand();
            explain.CommandText = "EXPLAIN QUERY PLAN " + text;
            foreach (var (name, value) in parameters)
            {
                var parameter = explain.CreateParameter();
                (parameter.ParameterName, parameter.Value) = (name, value);
                explain.Parameters.Add(parameter);
            }

            await using var plan = await explain.ExecuteReaderAsync(Ct);
            while (await plan.ReadAsync(Ct))
            {
                var step = plan.GetString(3);
                // "t" and its kin are the aliases of the big tables; a scan of a subquery's few rows is called otherwise.
                // Nor is a search by the tenant alone any better, unless it ends at the first row.
                var all = step.StartsWith("SCAN", StringComparison.Ordinal) || (step.EndsWith("(tenant_id=?)", StringComparison.Ordinal) && !text.StartsWith("SELECT EXISTS", StringComparison.Ordinal));
                Assert.False(all && BigTable(step, text), $"{step}\n{text}");
            }
        }

        static bool BigTable(string step, string text)
        {
            var alias = step.Split(' ')[1];
            return new[] { "transactions", "messages", "attempts", "traffic", "journal" }.Any(t => text.Contains($"\"{t}\" AS \"{alias}\"", StringComparison.Ordinal));
        }
    }

    private HomeQueries Queries(TestDatabase database)
    {
        var registry = new ConnectionRegistry();
        registry.Replace([new() { Key = "erp", Connector = "business-central", Role = SystemRole.Erp, DisplayName = "Business Central" }]);
        return new(database.Db, _clock, new FlowCatalog(), registry);
    }

    private Task<HomeView> ReadAsync(TestDatabase database) => Queries(database).ReadAsync(TenantScope.Default, Midnight, Ct);

    private static async Task<TestDatabase> SeedAsync(DatabaseProvider provider)
    {
        var database = await TestDatabase.CreateAsync(provider, Ct);
        await using var context = database.Db.CreateContext();
        context.Connections.AddRange(
            new ConnectionRow { Key = "shop", Connector = "shopify", Role = SystemRole.Storefront, DisplayName = "Shopify EU" },
            new ConnectionRow { Key = "amazon-de", Connector = "amazon", Role = SystemRole.Marketplace, DisplayName = "Amazon DE" },
            new ConnectionRow { Key = "till", Connector = "till", Role = SystemRole.PointOfSale, DisplayName = "Tills", Enabled = false },
            new ConnectionRow { Key = "erp", Connector = "business-central", Role = SystemRole.Erp, DisplayName = "Business Central" },
            new ConnectionRow { Key = "wms", Connector = "wms", Role = SystemRole.Wms, DisplayName = "Warehouse" });
        context.Transactions.AddRange(
            Order(TransactionState.Running, -1),
            Order(TransactionState.Waiting, -10, SystemRole.Wms, "wms"),
            Order(TransactionState.Waiting, -11, SystemRole.Wms, "wms"),
            Order(TransactionState.Waiting, -12, SystemRole.Wms),
            Order(TransactionState.Retrying, -5, SystemRole.Erp, "erp", FaultKind.Transient),
            Order(TransactionState.Retrying, -6, SystemRole.Marketplace, "amazon-de", FaultKind.Throttled),
            Order(TransactionState.Stuck, -42, SystemRole.Erp, "erp", FaultKind.Data, "erp.customer_blocked", 100_00, shipBy: Now.AddHours(2)),
            Order(TransactionState.Stuck, -30, SystemRole.Erp, "erp", FaultKind.Data, "erp.customer_blocked", 200_00, shipBy: Now.AddDays(2)),
            Order(TransactionState.Stuck, -20, SystemRole.Erp, "erp", FaultKind.Data, "erp.customer_blocked", 50_00, "GBP"),
            Order(TransactionState.Stuck, -3, null, null, FaultKind.Data, "order.no_lines", 10_00, shipBy: Now.AddHours(3)),
            Order(TransactionState.Closed, -60),
            Order(TransactionState.Cancelled, -61));
        context.Traffic.AddRange(
            Traffic("shop", new(2026, 11, 23, 13, 37, 0, TimeSpan.Zero), 5, 3, 1),
            Traffic("shop", new(2026, 11, 23, 13, 38, 0, TimeSpan.Zero), 4, 1, 0),
            Traffic("amazon-de", new(2026, 11, 23, 1, 0, 0, TimeSpan.Zero), 100, 50, 0, duplicates: 2, refused: 1),
            Traffic("shop", new(2026, 11, 23, 8, 0, 0, TimeSpan.Zero), 0, 0, 0, duplicates: 1),
            Traffic("shop", new(2026, 11, 22, 22, 59, 0, TimeSpan.Zero), 1000, 1000, 0));
        context.Attempts.AddRange(
            Attempt("erp", -1), Attempt("erp", -2), Attempt("erp", -3, FaultKind.Transient), Attempt("erp", -4, FaultKind.Data), Attempt("erp", -90, FaultKind.Transient), Attempt("wms", -20));
        context.Messages.AddRange(Message("shop", -30, MessageState.Accepted), Message("shop", -2, MessageState.Refused), Message("amazon-de", -200, MessageState.Accepted));
        await context.SaveChangesAsync(Ct);
        return database;
    }

    private static TransactionRow Order(
        TransactionState state, int minutes, SystemRole? party = null, string? system = null, FaultKind? kind = null, string? code = null, long? total = null, string currency = "EUR", DateTimeOffset? shipBy = null)
    {
        var at = Now.AddMinutes(minutes).ToMicroseconds();
        return new()
        {
            Id = Guid.CreateVersion7(Now.AddMinutes(minutes)), State = state, Connection = "shop", Flow = "f", Number = "1", Reference = "R", CorrelationId = "c", Currency = currency,
            TotalMinor = total, ReceivedAt = at, PlacedAt = at, UpdatedAt = at, Since = at, Party = party, PartyConnection = system, FaultKind = kind, FaultCode = code,
            FaultMessage = code is null ? null : "Refused.", ShipBy = shipBy?.ToMicroseconds(),
        };
    }

    private static TrafficRow Traffic(string connection, DateTimeOffset minute, int received, int closed, int stuck, int duplicates = 0, int refused = 0) => new()
    {
        Connection = connection, Minute = minute.ToMicroseconds(), NodeId = Guid.CreateVersion7(), Received = received, Closed = closed, Stuck = stuck, Duplicates = duplicates, Refused = refused,
    };

    private static AttemptRow Attempt(string connection, int minutes, FaultKind? fault = null) => new()
    {
        Id = Guid.CreateVersion7(Now.AddMinutes(minutes)), TransactionId = Guid.CreateVersion7(), Connection = connection, Step = "s", Operation = "o", Method = "POST", Path = "/",
        StartedAt = Now.AddMinutes(minutes).ToMicroseconds(), FaultKind = fault, FaultMessage = fault is null ? null : "Business Central answered 503.",
    };

    private static MessageRow Message(string connection, int minutes, MessageState state) => new()
    {
        Id = Guid.CreateVersion7(Now.AddMinutes(minutes)), Connection = connection, Topic = "orders", State = state, CorrelationId = "c", ReceivedAt = Now.AddMinutes(minutes).ToMicroseconds(),
        PayloadId = Guid.CreateVersion7(),
    };

    /// <summary>Keeps every query that EF sends to one database file.</summary>
    private sealed class CommandRecorder : IObserver<DiagnosticListener>, IObserver<KeyValuePair<string, object?>>, IDisposable
    {
        private readonly string _file;
        private readonly List<IDisposable> _subscriptions = [];

        public CommandRecorder(string file)
        {
            _file = file;
            _subscriptions.Add(DiagnosticListener.AllListeners.Subscribe(this));
        }

        public List<(string Text, List<(string Name, object? Value)> Parameters)> Texts { get; } = [];

        public void OnNext(DiagnosticListener value)
        {
            if (value.Name == "Microsoft.EntityFrameworkCore")
                _subscriptions.Add(value.Subscribe(this));
        }

        public void OnNext(KeyValuePair<string, object?> value)
        {
            if (value is { Key: "Microsoft.EntityFrameworkCore.Database.Command.CommandExecuting", Value: CommandEventData data } && data.Command.Connection?.DataSource == _file)
                Texts.Add((data.Command.CommandText, [.. data.Command.Parameters.Cast<DbParameter>().Select(p => (p.ParameterName, p.Value))]));
        }

        public void OnCompleted()
        {
        }

        public void OnError(Exception error)
        {
        }

        public void Dispose() => _subscriptions.ForEach(s => s.Dispose());
    }
}

using ControlPlane.Domain.Alerts;
using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Objectives;
using ControlPlane.Domain.Shared;
using ControlPlane.Runtime.Alerts;
using ControlPlane.Runtime.Budgets;
using ControlPlane.Runtime.Connections;
using ControlPlane.Runtime.Estate;
using ControlPlane.Runtime.ExceptionCases;
using ControlPlane.Runtime.Identity;
using ControlPlane.Runtime.Objectives;
using ControlPlane.Runtime.Ownership;
using ControlPlane.Runtime.Persistence;
using ControlPlane.Runtime.Settings;
using ControlPlane.Runtime.Tests.Persistence;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace ControlPlane.Runtime.Tests.Alerts;

/// <summary>Events that a test makes up, counted as the store counts: a miss is known once it can be in time no more.</summary>
internal sealed class MadeUpFigures(TimeProvider clock) : IObjectives, IObjectiveFigures
{
    private readonly List<(string Indicator, DateTimeOffset At, long Good, long Bad, string Case, string Party)> _events = [];

    public List<PublishedObjective> Published { get; } = [];

    public List<Composite> Composites { get; } = [];

    /// <summary>Null = up to now.</summary>
    public DateTimeOffset? CountedUpTo { get; set; }

    public bool Broken { get; set; }

    public void Add(string indicator, DateTimeOffset at, long good, long bad, string group = "", string party = "unknown") => _events.Add((indicator, at, good, bad, group, party));

    public Task<IReadOnlyList<PublishedObjective>> AllAsync(CancellationToken cancel) => Broken ? throw new TimeoutException() : Task.FromResult<IReadOnlyList<PublishedObjective>>(Published);

    public Task<IReadOnlyList<Composite>> CompositesAsync(CancellationToken cancel) => Task.FromResult<IReadOnlyList<Composite>>(Composites);

    public Task<IReadOnlyList<PublishedObjective>> HistoryAsync(string name, CancellationToken cancel) => throw new NotSupportedException();

    public Task<IReadOnlyList<Exclusion>> ExclusionsAsync(CancellationToken cancel) => throw new NotSupportedException();

    public Task<FigureAge> AgeAsync(string indicator, CancellationToken cancel) => Task.FromResult(new FigureAge(CountedUpTo ?? clock.GetUtcNow(), clock.GetUtcNow(), false));

    public Task<IReadOnlyList<Tally>> TalliesAsync(string indicator, ObjectivePeriod period, TimeSpan grain, ObjectiveScope scope, CancellationToken cancel)
    {
        var known = clock.GetUtcNow() - Published.First(p => p.Indicator.Name == indicator).Indicator.Within;
        return Task.FromResult<IReadOnlyList<Tally>>([.. _events.Where(e => e.Indicator == indicator && period.Contains(e.At))
            .Select(e => (At: new DateTimeOffset(e.At.UtcTicks - e.At.UtcTicks % grain.Ticks, TimeSpan.Zero), e.Good, Bad: e.At < known ? e.Bad : 0)).GroupBy(e => e.At).Select(g => new Tally(g.Key, g.Sum(e => e.Good), g.Sum(e => e.Good + e.Bad)))]);
    }

    public async Task<IReadOnlyDictionary<string, IReadOnlyList<Tally>>> TalliesAsync(IReadOnlyCollection<string> indicators, ObjectivePeriod period, TimeSpan grain, ObjectiveScope scope, CancellationToken cancel)
    {
        var all = new Dictionary<string, IReadOnlyList<Tally>>();
        foreach (var indicator in indicators)
            all[indicator] = await TalliesAsync(indicator, period, grain, scope, cancel);
        return all;
    }

    public Task<IReadOnlyList<TallyBy>> TalliesByAsync(string indicator, ObjectiveDimension by, ObjectivePeriod period, TimeSpan grain, ObjectiveScope scope, CancellationToken cancel) =>
        Task.FromResult<IReadOnlyList<TallyBy>>([.. _events.Where(e => e.Indicator == indicator && period.Contains(e.At) && e.Bad > 0).Select(e => new TallyBy(by == ObjectiveDimension.Case ? e.Case : e.Party, new(e.At, 0, e.Bad)))]);

    public Task<MissedPage> MissedAsync(string indicator, ObjectivePeriod period, ObjectiveScope scope, string? party, Guid? caseId, string? cursor, int limit, CancellationToken cancel) => throw new NotSupportedException();
}

/// <summary>A database, made-up figures, and everything that alerts on them. It is Monday, noon.</summary>
internal sealed class AlertRig : IAsyncDisposable
{
    private readonly TestDatabase? _database;

    private AlertRig(IControlPlaneDb db, TestDatabase? database, FakeTimeProvider clock, IObjectives? objectives = null, IObjectiveFigures? figures = null)
    {
        (Db, _database, Clock) = (db, database, clock);
        Figures = new(Clock);
        Connections.Replace([Of("shop", SystemRole.Storefront), Of("erp", SystemRole.Erp)]);
        Ownership = new(Db);
        Budgets = new(Clock, objectives ?? Figures, figures ?? Figures);
        var board = new AlertChannelBoard(NullLogger<AlertChannelBoard>.Instance);
        Telling = new(board, Ownership, Clock);
        Keeper = NewKeeper(objectives, figures);
        Channels = new(Db, Clock);
        Incidents = new(Db, Telling, Connections, objectives ?? Figures, Signal, Clock);
        Gate = new(Db, Budgets, Connections, Clock);
        var notifications = Options.Create(Notifications);
        var installation = Options.Create(new ControlPlaneOptions { PublicAddress = "https://portal.example.com" });
        var addresses = new AlertAddresses(Db, References);
        INotificationDoor[] doors = [new MailDoor(notifications, installation), new WebhookDoor(notifications, installation, Clock, addresses), new SlackDoor(notifications, installation, addresses), new TeamsDoor(notifications, installation, addresses)];
        Sender = new(Db, doors, Clock, NullLogger<NotificationSender>.Instance);
        Tester = new(Db, doors, board, Telling, Clock);
    }

    public FakeTimeProvider Clock { get; }

    public IControlPlaneDb Db { get; }

    public MadeUpFigures Figures { get; }

    public ConnectionRegistry Connections { get; } = new();

    public OwnershipBoard Ownership { get; }

    public NotificationSignal Signal { get; } = new();

    public NotificationOptions Notifications { get; } = new() { MailSecurity = "none", MailFrom = "controlplane@example.com", WebhooksInside = true };

    public KnownSecrets References { get; } = new();

    public BudgetFigures Budgets { get; }

    public AlertTelling Telling { get; }

    public AlertKeeper Keeper { get; }

    public AlertChannels Channels { get; }

    public AlertIncidents Incidents { get; }

    public BudgetGate Gate { get; }

    public NotificationSender Sender { get; }

    public AlertChannelTester Tester { get; }

    public static async Task<AlertRig> StartAsync(DatabaseProvider provider, CancellationToken ct)
    {
        var database = await TestDatabase.CreateAsync(provider, ct);
        var rig = new AlertRig(database.Db, database, new(new DateTimeOffset(2026, 11, 23, 12, 0, 0, TimeSpan.Zero)));
        await rig.PeopleAsync(ct);
        return rig;
    }

    /// <summary>On a database and figures of somebody else.</summary>
    public static AlertRig On(IControlPlaneDb db, FakeTimeProvider clock, IObjectives objectives, IObjectiveFigures figures) => new(db, null, clock, objectives, figures);

    /// <summary>As another node: nothing in memory is shared.</summary>
    /// <param name="causes">What explains cases; null = nothing.</param>
    public AlertKeeper NewKeeper(IObjectives? objectives = null, IObjectiveFigures? figures = null, CauseStore? causes = null)
    {
        var options = Options.Create(new AlertOptions());
        var telling = new AlertTelling(new(NullLogger<AlertChannelBoard>.Instance), Ownership, Clock);
        var writer = new IncidentWriter(Db, telling, Signal, options, Clock, NullLogger<IncidentWriter>.Instance);
        var reading = new AlertReading(Connections, Budgets, Clock, objectives ?? Figures, figures ?? Figures);
        return new(
            Db, reading, new(Connections, causes), writer, new(Db, Ownership, telling, Signal, Clock, NullLogger<AlertLadder>.Instance), new(Db, Budgets, telling, Ownership, Signal, Clock, NullLogger<BudgetWatch>.Instance), options, Clock, NullLogger<AlertKeeper>.Instance);
    }

    public void Objective(string name, decimal target = 0.995m, CountRule? count = null, ObjectiveScope? scope = null, int within = 10, long minimum = 1) => Figures.Published.Add(new(
        new() { Name = name, Title = "Orders by " + name, Indicator = name, Target = target, Window = new RollingWindow(TimeSpan.FromDays(30)), MinimumCount = minimum },
        new() { Name = name, Kind = "order", From = new(null), To = new(null), Within = TimeSpan.FromMinutes(within) }, 1, scope ?? ObjectiveScope.All, "operations", "https://wiki.example.com/orders", count, BudgetPolicy.Default, Clock.GetUtcNow(), "test"));

    public async Task ChannelAsync(AlertChannel channel, CancellationToken ct)
    {
        var outcome = await Channels.SaveAsync(TenantScope.Default, channel, null, "ada", "a test", ct);
        Assert.True(outcome.Accepted, outcome.Message);
    }

    /// <summary>Looks as the job does, over and over, and sends what is due.</summary>
    public async Task GoOnAsync(TimeSpan length, TimeSpan step, CancellationToken ct, bool send = false)
    {
        for (var end = Clock.GetUtcNow() + length; Clock.GetUtcNow() < end;)
        {
            Clock.Advance(step);
            await Keeper.KeepAsync(ct);
            if (send)
                await Sender.SendDueAsync(ct);
        }
    }

    public async Task<List<T>> RowsAsync<T>(CancellationToken ct)
        where T : class
    {
        await using var context = Db.CreateContext();
        return await context.Set<T>().AsNoTracking().ToListAsync(ct);
    }

    private async Task PeopleAsync(CancellationToken ct)
    {
        await using var context = Db.CreateContext();
        foreach (var role in PortalRoles.All)
            context.Roles.Add(new IdentityRole<Guid>(role) { Id = EntityId.New(Clock), NormalizedName = role.ToUpperInvariant() });
        await context.SaveChangesAsync(ct);
        foreach (var (name, role) in new[] { ("op", PortalRoles.Operator), ("ada", PortalRoles.Admin), ("eve", PortalRoles.Executive) })
        {
            var user = new PortalUser { Id = EntityId.New(Clock), UserName = name, NormalizedUserName = name.ToUpperInvariant(), DisplayName = name, Email = name + "@example.com" };
            context.Users.Add(user);
            var normalized = role.ToUpperInvariant();
            context.UserRoles.Add(new() { UserId = user.Id, RoleId = await context.Roles.Where(r => r.NormalizedName == normalized).Select(r => r.Id).FirstAsync(ct) });
        }

        await context.SaveChangesAsync(ct);
    }

    private static Connection Of(string key, SystemRole role) => new() { Key = key, Connector = "test", Role = role, DisplayName = key };

    public async ValueTask DisposeAsync()
    {
        if (_database is not null)
            await _database.DisposeAsync();
    }
}

/// <summary>Secrets that a test sets as it goes.</summary>
internal sealed class KnownSecrets : IReferenceResolver
{
    public Dictionary<string, string> Values { get; } = [];

    public string? Resolve(string reference) => Values.GetValueOrDefault(reference);
}

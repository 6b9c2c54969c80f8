using System.Globalization;
using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Outbound;
using ControlPlane.Domain.Shared;
using ControlPlane.Runtime.Engine;
using ControlPlane.Runtime.Outbound;
using ControlPlane.Runtime.Persistence;
using ControlPlane.Runtime.Tests.Persistence;
using Microsoft.Extensions.Time.Testing;

namespace ControlPlane.Runtime.Tests.Outbound;

/// <summary>Accounts at providers that count as Amazon and Shopify do, a backlog at each, and nodes that share the budgets.</summary>
public sealed class ThrottlingTests
{
    private const int Accounts = 52;

    private static readonly RateBudget[] Kinds = [new(0.0056, 20), new(2, 10), new(5, 5), new(100, 2000, "points", 10)];

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task A_backlog_uses_the_allowance_and_is_hardly_ever_refused(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider, Ct);
        var clock = new FakeTimeProvider(new DateTimeOffset(2026, 11, 23, 12, 0, 0, TimeSpan.Zero));
        var leases = new LeaseClock(clock);
        // SQLite is of one process; the servers are shared by two.
        var nodes = provider == DatabaseProvider.Sqlite ? 1 : 2;
        var accounts = Enumerable.Range(0, Accounts).Select(i => new Account(i, Kinds[i % Kinds.Length], clock)).ToList();
        var gates = accounts.Select(a => Enumerable.Range(0, nodes).Select(_ => new RateGate($"account-{a.Number}/call", a.Budget, new BudgetLedger(database.Db, leases), clock)).ToArray()).ToList();
        await RunAsync(clock, accounts, gates, TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(8), _ => true);
        // Somebody else uses the same account for a moment: now there are refusals.
        foreach (var account in accounts.Where(a => a.Number % 8 == 1))
            account.Draw(2);
        await RunAsync(clock, accounts, gates, TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(8), _ => true);
        // The slow ones need hours to show their pace.
        await RunAsync(clock, accounts, gates, TimeSpan.FromSeconds(20), TimeSpan.FromHours(1), a => a.Budget.PerSecond < 1);
        foreach (var gate in gates.SelectMany(g => g))
            gate.Dispose();

        var (calls, refused) = (accounts.Sum(a => a.Calls), accounts.Sum(a => a.Refused));
        TestContext.Current.TestOutputHelper!.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{provider}, {nodes} nodes: {calls} calls, {refused} refused ({100.0 * refused / calls:0.00} %), least of the allowance used {accounts.Min(a => a.UsedShare):P1}, {accounts.Sum(a => a.TooEarly)} before Retry-After"));
        Assert.True(refused > 0);
        Assert.True(refused <= calls * 0.01, $"{refused} of {calls} calls were refused.");
        Assert.Equal(0, accounts.Sum(a => a.TooEarly));
        Assert.All(accounts, a => Assert.True(a.UsedShare >= 0.9, $"{a.Budget} used {a.UsedShare:P1} of its allowance."));
    }

    private static async Task RunAsync(FakeTimeProvider clock, List<Account> accounts, List<RateGate[]> gates, TimeSpan step, TimeSpan length, Func<Account, bool> which)
    {
        for (var at = TimeSpan.Zero; at < length; at += step)
        {
            clock.Advance(step);
            for (var i = 0; i < accounts.Count; i++)
                if (which(accounts[i]))
                {
                    // The nodes take turns in being first.
                    foreach (var gate in at.Ticks / step.Ticks % 2 == 0 ? gates[i] : gates[i].Reverse())
                        await CallAsync(accounts[i], gate, clock);
                    if (at.Ticks % TimeSpan.TicksPerSecond == 0)
                        foreach (var gate in gates[i])
                            await gate.TickAsync(null, Ct);
                }
        }
    }

    private static async Task CallAsync(Account account, RateGate gate, FakeTimeProvider clock)
    {
        while (await gate.TakeAsync(account.Budget.Cost, false, Ct) == TimeSpan.Zero)
        {
            var answer = account.Call();
            if (BudgetHeaders.Read(answer) is { } reading)
                await gate.LearnAsync(reading, Ct);
            if (answer.Status != 429)
                continue;
            await gate.CloseForAsync(HttpFaults.RetryAfter(answer.Header("Retry-After"), clock.GetUtcNow())!.Value, Ct);
            return;
        }
    }

    /// <summary>The provider's side of one account.</summary>
    private sealed class Account(int number, RateBudget budget, FakeTimeProvider clock)
    {
        private readonly DateTimeOffset _from = clock.GetUtcNow();
        private TokenBucket _bucket = TokenBucket.Full(budget, clock.GetUtcNow().ToMicroseconds());
        private DateTimeOffset _notBefore;
        private DateTimeOffset _last;
        private double _drawn;

        public int Number => number;

        public RateBudget Budget => budget;

        public int Calls { get; private set; }

        public int Refused { get; private set; }

        public int TooEarly { get; private set; }

        /// <summary>Of what could have been called until the last call, by us.</summary>
        public double UsedShare => (Calls - Refused) * budget.Cost / (budget.Burst + budget.PerSecond * (_last - _from).TotalSeconds - _drawn);

        public void Draw(double tokens)
        {
            _bucket = _bucket.Refill(budget, clock.GetUtcNow().ToMicroseconds());
            _drawn += tokens;
            _bucket = _bucket with { Tokens = _bucket.Tokens - tokens };
        }

        public ExchangeAnswer Call()
        {
            var now = clock.GetUtcNow();
            _last = now;
            Calls++;
            if (now < _notBefore)
                TooEarly++;
            (_bucket, var granted, var wait) = _bucket.Take(budget, now.ToMicroseconds(), budget.Cost, budget.Cost, 0);
            var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase) { ["x-amzn-RateLimit-Limit"] = budget.PerSecond.ToString(CultureInfo.InvariantCulture) };
            if (granted > 0)
                return new() { Status = 200, Headers = headers };
            Refused++;
            var seconds = Math.Ceiling(wait.TotalSeconds);
            _notBefore = now.AddSeconds(seconds);
            // Both forms of the header, in turn; a date has whole seconds.
            headers["Retry-After"] = Refused % 2 == 0 ? seconds.ToString(CultureInfo.InvariantCulture) : new DateTimeOffset((now.AddSeconds(seconds).UtcTicks + TimeSpan.TicksPerSecond - 1) / TimeSpan.TicksPerSecond * TimeSpan.TicksPerSecond, TimeSpan.Zero).ToString("R", CultureInfo.InvariantCulture);
            return new() { Status = 429, Headers = headers };
        }
    }
}

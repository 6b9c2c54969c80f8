using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Outbound;

namespace ControlPlane.Runtime.Outbound;

/// <summary>
/// The rate budget of one operation, or of a pool of operations, on this node: how long until the next call is allowed. Where nodes share
/// it, tokens are leased from the <see cref="BudgetLedger"/> in chunks as large as the pace asks for, and what is not used soon is given back.
/// </summary>
internal sealed class RateGate : IDisposable
{
    /// <summary>For a pace that needs more, a lease serves so long: few statements, and little that another node lacks meanwhile.</summary>
    private static readonly TimeSpan ChunkServes = TimeSpan.FromMilliseconds(250);

    /// <summary>Leased tokens that nobody asked for are given back after this.</summary>
    private static readonly TimeSpan Unused = TimeSpan.FromSeconds(1);

    /// <summary>Stands in for a limit that nobody knows, in the row that tells other nodes of a closure.</summary>
    private static readonly RateBudget Unlimited = new(1e6, 1e6);

    private readonly Lock _lock = new();
    private readonly SemaphoreSlim _leasing = new(1, 1);
    private readonly TimeProvider _clock;
    private readonly (long At, long Timestamp) _start;
    private readonly RateBudget? _declared;

    /// <summary>Where tokens are leased; null where this node has the whole budget.</summary>
    private readonly BudgetLedger? _ledger;

    /// <summary>Where other nodes learn of a closure; null where there are none.</summary>
    private readonly BudgetLedger? _told;

    private RateBudget? _budget;
    private TokenBucket _bucket;
    private double _leased;
    private double _chunk;
    private long _leasedAt;
    private long _usedAt;
    private long _waitUntil;
    private long _minute;
    private double _used;
    private double _usedBefore;

    /// <param name="declared">Null: there is no known limit; then it only obeys what the target says.</param>
    public RateGate(string key, RateBudget? declared, BudgetLedger? ledger, TimeProvider clock)
    {
        (Key, _declared, _budget, _clock) = (key, declared, declared, clock);
        _start = (Domain.Shared.Instant.ToMicroseconds(clock.GetUtcNow()), clock.GetTimestamp());
        _bucket = new(declared?.Burst ?? 0, Now, 0);
        _told = ledger?.Keeps(declared ?? Unlimited) == true ? ledger : null;
        _ledger = declared is null ? null : _told;
    }

    public string Key { get; }

    /// <summary>As learned, else as declared; null = no known limit.</summary>
    public RateBudget? Budget => _budget;

    public bool IsShared => _ledger is not null;

    public bool Learned { get; private set; }

    /// <summary>Zero and the cost taken, or how long to wait before asking again.</summary>
    /// <param name="cost">In tokens.</param>
    /// <param name="polling">May not touch the reserve, which is kept for what somebody waits for.</param>
    public async ValueTask<TimeSpan> TakeAsync(double cost, bool polling, CancellationToken ct)
    {
        if (_ledger is null || _budget is null)
            return TakeHere(cost, polling);
        if (!polling && TakeLeased(cost))
            return TimeSpan.Zero;
        await _leasing.WaitAsync(ct);
        try
        {
            if (!polling && TakeLeased(cost))
                return TimeSpan.Zero;
            if (Closed() is { } closed)
                return closed;
            var (granted, wait, budget) = await _ledger.TakeAsync(Key, _declared!, polling ? cost : Chunk(cost), cost, polling ? Floor(_budget) : 0, ct);
            lock (_lock)
            {
                _budget = budget;
                _leasedAt = _usedAt = _clock.GetTimestamp();
                if (granted > 0)
                    _leased += granted - cost;
                else
                    _waitUntil = Now + (long)wait.TotalMicroseconds;
            }

            return wait;
        }
        finally
        {
            _leasing.Release();
        }
    }

    /// <summary>What was taken is not used: another limit stood in the way.</summary>
    public void Return(double cost)
    {
        lock (_lock)
            if (_ledger is not null)
                _leased += cost;
            else if (_budget is { } budget)
                _bucket = _bucket.Refill(budget, Now).GiveBack(budget, cost);
    }

    /// <summary>The target said that it does not want to be called for now.</summary>
    public bool IsClosed
    {
        get
        {
            lock (_lock)
                return Now < _bucket.ClosedUntil;
        }
    }

    /// <summary>How long until a call is allowed, as far as is known without asking; nothing is taken.</summary>
    public TimeSpan Peek()
    {
        lock (_lock)
        {
            var now = Now;
            if (now < _bucket.ClosedUntil)
                return TimeSpan.FromMicroseconds(_bucket.ClosedUntil - now);
            if (_budget is null)
                return TimeSpan.Zero;
            if (_ledger is not null)
                return _leased > 0 || now >= _waitUntil ? TimeSpan.Zero : TimeSpan.FromMicroseconds(_waitUntil - now);
            return _bucket.Take(_budget, now, _budget.Cost, _budget.Cost, 0).Wait;
        }
    }

    /// <summary>Calls that would be allowed at this moment.</summary>
    public int Left()
    {
        if (Peek() > TimeSpan.Zero)
            return 0;
        lock (_lock)
            return _budget is null ? int.MaxValue : (int)((_ledger is not null ? Math.Max(_leased, _bucket.Refill(_budget, Now).Tokens) : _bucket.Refill(_budget, Now).Tokens) / _budget.Cost + 1e-9);
    }

    /// <summary>Tokens used in the last full minute or in the present one, whichever is more; of this node only where the budget is not shared.</summary>
    public double UsedPerMinute
    {
        get
        {
            lock (_lock)
            {
                var minute = Now / 60_000_000;
                return minute == _minute ? Math.Max(_used, _usedBefore) : minute == _minute + 1 ? _used : 0;
            }
        }
    }

    /// <summary>The target said when to come back: nobody calls before, on any node.</summary>
    public async ValueTask CloseForAsync(TimeSpan wait, CancellationToken ct)
    {
        lock (_lock)
        {
            _bucket = _bucket.CloseUntil(Now + (long)wait.TotalMicroseconds);
            _leased = 0;
        }

        if (_told is not null)
            await _told.CloseAsync(Key, _declared ?? Unlimited, wait, ct);
    }

    /// <summary>What the target told. Written on only when it changes something.</summary>
    public async ValueTask LearnAsync(BudgetReading reading, CancellationToken ct)
    {
        if (_budget is not { } budget)
            return;
        double leased;
        lock (_lock)
        {
            leased = _leased;
            var known = _bucket.Refill(budget, Now);
            var news = (reading.PerSecond is { } p && Differs(p, budget.PerSecond)) || (reading.Burst is { } b && Differs(b, budget.Burst)) || (reading.Left is { } left && left < known.Tokens - Math.Max(1, budget.Burst / 20));
            if (!news)
                return;
            Learned |= reading.PerSecond is not null || reading.Burst is not null;
            _budget = budget with { PerSecond = reading.PerSecond ?? budget.PerSecond, Burst = reading.Burst ?? budget.Burst };
            _bucket = reading.Left is { } now ? known.Correct(now) : known;
        }

        if (_ledger is not null)
            await _ledger.LearnAsync(Key, _declared!, reading, leased, ct);
    }

    /// <summary>Once a second: gives back what nobody asked for, and takes over what other nodes wrote.</summary>
    public async Task TickAsync(RateBudgetRow? row, CancellationToken ct)
    {
        double back = 0;
        lock (_lock)
        {
            if (row is not null)
            {
                // The database's clock and ours need not agree.
                var shift = Now - _told!.Now;
                var told = BudgetLedger.Bucket(row);
                told = told with { At = told.At + shift, ClosedUntil = told.ClosedUntil == 0 ? 0 : told.ClosedUntil + shift };
                if (_ledger is not null)
                {
                    _budget = _budget! with { PerSecond = row.PerSecond, Burst = row.Burst };
                    (Learned, _minute, _used, _usedBefore) = (row.Learned, row.Minute, row.Used, row.UsedBefore);
                    _bucket = told with { ClosedUntil = Math.Max(told.ClosedUntil, _bucket.ClosedUntil) };
                }
                else
                {
                    _bucket = _bucket.CloseUntil(told.ClosedUntil);
                }
            }

            if (_ledger is not null && _leased > 0 && _clock.GetElapsedTime(_usedAt) >= Unused)
                (back, _leased, _chunk) = (_leased, 0, 0);
        }

        if (back > 0)
            await _ledger!.GiveBackAsync(Key, _declared!, back, ct);
    }

    private TimeSpan TakeHere(double cost, bool polling)
    {
        lock (_lock)
        {
            var now = Now;
            if (_budget is null)
                return now < _bucket.ClosedUntil ? TimeSpan.FromMicroseconds(_bucket.ClosedUntil - now) : TimeSpan.Zero;
            (_bucket, var granted, var wait) = _bucket.Take(_budget, now, cost, cost, polling ? Floor(_budget) : 0);
            var minute = now / 60_000_000;
            if (_minute != minute)
                (_usedBefore, _used, _minute) = (_minute == minute - 1 ? _used : 0, 0, minute);
            _used += granted;
            return wait;
        }
    }

    private bool TakeLeased(double cost)
    {
        lock (_lock)
        {
            if (_leased < cost - 1e-9 || Now < _bucket.ClosedUntil)
                return false;
            _leased -= cost;
            _usedAt = _clock.GetTimestamp();
            return true;
        }
    }

    private TimeSpan? Closed()
    {
        lock (_lock)
            return Now is var now && now < _bucket.ClosedUntil ? TimeSpan.FromMicroseconds(_bucket.ClosedUntil - now) : null;
    }

    /// <summary>The chunk before was used up at once: the next is larger. A pace that slowed down gets single calls again.</summary>
    private double Chunk(double cost)
    {
        lock (_lock)
        {
            var most = Math.Max(cost, _budget!.PerSecond * ChunkServes.TotalSeconds);
            _chunk = _leasedAt != 0 && _clock.GetElapsedTime(_leasedAt) < ChunkServes ? Math.Min(most, Math.Max(cost, _chunk * 2)) : cost;
            return _chunk;
        }
    }

    private static double Floor(RateBudget budget) => budget.Burst * budget.Reserve;

    private static bool Differs(double a, double b) => Math.Abs(a - b) > 1e-6 * Math.Max(a, b);

    /// <summary>From the monotonic counter: a wall clock that jumps neither fills a bucket nor dries it out.</summary>
    private long Now => _start.At + (long)_clock.GetElapsedTime(_start.Timestamp).TotalMicroseconds;

    public void Dispose() => _leasing.Dispose();
}

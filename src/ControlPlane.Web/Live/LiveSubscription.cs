using ControlPlane.Runtime.Live;

namespace ControlPlane.Web.Live;

/// <summary>
/// Follows the change feed for one page: gathers notes, and asks the page to refresh at most twice a second. Never two
/// refreshes at once; may be disposed at any moment, also from within a refresh.
/// </summary>
/// <remarks>
/// The first note after a quiet time is passed on at once. While the viewer has paused, notes are kept and passed on when
/// he resumes.
/// </remarks>
public sealed class LiveSubscription : IDisposable
{
    /// <summary>Between two refreshes, unless the page asks for more.</summary>
    public static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(500);

    /// <summary>More distinct transactions than this are told as "many": the page reads anew anyway.</summary>
    public const int MostNotes = 500;

    private readonly Lock _lock = new();
    private readonly LiveState _state;
    private readonly TimeProvider _clock;
    private readonly int _tenantId;
    private readonly TimeSpan _shortest;
    private readonly Func<LiveChange, Task> _refresh;
    private readonly IDisposable _feed;
    private readonly ITimer _timer;
    private Dictionary<Guid, ChangeNote> _pending = [];
    private bool _overflow;
    private bool _scheduled;
    private bool _disposed;
    private long? _last;

    /// <param name="refresh">
    /// Called on a pool thread: hand it to the component's <c>InvokeAsync</c>, and let its exceptions go to
    /// <c>DispatchExceptionAsync</c>. The next call waits until it has ended.
    /// </param>
    public LiveSubscription(IChangeFeed feed, LiveState state, TimeProvider clock, int tenantId, Func<LiveChange, Task> refresh, TimeSpan? shortest = null)
    {
        (_state, _clock, _tenantId, _refresh, _shortest) = (state, clock, tenantId, refresh, shortest ?? Shortest);
        _timer = clock.CreateTimer(_ => _ = FlushAsync(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _state.Changed += OnStateChanged;
        _feed = feed.Subscribe(Take);
    }

    private void Take(IReadOnlyList<ChangeNote> notes)
    {
        lock (_lock)
        {
            if (_disposed)
                return;
            foreach (var note in notes)
            {
                if (note.IsAnything)
                {
                    _overflow = true;
                    continue;
                }

                if (note.TenantId != _tenantId)
                    continue;
                if (_pending.TryGetValue(note.TransactionId, out var earlier))
                    _pending[note.TransactionId] = note with { IsNew = note.IsNew || earlier.IsNew };
                else if (_pending.Count < MostNotes)
                    _pending[note.TransactionId] = note;
                else
                    _overflow = true;
            }

            Schedule();
        }
    }

    private void OnStateChanged()
    {
        lock (_lock)
            Schedule();
    }

    /// <summary>Under the lock.</summary>
    private void Schedule()
    {
        if (_disposed || _scheduled || (_pending.Count == 0 && !_overflow) || _state.Paused)
            return;
        _scheduled = true;
        var wait = _last is { } last ? _shortest - _clock.GetElapsedTime(last) : TimeSpan.Zero;
        _timer.Change(wait > TimeSpan.Zero ? wait : TimeSpan.Zero, Timeout.InfiniteTimeSpan);
    }

    private async Task FlushAsync()
    {
        LiveChange change;
        lock (_lock)
        {
            if (_disposed)
                return;
            if (_state.Paused)
            {
                _scheduled = false;
                return;
            }

            change = new LiveChange([.. _pending.Values], _overflow);
            (_pending, _overflow, _last) = ([], false, _clock.GetTimestamp());
        }

        try
        {
            await _refresh(change);
        }
        catch (ObjectDisposedException)
        {
            // The page went away while it was being told.
        }
        finally
        {
            lock (_lock)
            {
                _scheduled = false;
                Schedule();
            }
        }
    }

    public void Dispose()
    {
        lock (_lock)
        {
            if (_disposed)
                return;
            _disposed = true;
        }

        _state.Changed -= OnStateChanged;
        _feed.Dispose();
        _timer.Dispose();
    }
}

/// <param name="Notes">The last note of each transaction that changed.</param>
/// <param name="More">True when there were more than fit: anything may have changed.</param>
public sealed record LiveChange(IReadOnlyList<ChangeNote> Notes, bool More);

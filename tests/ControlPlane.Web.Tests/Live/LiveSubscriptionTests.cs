using ControlPlane.Domain.Transactions;
using ControlPlane.Runtime.Live;
using ControlPlane.Web.Live;
using Microsoft.Extensions.Time.Testing;

namespace ControlPlane.Web.Tests.Live;

public sealed class LiveSubscriptionTests
{
    private readonly FakeTimeProvider _clock = new(new(2026, 11, 23, 13, 0, 0, TimeSpan.Zero));
    private readonly ChangeFeed _feed = new();
    private readonly LiveState _state = new();
    private readonly List<LiveChange> _seen = [];

    [Fact]
    public void The_first_change_after_a_quiet_time_is_told_at_once()
    {
        using var live = Follow();
        Publish(Guid.CreateVersion7());
        Tick(0);
        Assert.Single(_seen);
    }

    [Fact]
    public void However_much_happens_a_page_is_told_at_most_twice_a_second()
    {
        using var live = Follow();
        for (var i = 0; i < 1000; i++)
        {
            Publish(Guid.CreateVersion7());
            Tick(10);
        }

        Assert.InRange(_seen.Count, 18, 21); // Ten seconds.
        Assert.Equal(1000 - Unflushed(), _seen.Sum(c => c.Notes.Count));

        int Unflushed() => 1000 - _seen.SelectMany(c => c.Notes).Select(n => n.TransactionId).Distinct().Count();
    }

    [Fact]
    public void Of_one_transaction_only_the_last_state_is_told_and_new_stays_new()
    {
        using var live = Follow();
        var id = Guid.CreateVersion7();
        Publish(Guid.CreateVersion7());
        Tick(0);
        _feed.Publish([new(1, id, TransactionState.Running, "shopify-eu", IsNew: true)]);
        _feed.Publish([new(1, id, TransactionState.Stuck, "shopify-eu", IsNew: false)]);
        Tick(500);
        var note = Assert.Single(_seen[1].Notes);
        Assert.Equal((TransactionState.Stuck, true), (note.State, note.IsNew));
    }

    [Fact]
    public void Other_tenants_are_never_heard_of()
    {
        using var live = Follow();
        _feed.Publish([new(2, Guid.CreateVersion7(), TransactionState.Stuck, "x", true)]);
        Tick(5000);
        Assert.Empty(_seen);
    }

    [Fact]
    public void A_paused_page_stays_as_it_is_and_catches_up_when_it_goes_on()
    {
        using var live = Follow();
        _state.Pause(true);
        Publish(Guid.CreateVersion7());
        Publish(Guid.CreateVersion7());
        Tick(5000);
        Assert.Empty(_seen);
        _state.Pause(false);
        Tick(0);
        Assert.Equal(2, Assert.Single(_seen).Notes.Count);
    }

    [Fact]
    public async Task Never_two_refreshes_at_once()
    {
        var (running, most) = (0, 0);
        var gate = new TaskCompletionSource();
        using var live = new LiveSubscription(_feed, _state, _clock, 1, async _ =>
        {
            most = Math.Max(most, Interlocked.Increment(ref running));
            await gate.Task;
            Interlocked.Decrement(ref running);
        });
        Publish(Guid.CreateVersion7());
        Tick(0);
        for (var i = 0; i < 5; i++)
        {
            Publish(Guid.CreateVersion7());
            Tick(600);
        }

        Assert.Equal(1, most);
        gate.SetResult();
        await Task.Yield();
        Tick(600);
        Assert.Equal(1, most);
    }

    [Fact]
    public void It_may_be_disposed_from_within_a_refresh_and_then_tells_nothing_more()
    {
        LiveSubscription? live = null;
        live = new LiveSubscription(_feed, _state, _clock, 1, change =>
        {
            _seen.Add(change);
            live!.Dispose();
            return Task.CompletedTask;
        });
        Publish(Guid.CreateVersion7());
        Tick(0);
        Publish(Guid.CreateVersion7());
        Tick(5000);
        Assert.Single(_seen);
        live.Dispose();
    }

    [Fact]
    public void A_page_that_is_gone_already_is_not_an_error()
    {
        using var live = new LiveSubscription(_feed, _state, _clock, 1, _ => throw new ObjectDisposedException("renderer"));
        Publish(Guid.CreateVersion7());
        Tick(0);
        Publish(Guid.CreateVersion7());
        Tick(600);
    }

    [Fact]
    public void Too_many_transactions_to_name_are_told_as_more()
    {
        using var live = Follow();
        Publish(Guid.CreateVersion7());
        Tick(0);
        _feed.Publish([.. Enumerable.Range(0, LiveSubscription.MostNotes + 1).Select(_ => new ChangeNote(1, Guid.CreateVersion7(), TransactionState.Running, "x", true))]);
        Tick(500);
        Assert.True(_seen[1].More);
        Assert.Equal(LiveSubscription.MostNotes, _seen[1].Notes.Count);
    }

    private LiveSubscription Follow() => new(_feed, _state, _clock, 1, change =>
    {
        _seen.Add(change);
        return Task.CompletedTask;
    });

    private void Publish(Guid id) => _feed.Publish([new(1, id, TransactionState.Running, "shopify-eu", true)]);

    private void Tick(int milliseconds) => _clock.Advance(TimeSpan.FromMilliseconds(milliseconds));
}

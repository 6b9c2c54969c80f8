using ControlPlane.Runtime.Ingestion.Proof;
using Microsoft.Extensions.Time.Testing;

namespace ControlPlane.Runtime.Tests.Ingestion.Proof;

/// <summary>Keys are asked for, kept and forgotten; whoever forges ids gets no calls for it.</summary>
public sealed class SenderKeyringTests
{
    private readonly FakeTimeProvider _clock = new(new(2026, 11, 29, 12, 0, 0, TimeSpan.Zero));
    private int _asked;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_key_is_asked_for_once_an_hour_and_no_more()
    {
        var ring = new SenderKeyring(_clock);
        for (var i = 0; i < 60; i++)
        {
            Assert.Equal("PEM", (await FindAsync(ring, "good")).Pem);
            _clock.Advance(TimeSpan.FromSeconds(59));
        }

        Assert.Equal(1, _asked);
        _clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal("PEM", (await FindAsync(ring, "good")).Pem);
        Assert.Equal(2, _asked);
    }

    [Fact]
    public async Task Forged_ids_are_asked_for_a_few_times_and_then_refused_without_a_call()
    {
        var ring = new SenderKeyring(_clock);
        Assert.NotNull((await FindAsync(ring, "good")).Pem);
        for (var i = 0; i < 1_000; i++)
            Assert.Null((await FindAsync(ring, $"forged-{i}")).Pem);
        // The good one was the first of the ration.
        Assert.Equal(SenderKeyring.MostQuestions, _asked);
        Assert.Equal(SenderKeyAnswer.Rationed, await FindAsync(ring, "forged-5000"));
        Assert.True(ring.Kept("ebay") <= SenderKeyring.MostKeys, $"{ring.Kept("ebay")}");
        // Another connection has its own.
        Assert.NotNull((await ring.FindAsync("other", "good", Answer, Ct)).Pem);
        _asked--;

        // Whatever strangers do, the key that was good is kept, and asked for again when its hour is over.
        for (var minutes = 0; minutes < 70; minutes++)
        {
            _clock.Advance(TimeSpan.FromMinutes(1));
            for (var i = 0; i < 20; i++)
                await FindAsync(ring, $"again-{minutes}-{i}");
            Assert.NotNull((await FindAsync(ring, "good")).Pem);
        }

        Assert.True(_asked <= 2 + SenderKeyring.MostQuestions * 16, $"{_asked}");
        Assert.True(ring.Kept("ebay") <= SenderKeyring.MostKeys, $"{ring.Kept("ebay")}");
    }

    [Fact]
    public async Task An_id_that_the_sender_does_not_know_is_not_asked_for_again_at_once()
    {
        var ring = new SenderKeyring(_clock);
        for (var i = 0; i < 10; i++)
            Assert.Equal(SenderKeyAnswer.Unknown, await FindAsync(ring, "forged"));
        Assert.Equal(1, _asked);
        _clock.Advance(SenderKeyring.RefusedFor);
        await FindAsync(ring, "forged");
        Assert.Equal(2, _asked);
    }

    [Fact]
    public async Task A_question_that_fails_refuses_and_is_put_again_a_minute_later()
    {
        var ring = new SenderKeyring(_clock);
        var down = await ring.FindAsync("ebay", "good", _ => throw new InvalidOperationException("down"), Ct);
        Assert.Null(down.Pem);
        Assert.Contains("could not be asked for", down.Why("eBay"), StringComparison.Ordinal);
        Assert.Null((await FindAsync(ring, "good")).Pem);
        _clock.Advance(SenderKeyring.FailedFor);
        Assert.NotNull((await FindAsync(ring, "good")).Pem);
    }

    [Fact]
    public async Task Deliveries_that_come_together_share_one_question()
    {
        var ring = new SenderKeyring(_clock);
        var answer = new TaskCompletionSource<SenderKeyAnswer>();
        var waiting = Enumerable.Range(0, 50).Select(_ => ring.FindAsync("ebay", "good", _ => { Interlocked.Increment(ref _asked); return answer.Task; }, Ct).AsTask()).ToList();
        answer.SetResult(SenderKeyAnswer.Found("PEM"));
        Assert.All(await Task.WhenAll(waiting), a => Assert.Equal("PEM", a.Pem));
        Assert.Equal(1, _asked);
    }

    [Fact]
    public void People_are_told_now_and_then()
    {
        var ring = new SenderKeyring(_clock);
        Assert.Equal([true, false], new[] { ring.MaySay("ebay"), ring.MaySay("ebay") });
        _clock.Advance(SenderKeyring.RefusedFor);
        Assert.True(ring.MaySay("ebay"));
    }

    private ValueTask<SenderKeyAnswer> FindAsync(SenderKeyring ring, string id) => ring.FindAsync("ebay", id, id == "good" ? Answer : _ => { _asked++; return Task.FromResult(SenderKeyAnswer.Unknown); }, Ct);

    private Task<SenderKeyAnswer> Answer(CancellationToken ct)
    {
        _asked++;
        return Task.FromResult(SenderKeyAnswer.Found("PEM"));
    }
}

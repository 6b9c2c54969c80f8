using ControlPlane.Web.Features.Receive;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace ControlPlane.Web.Tests.Receive;

/// <summary>Who is let in at <c>/in</c>, and what becomes of those who go away half-way.</summary>
public sealed class AdmissionTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public void Beyond_its_places_the_door_sends_away_until_one_is_free()
    {
        var places = new ReceivePlaces(TimeProvider.System);
        for (var i = 0; i < ReceivePlaces.Most; i++)
            Assert.True(places.TryEnter());
        Assert.False(places.TryEnter());
        Assert.False(places.TryEnter());
        places.Leave();
        Assert.True(places.TryEnter());
        Assert.False(places.TryEnter());
    }

    [Fact]
    public void The_more_are_sent_away_the_later_they_are_asked_to_come_again()
    {
        var clock = new FakeTimeProvider();
        var places = new ReceivePlaces(clock);
        Assert.All(Enumerable.Range(0, 400).Select(_ => places.SendAway()), s => Assert.Equal(2, s));
        for (var i = 0; i < 10_000; i++)
            places.SendAway();
        var crowd = Enumerable.Range(0, 1000).Select(_ => places.SendAway()).ToList();
        Assert.Equal((2, 15), (crowd.Min(), crowd.Max()));
        clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Contains(Enumerable.Range(0, 100).Select(_ => places.SendAway()), s => s > 10);
        clock.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(2, places.SendAway());
    }

    [Fact]
    public async Task Who_sends_drop_by_drop_keeps_nobody_out_and_one_that_was_sent_away_is_told_when_to_come_again()
    {
        await using var product = await ProductHost.StartAsync();
        var server = (TestServer)product.Services.GetRequiredService<IServer>();
        var places = product.Services.GetRequiredService<ReceivePlaces>();
        using var stop = new CancellationTokenSource();
        var slow = Enumerable.Range(0, ReceivePlaces.Most + 10).Select(_ => server.SendAsync(http =>
        {
            (http.Request.Method, http.Request.Path, http.Request.ContentLength) = ("POST", "/in/shop", 100);
            http.Request.Body = new NeverEnding();
        }, stop.Token)).ToList();
        Assert.Equal(StatusCodes.Status401Unauthorized, (await PostAsync(server)).StatusCode);
        Assert.All(slow, s => Assert.False(s.IsCompleted));
        for (var i = 0; i < ReceivePlaces.Most; i++)
            Assert.True(places.TryEnter());
        var away = await PostAsync(server);
        Assert.Equal((StatusCodes.Status503ServiceUnavailable, "2", "application/problem+json"), (away.StatusCode, away.Headers.RetryAfter.ToString(), away.ContentType));
        await stop.CancelAsync();
    }

    private static async Task<HttpResponse> PostAsync(TestServer server) => (await server.SendAsync(http =>
    {
        (http.Request.Method, http.Request.Path, http.Request.ContentLength) = ("POST", "/in/shop", 2);
        http.Request.Body = new MemoryStream("{}"u8.ToArray());
    }, Ct)).Response;

    private sealed class NeverEnding : MemoryStream
    {
        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            await Task.Delay(Timeout.Infinite, cancellationToken);
            return 0;
        }
    }

    [Theory]
    [InlineData(StatusCodes.Status400BadRequest)]
    [InlineData(StatusCodes.Status408RequestTimeout)]
    public async Task A_sender_that_breaks_off_is_no_defect_of_ours(int status)
    {
        await using var product = await ProductHost.StartAsync();
        var server = (TestServer)product.Services.GetRequiredService<IServer>();
        // More often than there are places: each is given back.
        for (var i = 0; i < ReceivePlaces.MostArriving + 1; i++)
        {
            var answer = await server.SendAsync(http =>
            {
                (http.Request.Method, http.Request.Path) = ("POST", "/in/shop");
                http.Request.ContentLength = 100;
                http.Request.Body = new BrokenOff(status);
            }, Ct);
            Assert.Equal(status, answer.Response.StatusCode);
        }
    }

    private sealed class BrokenOff(int status) : MemoryStream
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => throw new BadHttpRequestException("Unexpected end of request content.", status);
    }
}

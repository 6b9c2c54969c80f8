using ControlPlane.Web.Features.Receive;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;

namespace ControlPlane.Web.Tests.Receive;

/// <summary>Who is let in at <c>/in</c>, and what becomes of those who go away half-way.</summary>
public sealed class AdmissionTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public void Beyond_its_places_the_door_sends_away_until_one_is_free()
    {
        var places = new ReceivePlaces();
        for (var i = 0; i < ReceivePlaces.Most; i++)
            Assert.True(places.TryEnter());
        Assert.False(places.TryEnter());
        Assert.False(places.TryEnter());
        places.Leave();
        Assert.True(places.TryEnter());
        Assert.False(places.TryEnter());
    }

    [Theory]
    [InlineData(StatusCodes.Status400BadRequest)]
    [InlineData(StatusCodes.Status408RequestTimeout)]
    public async Task A_sender_that_breaks_off_is_no_defect_of_ours(int status)
    {
        await using var product = await ProductHost.StartAsync();
        var server = (TestServer)product.Services.GetRequiredService<IServer>();
        // More often than there are places: each is given back.
        for (var i = 0; i < ReceivePlaces.Most + 1; i++)
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

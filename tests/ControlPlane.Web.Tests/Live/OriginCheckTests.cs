using ControlPlane.Web.Live;
using Microsoft.AspNetCore.Http;

namespace ControlPlane.Web.Tests.Live;

public sealed class OriginCheckTests
{
    [Theory]
    [InlineData("http://localhost:5080", "localhost:5080", true)]
    [InlineData("https://portal.example", "portal.example", true)]
    [InlineData("https://portal.example", "portal.example:443", true)] // A proxy wrote the default port.
    [InlineData("https://PORTAL.example", "portal.example", true)]
    [InlineData("https://other.example", "portal.example", true)] // Listed in the settings.
    [InlineData("https://evil.example", "portal.example", false)]
    [InlineData("https://portal.example.evil.example", "portal.example", false)]
    [InlineData("http://localhost:5081", "localhost:5080", false)]
    [InlineData("null", "portal.example", false)]
    public void A_live_connection_is_taken_from_the_portals_own_pages_only(string origin, string host, bool own) =>
        Assert.Equal(own, OriginCheck.IsOwn(origin, new HostString(host), ["https://other.example/"]));
}

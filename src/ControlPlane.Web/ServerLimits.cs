namespace ControlPlane.Web;

/// <summary>How much of the server one client, or all of them, can hold.</summary>
internal static class ServerLimits
{
    /// <summary>Larger bodies are only taken at <c>/in</c>, which has a limit of its own.</summary>
    private const int LargestBody = 1024 * 1024;

    public static WebApplicationBuilder AddServerLimits(this WebApplicationBuilder builder)
    {
        builder.WebHost.ConfigureKestrel(server =>
        {
            server.AddServerHeader = false;
            server.Limits.MaxRequestBodySize = LargestBody;
            // A client that sends its headers by drops holds a connection no longer than this; bodies have Kestrel's own least rate.
            server.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(10);
            // Above the 10,000 clients of a flood, below what would take the memory of a small machine (about 60 KB each).
            server.Limits.MaxConcurrentConnections = 12_000;
            server.Limits.MaxConcurrentUpgradedConnections = 2_000;
        });
        return builder;
    }
}

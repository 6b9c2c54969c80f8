using System.Text;

namespace Connectors.Protocols.OpenApi;

/// <summary>Where the system is: servers of OpenAPI 3, or host, basePath and schemes of Swagger 2.</summary>
internal static class ApiServers
{
    /// <summary>Absolute addresses only, without a slash at the end.</summary>
    public static IEnumerable<string> Of(ApiNode root) =>
        (root["swagger"] is null ? (root["servers"]?.Items ?? []).Take(20).Select(Filled) : [Old(root)])
            .Where(a => Uri.TryCreate(a, UriKind.Absolute, out var uri) && uri.Scheme is "https" or "http").Select(a => a.TrimEnd('/'));

    private static string Old(ApiNode root) => root.Text("host") is { Length: > 0 } host
        ? $"{(root["schemes"]?.Items.Any(s => s.Value == "https") != false ? "https" : "http")}://{host}{root.Text("basePath")}" : "";

    private static string Filled(ApiNode server)
    {
        var address = new StringBuilder(server.Text("url") ?? "");
        foreach (var (name, variable) in (server["variables"]?.Fields ?? []).Take(20))
            if ((variable.Text("default") ?? variable["enum"]?.Items.FirstOrDefault()?.Value) is { } value)
                address.Replace("{" + name + "}", value);
        return address.ToString();
    }
}

using ControlPlane.Domain.Connections;
using ControlPlane.Runtime.Connections;
using ControlPlane.Runtime.Settings;
using Microsoft.Extensions.Options;

namespace ControlPlane.Web.Features.Receive;

/// <summary><c>GET /in/{connection}</c>: a sender that wants proof, before it sends, that the address is ours. Whoever asks anything else learns nothing.</summary>
internal static class ReceiveChallenge
{
    public static async Task AnswerAsync(HttpContext http)
    {
        var services = http.RequestServices;
        var connection = services.GetRequiredService<IConnectionRegistry>().Find((string)http.Request.RouteValues["connection"]!);
        var receiver = connection is { Enabled: true } ? services.GetRequiredService<IConnectorCatalog>().Find(connection.Connector)?.For(connection).Receiver : null;
        if (connection is null || receiver?.Challenge(name => http.Request.Query[name] is [var value] ? value : null, connection, Endpoint(http, connection)) is not { } answer)
        {
            await ReceiveProblems.NotAcceptedAsync(http);
            return;
        }

        http.Response.ContentType = "application/json";
        await http.Response.WriteAsync(answer, http.RequestAborted);
    }

    /// <summary>As the sender was given it: behind a proxy, the request does not say so.</summary>
    private static Uri Endpoint(HttpContext http, Connection connection)
    {
        var known = http.RequestServices.GetRequiredService<IOptions<ControlPlaneOptions>>().Value.PublicAddress;
        var root = known.Length > 0 ? known.TrimEnd('/') : $"{http.Request.Scheme}://{http.Request.Host}";
        return new($"{root}/in/{connection.Key}");
    }
}

using System.Text.Json;
using System.Text.Json.Nodes;
using Connectors.Protocols.GraphQl;
using Connectors.Protocols.Http;
using Connectors.Protocols.Manifests;
using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Effects;
using ControlPlane.Domain.Faults;

namespace Connectors.Catalog.Shopify;

/// <summary>The Admin GraphQL API of a shop, in the version that the connection asks for.</summary>
internal sealed class ShopifyApi(ConnectorDefinition definition, TimeProvider clock)
{
    private const string ApiVersion = "apiVersion";

    private readonly GraphQlEndpoint _endpoint = new(definition.Manifest.Title, definition.Errors, clock);

    public ConnectorDefinition Definition => definition;

    public string System => definition.Manifest.Title;

    public Task<GraphQlAnswer> AskAsync(Connection connection, string document, JsonObject variables, string operation, IExchange exchange, CancellationToken ct) =>
        SendAsync(connection, document, variables, operation, WriteKind.Read, exchange, ct);

    public Task<GraphQlAnswer> SendAsync(Connection connection, string document, JsonObject variables, string operation, WriteKind write, IExchange exchange, CancellationToken ct) =>
        _endpoint.SendAsync(new(Path(connection), document, variables, operation, write), exchange, ct);

    public static string Gid(string kind, string id) => $"gid://shopify/{kind}/{id}";

    /// <summary>The number at the end of a gid; what REST, reports and people know.</summary>
    public static string Number(string gid) => gid[(gid.LastIndexOf('/') + 1)..];

    public static string? Text(JsonElement holder, string name) =>
        holder.ValueKind == JsonValueKind.Object && holder.TryGetProperty(name, out var text) && text.ValueKind == JsonValueKind.String ? JsonText.String(text) : null;

    public static int Integer(JsonElement holder, string name) =>
        holder.ValueKind == JsonValueKind.Object && holder.TryGetProperty(name, out var number) && number.ValueKind == JsonValueKind.Number && number.TryGetInt32(out var value) ? value : 0;

    public static JsonElement Object(JsonElement holder, string name) =>
        holder.ValueKind == JsonValueKind.Object && holder.TryGetProperty(name, out var found) && found.ValueKind == JsonValueKind.Object ? found : default;

    /// <summary>Of a list, or of a connection's <c>nodes</c>; empty when there is none.</summary>
    public static IEnumerable<JsonElement> Nodes(JsonElement holder, string name)
    {
        if (holder.ValueKind != JsonValueKind.Object || !holder.TryGetProperty(name, out var found))
            return [];
        if (found.ValueKind == JsonValueKind.Object && !found.TryGetProperty("nodes", out found))
            return [];
        return found.ValueKind == JsonValueKind.Array ? found.EnumerateArray().Where(n => n.ValueKind == JsonValueKind.Object) : [];
    }

    public static Fault NoOrder { get; } = new(FaultKind.Data, "shopify.order_not_found",
        "Shopify does not know the order, or does not show it to our app. It was deleted there, or the app may only read the last 60 days.");

    private string Path(Connection connection)
    {
        var version = connection.Setting(ApiVersion) is { Length: > 0 } chosen ? chosen : definition.SettingDefaults[ApiVersion];
        return $"/admin/api/{Uri.EscapeDataString(version)}/graphql.json";
    }
}

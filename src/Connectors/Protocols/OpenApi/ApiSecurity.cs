namespace Connectors.Protocols.OpenApi;

/// <summary>How the system wants requests to prove who they are; what the document asks for everywhere comes first.</summary>
internal static class ApiSecurity
{
    public static IReadOnlyList<OpenApiScheme> Of(ApiNode root, ApiReferences references)
    {
        var schemes = ((root["components"]?["securitySchemes"] ?? root["securityDefinitions"])?.Fields ?? []).Take(50)
            .Select(f => (f.Name, Node: references.Of(f.Node))).Where(f => f.Node is { IsMap: true }).Select(f => Scheme(f.Name, f.Node!)).ToList();
        var asked = (root["security"]?.Items ?? []).SelectMany(i => i.Fields.Select(f => f.Name)).ToList();
        return [.. schemes.OrderBy(s => s.Kind.Length == 0).ThenBy(s => asked.IndexOf(s.Name) is var at and >= 0 ? at : int.MaxValue).ThenBy(s => Rank(s.Kind))];
    }

    /// <summary>What works without a person comes first.</summary>
    private static int Rank(string kind) => kind switch { "oauth2-client" => 0, "bearer" => 1, "api-key" => 2, "basic" => 3, _ => 4 };

    private static OpenApiScheme Scheme(string name, ApiNode node)
    {
        var (type, scheme) = (node.Text("type") ?? "", node.Text("scheme")?.ToLowerInvariant());
        if (type == "basic" || type == "http" && scheme == "basic")
            return new(name, "basic", "", "", [], "user and password (basic)");
        if (type == "http" && scheme == "bearer")
            return new(name, "bearer", "", "", [], "a token (bearer)");
        if (type == "apiKey" && node.Text("in") == "header" && node.Text("name") is { Length: > 0 and <= 100 } header && header.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_'))
            return new(name, "api-key", header, "", [], $"a key in the header {header}");
        if (type == "oauth2")
        {
            var flows = node["flows"];
            var client = flows?["clientCredentials"] ?? (node.Text("flow") == "application" ? node : null);
            var person = flows?["authorizationCode"] ?? flows?["password"] ?? (node.Text("flow") is "accessCode" or "password" ? node : null);
            if ((client ?? person) is { } flow && flow.Text("tokenUrl") is { Length: > 0 } address)
                return new(name, client is not null ? "oauth2-client" : "oauth2-person", "", address, [.. (flow["scopes"]?.Fields ?? []).Select(f => f.Name).Take(20)], client is not null ? "OAuth 2 with client id and secret" : "OAuth 2, for which a person agrees once");
        }

        return new(name, "", "", "", [], type switch
        {
            "apiKey" => $"a key in {node.Text("in") ?? "an unnamed place"} '{ApiTreeReader.Short(node.Text("name") ?? "")}'", "openIdConnect" => "OpenID Connect", "mutualTLS" => "mutual TLS", _ => $"'{ApiTreeReader.Short(type)}'",
        });
    }
}

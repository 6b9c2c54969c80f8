using Connectors.Protocols.Calls;
using Connectors.Protocols.Http;
using Connectors.Protocols.JsonRpc;

namespace Connectors.Protocols.Manifests;

/// <summary>Reads <c>scheme: json-rpc-session</c>: how to log in, what the session is made of, and where it goes.</summary>
internal static class JsonRpcSessionReader
{
    private static readonly CallNames LogIn = new([], [], Mapping: false, Secrets: true);

    public static AuthenticationScheme Read(YamlMap map, string system, IReadOnlyDictionary<string, string> defaults, JsonRpcSpec? rpc)
    {
        if (rpc is null)
            map.Problem("scheme", "The connector does not say how it speaks JSON-RPC. Write jsonRpc: with a path beside title: and roles:.");
        var login = map.Map("login");
        if (login is null)
            map.Problem("login", "It is missing. Write method and params below it.");
        var insert = map.Map("insert");
        if (insert is null == map.Text("header") is null)
            map.Problem("header", "The session goes either into a header (header:) or into each document (insert: with at and values).");
        var session = new JsonRpcSession
        {
            Target = system,
            JsonRpc = rpc ?? new(),
            Method = login?.Required("method") ?? "",
            Params = login?.Raw("params") is { } parameters ? new DocumentReader(LogIn, false, map.Problems).Read(parameters) : new ListDocument([]),
            Token = new DocumentReader(new(["login"], [], Mapping: false), false, map.Problems).Text(map.Required("token"), map.LineOf("token")),
            Base64 = map.Choice("encoding", false, ("none", false), ("base64", true)),
            Header = map.Text("header"),
            Prefix = map.Text("prefix") ?? "",
            Insert = insert?.Raw("values") is { } values ? new DocumentReader(LogIn with { Named = ["session"] }, false, map.Problems).Read(values) : null,
            InsertAt = insert?.Required("at").Split('.', StringSplitOptions.RemoveEmptyEntries) ?? [],
            Lifetime = TimeSpan.FromSeconds(map.Number("lifetimeSeconds", 30, 2_592_000) ?? 3_600),
            Defaults = defaults,
        };
        if (insert is not null && session.Insert is not ListDocument)
            insert.Problem("values", "A list of values is expected.");
        insert?.Done();
        login?.Done();
        return session;
    }
}

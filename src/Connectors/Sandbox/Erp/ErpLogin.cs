using System.Text.Json.Nodes;
using Connectors.Sandbox.Http;

namespace Connectors.Sandbox.Erp;

/// <summary>The token endpoint of Microsoft Entra, client credentials only.</summary>
internal sealed class ErpLogin(SandboxSecrets secrets, TimeProvider clock, SandboxRandom luck)
{
    private readonly TokenOffice _tokens = new(clock, luck, TimeSpan.FromSeconds(3_599), "eyJ0eXAiOiJKV1Qi.");

    public bool Knows(string? token) => _tokens.Look(token) == TokenState.Good;

    public SandboxAnswer Token(SandboxCall call)
    {
        var form = call.Form();
        if (form.GetValueOrDefault("grant_type") != "client_credentials")
            return Error(400, "unsupported_grant_type", "AADSTS70003: The app requested an unsupported grant type.");
        if (!(form.GetValueOrDefault("scope") ?? "").EndsWith("/.default", StringComparison.Ordinal))
            return Error(400, "invalid_scope", "AADSTS1002012: The provided value for scope is not valid. Client credential flows must have a scope value with /.default suffixed to the resource identifier.");
        if (form.GetValueOrDefault("client_id") != secrets.ErpClientId || form.GetValueOrDefault("client_secret") != secrets.ErpClientSecret)
            return InvalidClient();
        return SandboxAnswer.Of(200, new JsonObject
        {
            ["token_type"] = "Bearer",
            ["expires_in"] = _tokens.LifetimeSeconds,
            ["ext_expires_in"] = _tokens.LifetimeSeconds,
            ["access_token"] = _tokens.Issue(),
        }).With("Cache-Control", "no-store, no-cache");
    }

    public SandboxAnswer InvalidClient() => Error(401, "invalid_client", "AADSTS7000215: Invalid client secret provided.");

    private SandboxAnswer Error(int status, string error, string description) => SandboxAnswer.Of(status, new JsonObject
    {
        ["error"] = error,
        ["error_description"] = description,
        ["trace_id"] = luck.Guid().ToString(),
        ["correlation_id"] = luck.Guid().ToString(),
    });
}

using System.Text.Json.Nodes;
using Connectors.Sandbox.Http;

namespace Connectors.Sandbox.Amazon;

/// <summary>Login with Amazon: a refresh token for an access token that lasts an hour.</summary>
internal sealed class AmazonLogin(SandboxSecrets secrets, TimeProvider clock, SandboxRandom luck)
{
    private readonly TokenOffice _tokens = new(clock, luck, TimeSpan.FromHours(1), "Atza|");
    private readonly TokenOffice _applicationTokens = new(clock, luck, TimeSpan.FromHours(1), "Atc|");

    public SandboxAnswer Token(SandboxCall call)
    {
        var form = call.Form();
        if (form.GetValueOrDefault("client_id") != secrets.AmazonClientId || form.GetValueOrDefault("client_secret") != secrets.AmazonClientSecret)
            return InvalidClient();
        switch (form.GetValueOrDefault("grant_type"))
        {
            case "refresh_token" when form.GetValueOrDefault("refresh_token") != secrets.AmazonRefreshToken:
                return Error(400, "invalid_grant", "The request has an invalid grant parameter : refresh_token. User may have revoked or didn't grant the permission.");
            case "refresh_token":
                return Granted(_tokens, new JsonObject { ["refresh_token"] = secrets.AmazonRefreshToken });
            case "client_credentials" when form.GetValueOrDefault("scope") != "sellingpartnerapi::notifications":
                return Error(400, "invalid_scope", "The requested scope is invalid, unknown, or malformed");
            case "client_credentials":
                return Granted(_applicationTokens, []);
            default:
                return Error(400, "unsupported_grant_type", "The authorization grant type is not supported by the authorization server");
        }
    }

    /// <summary>Null when the caller may go on.</summary>
    /// <param name="application">True: the call is the application's own, which no seller's token opens.</param>
    public SandboxAnswer? Refusal(SandboxCall call, bool application = false) => (application ? _applicationTokens : _tokens).Look(call.Header("x-amz-access-token")) switch
    {
        TokenState.Good => null,
        TokenState.Expired => AmazonErrors.Unauthorized("The access token you provided has expired."),
        _ => AmazonErrors.Unauthorized("The access token you provided is revoked, malformed or invalid."),
    };

    public static SandboxAnswer InvalidClient() => Error(401, "invalid_client", "Client authentication failed");

    private static SandboxAnswer Granted(TokenOffice office, JsonObject body)
    {
        body["access_token"] = office.Issue();
        body["token_type"] = "bearer";
        body["expires_in"] = office.LifetimeSeconds;
        return SandboxAnswer.Of(200, body).With("Cache-Control", "no-store");
    }

    private static SandboxAnswer Error(int status, string error, string description) =>
        SandboxAnswer.Of(status, new JsonObject { ["error"] = error, ["error_description"] = description });
}

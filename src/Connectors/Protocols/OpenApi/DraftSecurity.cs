namespace Connectors.Protocols.OpenApi;

/// <summary>Writes <c>authentication:</c> of the first scheme that the product speaks.</summary>
internal static class DraftSecurity
{
    public static IReadOnlyList<(string Text, string? Decide)> Write(OpenApiDescription description, DraftSettings settings)
    {
        var scheme = description.Schemes.FirstOrDefault(s => s.Kind.Length > 0);
        var others = description.Schemes.Where(s => s != scheme).Select(s => s.Told).Distinct().ToList();
        var also = others.Count > 0 ? $"the description also names {string.Join(", ", others)}; is this the one?" : null;
        switch (scheme?.Kind)
        {
            case "bearer":
                return [($"authentication: {{ scheme: bearer, token: \"{settings.Add("token", "Token of the API.", secret: true)}\" }}", also)];
            case "basic":
                return [($"authentication: {{ scheme: basic, user: \"{settings.Add("user", "User of the API.")}\", password: \"{settings.Add("password", "Password of the API.", secret: true)}\" }}", also)];
            case "api-key":
                return [($"authentication: {{ scheme: api-key, header: {DraftText.Value(scheme.Header)}, key: \"{settings.Add("apiKey", $"Key of the API, for the header {scheme.Header}.", secret: true)}\" }}", also)];
            case "oauth2-client" or "oauth2-person":
                // Addresses may be relative to the server.
                var address = Uri.TryCreate(scheme.TokenAddress, UriKind.Absolute, out _) ? scheme.TokenAddress
                    : description.Address is { } at && Uri.TryCreate(new Uri(at + "/"), scheme.TokenAddress, out var whole) ? whole.ToString() : null;
                var lines = new List<(string, string?)>
                {
                    ("authentication:", also),
                    ("  scheme: oauth2", null),
                    ($"  tokenAddress: \"{settings.Add("tokenAddress", "Address that gives access tokens.", standard: address)}\"", address is null ? "the description gives no whole address for tokens." : null),
                    ($"  clientId: \"{settings.Add("clientId", "Client id.")}\"", null),
                    ($"  clientSecret: \"{settings.Add("clientSecret", "Client secret.", secret: true)}\"", null),
                };
                if (scheme.Kind == "oauth2-person")
                    lines.Add(($"  refreshToken: \"{settings.Add("refreshToken", "Refresh token of the person who agreed.", secret: true)}\"", "a person agrees once in a browser, which gives a refresh token; rotates: true when each answer replaces it."));
                else if (scheme.Scopes.Count > 0)
                    lines.Add(($"  scope: {DraftText.Value(string.Join(' ', scheme.Scopes))}", scheme.Scopes.Count > 1 ? "which of these scopes are needed?" : null));
                return lines;
            default:
                return [("authentication: { scheme: none }", description.Schemes.Count == 0
                    ? "the description says nothing of who may call. Allowed: none, basic, bearer, api-key, oauth1, oauth2."
                    : $"the description wants {string.Join(" or ", others)}, which has no scheme here by itself. Allowed: none, basic, bearer, api-key, oauth1, oauth2.")];
        }
    }
}

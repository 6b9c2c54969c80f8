using System.Security.Cryptography;
using System.Text;
using Connectors.Sandbox.Http;

namespace Connectors.Sandbox.Marketplaces;

/// <summary>
/// Checks a request that is signed by OAuth 1.0a with HMAC-SHA256. Written apart from the signing side of the product on purpose: two readings of RFC 5849
/// check each other. A nonce holds once within the window of five minutes.
/// </summary>
internal sealed class OAuth1Check(MarketplaceSecrets secrets, TimeProvider clock)
{
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(5);

    private readonly Lock _gate = new();
    private readonly BoundedStore<string, bool> _nonces = new(10_000);

    public bool Holds(SandboxCall call)
    {
        if (call.Header("Authorization") is not { } header || !header.StartsWith("OAuth ", StringComparison.Ordinal))
            return false;
        var own = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var part in header["OAuth ".Length..].Split(',', StringSplitOptions.TrimEntries))
            if (part.IndexOf('=', StringComparison.Ordinal) is > 0 and var at)
                own[part[..at]] = Uri.UnescapeDataString(part[(at + 1)..].Trim('"'));
        if (own.GetValueOrDefault("oauth_consumer_key") != secrets.ClientId || own.GetValueOrDefault("oauth_token") != secrets.Token || own.GetValueOrDefault("oauth_signature_method") != "HMAC-SHA256")
            return false;
        if (!long.TryParse(own.GetValueOrDefault("oauth_timestamp"), out var seconds) || Math.Abs(clock.GetUtcNow().ToUnixTimeSeconds() - seconds) > Window.TotalSeconds)
            return false;
        var expected = HMACSHA256.HashData(Encoding.UTF8.GetBytes($"{Escape(secrets.ClientSecret)}&{Escape(secrets.TokenSecret)}"), Encoding.UTF8.GetBytes(Base(call, own)));
        return own.GetValueOrDefault("oauth_signature") == Convert.ToBase64String(expected) && IsNew(own.GetValueOrDefault("oauth_nonce"));
    }

    private static string Base(SandboxCall call, Dictionary<string, string> own)
    {
        var pairs = own.Where(p => p.Key is not ("oauth_signature" or "realm")).Select(p => (Name: Escape(p.Key), Value: Escape(p.Value)))
            .Concat(call.Query.SelectMany(q => q.Value.Select(v => (Name: Escape(q.Key), Value: Escape(v ?? "")))));
        var line = string.Join('&', pairs.OrderBy(p => p.Name, StringComparer.Ordinal).ThenBy(p => p.Value, StringComparer.Ordinal).Select(p => $"{p.Name}={p.Value}"));
        return $"{call.Method}&{Escape(call.Origin + call.Path)}&{Escape(line)}";
    }

    private bool IsNew(string? nonce)
    {
        if (string.IsNullOrEmpty(nonce))
            return false;
        lock (_gate)
        {
            if (_nonces.TryGet(nonce, out _))
                return false;
            _nonces.Add(nonce, true);
            return true;
        }
    }

    private static string Escape(string text) => Uri.EscapeDataString(text);
}

using Connectors.Protocols.Http.Receiving;
using Connectors.Protocols.Http.Webhooks;
using ControlPlane.Domain.Mappings.Incoming;

namespace Connectors.Protocols.Manifests;

/// <summary>Reads <c>signature:</c>.</summary>
internal static class SignatureReader
{
    /// <param name="application">True where the authentication can speak for the application alone.</param>
    public static SignatureSpec? Read(YamlMap? map, bool application)
    {
        if (map is null)
            return null;
        var scheme = map.Choice("scheme", SignatureScheme.None,
            ("standard-webhooks", SignatureScheme.StandardWebhooks), ("hmac", SignatureScheme.Hmac), ("timestamped", SignatureScheme.Timestamped), ("public-key", SignatureScheme.PublicKey), ("token", SignatureScheme.Token), ("basic", SignatureScheme.Basic), ("none", SignatureScheme.None));
        if (!map.Has("scheme"))
            map.Problem("scheme", "A value is missing. Allowed: standard-webhooks, hmac, timestamped, public-key, token, basic, none.");
        var key = scheme == SignatureScheme.PublicKey;
        // Both sign what the manifest says.
        var hmac = key || scheme == SignatureScheme.Hmac;
        var header = hmac || scheme is SignatureScheme.Token or SignatureScheme.Timestamped;
        if (scheme == SignatureScheme.None && map.Text("because") is null)
            map.Problem("because", "Without a signature anybody may send orders. Say why that is right here.");
        var spec = new SignatureSpec
        {
            Scheme = scheme,
            Secret = scheme == SignatureScheme.None ? "" : map.Required("secret"),
            Header = header ? map.Required("header") : "",
            Prefix = hmac || scheme == SignatureScheme.Token ? map.Text("prefix") ?? "" : "",
            Algorithm = key ? map.Choice("algorithm", "rsa-sha256", [.. PublicKeySignature.Algorithms.Select(a => (a, a))]) : hmac ? map.Choice("algorithm", "sha256", ("sha256", "sha256"), ("sha512", "sha512"), ("sha1", "sha1")) : "sha256",
            Hex = hmac && map.Choice("encoding", false, ("base64", false), ("hex", true)),
            Signed = hmac && map.Text("signed") is { } signed ? Signed(map, signed) : [new(null, null)],
            Inside = key ? map.Text("inside") : null,
            Key = key && map.Map("key") is { } sender ? Key(sender, map.Has("inside"), application) : null,
            TimestampHeader = hmac ? map.Text("timestamp") : null,
            Tolerance = TimeSpan.FromSeconds(hmac || scheme == SignatureScheme.Timestamped ? map.Number("toleranceSeconds", 1, 86_400) ?? 300 : 300),
            User = scheme == SignatureScheme.Basic ? map.Required("user") : "",
        };
        map.Done();
        return spec;
    }

    private static SenderKeySpec? Key(YamlMap map, bool inside, bool application)
    {
        if (!inside)
            map.Problem("id", "The id of the key stands beside the signature, within the header. Say with inside: which member of it is the signature.");
        var path = map.Required("path");
        if (!path.Contains("{id}", StringComparison.Ordinal))
            map.Problem("path", "It names no key. Put {id} into it.");
        var at = DocumentPath.TryParse(map.Required("at"));
        if (at is null or { OfLine: true })
            map.Problem("at", $"'{map.Text("at")}' is no path. Allowed: {DocumentPath.Allowed}.");
        var by = map.Choice("by", false, ("account", false), ("application", true));
        if (by && !application)
            map.Problem("by", "The authentication has no applicationScope, so that nobody can speak for the application alone. Give authentication.applicationScope.");
        var spec = at is null ? null : new SenderKeySpec(map.Required("id"), path, at, by);
        map.Has("id");
        map.Done();
        return spec;
    }

    /// <summary><c>{header.X-Timestamp}.{body}</c></summary>
    private static List<SignedPart> Signed(YamlMap map, string text)
    {
        var parts = new List<SignedPart>();
        for (var at = 0; at < text.Length;)
        {
            var open = text.IndexOf('{', at);
            var close = open < 0 ? -1 : text.IndexOf('}', open);
            if (open != at)
                parts.Add(new(open < 0 ? text[at..] : text[at..open], null));
            if (open < 0)
                break;
            var name = close < 0 ? "" : text[(open + 1)..close];
            if (name == "body")
                parts.Add(new(null, null));
            else if (name.StartsWith("header.", StringComparison.Ordinal) && name.Length > "header.".Length)
                parts.Add(new(null, name["header.".Length..]));
            else
            {
                map.Problem("signed", $"'{{{name}}}' cannot be read. Allowed: {{body}} and {{header.Name}}.");
                break;
            }

            at = close + 1;
        }

        if (!parts.Exists(p => p is { Literal: null, Header: null }))
            map.Problem("signed", "It leaves out {body}, so that nobody vouches for the document.");
        return parts;
    }
}

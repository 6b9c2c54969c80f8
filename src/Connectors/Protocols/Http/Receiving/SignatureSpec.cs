using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Connectors.Protocols.Http.Webhooks;
using ControlPlane.Domain.Connections;

namespace Connectors.Protocols.Http.Receiving;

public enum SignatureScheme
{
    /// <summary>Anybody who knows the address may send. Only where the manifest says why.</summary>
    None,
    StandardWebhooks,
    Hmac,

    /// <summary>Time and signatures in one header: <c>t=…,v1=…</c>.</summary>
    Timestamped,

    /// <summary>The sender signs with a private key; we have its public one.</summary>
    PublicKey,

    /// <summary>A header holds a shared secret as it is.</summary>
    Token,

    /// <summary>User and password (RFC 7617).</summary>
    Basic,
}

/// <summary>How a webhook proves its sender. All comparisons take the same time whatever differs.</summary>
public sealed record SignatureSpec
{
    public required SignatureScheme Scheme { get; init; }

    /// <summary>Name of the connection's secret; it may hold several, separated by spaces, while one replaces another.</summary>
    public string Secret { get; init; } = "";

    public string Header { get; init; } = "";

    /// <summary>sha1, sha256 or sha512; for public keys one of <see cref="PublicKeySignature.Algorithms"/>.</summary>
    public string Algorithm { get; init; } = "sha256";

    public bool Hex { get; init; }

    /// <summary>Before the signature, such as <c>sha256=</c>.</summary>
    public string Prefix { get; init; } = "";

    /// <summary>The header is base64 of a JSON object, and the signature is its member of this name (eBay); null = the header is the signature.</summary>
    public string? Inside { get; init; }

    /// <summary>How the sender's key is asked for by the id beside the signature; null = the connection has it.</summary>
    public SenderKeySpec? Key { get; init; }

    /// <summary>What is signed: literal text, header names, and null for the body.</summary>
    public IReadOnlyList<SignedPart> Signed { get; init; } = [new(null, null)];

    /// <summary>Header with the time of sending in Unix seconds; null when the sender gives none.</summary>
    public string? TimestampHeader { get; init; }

    /// <summary>A recording older than this is no longer believed.</summary>
    public TimeSpan Tolerance { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Name of the setting with the user, for <see cref="SignatureScheme.Basic"/>.</summary>
    public string User { get; init; } = "";

    public bool Verify(InboundRequest request, Connection connection) => Scheme switch
    {
        SignatureScheme.None => true,
        SignatureScheme.StandardWebhooks => StandardWebhooks.Verify(request, connection.Secret(Secret)),
        SignatureScheme.Token => Same(request.Header(Header), connection.Secret(Secret), Prefix),
        SignatureScheme.Basic => connection.Setting(User) is { Length: > 0 } user
            && Same(request.Header("Authorization"), connection.Secret(Secret), "Basic ", s => Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{s}")), several: false),
        SignatureScheme.Timestamped => TimestampedSignature.Verify(request.Body.Span, request.Header(Header), connection.Secret(Secret), request.ReceivedAt, Tolerance),
        SignatureScheme.PublicKey => VerifyKey(request, connection),
        _ => VerifyHmac(request, connection),
    };

    private bool VerifyHmac(InboundRequest request, Connection connection)
    {
        if (TimestampHeader is not null && !IsFresh(request))
            return false;
        var given = request.Header(Header);
        if (Hex && given is not null)
            given = Prefix.Length <= given.Length ? given[..Prefix.Length] + given[Prefix.Length..].ToLowerInvariant() : given;
        var bytes = SignedBytes(request);
        return Same(given, connection.Secret(Secret), Prefix, secret => Write(Hash(Encoding.UTF8.GetBytes(secret), bytes)));
    }

    private bool VerifyKey(InboundRequest request, Connection connection)
    {
        if (TimestampHeader is not null && !IsFresh(request) || Given(request.Header(Header)) is not { Length: > 0 and <= 4_096 } given || !given.StartsWith(Prefix, StringComparison.Ordinal))
            return false;
        var signature = new byte[given.Length];
        int length;
        if (Hex ? Convert.FromHexString(given.AsSpan(Prefix.Length), signature, out _, out length) != System.Buffers.OperationStatus.Done : !Convert.TryFromBase64String(given[Prefix.Length..], signature, out length))
            return false;
        return PublicKeySignature.Verify(Algorithm, SignedBytes(request), signature.AsSpan(0, length), connection.Secret(Secret));
    }

    /// <summary>The key that the signature names; null where none is asked for, or no id that could be one stands there.</summary>
    public SenderKey? KeyOf(InboundRequest request) => Key is { } key && Member(request.Header(Header), key.Id) is { } id && SenderKeySpec.IsId(id) ? key.Of(id, Secret) : null;

    /// <summary>Null when there is no signature where it should be.</summary>
    private string? Given(string? header) => Inside is null ? header : Member(header, Inside);

    /// <summary>Out of a header that is base64 of a JSON object; null when it is none, or has no such text.</summary>
    private static string? Member(string? header, string name)
    {
        if (header is null or { Length: > 4_096 })
            return null;
        var bytes = new byte[header.Length];
        if (!Convert.TryFromBase64String(header, bytes, out var length))
            return null;
        try
        {
            using var document = JsonDocument.Parse(bytes.AsMemory(0, length), new() { MaxDepth = 2 });
            return document.RootElement.ValueKind == JsonValueKind.Object && document.RootElement.TryGetProperty(name, out var text) && text.ValueKind == JsonValueKind.String ? text.GetString() : null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // Not JSON, or text that is no Unicode.
            return null;
        }
    }

    private byte[] SignedBytes(InboundRequest request)
    {
        using var signed = new MemoryStream(request.Body.Length + 100);
        foreach (var part in Signed)
            signed.Write(part switch
            {
                { Literal: { } text } => Encoding.UTF8.GetBytes(text),
                { Header: { } header } => Encoding.UTF8.GetBytes(request.Header(header) ?? ""),
                _ => request.Body.Span,
            });
        return signed.ToArray();
    }

    // Some senders sign with SHA-1 still; as a keyed hash it has not been broken.
#pragma warning disable CA5350
    private byte[] Hash(byte[] key, byte[] bytes) => Algorithm switch { "sha1" => HMACSHA1.HashData(key, bytes), "sha512" => HMACSHA512.HashData(key, bytes), _ => HMACSHA256.HashData(key, bytes) };
#pragma warning restore CA5350

    private string Write(byte[] hash) => Hex ? Convert.ToHexStringLower(hash) : Convert.ToBase64String(hash);

    private bool IsFresh(InboundRequest request) =>
        long.TryParse(request.Header(TimestampHeader!), NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) && seconds is > 0 and < 253_402_300_800
        && (request.ReceivedAt - DateTimeOffset.FromUnixTimeSeconds(seconds)).Duration() <= Tolerance;

    private static bool Same(string? given, string? secrets, string prefix, Func<string, string>? write = null, bool several = true)
    {
        if (string.IsNullOrEmpty(given) || string.IsNullOrEmpty(secrets))
            return false;
        var bytes = Encoding.UTF8.GetBytes(given);
        var same = false;
        foreach (var secret in several ? secrets.Split(' ', StringSplitOptions.RemoveEmptyEntries) : [secrets])
            same |= CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(prefix + (write?.Invoke(secret) ?? secret)), bytes);
        return same;
    }
}

/// <summary>A piece of what is signed: a text, the value of a header, or with neither the body.</summary>
public sealed record SignedPart(string? Literal, string? Header);

using System.Security.Cryptography;
using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Mappings.Incoming;

namespace Connectors.Protocols.Http.Receiving;

/// <summary>Where a sender tells its public keys, by the id that stands beside each signature.</summary>
/// <param name="Id">The member of the signature header's object that holds the id.</param>
/// <param name="Path">With <c>{id}</c> in it.</param>
/// <param name="At">The key in the answer: PEM, also without line breaks.</param>
/// <param name="ByApplication">Asked in the name of the application, not of the account.</param>
public sealed record SenderKeySpec(string Id, string Path, DocumentPath At, bool ByApplication)
{
    /// <summary>The budget of the manifest that the question draws on: that of the subscriptions.</summary>
    public const string Operation = "webhooks";

    private const int LongestId = 100;

    /// <summary>It goes into an address and comes from whoever called: letters, digits, hyphens and underscores, and nothing else.</summary>
    public static bool IsId(string text) => text.Length is > 0 and <= LongestId && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_');

    internal SenderKey Of(string id, string secret) => new(
        id, secret,
        () => new() { Method = HttpMethod.Get, Path = Path.Replace("{id}", id, StringComparison.Ordinal), ByApplication = ByApplication, Operation = Operation, Headers = { ["Accept"] = "application/json" } },
        Read);

    private string? Read(ExchangeAnswer answer)
    {
        if (!answer.IsSuccess)
            return null;
        using var body = AnswerBody.Read(answer);
        return body.IsJson && At.Read(body.Root) is { } text ? Pem(text) : null;
    }

    /// <summary>With its line breaks back; null when it is no public key.</summary>
    private static string? Pem(string text)
    {
        const string begin = "-----BEGIN PUBLIC KEY-----", end = "-----END PUBLIC KEY-----";
        var from = text.IndexOf(begin, StringComparison.Ordinal);
        var to = text.IndexOf(end, StringComparison.Ordinal);
        var base64 = from >= 0 && to > from ? text[(from + begin.Length)..to] : text;
        var bytes = new byte[base64.Length];
        return Convert.TryFromBase64String(base64, bytes, out var length) && length > 0 ? PemEncoding.WriteString("PUBLIC KEY", bytes.AsSpan(0, length)) : null;
    }
}

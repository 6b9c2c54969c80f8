using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using ControlPlane.Domain.Connections;

namespace Connectors.Protocols.Http.Receiving;

/// <summary>
/// The question <c>GET address?challenge_code=…</c>, answered by the SHA-256 of the code, a secret that both know and the address, in hex
/// within a JSON object. Source: eBay, "Marketplace account deletion", verifying the endpoint.
/// </summary>
/// <param name="Parameter">Of the query, in which the code stands.</param>
/// <param name="Secret">Name of the connection's secret.</param>
/// <param name="Answer">Member of the answer.</param>
public sealed record ChallengeSpec(string Parameter, string Secret, string Answer)
{
    /// <summary>Far longer than any that is sent: what is hashed for a stranger stays small.</summary>
    private const int LongestCode = 512;

    /// <summary>With a shorter secret a stranger could find it from an answer by trying. eBay asks for as many at least.</summary>
    public const int ShortestSecret = 32;

    public string? Of(Func<string, string?> query, Connection connection, Uri endpoint)
    {
        if (query(Parameter) is not { Length: > 0 and <= LongestCode } code || connection.Secret(Secret) is not { Length: >= ShortestSecret } secret)
            return null;
        var digest = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(code + secret + endpoint.AbsoluteUri)));
        return JsonSerializer.Serialize(new Dictionary<string, string> { [Answer] = digest });
    }
}

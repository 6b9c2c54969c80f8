using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace ControlPlane.Web.Tests.Receive;

/// <summary>A sender asks, before it sends, whether the address is ours: eBay does.</summary>
public sealed class ChallengeTests
{
    private const string Token = "a-word-of-forty-letters-that-we-both-know";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_right_address_proves_itself_and_nobody_else_learns_anything()
    {
        var estate = Directory.CreateTempSubdirectory("cp-challenge-");
        await File.WriteAllTextAsync(Path.Combine(estate.FullName, "ebay.yaml"), """
            kind: Connection
            metadata: { name: ebay-de }
            spec:
              connector: ebay
              role: marketplace
              displayName: eBay
              baseAddress: https://api.ebay.example
              pollEvery: 1h
              settings: { clientId: c }
              secrets: { clientSecret: "${secret:X}", refreshToken: "${secret:X}", verificationToken: "${secret:WORD}" }
            ---
            kind: Connection
            metadata: { name: ebay-short }
            spec:
              connector: ebay
              role: marketplace
              displayName: eBay with a word that can be guessed
              baseAddress: https://api.ebay.example
              pollEvery: 1h
              settings: { clientId: c }
              secrets: { clientSecret: "${secret:X}", refreshToken: "${secret:X}", verificationToken: "${secret:X}" }
            """, Ct);
        await using var host = await ProductHost.StartAsync(new Dictionary<string, string?>
        {
            ["ControlPlane:Estate"] = estate.FullName,
            ["ControlPlane:PublicAddress"] = "https://hub.example/",
            ["ControlPlane:Secrets:X"] = "short",
            ["ControlPlane:Secrets:WORD"] = Token,
        });
        using var client = host.Client(null);

        using var answer = await client.GetAsync("/in/ebay-de?challenge_code=a8628072-3d33-45ee-9004-bee86830a22d", Ct);
        Assert.Equal((HttpStatusCode.OK, "application/json"), (answer.StatusCode, answer.Content.Headers.ContentType?.MediaType));
        // As eBay's own description feeds it: the code, the word, the address.
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var part in new[] { "a8628072-3d33-45ee-9004-bee86830a22d", Token, "https://hub.example/in/ebay-de" })
            hash.AppendData(Encoding.UTF8.GetBytes(part));
        using var said = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(Ct));
        Assert.Equal(Convert.ToHexStringLower(hash.GetHashAndReset()), said.RootElement.GetProperty("challengeResponse").GetString());

        foreach (var other in new[] { "/in/ebay-de", "/in/ebay-de?challenge_code=", "/in/ebay-de?challenge_code=a&challenge_code=b", "/in/ebay-de?challenge_code=" + new string('a', 600), "/in/ebay-de?other=a", "/in/ebay-short?challenge_code=a", "/in/nobody?challenge_code=a" })
        {
            using var refused = await client.GetAsync(other, Ct);
            using var problem = JsonDocument.Parse(await refused.Content.ReadAsStringAsync(Ct));
            Assert.Equal((HttpStatusCode.Unauthorized, "receive.not_accepted"), (refused.StatusCode, problem.RootElement.GetProperty("code").GetString()));
        }

        estate.Delete(recursive: true);
    }
}

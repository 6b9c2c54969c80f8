using Connectors.Protocols.Http;
using ControlPlane.Domain.Connections;

namespace Connectors.Tests.Protocols;

public sealed class OAuth1Tests
{
    /// <summary>The example in appendix A.5 of OAuth Core 1.0.</summary>
    [Fact]
    public void The_published_example_is_signed_as_published()
    {
        var signed = Scheme(sha256: false).Sign("GET", new("http://photos.example.net/photos?file=vacation.jpg&size=original"), Connection, "1191242096", "kllo9940pd9333jh");
        Assert.Contains("oauth_signature=\"tR3%2BTy81lMeYAr%2FFid0kMTYa%2FWM%3D\"", signed, StringComparison.Ordinal);
        Assert.StartsWith("OAuth oauth_consumer_key=\"dpf43f3p2l4k3l03\"", signed, StringComparison.Ordinal);
    }

    /// <summary>RFC 5849, 3.4.1.1: encoded names, the same name twice, empty values, a port that is none.</summary>
    [Fact]
    public void The_base_string_is_as_the_RFC_shows_it()
    {
        var address = new Uri("http://EXAMPLE.COM:80/request?b5=%3D%253D&a3=a&c%40=&a2=r%20b");
        (string, string)[] own = [("oauth_consumer_key", "9djdj82h48djs9d2"), ("oauth_token", "kkk9d7dh3k39sjv7"), ("oauth_signature_method", "HMAC-SHA1"), ("oauth_timestamp", "137131201"), ("oauth_nonce", "7d8f3e4a"), ("c2", ""), ("a3", "2 q")];
        Assert.Equal(
            "POST&http%3A%2F%2Fexample.com%2Frequest&a2%3Dr%2520b%26a3%3D2%2520q%26a3%3Da%26b5%3D%253D%25253D%26c%2540%3D%26c2%3D%26oauth_consumer_key%3D9djdj82h48djs9d2%26oauth_nonce%3D7d8f3e4a%26oauth_signature_method%3DHMAC-SHA1%26oauth_timestamp%3D137131201%26oauth_token%3Dkkk9d7dh3k39sjv7",
            OAuth1Authentication.Base("POST", address, own.Concat(OAuth1Authentication.Query(address))));
    }

    [Fact]
    public async Task A_request_is_signed_for_the_address_that_it_goes_to_and_never_twice_alike()
    {
        var (first, second) = (await SignedAsync(), await SignedAsync());
        Assert.Contains("oauth_signature_method=\"HMAC-SHA256\"", first, StringComparison.Ordinal);
        Assert.NotEqual(first, second);
        Assert.Equal(["The connection erp-a has no usable secrets.consumer. Give it a value without line breaks.", "The connection erp-a has no usable secrets.token. Give it a value without line breaks."],
            Scheme(true).Check(Given.Connection()).Order());
    }

    private static async Task<string> SignedAsync()
    {
        var request = new ExchangeRequest { Method = HttpMethod.Get, Path = "/orders?a=1" };
        await Scheme(true).ApplyAsync(request, Connection, new MemoryTokens(), new ScriptedExchange(), TestContext.Current.CancellationToken);
        return request.Headers["Authorization"];
    }

    private static OAuth1Authentication Scheme(bool sha256) => new()
    {
        ConsumerKey = Text("dpf43f3p2l4k3l03"), ConsumerSecret = Text("{secrets.consumer}"), Token = Text("nnch734d00sl2jdk"), TokenSecret = Text("{secrets.token}"), Sha256 = sha256,
    };

    private static Connection Connection => Given.Connection("shop", null, new Dictionary<string, string> { ["consumer"] = "kd94hf93k423kf44", ["token"] = "pfkkdhi9sl3r4s00" });

    private static ConnectionText Text(string text) => new(Placeholders.TryParse(text, out _)!, new Dictionary<string, string>());
}

using ControlPlane.Domain.Connections;
using ControlPlane.Runtime.Estate;
using ControlPlane.Runtime.Tests.Estate;

namespace ControlPlane.Runtime.Tests.Connections;

public sealed class ConnectionReaderTests
{
    private static Connection Read(string text)
    {
        var (objects, problems) = Yaml.Reader.Read([new("test.yaml", text)]);
        Assert.Empty(problems);
        return Assert.IsType<EstateObject.OfConnection>(Assert.Single(objects)).Connection;
    }

    [Fact]
    public void Defaults_and_references_are_filled_in()
    {
        var connection = Read(Yaml.Connection);
        Assert.Equal(("shop-eu", "shopify", SystemRole.Storefront, "Shop EU", "http://127.0.0.1:81/api"), (connection.Key, connection.Connector, connection.Role, connection.DisplayName, connection.BaseAddress!.ToString()));
        Assert.Equal((true, 16, TimeSpan.FromSeconds(30), false, (TimeSpan?)null), (connection.Enabled, connection.MaxConcurrency, connection.Timeout, connection.AllowPrivateNetwork, connection.PollEvery));
        Assert.Equal("t-1", connection.Secret("token"));
        Assert.DoesNotContain("t-1", connection.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Every_setting_is_read()
    {
        var connection = Read("""
            kind: Connection
            metadata: { name: all }
            spec:
              connector: generic-http
              role: 3pl
              owner: Warehouse team
              baseAddress: https://wms.example.com:${env:PORT}/v1
              enabled: false
              maxConcurrency: 4
              timeout: 5s
              pollEvery: 2m
              allowPrivateNetwork: true
              settings: { company: "${env:COMPANY:-ACME}-EU", spec: "operations: []" }
            """);
        Assert.Equal(("all", SystemRole.ThreePl, "Warehouse team", "https://wms.example.com:82/v1"), (connection.DisplayName, connection.Role, connection.Owner, connection.BaseAddress!.ToString()));
        Assert.Equal((false, 4, TimeSpan.FromSeconds(5), TimeSpan.FromMinutes(2), true), (connection.Enabled, connection.MaxConcurrency, connection.Timeout, connection.PollEvery!.Value, connection.AllowPrivateNetwork));
        Assert.Equal(("ACME-EU", "operations: []"), (connection.Setting("company"), connection.Setting("spec")));
    }

    [Theory]
    [InlineData("token: \"${secret:SHOP_TOKEN}\"", "token: shpat_123456", "spec.secrets: The secret 'token' stands here in plain text. Give a reference: ${secret:NAME} or ${env:NAME}.")]
    [InlineData("token: \"${secret:SHOP_TOKEN}\"", "token: \"Bearer ${secret:SHOP_TOKEN}\"", "stands here in plain text")]
    [InlineData("token: \"${secret:SHOP_TOKEN}\"", "token: \"${env:NO_SUCH:-shpat_123456}\"", "stands here in plain text")]
    [InlineData("${secret:SHOP_TOKEN}", "${secret:OTHER}", "spec.secrets: The secret OTHER is not known. Enter it with the connection, or set ControlPlane:Secrets:OTHER.")]
    [InlineData("${secret:SHOP_TOKEN}", "${env:OTHER}", "spec.secrets: The environment variable OTHER is not set.")]
    [InlineData("name: shop-eu", "name: Shop_EU", "metadata.name: A connection's name has 1 to 40 lower-case letters")]
    [InlineData("name: shop-eu", "name: a23456789-123456789-123456789-123456789-1", "metadata.name")]
    [InlineData("role: storefront", "role: shop", "spec.role: Expected storefront, marketplace")]
    [InlineData("role: storefront", "enabled: true", "spec.role: This key is required")]
    [InlineData("connector: shopify", "enabled: true", "spec.connector: This key is required")]
    [InlineData("http://${env:SHOP_HOST:-127.0.0.1}:81/api", "ftp://shop", "spec.baseAddress: Expected an http, https or sftp address without credentials.")]
    [InlineData("http://${env:SHOP_HOST:-127.0.0.1}:81/api", "http://kim:pw@shop", "spec.baseAddress: Expected an http, https or sftp address without credentials.")]
    [InlineData("displayName: Shop EU", "timeout: 6m", "spec.timeout: Expected a duration like 30s, 15m or 24h, from 1s to 5m.")]
    [InlineData("displayName: Shop EU", "pollEvery: 1s", "spec.pollEvery: Expected a duration like 30s, 15m or 24h, from 5s to 1d.")]
    [InlineData("displayName: Shop EU", "maxConcurrency: 257", "spec.maxConcurrency: Expected a whole number from 1 to 256.")]
    [InlineData("displayName: Shop EU", "enabled: perhaps", "spec.enabled: Expected true or false.")]
    [InlineData("displayName: Shop EU", "settings: [a]", "spec.settings: A mapping of texts is expected here.")]
    [InlineData("displayName: Shop EU", "displyName: Shop EU", "spec.displyName: This key is not known here. Allowed: ")]
    public void A_mistake_is_named_and_never_shows_a_secret(string right, string wrong, string expected)
    {
        var text = Yaml.Connection.Replace(right, wrong, StringComparison.Ordinal);
        Assert.NotEqual(Yaml.Connection, text);
        var problems = Yaml.Problems(text);
        Assert.Contains(problems, p => p.StartsWith("test.yaml, line ", StringComparison.Ordinal) && p.Contains(expected, StringComparison.Ordinal));
        Assert.All(problems, p => Assert.DoesNotContain("shpat_", p, StringComparison.Ordinal));
        Assert.Empty(Yaml.Reader.Read([new("test.yaml", text)]).Objects);
    }
}

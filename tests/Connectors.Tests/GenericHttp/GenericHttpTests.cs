using System.Text;
using Connectors.Catalog.GenericHttp;
using Connectors.Protocols.Http;
using Connectors.Protocols.Manifests;
using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Transactions;

namespace Connectors.Tests.GenericHttp;

public sealed class GenericHttpTests
{
    private static readonly GenericHttpConnector Connector = new(TimeProvider.System);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_a_connection_can_do_stands_in_the_connection()
    {
        var connection = Connection(Spec());
        var shaped = ((IConnector)Connector).For(connection);
        var operation = shaped.Operation("createSalesOrder")!;
        var request = Given.Request(connection: connection);
        var exchange = new ScriptedExchange().Answers(201, """{"id":"SO-0000001","status":"created"}""");

        var mapped = operation.Map(request);
        var confirmed = Assert.IsType<OperationResult.Confirmed>(await operation.ExecuteAsync(request, mapped.Content, exchange, Ct));

        Assert.Empty(mapped.Refusals);
        Assert.Equal(("", "key-1"), (exchange.Sent[0].Path, exchange.Sent[0].Headers["Idempotency-Key"]));
        Assert.Contains("\"orderNumber\":\"#1001\"", exchange.Body(0), StringComparison.Ordinal);
        Assert.Equal("SO-0000001", confirmed.Outputs["erpOrderId"]);
        Assert.Equal(new Identifier("erp-order", "SO-0000001"), Assert.Single(confirmed.Identifiers));
        Assert.Empty(Connector.Check(connection));
    }

    [Fact]
    public void The_same_connection_is_read_once()
    {
        var connection = Connection(Spec());

        Assert.Same(((IConnector)Connector).For(connection), ((IConnector)Connector).For(connection));
        Assert.NotSame(((IConnector)Connector).For(connection), ((IConnector)Connector).For(Connection(Spec())));
    }

    [Fact]
    public void A_connection_without_a_spec_offers_nothing_and_says_what_is_missing()
    {
        var connection = Given.Connection("generic-http");

        Assert.Same(Connector, ((IConnector)Connector).For(connection));
        Assert.Null(Connector.Operation("createSalesOrder"));
        Assert.StartsWith("settings.spec: A value is missing.", Assert.Single(Connector.Check(connection)), StringComparison.Ordinal);
    }

    [Fact]
    public void A_spec_that_is_wrong_is_told_with_connection_and_line()
    {
        var connection = Connection("operations:\n  - name: x\n    write: sometimes\n    request: { method: POST, path: /x }\n");

        Assert.Equal(
            "connection erp-a, settings.spec, line 3: operations[0].write: 'sometimes' is unknown. Allowed: read, keyed, upsert, blind.", Assert.Single(Connector.Check(connection)));
        Assert.Null(((IConnector)Connector).For(connection).Operation("x"));
    }

    [Fact]
    public void A_document_of_a_users_own_can_be_added_to_the_catalogue()
    {
        var catalog = ConnectorsFeature.BuiltIn(TimeProvider.System);
        var text = Encoding.UTF8.GetString(EmbeddedCatalog.Sample("GenericHttp", "connector-example.yaml"));

        foreach (var reading in ManifestReader.ReadAll("kind: Flow\nmetadata: { name: other }\n---\n" + text, "estate/systems.yaml"))
        {
            Assert.Empty(reading.Problems);
            catalog.Add(new DeclarativeConnector(reading.Definition!, TimeProvider.System));
        }

        Assert.NotNull(catalog.Find("bookshop-erp")!.Operation("createSalesOrder"));
    }

    [Fact]
    public void A_connector_in_a_file_of_many_keeps_the_lines_of_the_file()
    {
        var readings = ManifestReader.ReadAll("kind: Flow\n---\nkind: Connector\nmetadata: { name: a }\nspec:\n  roles: [nothing]\n", "estate/all.yaml");

        Assert.StartsWith("estate/all.yaml, line 6: ", Assert.Single(readings).Problems[0].ToString(), StringComparison.Ordinal);
    }

    private static string Spec() => Encoding.UTF8.GetString(EmbeddedCatalog.Sample("GenericHttp", "spec-example.yaml"));

    private static Connection Connection(string spec) => Given.Connection("generic-http", new Dictionary<string, string> { ["spec"] = spec });
}

using Connectors.Protocols.Http;
using Connectors.Protocols.Manifests;
using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Effects;

namespace Connectors.Tests.Protocols;

public sealed class ManifestTests
{
    public const string Small = """
        kind: Connector
        metadata:
          name: my-erp
        spec:
          title: My ERP
          roles: [erp]
          settings:
            - { name: company, meaning: The company., required: true }
            - { name: version, meaning: The version., default: v2 }
            - { name: key, meaning: The key., required: true, secret: true }
          authentication:
            scheme: api-key
            header: X-Api-Key
            key: "{secrets.key}"
          notOffered:
            notifyCustomer: It has no mail.
          mappings:
            - name: order
              rows:
                - { to: ref, from: reference, required: true }
                - { to: "lines[].sku", from: "order.lines[].sku" }
          operations:
            - name: createSalesOrder
              title: Create order
              write: keyed
              budget: { perSecond: 2.5, burst: 10 }
              request:
                method: POST
                path: /{settings.version}/companies/{settings.company}/orders
                mapping: order
                idempotencyHeader: Idempotency-Key
              answer:
                outputs: { erpOrderId: $.id, erpOrderNumber: "$.no?" }
                identifiers: { erp-order: $.id }
                summary: ERP created {outputs.erpOrderId}
        """;

    [Fact]
    public void A_document_becomes_a_manifest()
    {
        var definition = Read(Small);

        Assert.Equal("my-erp", definition.Manifest.Name);
        Assert.Equal([SystemRole.Erp], definition.Manifest.Roles);
        var operation = Assert.Single(definition.Manifest.Operations);
        Assert.Equal(("createSalesOrder", "Create order", WriteKind.Keyed, false, new RateBudget(2.5, 10)), (operation.Name, operation.Title, operation.Write, operation.CanLookUp, operation.Budget));
        Assert.Empty(operation.Asks);
        Assert.Equal(["erpOrderId", "erpOrderNumber"], operation.Figures);
        Assert.Equal("It has no mail.", definition.Manifest.NotOffered["notifyCustomer"]);
        Assert.Equal("v2", definition.SettingDefaults["version"]);
    }

    [Fact]
    public void What_a_connection_lacks_is_told_by_setting()
    {
        var connector = new DeclarativeConnector(Read(Small), TimeProvider.System);

        Assert.Equal(
            ["settings.company: A value is missing. The company.", "secrets.key: A value is missing. The key.", "The connection erp-a has no usable secrets.key. Give it a value without line breaks."],
            connector.Check(Given.Connection()));
        Assert.Empty(connector.Check(Given.Connection(settings: Settings, secrets: Secrets)));
    }

    [Theory]
    [InlineData("write: keyed", "write: perhaps", "line 25", "read, keyed, upsert, blind")]
    [InlineData("mapping: order", "mapping: orders", "line 30", "Known: order")]
    [InlineData("roles: [erp]", "roles: [bookkeeping]", "line 6", "storefront")]
    [InlineData("scheme: api-key", "scheme: magic", "line 12", "none, basic, bearer, api-key, oauth1, oauth2")]
    [InlineData("$.id,", "$..id,", "line 33", "$ followed by .name")]
    [InlineData("title: My ERP", "titel: My ERP", "line 5", "spec.titel is not understood")]
    [InlineData("from: reference", "from: referenz", "line 20", "'referenz' cannot be read")]
    [InlineData("{settings.company}", "{setting.company}", "line 29", "cannot be read")]
    [InlineData("{settings.company}", "{secrets.key}", "line 29", "Secrets may stand only in authentication")]
    [InlineData("idempotencyHeader: Idempotency-Key", "contentType: application/json", "line 28", "A keyed write must send the key")]
    [InlineData("method: POST", "method: SEND", "line 28", "GET, POST, PUT, PATCH, DELETE")]
    [InlineData("perSecond: 2.5", "perSecond: -1", "line 26", "a number from")]
    [InlineData("name: my-erp", "name: My ERP", "line 3", "lower-case letters")]
    [InlineData("kind: Connector", "kind: Thing", "line 1", "Allowed: Connector")]
    [InlineData("default: v2", "default: v2, secret: true", "line 9", "A secret has no default")]
    [InlineData("title: Create order", "code: true", "line 24", "code is not understood")]
    [InlineData("title: My ERP", "title: *other", "line 5", "Aliases")]
    public void An_error_names_file_line_and_what_is_allowed(string right, string wrong, string line, string told)
    {
        Assert.Contains(right, Small, StringComparison.Ordinal);
        var reading = ManifestReader.Read(Small.Replace(right, wrong, StringComparison.Ordinal), "estate/my-erp.yaml");

        Assert.Null(reading.Definition);
        var all = string.Join('\n', reading.Problems);
        Assert.Contains($"estate/my-erp.yaml, {line}: ", all, StringComparison.Ordinal);
        Assert.Contains(told, all, StringComparison.Ordinal);
    }

    [Fact]
    public void All_errors_of_a_document_are_told_at_once()
    {
        var reading = ManifestReader.Read(Small.Replace("write: keyed", "write: x", StringComparison.Ordinal).Replace("roles: [erp]", "roles: [y]", StringComparison.Ordinal), "f");

        Assert.Equal(2, reading.Problems.Count);
    }

    [Theory]
    [InlineData("")]
    [InlineData("- a\n- b")]
    [InlineData("a: [")]
    [InlineData("a: 1\na: 2")]
    [InlineData("a: 1\n---\nb: 2")]
    [InlineData("\t\0")]
    [InlineData("kind: Connector\nmetadata: 5\nspec: 6")]
    public void What_is_no_such_document_is_refused_and_does_not_throw(string yaml)
    {
        var reading = ManifestReader.Read(yaml, "f");

        Assert.Null(reading.Definition);
        Assert.NotEmpty(reading.Problems);
    }

    [Fact]
    public void Deep_nesting_is_refused_before_it_costs_anything()
    {
        var reading = ManifestReader.Read("a: " + new string('[', 20_000), "f");

        Assert.Contains("nested more than", Assert.Single(reading.Problems).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_connector_that_is_read_late_has_the_name_under_which_it_is_found()
    {
        var catalog = ConnectorsFeature.BuiltIn(TimeProvider.System);
        Assert.NotEmpty(catalog.All);
        Assert.All(catalog.All, c => Assert.Same(c, catalog.Find(c.Manifest.Name)));
    }

    [Fact]
    public void Every_built_in_connector_reads_without_a_problem_and_carries_out_what_it_lists()
    {
        var catalog = ConnectorsFeature.BuiltIn(TimeProvider.System);

        Assert.True(catalog.All.Count >= 3);
        foreach (var connector in catalog.All)
            foreach (var operation in connector.Manifest.Operations)
            {
                Assert.Equal(operation, connector.Operation(operation.Name)?.Descriptor);
                Assert.False(connector.Manifest.NotOffered.ContainsKey(operation.Name));
            }
    }

    [Theory]
    [InlineData("value: 5", "5")]
    [InlineData("value: \"5\"", "\"5\"")]
    [InlineData("value: 007", "\"007\"")]
    [InlineData("value: true", "true")]
    [InlineData("value: Item", "\"Item\"")]
    public void A_constant_is_what_YAML_means_by_it(string value, string expected)
    {
        var problems = new ManifestProblems("m");
        var mapping = MappingReader.Read($"kind: Mapping\nmetadata: {{ name: m }}\nspec:\n  rows:\n    - {{ to: x, {value} }}\n", problems);

        Assert.Empty(problems.Found);
        Assert.Equal($"{{\"x\":{expected}}}", System.Text.Encoding.UTF8.GetString(mapping!.Map(ControlPlane.Domain.Mappings.MappingInput.From(Given.Request())).Content.Span));
    }

    internal static Dictionary<string, string> Settings => new() { ["company"] = "ACME" };

    internal static Dictionary<string, string> Secrets => new() { ["key"] = "s3cret" };

    internal static ConnectorDefinition Read(string yaml)
    {
        var reading = ManifestReader.Read(yaml, "test.yaml");
        Assert.Empty(reading.Problems);
        return reading.Definition!;
    }
}

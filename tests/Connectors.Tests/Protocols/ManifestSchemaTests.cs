using System.Runtime.CompilerServices;
using System.Text.Json;
using Connectors.Protocols.Manifests;
using Connectors.Protocols.Manifests.Schema;
using NJsonSchema;
using YamlDotNet.RepresentationModel;

namespace Connectors.Tests.Protocols;

/// <summary>The published schema of a connector's document: made from the reader, in agreement with it, and the file in docs is it.</summary>
public sealed class ManifestSchemaTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private const string Good = """
        kind: Connector
        metadata: { name: bazaar }
        spec:
          title: Bazaar
          roles: [marketplace]
          settings: [{ name: shop, meaning: Number of the shop., required: true }]
          authentication: { scheme: bearer, token: "{secrets.token}" }
          feeds: [{ name: orders, path: "/o?p={page}", items: "$.orders[]", paging: { style: page, size: 50 } }]
          receive:
            documents:
              - order:
                  lines: { at: "$.lines[]" }
                  rows:
                    - { to: externalId, from: $.id }
                    - { to: placedAt, from: $.at }
                    - { to: currency, value: EUR }
                    - { to: "lines[].channelLineRef", from: position }
                    - { to: "lines[].quantity", from: "@.n" }
          mappings:
            - name: shipment
              rows: [{ to: carrier, from: shipment.carrier, missing: write-null }]
          operations:
            - { name: confirmShipment, write: upsert, request: { method: PUT, path: /s, mapping: shipment }, answer: { success: [200, 201] } }
        """;

    [Fact]
    public async Task NJsonSchema_refuses_what_a_schema_forbids()
    {
        var schema = await JsonSchema.FromJsonAsync("""{"type":"object","required":["a"],"properties":{"a":{"type":"integer"}}}""", Ct);
        Assert.Empty(schema.Validate("""{"a":1}"""));
        Assert.Equal(NJsonSchema.Validation.ValidationErrorKind.PropertyRequired, Assert.Single(schema.Validate("{}")).Kind);
    }

    [Fact]
    public async Task Every_built_in_connector_and_every_sample_validates()
    {
        var schema = await JsonSchema.FromJsonAsync(ManifestSchema.Text, Ct);
        var documents = EmbeddedCatalog.Manifests().Append(System.Text.Encoding.UTF8.GetString(EmbeddedCatalog.Sample("GenericHttp", "connector-example.yaml"))).Append(Good).ToList();
        Assert.True(documents.Count > 10);
        foreach (var document in documents)
            Assert.True(schema.Validate(YamlAsJson.Of(document)) is { Count: 0 }, document[..60] + string.Join('\n', schema.Validate(YamlAsJson.Of(document))));
    }

    [Theory]
    [InlineData("title: Bazaar", "titel: Bazaar", "titel")]
    [InlineData("roles: [marketplace]", "roles: [bazaar]", "roles")]
    [InlineData("  roles: [marketplace]\n", "", "roles")]
    [InlineData("kind: Connector", "kind: Connection", "kind")]
    [InlineData("name: bazaar", "name: Bazaar", "name")]
    [InlineData("metadata: { name: bazaar }", "metadata: { nam: bazaar }", "nam")]
    [InlineData("required: true", "required: maybe", "required")]
    [InlineData("style: page, size: 50", "style: pages, size: 50", "style")]
    [InlineData("style: page, size: 50", "size: 50", "style")]
    [InlineData("size: 50", "size: 0", "size")]
    [InlineData("size: 50", "size: many", "size")]
    [InlineData("items: \"$.orders[]\"", "item: \"$.orders[]\"", "item")]
    [InlineData("{ to: externalId, from: $.id }", "{ to: externalIdd, from: $.id }", "externalIdd")]
    [InlineData("{ to: externalId, from: $.id }", "{ to: externalId, form: $.id }", "form")]
    [InlineData("{ to: externalId, from: $.id }", "{ from: $.id }", "to")]
    [InlineData("from: shipment.carrier", "from: shipment.carier", "shipment.carier")]
    [InlineData("missing: write-null", "missing: write-nul", "missing")]
    [InlineData("write: upsert", "write: insert", "write")]
    [InlineData("write: upsert, ", "", "write")]
    [InlineData("method: PUT", "method: PATCHY", "method")]
    [InlineData("path: /s, ", "", "path")]
    [InlineData("success: [200, 201]", "success: [200, 2010]", "success")]
    [InlineData("receive:\n    documents:", "receive:\n    document:", "document")]
    [InlineData("mappings:\n    - name: shipment\n      rows:", "mappings:\n    - name: shipment\n      row:", "row")]
    public async Task The_reader_and_the_schema_refuse_the_same(string part, string changed, string named)
    {
        Assert.NotNull(ManifestReader.Read(Good, "good").Definition);
        var bad = Good.ReplaceLineEndings("\n").Replace(part, changed, StringComparison.Ordinal);
        Assert.NotEqual(Good.ReplaceLineEndings("\n"), bad);

        var problems = ManifestReader.Read(bad, "bad.yaml").Problems;
        Assert.NotEmpty(problems);
        Assert.All(problems, p => Assert.StartsWith("bad.yaml, line ", p.ToString(), StringComparison.Ordinal));
        Assert.Contains(problems, p => p.Message.Contains(named, StringComparison.Ordinal));
        var schema = await JsonSchema.FromJsonAsync(ManifestSchema.Text, Ct);
        Assert.NotEmpty(schema.Validate(YamlAsJson.Of(bad)));
    }

    /// <summary>Every word that any built-in document uses, written wrongly: both notice, each time.</summary>
    [Fact]
    public async Task No_word_of_a_document_can_be_misspelt_unnoticed()
    {
        var schema = await JsonSchema.FromJsonAsync(ManifestSchema.Text, Ct);
        var stream = new YamlStream();
        stream.Load(new StringReader(Good));
        var words = stream.Documents[0].RootNode.AllNodes.OfType<YamlMappingNode>().SelectMany(m => m.Children.Keys.OfType<YamlScalarNode>()).ToList();
        Assert.True(words.Count > 40);
        foreach (var word in words)
        {
            var at = (int)word.Start.Index;
            var bad = Good[..at] + word.Value + "x" + Good[(at + word.Value!.Length)..];
            Assert.True(ManifestReader.Read(bad, "bad").Problems.Count > 0, $"The reader takes {word.Value}x at line {word.Start.Line}.");
            Assert.True(schema.Validate(YamlAsJson.Of(bad)).Count > 0, $"The schema takes {word.Value}x at line {word.Start.Line}.");
        }
    }

    [Fact]
    public void What_is_described_exists()
    {
        using var schema = JsonDocument.Parse(ManifestSchema.Text);
        foreach (var place in SchemaWords.Places)
        {
            var at = schema.RootElement;
            foreach (var part in place.Split('.'))
            {
                Assert.True(at.GetProperty("properties").TryGetProperty(part.Replace("[]", "", StringComparison.Ordinal), out at), $"There is no {place}.");
                if (part.EndsWith("[]", StringComparison.Ordinal))
                    at = at.GetProperty("items");
            }

            Assert.True(at.TryGetProperty("description", out _), place);
        }
    }

    /// <summary>With CONTROLPLANE_WRITE_DOCS=1 it is written, otherwise compared.</summary>
    [Fact]
    public void The_schema_in_docs_is_the_one_that_is_served()
    {
        var file = Path.Combine(Path.GetDirectoryName(Here())!, "../../../docs/schemas/connector.schema.json");
        if (Environment.GetEnvironmentVariable("CONTROLPLANE_WRITE_DOCS") == "1")
        {
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            File.WriteAllText(file, ManifestSchema.Text);
        }

        Assert.Equal(ManifestSchema.Text, File.ReadAllText(file).ReplaceLineEndings("\n"));
    }

    private static string Here([CallerFilePath] string path = "") => path;
}

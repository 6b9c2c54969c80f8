using System.Globalization;
using System.Text;
using Connectors.Protocols.Http;
using Connectors.Protocols.Manifests;
using ControlPlane.Domain.Connections;
using ControlPlane.Runtime.BackTests;
using ControlPlane.Runtime.Ingestion;
using ControlPlane.Runtime.Persistence;

namespace ControlPlane.Web.Tests.Catalogue;

/// <summary>A draft over thousands of stored messages: what differs, how often, and nothing else is touched.</summary>
public sealed class BackTestTests(ITestOutputHelper output)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Five_thousand_stored_messages_are_compared_field_by_field()
    {
        await using var product = await ProductHost.StartAsync();
        var sample = Encoding.UTF8.GetString(EmbeddedCatalog.Sample("WooCommerce", "order.json"));
        var rows = new List<object>();
        for (var i = 0; i < 5_000; i++)
        {
            // Every hundredth has no mail address, every thousandth is broken.
            var body = sample.Replace("\"id\":727,", $"\"id\":{(1_000 + i).ToString(CultureInfo.InvariantCulture)},", StringComparison.Ordinal);
            body = i % 100 == 0 ? body.Replace("mia@example.org", "", StringComparison.Ordinal) : body;
            body = i % 1_000 == 999 ? body[..^10] : body;
            var payload = PayloadRows.Make(1, Encoding.UTF8.GetBytes(body), "application/json", TimeProvider.System);
            rows.Add(payload);
            rows.Add(new MessageRow { Id = Guid.CreateVersion7(DateTimeOffset.UnixEpoch.AddDays(20_000).AddMilliseconds(i)), TenantId = 1, Connection = "woo-de", Topic = "orders-feed", State = MessageState.Accepted, CorrelationId = "c", ReceivedAt = payload.CreatedAt, PayloadId = payload.Id });
        }

        await product.AddAsync([.. rows]);
        var document = EmbeddedCatalog.Document("woocommerce")!;
        var draft = document.Replace("{ to: tax, from: $.total_tax, convert: round }", "{ to: tax, from: $.shipping_total, convert: round }", StringComparison.Ordinal)
            .Replace("{ to: customer.email, from: $.billing.email }", "{ to: customer.email, from: $.billing.email, required: true }", StringComparison.Ordinal);
        Assert.NotEqual(document, draft);
        var connection = new Connection { Key = "woo-de", Connector = "woocommerce", Role = SystemRole.Storefront, DisplayName = "Woo DE" };
        var report = await new BackTests(product.Db).RunAsync(TenantScope.Default, connection, Read(document), Read(draft), 6_000, Ct);
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"back-test of {report.Messages} stored messages: {report.Took.TotalSeconds:0.0} s"));
        Assert.Equal((5_000, 5, 4_945, 50, 0), (report.Messages, report.Unchanged, report.Changed, report.NewlyRefused, report.NewlyTaken));
        Assert.Equal([new FieldChange("taxMinor", 4_945)], report.Fields);
        Assert.Equal((12, 12), (report.Samples.Count(s => s.Kind == "changed"), report.Samples.Count(s => s.Kind == "newly-refused")));
        // The other way round the same messages are taken anew.
        var back = await new BackTests(product.Db).RunAsync(TenantScope.Default, connection, Read(draft), Read(document), 1_000, Ct);
        Assert.Equal((1_000, 0, 10), (back.Messages, back.NewlyRefused, back.NewlyTaken));
    }

    private static DeclarativeConnector Read(string document) => new(ManifestReader.Read(document, "draft").Definition!, TimeProvider.System);
}

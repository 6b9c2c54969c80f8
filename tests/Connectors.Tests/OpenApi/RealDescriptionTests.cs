using System.Diagnostics;
using System.Globalization;
using System.Text;
using Connectors.Protocols.Http;
using Connectors.Protocols.Manifests;
using Connectors.Protocols.OpenApi;
using ControlPlane.Domain.Connections;

namespace Connectors.Tests.OpenApi;

/// <summary>Descriptions of real systems: what is proposed, and that every draft is a sound document whose message means something.</summary>
public sealed class RealDescriptionTests(ITestOutputHelper output)
{
    private static readonly string[] Files =
    [
        "walmart/walmart-api-php/us/mp/orders.json", "walmart/walmart-api-php/ca/mp/orders.json", "walmart/walmart-api-php/us/mp/inventory.json", "walmart/walmart-api-php/ca/mp/inventory.json",
        "walmart/walmart-api-php/us/mp/feeds.json", "walmart/walmart-api-php/us/mp/notifications.json", "walmart/walmart-api-php/us/mp/price.json", "walmart/walmart-api-php/us/mp/onrequestreports.json", "walmart/walmart-api-php/ca/mp/events.json",
        "ebay/ebay-api/sell_fulfillment_v1_oas3.json", "ebay/ebay-api/sell_finances_v1_oas3.json", "wms-3pl/shipengine-openapi/openapi.yaml", "conformance/cloudevents/subscriptions/subscriptions-openapi.yaml",
        "business-central/dynamics365smb-devitpro-pb/dev-itpro/api-reference/v1.0/contracts/BCOAS1.0.yaml",
        "amazon/selling-partner-api-models/models/orders-api-model/ordersV0.json", "amazon/selling-partner-api-models/models/vendor-orders-api-model/vendorOrders.json", "amazon/selling-partner-api-models/models/feeds-api-model/feeds_2021-06-30.json",
        "amazon/selling-partner-api-models/models/reports-api-model/reports_2021-06-30.json", "amazon/selling-partner-api-models/models/notifications-api-model/notifications.json", "amazon/selling-partner-api-models/models/finances-api-model/financesV0.json",
        "amazon/selling-partner-api-models/models/fba-inventory-api-model/fbaInventory.json", "amazon/selling-partner-api-models/models/merchant-fulfillment-api-model/merchantFulfillmentV0.json",
        "amazon/selling-partner-api-models/models/listings-items-api-model/listingsItems_2021-08-01.json", "amazon/selling-partner-api-models/models/external-fulfillment/externalFulfillmentInventory_2024-09-11.json",
    ];

    [Fact]
    public void What_is_proposed_and_made_of_each_is_as_approved()
    {
        var told = new StringBuilder();
        foreach (var file in Files)
        {
            var text = File.ReadAllText(Samples.Find(file));
            var watch = Stopwatch.StartNew();
            var reading = OpenApiReader.Read(text, Path.GetFileName(file));
            told.Append(file).Append(": ");
            if (reading.Description is not { } description)
            {
                told.Append("refused\n").AppendJoin('\n', reading.Problems.Take(3).Select(p => "  " + p)).Append('\n');
                continue;
            }

            var best = OpenApiProposals.Best(OpenApiProposals.For(description));
            var draft = OpenApiDraftMaker.Make(description);
            told.Append(CultureInfo.InvariantCulture, $"OpenAPI {description.Version}, {description.Operations.Count} operations, {description.Address ?? "no address"}, {(description.Schemes.Count == 0 ? "no authentication" : description.Schemes[0].Told)}\n");
            foreach (var proposal in best)
                told.Append(CultureInfo.InvariantCulture, $"  {proposal.Purpose.Name}: {proposal.Operation.Method} {proposal.Operation.Path} ({proposal.Score}) {proposal.Reason}\n");
            told.Append(CultureInfo.InvariantCulture, $"  {draft.Decisions.Count} to decide; {Meaning(draft)}\n");
            output.WriteLine($"{file}: {watch.ElapsedMilliseconds} ms for {text.Length} characters");
        }

        Approved.Check("openapi-real", told.ToString());
    }

    /// <summary>Whatever a person chooses: the document is sound.</summary>
    [Fact]
    public void A_draft_of_any_operation_for_any_purpose_is_sound()
    {
        var drafts = 0;
        foreach (var file in Files)
            if (OpenApiReader.Read(File.ReadAllText(Samples.Find(file)), file).Description is { } description)
                foreach (var operation in description.Operations.Take(60))
                    foreach (var purpose in OpenApiPurpose.All.Append(OpenApiPurpose.Other).Where(p => p != OpenApiPurpose.OrderWebhook))
                    {
                        var draft = OpenApiDraftMaker.Make(description, [new(operation, purpose)]);
                        var reading = ManifestReader.Read(draft.Document, "draft");
                        Assert.True(reading.Definition is not null, $"{file} {operation.Id} as {purpose.Name}:\n{string.Join("\n", reading.Problems)}\n{draft.Document}");
                        drafts++;
                    }

        output.WriteLine($"{drafts} drafts");
    }

    private static string Meaning(OpenApiDraft draft)
    {
        var reading = ManifestReader.Read(draft.Document, "draft");
        if (reading.Definition is not { } definition)
            return "UNSOUND " + string.Join("; ", reading.Problems.Select(p => p.ToString()));
        if (draft.Sample.Length == 0)
            return "nothing comes in";
        var connector = new DeclarativeConnector(definition, TimeProvider.System);
        var meaning = connector.Receiver!.Translate(new() { Topic = draft.Topic, Body = Encoding.UTF8.GetBytes(draft.Sample), ReceivedAt = Given.Now, Polled = connector.Feeds.Any(f => f.Name == draft.Topic) }, Given.Connection());
        return meaning switch
        {
            InboundEvent.OrderReceived o => $"its message is order {o.Order.Number} ({o.Order.Currency}) with {o.Order.Lines.Count} lines: {string.Join(", ", o.Order.Lines.Select(l => $"{l.Quantity} x {l.Sku}"))}",
            InboundEvent.Refused r => $"its message is refused: {string.Join("; ", r.Refusals.Select(x => $"{x.Field} {x.Code}"))}",
            _ => meaning.GetType().Name,
        };
    }
}

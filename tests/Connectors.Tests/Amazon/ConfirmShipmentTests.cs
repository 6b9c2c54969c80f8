using System.Text;
using System.Text.Json.Nodes;
using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Effects;
using ControlPlane.Domain.Faults;
using ControlPlane.Domain.Orders;

namespace Connectors.Tests.Amazon;

public sealed class ConfirmShipmentTests
{
    private const string Fulfilled = """{"errors":[{"code":"InvalidInput","message":"Failed to create package due to not finding a matching package or order already fulfilled."}]}""";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public void The_document_is_what_the_model_asks_for()
    {
        var mapped = GivenAmazon.Confirm.Map(GivenAmazon.Request());

        Assert.Empty(mapped.Refusals);
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(GivenAmazon.Sample("shipment-confirmation.json")), Json(mapped)), Encoding.UTF8.GetString(mapped.Content.Span));
    }

    [Fact]
    public void The_second_shipment_is_a_second_package_of_what_is_left()
    {
        var second = GivenAmazon.Shipment with { ExternalId = "SHP-9002", Lines = [new("60000000010002", "BLADE-10", 2)] };

        var mapped = GivenAmazon.Confirm.Map(GivenAmazon.Request(null, GivenAmazon.Shipment, second));

        Assert.Empty(mapped.Refusals);
        Assert.Equal("2", Json(mapped)["packageDetail"]!["packageReferenceId"]!.GetValue<string>());
    }

    [Fact]
    public void A_line_that_the_warehouse_tells_in_parts_is_one_item_of_the_package()
    {
        var mapped = GivenAmazon.Confirm.Map(GivenAmazon.Request(null, GivenAmazon.Shipment with { Lines = [new("60000000010002", "BLADE-10", 1), new("60000000010001", "KNIFE-ALU", 1), new("60000000010002", "BLADE-10", 2)] }));

        Assert.Empty(mapped.Refusals);
        Assert.Equal("""[{"orderItemId":"60000000010002","quantity":3},{"orderItemId":"60000000010001","quantity":1}]""", Json(mapped)["packageDetail"]!["orderItems"]!.ToJsonString());
    }

    [Theory]
    [InlineData("dhl", "DHL")]
    [InlineData(" DHL Paket ", "DHL")]
    [InlineData("fedex", "FedEx")]
    [InlineData("Bike Courier", "Other")]
    public void A_carrier_takes_the_code_that_Amazon_lists_and_keeps_its_name(string carrier, string code)
    {
        var mapped = GivenAmazon.Confirm.Map(GivenAmazon.Request(null, GivenAmazon.Shipment with { Carrier = carrier }));

        Assert.Empty(mapped.Refusals);
        Assert.Equal((code, carrier.Trim()), (Json(mapped)["packageDetail"]!["carrierCode"]!.GetValue<string>(), Json(mapped)["packageDetail"]!["carrierName"]!.GetValue<string>()));
    }

    [Theory]
    [InlineData("no carrier", "mapping.required_missing", "shipment.carrier")]
    [InlineData("unknown carrier without a service", "amazon.carrier_unknown", "shipment.carrier")]
    [InlineData("no tracking number", "mapping.required_missing", "shipment.trackingNumber")]
    [InlineData("a line of another order", "shipment.line_unknown", "shipment.lines[0].channelLineRef")]
    [InlineData("more than ordered", "shipment.more_than_ordered", "shipment.lines[0].quantity")]
    [InlineData("more than ordered, in parts", "shipment.more_than_ordered", "shipment.lines[1].quantity")]
    [InlineData("none", "shipment.quantity_not_positive", "shipment.lines[0].quantity")]
    [InlineData("no lines", "shipment.no_lines", "shipment.lines")]
    [InlineData("before the order", "amazon.shipped_before_placed", "shipment.shippedAt")]
    [InlineData("pending", "amazon.order_not_open", "status")]
    [InlineData("no marketplace", "mapping.required_missing", "extensions.marketplaceId")]
    public void What_Amazon_would_refuse_is_told_before_anything_is_sent(string what, string code, string field)
    {
        var shipment = GivenAmazon.Shipment;
        var order = GivenAmazon.Order;
        shipment = what switch
        {
            "no carrier" => shipment with { Carrier = null },
            "unknown carrier without a service" => shipment with { Carrier = "Bike Courier", Service = null },
            "no tracking number" => shipment with { TrackingNumber = null },
            "a line of another order" => shipment with { Lines = [new("L9", "KNIFE-ALU", 1)] },
            "more than ordered" => shipment with { Lines = [new("60000000010001", "KNIFE-ALU", 3)] },
            "more than ordered, in parts" => shipment with { Lines = [new("60000000010001", "KNIFE-ALU", 2), new("60000000010001", "KNIFE-ALU", 1)] },
            "none" => shipment with { Lines = [new("60000000010001", "KNIFE-ALU", 0)] },
            "no lines" => shipment with { Lines = [] },
            "before the order" => shipment with { ShippedAt = order.PlacedAt.AddSeconds(-1) },
            _ => shipment,
        };
        order = what switch
        {
            "pending" => order with { Status = OrderStatus.Pending },
            "no marketplace" => order with { Extensions = new Dictionary<string, string>() },
            _ => order,
        };

        Assert.Contains((code, field), GivenAmazon.Confirm.Map(GivenAmazon.Request(order, shipment)).Refusals.Select(r => (r.Code, r.Field)));
    }

    [Fact]
    public void More_than_the_earlier_shipments_left_is_refused_and_without_a_shipment_there_is_nothing_to_confirm()
    {
        var again = GivenAmazon.Confirm.Map(GivenAmazon.Request(null, GivenAmazon.Shipment, GivenAmazon.Shipment with { ExternalId = "SHP-9002" }));
        var none = GivenAmazon.Confirm.Map(Given.Request(GivenAmazon.Order, GivenAmazon.Connection()));

        Assert.Equal([("shipment.more_than_ordered", "shipment.lines[0].quantity")], again.Refusals.Select(r => (r.Code, r.Field)));
        Assert.Equal([("amazon.no_shipment", "shipment")], none.Refusals.Select(r => (r.Code, r.Field)));
    }

    [Fact]
    public async Task A_shipment_is_sent_once_and_confirmed_by_204()
    {
        var exchange = new ScriptedExchange().Answers(204, "", null);

        var confirmed = Assert.IsType<OperationResult.Confirmed>(await ExecuteAsync(exchange));

        var call = Assert.Single(exchange.Sent);
        Assert.Equal((HttpMethod.Post, "/orders/v0/orders/302-1048576-5551234/shipmentConfirmation", true, "confirmShipment"), (call.Method, call.Path, call.Writes, call.Operation));
        Assert.Equal("Amazon took shipment 1 as sent", confirmed.Summary);
        Assert.Equal("1", confirmed.Outputs["amazonPackage"]);
    }

    [Fact]
    public void The_manifest_says_what_is_offered_on_which_budget_and_why_the_rest_is_not()
    {
        var manifest = GivenAmazon.Connector.Manifest;

        Assert.Equal(("amazon", SystemRole.Marketplace), (manifest.Name, Assert.Single(manifest.Roles)));
        Assert.Equal((WriteKind.Keyed, true, new RateBudget(2, 10)), (GivenAmazon.Confirm.Descriptor.Write, GivenAmazon.Confirm.Descriptor.CanLookUp, GivenAmazon.Confirm.Descriptor.Budget!));
        Assert.Equal("Amazon tells its buyers itself when the shipment is confirmed", manifest.NotOffered["notifyCustomer"]);
        Assert.Equal("Amazon closes the order when everything is confirmed", manifest.NotOffered["closeOrder"]);
        Assert.Null(GivenAmazon.Connector.Operation("notifyCustomer"));
    }

    [Theory]
    [InlineData(400, "InvalidInput", "CarrierCode: is invalid, please use another.", FaultKind.Data, "amazon.invalid_input", "CarrierCode")]
    [InlineData(400, "InvalidInput", "packageDetail.trackingNumber is required.", FaultKind.Data, "amazon.invalid_input", "packageDetail.trackingNumber")]
    [InlineData(400, "InvalidInput", "The input is not valid. Please check the fields with invalid type [packageDetail.packageReferenceId].", FaultKind.Data, "amazon.invalid_input", "packageDetail.packageReferenceId")]
    [InlineData(400, "InvalidInput", "OrderItemId  is invalid, please obtain the value through the getOrderItems API", FaultKind.Data, "amazon.invalid_input", "OrderItemId")]
    [InlineData(400, "InvalidInput", "The order is Pending and cannot be shipped.", FaultKind.Data, "amazon.invalid_input", null)]
    [InlineData(400, "Invalid Input", "Invalid Input", FaultKind.Data, "amazon.invalid_input", null)]
    [InlineData(404, "NotFound", "The order you requested was not found.", FaultKind.Data, "amazon.not_found", null)]
    [InlineData(429, "QuotaExceeded", "You exceeded your quota.", FaultKind.Throttled, "amazon.throttled", null)]
    [InlineData(500, "InternalFailure", "We encountered an internal error.", FaultKind.Transient, "amazon.unavailable", null)]
    [InlineData(503, "ServiceUnavailable", "Try again later.", FaultKind.Transient, "http.503", null)]
    [InlineData(413, "RequestTooLarge", "m", FaultKind.Internal, "amazon.request_refused", null)]
    public async Task What_Amazon_answers_is_told_by_kind_code_and_field(int status, string code, string message, FaultKind kind, string ours, string? field)
    {
        var body = new JsonObject { ["errors"] = new JsonArray(new JsonObject { ["code"] = code, ["message"] = message, ["details"] = "" }) };
        var exchange = new ScriptedExchange().Answers(status, body.ToJsonString(), "application/json", ("x-amzn-RateLimit-Limit", "2.0"));

        var fault = Assert.IsType<OperationResult.Failed>(await ExecuteAsync(exchange)).Fault;

        Assert.Equal((kind, ours, field, code), (fault.Kind, fault.Code, fault.Field, fault.ProviderCode));
        Assert.Equal(kind == FaultKind.Throttled ? TimeSpan.FromSeconds(0.5) : null, fault.RetryAfter);
    }

    [Fact]
    public async Task A_refused_token_is_renewed_once_and_then_a_person_is_asked()
    {
        const string Unauthorized = """{"errors":[{"code":"Unauthorized","message":"Access to requested resource is denied.","details":"The access token you provided has expired."}]}""";
        var renewed = new ScriptedExchange().Answers(403, Unauthorized).Answers(204, "", null);
        var denied = new ScriptedExchange().Answers(403, Unauthorized).Answers(403, Unauthorized);

        Assert.IsType<OperationResult.Confirmed>(await ExecuteAsync(renewed));
        var fault = Assert.IsType<OperationResult.Failed>(await ExecuteAsync(denied)).Fault;

        Assert.Equal((FaultKind.Authentication, "amazon.not_allowed"), (fault.Kind, fault.Code));
        Assert.Equal((0, 0), (renewed.Left, denied.Left));
    }

    [Theory]
    [InlineData("""[{"packageReferenceId":"1","trackingNumber":"00340434161094042557"}]""", true)]
    [InlineData("""[{"packageReferenceId":"1"}]""", true)]
    [InlineData("""[{"packageReferenceId":"amzn-7","trackingNumber":"00340434161094042557"}]""", true)]
    [InlineData("""[{"packageReferenceId":"1","trackingNumber":"OTHER"}]""", false)]
    [InlineData("""[{"packageReferenceId":"2","trackingNumber":"00340434161094042557"}]""", false)]
    [InlineData("""[7,{"packageReferenceId":8}]""", false)]
    [InlineData("[]", false)]
    public async Task A_lost_answer_is_looked_up_among_the_packages_of_the_order(string packages, bool there)
    {
        var exchange = new ScriptedExchange().Answers(200, "{\"order\":{\"orderId\":\"302-1048576-5551234\",\"packages\":" + packages + "}}");

        var found = await GivenAmazon.Confirm.LookUpAsync(GivenAmazon.Request(), exchange, Ct);

        Assert.Equal(("/orders/2026-01-01/orders/302-1048576-5551234?includedData=FULFILLMENT,PACKAGES", "getOrder"), (exchange.Sent[0].Path, exchange.Sent[0].Operation));
        if (there)
            Assert.Equal("Amazon has shipment 1 as sent", Assert.IsType<LookUpResult.Found>(found).Result.Summary);
        else
            Assert.IsType<LookUpResult.NotThere>(found);
    }

    [Theory]
    [InlineData(429, """{"errors":[{"code":"QuotaExceeded","message":"m"}]}""", FaultKind.Throttled)]
    [InlineData(404, """{"errors":[{"code":"NotFound","message":"m"}]}""", FaultKind.Data)]
    [InlineData(200, "{}", FaultKind.Internal)]
    public async Task A_look_up_that_tells_nothing_settles_nothing(int status, string body, FaultKind kind)
    {
        var exchange = new ScriptedExchange().Answers(status, body);

        Assert.Equal(kind, Assert.IsType<LookUpResult.Inconclusive>(await GivenAmazon.Confirm.LookUpAsync(GivenAmazon.Request(), exchange, Ct)).Fault.Kind);
    }

    [Fact]
    public async Task An_order_that_is_fulfilled_already_is_confirmed_only_if_our_package_is_among_its_own()
    {
        var ours = new ScriptedExchange().Answers(400, Fulfilled).Answers(200, """{"order":{"packages":[{"packageReferenceId":"1","trackingNumber":"00340434161094042557"}]}}""");
        var theirs = new ScriptedExchange().Answers(400, Fulfilled).Answers(200, """{"order":{"fulfillment":{"fulfillmentStatus":"SHIPPED"}}}""");

        Assert.IsType<OperationResult.Confirmed>(await ExecuteAsync(ours));
        Assert.Equal("amazon.invalid_input", Assert.IsType<OperationResult.Failed>(await ExecuteAsync(theirs)).Fault.Code);
    }

    [Fact]
    public async Task Every_pair_of_Amazons_own_sandbox_becomes_the_result_that_it_stands_for()
    {
        var results = new List<string>();
        foreach (var (name, status, request, response) in AmazonDocuments.Pairs("confirmShipment"))
        {
            var body = request["parameters"]!["body"]!["value"]!;
            var exchange = new ScriptedExchange().Answers(status, status == 204 ? "" : response.ToJsonString());
            var order = GivenAmazon.Order with { ExternalId = request["parameters"]!["orderId"]!["value"]!.GetValue<string>() };

            var result = await GivenAmazon.Confirm.ExecuteAsync(GivenAmazon.Request(order), Encoding.UTF8.GetBytes(body.ToJsonString()), exchange, Ct);

            Assert.Equal("/orders/v0/orders/902-1106328-1059050/shipmentConfirmation", exchange.Sent[0].Path);
            results.Add($"{name}: " + (result is OperationResult.Failed { Fault: var fault } ? $"{fault.Kind} {fault.Code} {fault.ProviderCode}" : result.GetType().Name));
        }

        Assert.Equal(["confirmShipment/204: Confirmed", "confirmShipment/400: Data amazon.invalid_input Invalid Input"], results);
    }

    [Fact]
    public void A_document_of_ours_has_every_member_of_Amazons_own_that_we_can_know()
    {
        var theirs = AmazonDocuments.Pairs("confirmShipment").First().Request["parameters"]!["body"]!["value"]!;
        var ours = Json(GivenAmazon.Confirm.Map(GivenAmazon.Request()));

        Assert.Equal(["shipFromSupplySourceId"], Names(theirs["packageDetail"]!).Except(Names(ours["packageDetail"]!)));
        Assert.Equal(["transparencyCodes"], Names(theirs["packageDetail"]!["orderItems"]![0]!).Except(Names(ours["packageDetail"]!["orderItems"]![0]!)));
    }

    [Fact]
    public async Task The_status_of_an_order_can_be_asked_for()
    {
        var exchange = new ScriptedExchange().Answers(200, """{"order":{"fulfillment":{"fulfillmentStatus":"UNSHIPPED"}}}""").Answers(200, "{}");
        var read = GivenAmazon.Connector.Operation("getOrder")!;

        var confirmed = Assert.IsType<OperationResult.Confirmed>(await read.ExecuteAsync(GivenAmazon.Request(), default, exchange, Ct));

        Assert.Equal("UNSHIPPED", confirmed.Outputs["amazonStatus"]);
        Assert.Equal("amazon.order_unreadable", Assert.IsType<OperationResult.Failed>(await read.ExecuteAsync(GivenAmazon.Request(), default, exchange, Ct)).Fault.Code);
    }

    private static Task<OperationResult> ExecuteAsync(ScriptedExchange exchange)
    {
        var request = GivenAmazon.Request();
        return GivenAmazon.Confirm.ExecuteAsync(request, GivenAmazon.Confirm.Map(request).Content, exchange, Ct);
    }

    private static JsonNode Json(MappedDocument mapped) => JsonNode.Parse(mapped.Content.Span)!;

    private static IEnumerable<string> Names(JsonNode node) => node.AsObject().Select(p => p.Key);
}

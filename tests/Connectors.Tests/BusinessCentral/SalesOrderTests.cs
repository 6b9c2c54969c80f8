using System.Text;
using System.Text.Json;
using Connectors.Catalog.BusinessCentral;
using Connectors.Protocols.Manifests;
using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Faults;
using ControlPlane.Domain.Transactions;

namespace Connectors.Tests.BusinessCentral;

public sealed class SalesOrderTests
{
    private static readonly BusinessCentralConnector Connector = new(TimeProvider.System);

    private static readonly Dictionary<string, string> Settings = new() { ["companyId"] = "company-guid", ["customerNumber"] = "WEB-GUEST", ["shippingAccount"] = "6100" };

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public void An_order_becomes_the_document_that_business_central_takes()
    {
        var mapped = Operation("createSalesOrder").Map(Request());

        Assert.Empty(mapped.Refusals);
        using var expected = JsonDocument.Parse(EmbeddedCatalog.Sample("BusinessCentral", "sales-order.json"));
        using var actual = JsonDocument.Parse(mapped.Content);
        Assert.True(JsonElement.DeepEquals(expected.RootElement, actual.RootElement), Encoding.UTF8.GetString(mapped.Content.Span));
        Assert.Contains("\"unitPrice\":25.00", Encoding.UTF8.GetString(mapped.Content.Span), StringComparison.Ordinal);
    }

    [Fact]
    public void Whether_prices_include_tax_is_written_only_when_the_connection_says_so()
    {
        var settings = new Dictionary<string, string>(Settings) { ["pricesIncludeTax"] = "true" };

        Assert.Contains("\"pricesIncludeTax\":true", Encoding.UTF8.GetString(Operation("createSalesOrder").Map(Given.Request(connection: Given.Connection(settings: settings))).Content.Span), StringComparison.Ordinal);
        Assert.DoesNotContain("pricesIncludeTax", Encoding.UTF8.GetString(Operation("createSalesOrder").Map(Request()).Content.Span), StringComparison.Ordinal);
    }

    [Fact]
    public void An_order_that_belongs_to_nobody_does_not_go_out()
    {
        var request = Given.Request(connection: Given.Connection("business-central", new Dictionary<string, string> { ["companyId"] = "c" }));

        var refusal = Assert.Single(Operation("createSalesOrder").Map(request).Refusals);

        Assert.Equal(("mapping.required_missing", "outputs.customerNumber"), (refusal.Code, refusal.Field));
    }

    [Fact]
    public void Field_names_are_those_that_the_published_contract_knows()
    {
        var contract = File.ReadAllText(Samples.Find("business-central/dynamics365smb-devitpro-pb/dev-itpro/api-reference/v1.0/contracts/BCOAS1.0.yaml"));
        var known = contract.Split('\n').Select(l => l.Trim()).Where(l => l.EndsWith(':') && !l.Contains(' ', StringComparison.Ordinal)).Select(l => l[..^1]).ToHashSet();
        // Version 2.0 took the composite addresses apart and named a line's object: pages 30028 and 30044 of its published sources.
        string[] new2 =
        [
            "shipToAddressLine1", "shipToAddressLine2", "shipToCity", "shipToState", "shipToPostCode", "shipToCountry", "lineObjectNumber", "locationId",
        ];
        using var document = JsonDocument.Parse(Operation("createSalesOrder").Map(Request()).Content);

        foreach (var name in Names(document.RootElement))
            Assert.True(known.Contains(name) || new2.Contains(name), name);
    }

    [Fact]
    public async Task An_order_is_asked_for_first_then_created()
    {
        var exchange = new ScriptedExchange().Answers(200, """{"value":[]}""").Answers(201, """{"id":"order-guid","number":"101005"}""");

        var confirmed = Assert.IsType<OperationResult.Confirmed>(await Operation("createSalesOrder").ExecuteAsync(Request(), "{}"u8.ToArray(), exchange, Ct));

        Assert.Equal(
            ["/companies(company-guid)/salesOrders?$filter=externalDocumentNumber%20eq%20'SHOPIFY-EU-1001'&$select=id,number&$top=1", "/companies(company-guid)/salesOrders"],
            exchange.Sent.Select(s => s.Path));
        Assert.Equal("Business Central created sales order 101005", confirmed.Summary);
        Assert.Equal(new Identifier(IdentifierKinds.ErpOrder, "101005"), Assert.Single(confirmed.Identifiers));
        Assert.Equal(("order-guid", "101005"), (confirmed.Outputs["erpOrderId"], confirmed.Outputs["erpOrderNumber"]));
    }

    [Fact]
    public async Task An_order_that_is_there_is_not_created_again()
    {
        var exchange = new ScriptedExchange().Answers(200, """{"value":[{"id":"order-guid","number":"101005"}]}""");

        var confirmed = Assert.IsType<OperationResult.Confirmed>(await Operation("createSalesOrder").ExecuteAsync(Request(), "{}"u8.ToArray(), exchange, Ct));

        Assert.Equal("101005", confirmed.Outputs["erpOrderNumber"]);
        Assert.IsType<LookUpResult.Found>(await Operation("createSalesOrder").LookUpAsync(Request(), new ScriptedExchange().Answers(200, """{"value":[{"id":"g","number":"1"}]}"""), Ct));
    }

    [Theory]
    [InlineData(400, "Internal_ServerError", FaultKind.Transient, "erp.unavailable")]
    [InlineData(500, "Internal_TenantUnavailable", FaultKind.Maintenance, "erp.maintenance")]
    [InlineData(404, "Internal_CompanyNotFound", FaultKind.Internal, "erp.company_not_found")]
    [InlineData(404, "Internal_RecordNotFound", FaultKind.Data, "erp.record_not_found")]
    [InlineData(400, "Internal_InvalidTableRelation", FaultKind.Data, "erp.record_not_found")]
    [InlineData(400, "Internal_EntityWithSameKeyExists", FaultKind.Conflict, "erp.record_exists")]
    [InlineData(409, "Request_EntityChanged", FaultKind.Conflict, "erp.record_changed")]
    [InlineData(400, "Application_DialogException", FaultKind.Data, "erp.refused")]
    [InlineData(400, "Application_FieldValidationException", FaultKind.Data, "erp.refused")]
    [InlineData(400, "Application_StringExceededLength", FaultKind.Data, "erp.value_too_long")]
    [InlineData(404, "BadRequest_NotFound", FaultKind.Data, "erp.not_found")]
    [InlineData(400, "BadRequest_InvalidRequestUrl", FaultKind.Data, "erp.bad_request")]
    [InlineData(401, "Authentication_InvalidCredentials", FaultKind.Authentication, "erp.not_allowed")]
    [InlineData(401, "Authenciation_InvalidCredentials", FaultKind.Authentication, "erp.not_allowed")]
    [InlineData(400, "Authorization_InsufficientPermissions", FaultKind.Authentication, "erp.not_allowed")]
    [InlineData(401, "", FaultKind.Authentication, "erp.not_allowed")]
    [InlineData(429, "Application_TooManyRequests", FaultKind.Throttled, "erp.throttled")]
    [InlineData(503, "", FaultKind.Transient, "http.503")]
    [InlineData(504, "", FaultKind.Transient, "http.504")]
    [InlineData(400, "Unknown", FaultKind.Data, "http.400")]
    public async Task Each_of_its_errors_means_one_thing(int status, string code, FaultKind kind, string expected)
    {
        var body = $$$"""{"error":{"code":"{{{code}}}","message":"Told by the ERP."}}""";
        var exchange = new ScriptedExchange().Answers(200, """{"value":[]}""").Answers(status, body);

        var fault = Assert.IsType<OperationResult.Failed>(await Operation("createSalesOrder").ExecuteAsync(Request(), "{}"u8.ToArray(), exchange, Ct)).Fault;

        Assert.Equal((kind, expected, code), (fault.Kind, fault.Code, fault.ProviderCode ?? ""));
    }

    [Fact]
    public async Task Closed_for_an_update_it_says_for_how_long()
    {
        var exchange = new ScriptedExchange().Answers(503, "", null, ("Retry-After", "90"));

        var fault = Assert.IsType<OperationResult.Failed>(await Operation("createSalesOrder").ExecuteAsync(Request(), default, exchange, Ct)).Fault;

        Assert.Equal((FaultKind.Maintenance, TimeSpan.FromSeconds(90)), (fault.Kind, fault.RetryAfter!.Value));
    }

    [Theory]
    [InlineData("[]", "none", null)]
    [InlineData("""[{"number":"C1","blocked":" "}]""", "found", "C1")]
    [InlineData("""[{"number":"C1","blocked":"_x0020_"}]""", "found", "C1")]
    [InlineData("""[{"number":"C1"},{"number":"C2"}]""", "ambiguous", null)]
    public async Task Only_a_single_customer_is_a_match(string found, string match, string? number)
    {
        var exchange = new ScriptedExchange().Answers(200, $"{{\"value\":{found}}}");

        var confirmed = Assert.IsType<OperationResult.Confirmed>(await Operation("findCustomer").ExecuteAsync(Request(), default, exchange, Ct));

        Assert.Equal("/companies(company-guid)/customers?$filter=email%20eq%20%27mia%40example.org%27&$select=id,number,blocked&$top=2", exchange.Sent[0].Path);
        Assert.Equal((match, number), (confirmed.Outputs["customerMatch"], confirmed.Outputs.GetValueOrDefault("customerNumber")));
    }

    [Fact]
    public async Task A_customer_number_from_the_channel_goes_before_the_mail_address()
    {
        var exchange = new ScriptedExchange().Answers(200, """{"value":[]}""");
        var order = Given.Order with { References = new Dictionary<string, string> { ["customer-number"] = "O'Neil" } };

        await Operation("findCustomer").ExecuteAsync(Given.Request(order, Request().Connection), default, exchange, Ct);

        Assert.Contains("$filter=number%20eq%20%27O%27%27Neil%27&", exchange.Sent[0].Path, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nobody_is_asked_about_an_order_without_a_customer()
    {
        var result = await Operation("findCustomer").ExecuteAsync(Given.Request(Given.Order with { Customer = null }), default, new ScriptedExchange(), Ct);

        Assert.Equal("none", Assert.IsType<OperationResult.Confirmed>(result).Outputs["customerMatch"]);
    }

    [Fact]
    public async Task A_blocked_customer_stops_the_order()
    {
        var exchange = new ScriptedExchange().Answers(200, """{"value":[{"number":"C1","blocked":"All"}]}""");

        var fault = Assert.IsType<OperationResult.Failed>(await Operation("findCustomer").ExecuteAsync(Request(), default, exchange, Ct)).Fault;

        Assert.Equal((FaultKind.Data, "erp.customer_blocked"), (fault.Kind, fault.Code));
        Assert.DoesNotContain("mia@", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_connection_is_told_what_it_lacks()
    {
        var problems = Connector.Check(Given.Connection("business-central")).ToList();

        foreach (var name in new[] { "settings.companyId", "settings.tokenAddress", "settings.clientId", "secrets.clientSecret" })
            Assert.Contains(problems, p => p.Contains(name, StringComparison.Ordinal));
    }

    private static OperationRequest Request() => Given.Request(connection: Given.Connection("business-central", Settings));

    private static IOperation Operation(string name) => Connector.Operation(name)!;

    private static IEnumerable<string> Names(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => element.EnumerateObject().SelectMany(m => Names(m.Value).Prepend(m.Name)),
        JsonValueKind.Array => element.EnumerateArray().SelectMany(Names),
        _ => [],
    };
}

using System.Text.Json.Nodes;

namespace Connectors.Tests.Sandbox;

public sealed class ErpTests
{
    [Fact]
    public async Task A_client_secret_buys_a_token_and_without_one_nothing_is_answered()
    {
        await using var rig = await SandboxRig.StartAsync();

        var wrong = await rig.FormAsync("/erp/contoso/oauth2/v2.0/token", ("grant_type", "client_credentials"), ("client_id", "x"), ("client_secret", "y"), ("scope", "https://api.businesscentral.dynamics.com/.default"));
        var unauthenticated = await rig.SendAsync(HttpMethod.Get, "/erp/api/v2.0/companies");
        var companies = await (await ErpClient.LoginAsync(rig)).GetAsync("/erp/api/v2.0/companies");

        Assert.Equal(401, wrong.Code);
        Assert.Equal("invalid_client", wrong.Json["error"]!.GetValue<string>());
        Assert.Equal(401, unauthenticated.Code);
        Assert.Equal("Authentication_InvalidCredentials", unauthenticated.Json["error"]!["code"]!.GetValue<string>());
        Assert.Equal(rig.Options.ErpCompany.ToString(), companies.Json["value"]![0]!["id"]!.GetValue<string>());
    }

    [Fact]
    public async Task A_sales_order_is_inserted_with_its_lines_and_found_by_its_external_number()
    {
        await using var rig = await SandboxRig.StartAsync();
        var erp = await ErpClient.LoginAsync(rig);

        var created = await erp.CreateAsync("WEB-1001", ("MUG-BLU-35", 3, 14.50m), ("CHR-OAK-02", 1, 149.00m));
        var found = await erp.FindAsync("WEB-1001");

        Assert.Equal(201, created.Code);
        Assert.Equal("SO-10001", created.Json["number"]!.GetValue<string>());
        Assert.StartsWith("W/\"", created.Json["@odata.etag"]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.EndsWith("/salesOrders/$entity", created.Json["@odata.context"]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.Equal(192.50m, created.Json["totalAmountIncludingTax"]!.GetValue<decimal>());
        Assert.Equal(created.Json["totalAmountIncludingTax"]!.GetValue<decimal>(), created.Json["totalAmountExcludingTax"]!.GetValue<decimal>() + created.Json["totalTaxAmount"]!.GetValue<decimal>());
        var order = Assert.Single(found.Json["value"]!.AsArray())!;
        Assert.Equal("WEB-1001", order["externalDocumentNumber"]!.GetValue<string>());
        Assert.Equal([10_000m, 20_000m], order["salesOrderLines"]!.AsArray().Select(l => l!["sequence"]!.GetValue<decimal>()));
        Assert.Equal(3m, order["salesOrderLines"]![0]!["shipQuantity"]!.GetValue<decimal>());
        Assert.Empty((await erp.FindAsync("WEB-9999")).Json["value"]!.AsArray());
    }

    [Fact]
    public async Task Posted_twice_an_order_really_is_there_twice()
    {
        await using var rig = await SandboxRig.StartAsync();
        var erp = await ErpClient.LoginAsync(rig);

        await erp.CreateAsync("WEB-1001");
        await erp.CreateAsync("WEB-1001");

        Assert.Equal(2, (await erp.FindAsync("WEB-1001")).Json["value"]!.AsArray().Count);
        Assert.Equal(2, rig.Effects("erp", "sales-order", "WEB-1001"));
        Assert.Equal(1, rig.Statistics("erp").Duplicates);
    }

    [Fact]
    public async Task Unless_the_dial_says_that_the_number_must_be_unique()
    {
        await using var rig = await SandboxRig.StartAsync();
        var erp = await ErpClient.LoginAsync(rig);
        rig.Turn("erp", "unique-document-number", 1);
        await erp.CreateAsync("WEB-1001");

        var second = await erp.CreateAsync("WEB-1001");

        Assert.Equal(400, second.Code);
        Assert.Equal("Application_DialogException", second.Json["error"]!["code"]!.GetValue<string>());
        Assert.Equal(1, rig.Effects("erp", "sales-order", "WEB-1001"));
    }

    [Fact]
    public async Task An_unknown_item_is_refused_with_its_field_and_nothing_is_kept()
    {
        await using var rig = await SandboxRig.StartAsync();
        var erp = await ErpClient.LoginAsync(rig);

        var answer = await erp.CreateAsync("WEB-1001", ("MUG-BLU-35", 1, 14.50m), ("NO-SUCH-ITEM", 1, 1m));

        Assert.Equal(400, answer.Code);
        Assert.Equal("Internal_InvalidTableRelation", answer.Json["error"]!["code"]!.GetValue<string>());
        Assert.StartsWith("The field No. of table Sales Line contains a value (NO-SUCH-ITEM) that cannot be found in the related table (Item).", answer.Json["error"]!["message"]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.Empty((await erp.FindAsync("WEB-1001")).Json["value"]!.AsArray());
        Assert.Equal(0, rig.Statistics("erp").Effects);
    }

    [Theory]
    [InlineData("customerNumber", "90000", "Application_DialogException", "blocked with type All")]
    [InlineData("customerNumber", "NOBODY", "Application_DialogException", "The sell-to customer cannot be found.")]
    [InlineData("customerNumber", null, "Application_DialogException", "must be provided")]
    [InlineData("shipToCity", "A town whose name is longer than thirty characters", "Application_StringExceededLength", "less than or equal to 30 characters")]
    [InlineData("colour", "red", "BadRequest", "The property 'colour' does not exist on type 'Microsoft.NAV.salesOrder'")]
    [InlineData("number", "SO-1", "BadRequest_InvalidOperation", "read-only")]
    [InlineData("orderDate", "23.11.2026", "BadRequest", "Edm.Date")]
    [InlineData("currencyCode", "XXX", "Application_DialogException", "currencyCode")]
    public async Task An_order_that_does_not_fit_the_books_is_refused(string field, string? value, string code, string message)
    {
        await using var rig = await SandboxRig.StartAsync();
        var erp = await ErpClient.LoginAsync(rig);
        var order = ErpClient.Order("WEB-1001");
        order[field] = value;

        var answer = await erp.PostAsync(erp.Set("salesOrders"), order);

        Assert.Equal(400, answer.Code);
        Assert.Equal(code, answer.Json["error"]!["code"]!.GetValue<string>());
        Assert.Contains(message, answer.Json["error"]!["message"]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.Contains("CorrelationId:", answer.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_line_is_changed_only_under_its_present_version()
    {
        await using var rig = await SandboxRig.StartAsync();
        var erp = await ErpClient.LoginAsync(rig);
        await erp.CreateAsync("WEB-1001", ("MUG-BLU-35", 3, 14.50m));
        var line = (await erp.FindAsync("WEB-1001")).Json["value"]![0]!["salesOrderLines"]![0]!;
        var path = erp.Set($"salesOrderLines({line["id"]})");
        var etag = line["@odata.etag"]!.GetValue<string>();

        var without = await erp.PatchAsync(path, new() { ["shipQuantity"] = 2 }, null);
        var changed = await erp.PatchAsync(path, new() { ["shipQuantity"] = 2 }, etag);
        var stale = await erp.PatchAsync(path, new() { ["shipQuantity"] = 1 }, etag);
        var tooMany = await erp.PatchAsync(path, new() { ["shipQuantity"] = 4 }, changed.Json["@odata.etag"]!.GetValue<string>());

        Assert.Equal((400, "BadRequest_InvalidToken"), (without.Code, Code(without)));
        Assert.Equal(200, changed.Code);
        Assert.Equal(2m, changed.Json["shipQuantity"]!.GetValue<decimal>());
        Assert.Equal((412, "Request_EntityChanged"), (stale.Code, Code(stale)));
        Assert.Equal((400, "Application_DialogException"), (tooMany.Code, Code(tooMany)));
        Assert.Equal(2m, (await erp.GetAsync(path)).Json["shipQuantity"]!.GetValue<decimal>());
    }

    [Fact]
    public async Task Shipping_in_two_parts_posts_two_shipments_and_then_deletes_the_order()
    {
        await using var rig = await SandboxRig.StartAsync();
        var erp = await ErpClient.LoginAsync(rig);
        var id = (await erp.CreateAsync("WEB-1001", ("MUG-BLU-35", 3, 14.50m))).Json["id"]!.GetValue<string>();
        var line = (await erp.FindAsync("WEB-1001")).Json["value"]![0]!["salesOrderLines"]![0]!;
        await erp.PatchAsync(erp.Set($"salesOrders({id})/salesOrderLines({line["id"]})"), new() { ["shipQuantity"] = 1 }, line["@odata.etag"]!.GetValue<string>());

        Assert.Equal(204, (await erp.PostAsync(erp.Set($"salesOrders({id})/Microsoft.NAV.shipAndInvoice"))).Code);
        var between = (await erp.GetAsync(erp.Set($"salesOrders({id})?$expand=salesOrderLines"))).Json;
        Assert.Equal(204, (await erp.PostAsync(erp.Set($"salesOrders({id})/Microsoft.NAV.shipAndInvoice"))).Code);
        var gone = await erp.GetAsync(erp.Set($"salesOrders({id})"));
        var shipments = (await erp.GetAsync(erp.Set("salesShipments?$filter=orderNumber eq 'SO-10001'&$orderby=number desc&$expand=salesShipmentLines"))).Json["value"]!.AsArray();

        Assert.Equal(1m, between["salesOrderLines"]![0]!["shippedQuantity"]!.GetValue<decimal>());
        Assert.Equal(2m, between["salesOrderLines"]![0]!["shipQuantity"]!.GetValue<decimal>());
        Assert.False(between["fullyShipped"]!.GetValue<bool>());
        Assert.Equal(404, gone.Code);
        Assert.Equal(["S-SHPT-10002", "S-SHPT-10001"], shipments.Select(s => s!["number"]!.GetValue<string>()));
        Assert.Equal([2m, 1m], shipments.Select(s => s!["salesShipmentLines"]![0]!["quantity"]!.GetValue<decimal>()));
        Assert.All(shipments, s => Assert.Equal("WEB-1001", s!["externalDocumentNumber"]!.GetValue<string>()));
    }

    [Fact]
    public async Task Kept_by_the_dial_a_posted_order_has_nothing_left_to_post()
    {
        await using var rig = await SandboxRig.StartAsync();
        var erp = await ErpClient.LoginAsync(rig);
        rig.Turn("erp", "keep-posted-orders", 1);
        var id = (await erp.CreateAsync("WEB-1001")).Json["id"]!.GetValue<string>();
        var post = erp.Set($"salesOrders({id})/Microsoft.NAV.shipAndInvoice");
        await erp.PostAsync(post);

        var again = await erp.PostAsync(post);

        Assert.Equal(400, again.Code);
        Assert.StartsWith("There is nothing to post", again.Json["error"]!["message"]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.True((await erp.GetAsync(erp.Set($"salesOrders({id})"))).Json["fullyShipped"]!.GetValue<bool>());
    }

    [Fact]
    public async Task Customers_are_found_by_number_and_by_mail_address()
    {
        await using var rig = await SandboxRig.StartAsync();
        var erp = await ErpClient.LoginAsync(rig);

        var shop = await erp.GetAsync(erp.Set("customers?$filter=number eq '10000'&$select=number,displayName,blocked"));
        var everybody = await erp.GetAsync(erp.Set("customers?$top=3&$skip=4&$count=true"));
        var person = everybody.Json["value"]![0]!;
        var byMail = await erp.GetAsync(erp.Set($"customers?$filter=email eq '{person["email"]}'"));

        Assert.Equal(["@odata.etag", "number", "displayName", "blocked"], shop.Json["value"]![0]!.AsObject().Select(p => p.Key));
        Assert.Equal(244, everybody.Json["@odata.count"]!.GetValue<int>());
        Assert.Equal(3, everybody.Json["value"]!.AsArray().Count);
        Assert.Equal(person["number"]!.GetValue<string>(), Assert.Single(byMail.Json["value"]!.AsArray())!["number"]!.GetValue<string>());
    }

    [Theory]
    [InlineData("salesOrders?$filter=contains(number,'1')")]
    [InlineData("salesOrders?$filter=colour eq 'red'")]
    [InlineData("salesOrders?$expand=everything")]
    [InlineData("salesOrders?$top=many")]
    public async Task A_query_that_is_not_served_is_refused_and_not_ignored(string query)
    {
        await using var rig = await SandboxRig.StartAsync();
        var erp = await ErpClient.LoginAsync(rig);

        Assert.Equal(400, (await erp.GetAsync(erp.Set(query))).Code);
    }

    [Fact]
    public async Task Another_company_and_an_unknown_record_are_not_found()
    {
        await using var rig = await SandboxRig.StartAsync();
        var erp = await ErpClient.LoginAsync(rig);

        var company = await erp.GetAsync("/erp/api/v2.0/companies(11111111-1111-4111-8111-111111111111)/salesOrders");
        var record = await erp.GetAsync(erp.Set("salesOrders(11111111-1111-4111-8111-111111111111)"));

        Assert.Equal((404, "Internal_CompanyNotFound"), (company.Code, Code(company)));
        Assert.Equal((404, "Internal_RecordNotFound"), (record.Code, Code(record)));
    }

    [Fact]
    public async Task After_6000_calls_the_next_waits_and_is_told_how_long()
    {
        await using var rig = await SandboxRig.StartAsync();
        var erp = await ErpClient.LoginAsync(rig);
        var path = erp.Set("salesOrders?$top=1");

        await Parallel.ForEachAsync(Enumerable.Range(0, 6_000), new ParallelOptions { MaxDegreeOfParallelism = 16, CancellationToken = TestContext.Current.CancellationToken }, async (_, _) => Assert.Equal(200, (await erp.GetAsync(path)).Code));
        var refused = await erp.GetAsync(path);

        Assert.Equal(429, refused.Code);
        Assert.Equal("1", refused.Header("Retry-After"));
        rig.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(200, (await erp.GetAsync(path)).Code);
    }

    private static string Code(Answered answer) => answer.Json["error"]!["code"]!.GetValue<string>();
}

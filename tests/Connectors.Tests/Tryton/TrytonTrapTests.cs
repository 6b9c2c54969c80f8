using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Faults;
using ControlPlane.Domain.Orders;
using static Connectors.Tests.Tryton.TrytonOrders;

namespace Connectors.Tests.Tryton;

/// <summary>What goes wrong with a real Tryton, made to happen.</summary>
public sealed class TrytonTrapTests
{
    public static readonly TheoryData<string> Writes =
        ["model.party.party.create", "model.party.address.create", "model.sale.sale.create", "model.sale.sale.quote", "model.sale.sale.confirm", "model.sale.sale.search_read", "model.product.product.search_read"];

    [Theory]
    [MemberData(nameof(Writes))]
    public async Task Whichever_answer_is_lost_there_is_one_sale_one_party_and_one_address(string method)
    {
        using var tryton = TrytonServer.Open();
        var reference = NewReference();
        var request = Request(tryton, reference, Order(reference));
        var create = tryton.Connector.Operation("createSalesOrder")!;
        tryton.Loses = (called, count) => called == method && count == 1;

        await Assert.ThrowsAsync<ExchangeException>(() => tryton.RunAsync("createSalesOrder", request));
        var found = await create.LookUpAsync(request, tryton, TestContext.Current.CancellationToken);
        if (method == "model.sale.sale.confirm")
            Assert.IsType<LookUpResult.Found>(found);
        else
            Assert.IsType<LookUpResult.NotThere>(found);
        Done(await tryton.RunAsync("createSalesOrder", request));

        Assert.Equal("processing", (string?)(await tryton.Person.SaleAsync(reference, "state"))!["state"]);
        Assert.Equal(1, await tryton.Person.CountAsync("sale.sale", "web_id", reference));
        var party = await tryton.Person.OneAsync("party.party", "code", reference, "addresses");
        Assert.Single(party!["addresses"]!.AsArray());
    }

    [Fact]
    public async Task Two_that_run_at_the_same_time_make_one_sale()
    {
        using var one = TrytonServer.Open();
        using var two = TrytonServer.Open();
        var reference = NewReference();
        var results = await Task.WhenAll(one.RunAsync("createSalesOrder", Request(one, reference, Order(reference))), two.RunAsync("createSalesOrder", Request(two, reference, Order(reference))));

        // Both may have it; who met the other in the middle of a step is told to try again.
        Assert.All(results.OfType<OperationResult.Failed>(), f => Assert.True(f.Fault.Kind is FaultKind.Conflict or FaultKind.Transient, f.ToString()));
        Done(await one.RunAsync("createSalesOrder", Request(one, reference, Order(reference))));
        Assert.Equal(1, await one.Person.CountAsync("sale.sale", "web_id", reference));
        Assert.Equal(1, await one.Person.CountAsync("party.party", "code", reference));
    }

    [Fact]
    public async Task A_confirm_that_does_nothing_is_found_by_reading_back()
    {
        using var tryton = TrytonServer.Open();
        var reference = NewReference();
        tryton.Before = async method =>
        {
            if (method == "model.sale.sale.confirm")
                await tryton.Person.CallAsync("model.sale.sale.draft", new[] { (int)(await tryton.Person.SaleAsync(reference, "id"))!["id"]! });
        };

        var fault = Fault(await tryton.RunAsync("createSalesOrder", Request(tryton, reference, Order(reference))));

        Assert.Equal("erp.not_confirmed", fault.Code);
        Assert.Contains("draft", fault.Message, StringComparison.Ordinal);
        tryton.Before = null;
        Done(await tryton.RunAsync("createSalesOrder", Request(tryton, reference, Order(reference))));
    }

    [Fact]
    public async Task A_stale_write_is_read_anew_and_done()
    {
        using var tryton = TrytonServer.Open();
        var reference = NewReference();
        var changed = false;
        tryton.Before = async method =>
        {
            if (method != "model.sale.sale.quote" || changed)
                return;
            changed = true;
            // The stamp counts whole seconds on SQLite.
            await Task.Delay(1_100, TestContext.Current.CancellationToken);
            await tryton.Person.CallAsync("model.sale.sale.write", new[] { (int)(await tryton.Person.SaleAsync(reference, "id"))!["id"]! }, new { comment = "looked at it" });
        };

        Done(await tryton.RunAsync("createSalesOrder", Request(tryton, reference, Order(reference))));

        Assert.Equal(2, tryton.Methods.Count(m => m == "model.sale.sale.quote"));
        Assert.Equal(1, tryton.Methods.Count(m => m == "model.sale.sale.create"));
    }

    [Fact]
    public async Task A_warning_that_no_rule_answers_needs_a_person_and_one_that_a_rule_answers_does_not()
    {
        using var strict = TrytonServer.Open(new Dictionary<string, string> { ["acceptWarnings"] = "something_else_*, other" });
        var reference = NewReference();
        Done(await strict.RunAsync("createSalesOrder", Request(strict, reference, Order(reference))));
        var shipped = Shipment(reference + "-P1", ("L1", "SKU-1001", 2), ("L2", "SKU-1002", 3));

        var fault = Fault(await strict.RunAsync("postShipment", Request(strict, reference, Order(reference), shipped)));

        Assert.Equal((FaultKind.Data, "erp.needs_approval"), (fault.Kind, fault.Code));
        Assert.Contains("does not have a carrier set", fault.Message, StringComparison.Ordinal);
        Assert.StartsWith("shipment_out_no_carrier_", fault.ProviderCode!, StringComparison.Ordinal);
        using var lenient = TrytonServer.Open();
        Done(await lenient.RunAsync("postShipment", Request(lenient, reference, Order(reference), shipped)));
        Assert.Equal("sent", (string?)(await strict.Person.SaleAsync(reference, "shipment_state"))!["shipment_state"]);
    }

    [Theory]
    [InlineData("model.stock.shipment.out.write")]
    [InlineData("model.stock.shipment.out.assign_try")]
    [InlineData("model.stock.shipment.out.pick")]
    [InlineData("model.stock.move.write")]
    [InlineData("model.stock.package.create")]
    [InlineData("model.stock.shipment.out.pack")]
    [InlineData("model.stock.shipment.out.done")]
    public async Task Whichever_answer_is_lost_while_shipping_the_units_leave_once(string method)
    {
        using var tryton = TrytonServer.Open();
        var reference = NewReference();
        Done(await tryton.RunAsync("createSalesOrder", Request(tryton, reference, Order(reference))));
        var request = Request(tryton, reference, Order(reference), Shipment(reference + "-P1", ("L2", "SKU-1002", 2)));
        tryton.Loses = (called, count) => called == method && count == 1;

        await Assert.ThrowsAsync<ExchangeException>(() => tryton.RunAsync("postShipment", request));
        Done(await tryton.RunAsync("postShipment", request));

        var sale = await tryton.Person.SaleAsync(reference, "shipments.state", "shipments.packages", "shipments.outgoing_moves.quantity");
        var done = Assert.Single(sale!["shipments."]!.AsArray(), s => (string?)s!["state"] == "done");
        Assert.Equal(2, done!["outgoing_moves."]!.AsArray().Sum(m => (double)m!["quantity"]!));
        Assert.Single(done["packages"]!.AsArray());
        Assert.Equal(2, sale["shipments."]!.AsArray().Count);
    }

    [Fact]
    public async Task The_guest_party_is_refused_before_anything_is_promised()
    {
        using var tryton = TrytonServer.Open(new Dictionary<string, string> { ["customerNumber"] = "GUEST" });
        var reference = NewReference();

        var fault = Fault(await tryton.RunAsync("createSalesOrder", Request(tryton, reference, Order(reference))));

        Assert.Equal((FaultKind.Data, "erp.guest_party"), (fault.Kind, fault.Code));
        Assert.Null(await tryton.Person.SaleAsync(reference, "id"));
    }

    [Fact]
    public async Task A_customer_who_is_known_by_mail_is_not_made_again_and_gets_a_second_address()
    {
        using var tryton = TrytonServer.Open();
        var (first, second) = (NewReference(), NewReference());
        var mail = new Customer { Email = $"{first}@Example.org", Name = "Bruno Beispiel" };
        Done(await tryton.RunAsync("createSalesOrder", Request(tryton, first, Order(first) with { Customer = mail })));
        var moved = Order(second) with { Customer = mail with { Email = mail.Email.ToUpperInvariant() }, BillTo = new() { Name = "Beispiel GmbH", Line1 = "Amt 1", City = "Berlin", PostalCode = "10115", CountryCode = "DE" } };
        moved = moved with { ShipTo = moved.ShipTo! with { Line1 = "Neue Straße 7" } };

        var found = Done(await tryton.RunAsync("findCustomer", Request(tryton, second, moved)));
        Done(await tryton.RunAsync("createSalesOrder", Request(tryton, second, moved)));

        Assert.Equal(first, found.Outputs["customerNumber"]);
        var sale = await tryton.Person.SaleAsync(second, "party.code", "party.addresses", "shipment_address.street", "invoice_address.party_name");
        Assert.Equal(first, (string?)sale!["party."]!["code"]);
        Assert.Equal(3, sale["party."]!["addresses"]!.AsArray().Count);
        Assert.Equal("Beispiel GmbH", (string?)sale["invoice_address."]!["party_name"]);
    }

    [Fact]
    public async Task Totals_that_net_prices_cannot_express_stop_before_quoting_or_are_rounded_by_a_line_of_their_own()
    {
        var reference = NewReference();
        var order = Order(reference) with { TotalMinor = 6487, ShippingMinor = 490, Lines = [new() { ChannelLineRef = "L1", Sku = "SKU-1001", Quantity = 3, UnitPriceMinor = 1999 }] };
        using var plain = TrytonServer.Open();
        var fault = Fault(await plain.RunAsync("createSalesOrder", Request(plain, reference, order)));
        Assert.Equal((FaultKind.Data, "erp.total_differs"), (fault.Kind, fault.Code));
        Assert.Contains("64.87: -0.01 apart", fault.Message, StringComparison.Ordinal);
        Assert.Equal("draft", (string?)(await plain.Person.SaleAsync(reference, "state"))!["state"]);

        using var rounding = TrytonServer.Open(new Dictionary<string, string> { ["roundingProduct"] = "SHIPPING" });
        Done(await rounding.RunAsync("createSalesOrder", Request(rounding, reference, order)));
        Assert.Equal("64.87", (string?)(await plain.Person.SaleAsync(reference, "total_amount"))!["total_amount"]!["decimal"]);
    }

    [Fact]
    public async Task What_is_not_in_stock_or_not_known_is_said_in_words_that_help()
    {
        using var tryton = TrytonServer.Open();
        var reference = NewReference();
        var gone = Order(reference) with { TotalMinor = null, Lines = [new() { ChannelLineRef = "L1", Sku = "SKU-1005", Quantity = 1, UnitPriceMinor = 11900 }] };
        Assert.Equal("erp.out_of_stock", Fault(await tryton.RunAsync("createSalesOrder", Request(tryton, reference, gone))).Code);

        var unknown = Order(reference + "X") with { Lines = [new() { ChannelLineRef = "L9", Sku = "NO-SUCH", Quantity = 1, UnitPriceMinor = 100 }] };
        var fault = Fault(await tryton.RunAsync("createSalesOrder", Request(tryton, reference + "X", unknown)));
        Assert.Equal("erp.product_unknown", fault.Code);
        Assert.Contains("NO-SUCH (line L9)", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_sale_is_cancelled_while_it_can_be_and_a_late_cancel_is_not_believed()
    {
        using var tryton = TrytonServer.Open();
        var (early, late) = (NewReference(), NewReference());
        var gone = Order(early) with { TotalMinor = null, Lines = [new() { ChannelLineRef = "L1", Sku = "SKU-1005", Quantity = 1, UnitPriceMinor = 11900 }] };
        Fault(await tryton.RunAsync("createSalesOrder", Request(tryton, early, gone)));
        Done(await tryton.RunAsync("cancelSalesOrder", Request(tryton, early, gone)));
        Done(await tryton.RunAsync("createSalesOrder", Request(tryton, late, Order(late))));

        Assert.Equal("erp.cancel_too_late", Fault(await tryton.RunAsync("cancelSalesOrder", Request(tryton, late, Order(late)))).Code);
        Assert.Equal("erp.order_cancelled", Fault(await tryton.RunAsync("createSalesOrder", Request(tryton, early, gone))).Code);
    }

    [Fact]
    public async Task A_session_that_ended_is_opened_again_once()
    {
        using var tryton = TrytonServer.Open();
        var reference = NewReference();
        await tryton.RunAsync("findCustomer", Request(tryton, reference, Order(reference)));
        await tryton.LogOutAsync();

        Done(await tryton.RunAsync("findCustomer", Request(tryton, reference, Order(reference))));

        Assert.Equal(2, tryton.Methods.Count(m => m == "common.db.login"));
    }

    [Fact]
    public async Task A_wrong_password_is_tried_once_and_no_more()
    {
        using var tryton = TrytonServer.Open(password: "wrong", user: "nobody-" + NewReference());
        var reference = NewReference();
        for (var i = 0; i < 4; i++)
        {
            var refused = await Assert.ThrowsAsync<ExchangeException>(() => tryton.RunAsync("findCustomer", Request(tryton, reference, Order(reference))));
            Assert.Equal((FaultKind.Authentication, "session.refused"), (refused.Fault.Kind, refused.Fault.Code));
        }

        Assert.Equal(["common.db.login"], tryton.Methods);
    }

    [Fact]
    public async Task The_feed_brings_each_shipment_with_its_lines_and_tracking_number()
    {
        using var tryton = TrytonServer.Open();
        var reference = NewReference();
        var began = TimeProvider.System.GetUtcNow();
        Done(await tryton.RunAsync("createSalesOrder", Request(tryton, reference, Order(reference))));
        var told = Done(await tryton.RunAsync("instructFulfilment", Request(tryton, reference, Order(reference))));
        var id = (int)(await tryton.Person.SaleAsync(reference, "shipments"))!["shipments"]![0]!;
        var waiting = await EventsAsync(tryton, began, reference);
        await tryton.Person.ShipAsync(id, "TRK-" + reference, shortNote: "L2", quantity: 2);
        var shipped = await EventsAsync(tryton, began, reference);

        Assert.Equal("warehouse.acknowledged", Assert.Single(waiting).Event);
        var done = Assert.Single(shipped, e => e.Shipment is not null);
        Assert.Equal("OUT-" + told.Outputs["wmsOrderId"], done.Shipment!.ExternalId);
        Assert.Equal("TRK-" + reference, done.Shipment.TrackingNumber);
        Assert.Equal([("L1", 2), ("L2", 2)], done.Shipment.Lines.Select(l => (l.ChannelLineRef, l.Quantity)).Order());
        Assert.Equal("warehouse.acknowledged", Assert.Single(shipped, e => e.Shipment is null).Event);
        // Tryton has posted it itself: as ERP it is only asked, and nothing is shipped twice.
        var before = tryton.Methods.Count;
        Done(await tryton.RunAsync("postShipment", Request(tryton, reference, Order(reference), done.Shipment)));
        Assert.DoesNotContain(tryton.Methods.Skip(before), m => m.EndsWith(".done", StringComparison.Ordinal) || m.EndsWith(".write", StringComparison.Ordinal));
    }

    private static async Task<List<InboundEvent.Happened>> EventsAsync(TrytonServer tryton, DateTimeOffset now, string reference)
    {
        var feed = Assert.Single(tryton.Connector.Feeds);
        var events = new List<InboundEvent.Happened>();
        string? cursor = null;
        for (var more = true; more;)
        {
            var page = await feed.ReadAsync(tryton.Connection, cursor, now, tryton, TestContext.Current.CancellationToken);
            foreach (var document in page.Documents)
                if (tryton.Connector.Receiver!.Translate(new() { Topic = feed.Name, ContentType = "application/json", Body = document, ReceivedAt = now, Polled = true }, tryton.Connection) is InboundEvent.Happened news
                    && news.Correlation[0].Value == reference)
                    events.Add(news);
            (cursor, more) = (page.Cursor, page.More);
        }

        return events;
    }
}

using Connectors.Catalog.BusinessCentral;
using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Faults;
using ControlPlane.Domain.Orders;
using ControlPlane.Domain.Transactions;

namespace Connectors.Tests.BusinessCentral;

public sealed class PostShipmentTests
{
    private static readonly IOperation Operation = new BusinessCentralConnector(TimeProvider.System).Operation("postShipment")!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_whole_shipment_is_posted_with_what_needs_no_shipping_and_the_charges()
    {
        var erp = Erp();

        var confirmed = await ConfirmAsync(erp, Request(Given.Shipment));

        Assert.Equal(("S-1", "TEE-Mx2 GIFT-50x1 CAPx1 6100x1"), Assert.Single(erp.Shipments));
        Assert.Equal(new Identifier(IdentifierKinds.ErpShipment, "S-1"), Assert.Single(confirmed.Identifiers));
        Assert.Equal("Business Central posted shipment S-1", confirmed.Summary);
        Assert.Equal("S-1", confirmed.Outputs["erpShipmentNumber"]);
        Assert.DoesNotContain(erp.Calls, c => c.StartsWith("PATCH", StringComparison.Ordinal)); // It proposes all that is open: nothing to change.
    }

    [Fact]
    public async Task Part_shipments_post_what_left_and_nothing_else()
    {
        var erp = Erp();
        var first = Given.Shipment with { ExternalId = "A", Lines = [new("L1", "TEE-M", 1)] };
        var second = Given.Shipment with { ExternalId = "B", Lines = [new("L1", "TEE-M", 1), new("L3", "CAP", 1)] };

        await ConfirmAsync(erp, Request(first));
        Assert.True(erp.Exists);
        var confirmed = await ConfirmAsync(erp, Request(first, second));

        Assert.Equal([("S-1", "TEE-Mx1 GIFT-50x1 6100x1"), ("S-2", "TEE-Mx1 CAPx1")], erp.Shipments);
        Assert.Equal("S-2", confirmed.Outputs["erpShipmentNumber"]);
        Assert.False(erp.Exists);
    }

    [Fact]
    public async Task Posting_it_again_ships_nothing_twice()
    {
        var erp = Erp();
        var first = Given.Shipment with { Lines = [new("L1", "TEE-M", 1)] };

        await ConfirmAsync(erp, Request(first));
        var again = await ConfirmAsync(erp, Request(first));

        Assert.Single(erp.Shipments);
        Assert.Equal("S-1", again.Outputs["erpShipmentNumber"]);
    }

    [Fact]
    public async Task An_order_that_posting_deleted_is_still_confirmed_the_second_time()
    {
        var erp = Erp();

        await ConfirmAsync(erp, Request(Given.Shipment));
        Assert.False(erp.Exists);
        var again = await ConfirmAsync(erp, Request(Given.Shipment));

        Assert.Single(erp.Shipments);
        Assert.Equal("S-1", again.Outputs["erpShipmentNumber"]);
    }

    [Fact]
    public async Task A_lost_answer_is_found_by_look_up()
    {
        var erp = Erp();
        erp.LoseNextPosting = true;
        var request = Request(Given.Shipment);
        Assert.IsType<LookUpResult.NotThere>(await Operation.LookUpAsync(request, erp, Ct));

        await Assert.ThrowsAsync<ExchangeException>(() => Operation.ExecuteAsync(request, default, erp, Ct));

        var found = Assert.IsType<LookUpResult.Found>(await Operation.LookUpAsync(request, erp, Ct));
        Assert.Equal("S-1", found.Result.Outputs["erpShipmentNumber"]);
        Assert.Single(erp.Shipments);
    }

    [Theory]
    [InlineData(409)]
    [InlineData(412)]
    public async Task A_line_that_somebody_changed_is_read_again_once(int status)
    {
        var erp = Erp();
        (erp.Meddle, erp.StaleStatus) = (1, status);

        await ConfirmAsync(erp, Request(Given.Shipment with { Lines = [new("L1", "TEE-M", 1)] }));

        Assert.Equal("TEE-Mx1 GIFT-50x1 6100x1", Assert.Single(erp.Shipments).Shipped);
        Assert.Equal(2, erp.Calls.Count(c => c.Contains("$expand", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_line_that_keeps_changing_is_a_conflict_and_nothing_is_posted()
    {
        var erp = Erp();
        erp.Meddle = 2;

        var fault = await FailAsync(erp, Request(Given.Shipment with { Lines = [new("L1", "TEE-M", 1)] }));

        Assert.Equal((FaultKind.Conflict, "erp.record_changed"), (fault.Kind, fault.Code));
        Assert.Empty(erp.Shipments);
    }

    [Fact]
    public async Task A_substituted_item_ships_by_its_line_number_and_goods_added_there_do_not()
    {
        var erp = Erp();
        erp.Lines[0] = new("line-1", 10000, "Item", "TEE-M-BLUE", 2);
        erp.Lines.Add(new("line-9", 35000, "Item", "FREEBIE", 1));
        erp.Lines.Add(new("line-t", 36000, "Comment", "", 0));

        await ConfirmAsync(erp, Request(Given.Shipment));

        Assert.Equal("TEE-M-BLUEx2 GIFT-50x1 CAPx1 6100x1", Assert.Single(erp.Shipments).Shipped);
    }

    [Fact]
    public async Task A_line_that_is_gone_is_for_a_person()
    {
        var erp = Erp();
        erp.Lines.RemoveAt(0);

        var fault = await FailAsync(erp, Request(Given.Shipment));

        Assert.Equal((FaultKind.Data, "erp.line_not_found", "lines[L1]"), (fault.Kind, fault.Code, fault.Field));
        Assert.Empty(erp.Shipments);
    }

    [Fact]
    public async Task An_order_that_was_deleted_unshipped_is_for_a_person()
    {
        var erp = Erp();
        erp.Exists = false;

        Assert.Equal((FaultKind.Data, "erp.order_not_found"), await FailAsync(erp, Request(Given.Shipment)) is var fault ? (fault.Kind, fault.Code) : default);
        Assert.IsType<LookUpResult.NotThere>(await Operation.LookUpAsync(Request(Given.Shipment), erp, Ct));
    }

    [Theory]
    [InlineData(429, "", FaultKind.Throttled, "erp.throttled")]
    [InlineData(401, "Authentication_InvalidCredentials", FaultKind.Authentication, "erp.not_allowed")]
    [InlineData(400, "Internal_ServerError", FaultKind.Transient, "erp.unavailable")]
    [InlineData(503, "", FaultKind.Transient, "http.503")]
    public async Task A_read_that_fails_fails_the_step_and_leaves_a_look_up_open(int status, string code, FaultKind kind, string expected)
    {
        var erp = Erp();
        erp.Before = _ => SmallBusinessCentral.Error(status, code);

        var fault = await FailAsync(erp, Request(Given.Shipment));

        Assert.Equal((kind, expected), (fault.Kind, fault.Code));
        Assert.Equal(expected, Assert.IsType<LookUpResult.Inconclusive>(await Operation.LookUpAsync(Request(Given.Shipment), erp, Ct)).Fault.Code);
    }

    [Theory]
    [InlineData("/salesOrderLines(")]
    [InlineData("shipAndInvoice")]
    public async Task A_write_that_is_refused_fails_the_step(string at)
    {
        var erp = Erp();
        erp.Before = r => r.Path.Contains(at, StringComparison.Ordinal) ? SmallBusinessCentral.Error(400, "Application_DialogException", "Posting date is closed.") : null;

        var fault = await FailAsync(erp, Request(Given.Shipment with { Lines = [new("L1", "TEE-M", 1)] }));

        Assert.Equal((FaultKind.Data, "erp.refused"), (fault.Kind, fault.Code));
        Assert.Contains("Posting date is closed.", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_page_instead_of_a_posting_is_of_unknown_outcome()
    {
        var erp = Erp();
        erp.Before = r => r.Path.Contains("shipAndInvoice", StringComparison.Ordinal) ? ScriptedExchange.Answer(200, "<html/>", "text/html") : null;

        Assert.Equal(FaultKind.UnknownOutcome, (await FailAsync(erp, Request(Given.Shipment))).Kind);
    }

    [Fact]
    public void A_shipment_is_checked_beside_its_order_before_anything_is_sent()
    {
        var wrong = Given.Shipment with { Lines = [new("L1", "TEE-M", 3), new("L7", "CAP", 1)] };

        Assert.Equal(
            [("shipment.more_than_ordered", "shipment.lines[0].quantity"), ("shipment.line_unknown", "shipment.lines[1].channelLineRef")],
            Operation.Map(Request(wrong)).Refusals.Select(r => (r.Code, r.Field)));
        Assert.Equal(["erp.no_order", "erp.no_shipment"], Operation.Map(Given.Request()).Refusals.Select(r => r.Code));
        Assert.Empty(Operation.Map(Request(Given.Shipment)).Refusals);
    }

    [Fact]
    public void Two_part_shipments_that_exceed_the_order_together_are_refused() =>
        Assert.Equal("shipment.more_than_ordered", Assert.Single(Operation.Map(Request(Given.Shipment, Given.Shipment with { Lines = [new("L1", "TEE-M", 1)] })).Refusals).Code);

    private static SmallBusinessCentral Erp() => new()
    {
        Lines =
        {
            new("line-1", 10000, "Item", "TEE-M", 2),
            new("line-2", 20000, "Item", "GIFT-50", 1),
            new("line-3", 30000, "Item", "CAP", 1),
            new("line-4", 40000, "Account", "6100", 1),
        },
    };

    private static OperationRequest Request(params Shipment[] shipments) => Given.Request(
        connection: Given.Connection("business-central", new Dictionary<string, string> { ["companyId"] = "company-guid" }),
        outputs: new Dictionary<string, string> { ["erpOrderId"] = "order-guid", ["erpOrderNumber"] = "101005" }, shipments: shipments);

    private static async Task<OperationResult.Confirmed> ConfirmAsync(SmallBusinessCentral erp, OperationRequest request)
    {
        var result = await Operation.ExecuteAsync(request, default, erp, Ct);
        return Assert.IsType<OperationResult.Confirmed>(result);
    }

    private static async Task<Fault> FailAsync(SmallBusinessCentral erp, OperationRequest request) =>
        Assert.IsType<OperationResult.Failed>(await Operation.ExecuteAsync(request, default, erp, Ct)).Fault;
}

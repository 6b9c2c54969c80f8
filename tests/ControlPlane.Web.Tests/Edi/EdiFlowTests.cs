using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Connectors.Protocols.Manifests;
using ControlPlane.Domain.Faults;
using ControlPlane.Domain.Transactions;
using ControlPlane.Runtime.Estate;
using ControlPlane.Runtime.Ingestion;
using ControlPlane.Runtime.Ingestion.Deliveries;
using ControlPlane.Runtime.Persistence;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace ControlPlane.Web.Tests.Edi;

/// <summary>Through the whole product: orders of a trading partner by EDI, a 3PL that is told by EDI, and every acknowledgement between them.</summary>
public sealed class EdiFlowTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private static readonly string[] Good = EdiPartners.Content(EmbeddedCatalog.Sample("EdiTradingPartner", "850.edi"));

    [Fact]
    public async Task Orders_of_one_interchange_go_their_way_until_the_partner_acknowledged_the_ship_notice()
    {
        await using var partners = await EdiPartners.StartAsync(Ct);
        await using var product = await StartAsync(partners);
        var interchange = EdiPartners.X12("BIGMART", "OURBRAND", 3501, "PO", "850", Order("PO-1"), Broken("PO-2"), Order("PO-3"));
        Assert.Equal((202, false), await PostAsync(product, "mart", interchange));

        // The broken set alone is refused, with its segment; the partner is told so, and the others go on.
        var told = await UntilAsync(product, partners, () => Task.FromResult(partners.Of("mart/out/997-").FirstOrDefault()));
        Assert.Equal(["AK1*PO*3501", "AK2*850*0001", "AK5*A", "AK2*850*0002", "AK3*PO1*14**8", "AK4*2**6*12O", "AK5*R*5", "AK2*850*0003", "AK5*A", "AK9*P*3*3*2"],
            told.Split('~').Select(s => s.Trim()).Where(s => s.StartsWith("AK", StringComparison.Ordinal)));
        var parts = await PartsAsync(product);
        Assert.Equal(["Accepted", "Refused", "Accepted"], parts.Select(p => p.State.ToString()));
        Assert.Contains("PO1", parts[1].Detail, StringComparison.Ordinal);

        // The ERP has both, and the 3PL has a shipping order for each.
        await UntilAsync(product, partners, () => Task.FromResult(partners.Of("depot/out/940-").Count == 2 ? "both" : null));
        Assert.Equal(2, partners.Booked.Count);
        var number = 7000;
        foreach (var instruction in partners.Of("depot/out/940-"))
        {
            Assert.Equal((202, false), await PostAsync(product, "depot", EdiPartners.X12Acknowledgement(instruction, "BRIGHTWH", "OURBRAND", ++number)));
            Assert.Equal((202, false), await PostAsync(product, "depot", EdiPartners.X12("BRIGHTWH", "OURBRAND", ++number, "SW", "945", Shipped(EdiPartners.Element(instruction, "W05", 2), $"WH-{number}"))));
        }

        var notices = await UntilAsync(product, partners, () => Task.FromResult(partners.Of("mart/out/856-") is { Count: 2 } both ? both : null));
        Assert.Equal("PO-1", EdiPartners.Element(notices[0], "PRF", 1) is "PO-1" ? "PO-1" : EdiPartners.Element(notices[1], "PRF", 1));
        await UntilAsync(product, partners, async () => await StateAsync(product, "PO-1") is { State: TransactionState.Waiting, Step: "notice-ack" } ? "waits" : null);
        // What acknowledges the order acknowledgement is not what the ship notice waits for.
        foreach (var confirmation in partners.Of("mart/out/855-"))
            Assert.Equal((202, false), await PostAsync(product, "mart", EdiPartners.X12Acknowledgement(confirmation, "BIGMART", "OURBRAND", ++number)));
        foreach (var order in new[] { "PO-1", "PO-3" })
            await UntilAsync(product, partners, async () => (await JournalAsync(product, order)).Any(s => s.Contains("which is not what is waited for here", StringComparison.Ordinal)) ? "noted" : null);
        Assert.Equal(TransactionState.Waiting, (await StateAsync(product, "PO-1"))!.State);
        foreach (var notice in notices)
            Assert.Equal((202, false), await PostAsync(product, "mart", EdiPartners.X12Acknowledgement(notice, "BIGMART", "OURBRAND", ++number)));
        foreach (var order in new[] { "PO-1", "PO-3" })
            await UntilAsync(product, partners, async () => (await StateAsync(product, order))?.State is TransactionState.Closed ? "closed" : null);
        // The order acknowledgement was acknowledged before its wait, which ended at once.
        Assert.Contains("It was acknowledged already", await JournalAsync(product, "PO-1"));
        // Both 945 were answered, and no 997 ever was.
        await UntilAsync(product, partners, () => Task.FromResult(partners.Of("depot/out/997-").Count == 2 ? "answered" : null));
        Assert.Single(partners.Of("mart/out/997-"));
    }

    [Fact]
    public async Task An_interchange_that_comes_again_makes_no_second_order_and_is_acknowledged_again()
    {
        await using var partners = await EdiPartners.StartAsync(Ct);
        await using var product = await StartAsync(partners);
        var interchange = EdiPartners.X12("BIGMART", "OURBRAND", 3502, "PO", "850", Order("PO-1"), Order("PO-2"));
        Assert.Equal((202, false), await PostAsync(product, "mart", interchange));
        await UntilAsync(product, partners, () => Task.FromResult(partners.Files.GetValueOrDefault("mart/out/997-000003502.edi").Times == 1 ? "told" : null));
        await UntilAsync(product, partners, () => Task.FromResult(partners.Of("depot/out/940-").Count == 2 ? "both" : null));

        // The same bytes: the partner did not see our answer.
        Assert.Equal((202, true), await PostAsync(product, "mart", interchange));
        await UntilAsync(product, partners, () => Task.FromResult(partners.Files.GetValueOrDefault("mart/out/997-000003502.edi").Times == 2 ? "told again" : null));

        // The same orders in a new envelope: recognised one by one, and acknowledged for themselves.
        Assert.Equal((202, false), await PostAsync(product, "mart", EdiPartners.X12("BIGMART", "OURBRAND", 3503, "PO", "850", Order("PO-1"), Order("PO-2"))));
        await UntilAsync(product, partners, () => Task.FromResult(partners.Files.ContainsKey("mart/out/997-000003503.edi") ? "told" : null));
        var parts = await PartsAsync(product);
        Assert.Equal(["Accepted", "Accepted", "Duplicate", "Duplicate"], parts.Select(p => p.State.ToString()));
        Assert.Equal(parts[0].TransactionId, parts[2].TransactionId);
        Assert.Equal((2, 2), (partners.Booked.Count, partners.Of("depot/out/940-").Count));

        // The same control number with other content: what is told is about the newest.
        Assert.Equal((202, false), await PostAsync(product, "mart", EdiPartners.X12("BIGMART", "OURBRAND", 3503, "PO", "850", Order("PO-4"), Broken("PO-5"))));
        await UntilAsync(product, partners, () => Task.FromResult(partners.Files["mart/out/997-000003503.edi"] is { Times: 2, Content: var text } && text.Contains("AK9*P*2*2*1", StringComparison.Ordinal) ? "told" : null));
    }

    [Fact]
    public async Task A_rejection_stops_the_order_and_its_page_says_by_whom_which_document_and_why()
    {
        await using var partners = await EdiPartners.StartAsync(Ct);
        await using var product = await StartAsync(partners);
        await PostAsync(product, "mart", EdiPartners.X12("BIGMART", "OURBRAND", 3504, "PO", "850", Order("PO-1")));
        var instruction = (await UntilAsync(product, partners, () => Task.FromResult(partners.Of("depot/out/940-") is { Count: 1 } one ? one : null)))[0];
        await UntilAsync(product, partners, async () => await StateAsync(product, "PO-1") is { State: TransactionState.Waiting } ? "waits" : null);
        await PostAsync(product, "depot", EdiPartners.X12Acknowledgement(instruction, "BRIGHTWH", "OURBRAND", 7001, "AK3*N4*6**8", "AK4*2**7"));
        await UntilAsync(product, partners, async () => await StateAsync(product, "PO-1") is { State: TransactionState.Stuck } ? "stuck" : null);
        var stuck = (await StateAsync(product, "PO-1"))!;
        Assert.Equal((FaultKind.Data, "warehouse.rejected"), (stuck.FaultKind, stuck.FaultCode));
        Assert.Contains("N4", stuck.FaultMessage, StringComparison.Ordinal);
        using var api = product.Client();
        var page = await api.GetStringAsync($"/api/v1/transactions/{stuck.Id}", Ct);
        Assert.Contains("Warehouse rejected the shipping order", page, StringComparison.Ordinal);
        Assert.Contains("depot", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_EDIFACT_order_goes_its_way_until_the_partner_acknowledged_the_despatch_advice()
    {
        await using var partners = await EdiPartners.StartAsync(Ct);
        await using var product = await StartAsync(partners);
        var good = EdiPartners.Content(EmbeddedCatalog.Sample("EdifactTradingPartner", "ORDERS.edi"));
        string[] other = [.. good.Select(s => s.Replace("4500123456", "4500123457", StringComparison.Ordinal))];
        string[] broken = [.. good.Select(s => s.Replace("QTY+21:120:PCE", "QTY+21:12O:PCE", StringComparison.Ordinal))];
        const string Type = "ORDERS:D:96A:UN:EAN008";
        var interchange = EdiPartners.Edifact("4012345000009", "4098765000006", "77001", (Type, good), (Type, broken), (Type, other));
        Assert.Equal((202, false), await PostAsync(product, "handel", interchange));
        var told = await UntilAsync(product, partners, () => Task.FromResult(partners.Of("handel/out/CONTRL-").FirstOrDefault()));
        Assert.Equal(["1 7", "2 4", "3 7"], told.Split('\'').Select(s => s.Trim().Split('+')).Where(s => s[0] == "UCM").Select(s => $"{s[1]} {s[3]}"));
        Assert.True(told.Contains("UCS+13'", StringComparison.Ordinal) && told.Contains("UCD+", StringComparison.Ordinal), told);

        var number = 7000;
        var instructions = await UntilAsync(product, partners, () => Task.FromResult(partners.Of("depot/out/940-") is { Count: 2 } both ? both : null));
        foreach (var instruction in instructions)
        {
            await PostAsync(product, "depot", EdiPartners.X12Acknowledgement(instruction, "BRIGHTWH", "OURBRAND", ++number));
            await PostAsync(product, "depot", EdiPartners.X12("BRIGHTWH", "OURBRAND", ++number, "SW", "945", Shipped(EdiPartners.Element(instruction, "W05", 2), $"WH-{number}")));
        }

        var notices = await UntilAsync(product, partners, () => Task.FromResult(partners.Of("handel/out/DESADV-") is { Count: 2 } both ? both : null));
        foreach (var confirmation in partners.Of("handel/out/ORDRSP-"))
            await PostAsync(product, "handel", EdiPartners.Control(confirmation, "4012345000009", "4098765000006", $"7900{++number - 7000}"));
        await PostAsync(product, "handel", EdiPartners.Control(notices[0], "4012345000009", "4098765000006", "78001"));
        await PostAsync(product, "handel", EdiPartners.Control(notices[1], "4012345000009", "4098765000006", "78002", "UCS+4+13"));
        var states = await UntilAsync(product, partners, async () =>
        {
            var both = new[] { await StateAsync(product, "4500123456"), await StateAsync(product, "4500123457") };
            return both.Count(t => t?.State == TransactionState.Closed) == 1 && both.Count(t => t?.State == TransactionState.Stuck) == 1 ? both : null;
        });
        Assert.Equal("document.rejected", states.Single(t => t!.State == TransactionState.Stuck)!.FaultCode);
        await PostAsync(product, "handel", interchange);
        await UntilAsync(product, partners, () => Task.FromResult(partners.Files.GetValueOrDefault("handel/out/CONTRL-77001.edi").Times == 2 ? "told again" : null));
        Assert.Equal(2, partners.Booked.Count);
    }

    [Fact]
    public async Task The_profile_of_the_partner_says_how_long_an_acknowledgement_may_take_and_silence_shows_whose_move_it_is()
    {
        await using var partners = await EdiPartners.StartAsync(Ct);
        var clock = new Access.LaterClock(TimeSpan.Zero);
        await using var product = await StartAsync(partners, clock, "acknowledgeMinutes: \"240\"");
        await PostAsync(product, "mart", EdiPartners.X12("BIGMART", "OURBRAND", 3505, "PO", "850", Order("PO-1")));
        var waits = await UntilAsync(product, partners, async () => await StateAsync(product, "PO-1") is { State: TransactionState.Waiting } waiting ? waiting : null);
        Assert.InRange((waits.DueAt!.Value - waits.Since) / 60_000_000d, 239, 241);
        Assert.Contains(await JournalAsync(product, "PO-1"), s => s.Contains("depot promised within 4 hours", StringComparison.Ordinal));

        // The flow's own half an hour means nothing here.
        clock.Later = TimeSpan.FromHours(3);
        Assert.Equal(TransactionState.Waiting, (await StateAsync(product, "PO-1"))!.State);
        clock.Later = TimeSpan.FromHours(5);
        var overdue = await UntilAsync(product, partners, async () => await StateAsync(product, "PO-1") is { State: TransactionState.Stuck } stuck ? stuck : null);
        Assert.Equal(("acknowledgement.overdue", "depot"), (overdue.FaultCode, overdue.PartyConnection));
        using var api = product.Client();
        Assert.Contains("depot promised to acknowledge within 4 hours what wms-order sent, and did not", await api.GetStringAsync($"/api/v1/transactions/{overdue.Id}", Ct), StringComparison.Ordinal);

        // It is never too late.
        await PostAsync(product, "depot", EdiPartners.X12Acknowledgement(partners.Of("depot/out/940-")[0], "BRIGHTWH", "OURBRAND", 7001));
        await UntilAsync(product, partners, async () => await StateAsync(product, "PO-1") is { State: TransactionState.Waiting, Step: "shipment" } ? "goes on" : null);
    }

    [Fact]
    public async Task Stock_and_receipts_of_the_warehouse_are_kept_acknowledged_and_told_as_not_carried_out()
    {
        await using var partners = await EdiPartners.StartAsync(Ct);
        await using var product = await StartAsync(partners);
        using var api = product.Client();
        foreach (var (id, set, sample, code) in new[] { ("IB", "846", "846.edi", "stock.not_carried_out"), ("RE", "944", "944.edi", "receipt.not_carried_out") })
        {
            await PostAsync(product, "depot", EdiPartners.X12("BRIGHTWH", "OURBRAND", int.Parse(set, System.Globalization.CultureInfo.InvariantCulture), id, set, EdiPartners.Content(EmbeddedCatalog.Sample("EdiThreePl", sample))));
            using var list = JsonDocument.Parse(await api.GetStringAsync($"/api/v1/messages?code={code}", Ct));
            var message = Assert.Single(list.RootElement.GetProperty("items").EnumerateArray().ToList());
            Assert.Equal(("ignored", code), (message.GetProperty("state").GetString(), message.GetProperty("code").GetString()));
            Assert.Contains($"({set}). It is kept and acknowledged, and changes nothing here", message.GetProperty("reason").GetString(), StringComparison.Ordinal);
        }

        await UntilAsync(product, partners, () => Task.FromResult(partners.Of("depot/out/997-").Count(t => t.Contains("AK5*A", StringComparison.Ordinal)) == 2 ? "acknowledged" : null));
    }

    [Fact]
    public async Task A_promise_that_is_no_number_of_minutes_is_refused_by_the_name_of_the_setting()
    {
        await using var partners = await EdiPartners.StartAsync(Ct);
        var document = Connection(partners, "depot", "edi-3pl", "3pl", "{ ourId: OURBRAND, partnerId: BRIGHTWH, acknowledgeMinutes: soon }");
        await using var product = await ProductHost.StartAsync(new Dictionary<string, string?> { ["ControlPlane:Secrets:EDI_TOKEN"] = "edi-token" });
        var (_, problems) = await product.Services.GetRequiredService<EstateService>().ApplyAsync(TenantScope.Default, [new("a.yaml", document)], "Kim", "test", Ct);
        Assert.Contains("settings.acknowledgeMinutes: 'soon' is not allowed. Allowed: 0 to 43200", Assert.Single(problems).Message, StringComparison.Ordinal);
    }

    private static string[] Order(string number) => [.. Good.Select(s => s.Replace("4500123456", number, StringComparison.Ordinal))];

    private static string[] Broken(string number) => [.. Order(number).Select(s => s.Replace("PO1*1*120*", "PO1*1*12O*", StringComparison.Ordinal))];

    /// <summary>Both lines of the sample, whole.</summary>
    private static string[] Shipped(string reference, string number) =>
    [
        $"W06*F*{reference}*20261123*{number}", "N1*ST*BIG MART DC 12", "G62*11*20261123", "W27*M*DHLX*DHL PAKET*PP",
        "LX*1", "N9*LI*1", "W12*CC*120*120**EA**SK*TEE-M", "LX*2", "N9*LI*2", "W12*CC*6*6**EA**SK*CAP", "W03*126*80*KG",
    ];

    private const string Erp = """
        kind: Connector
        metadata: { name: small-erp }
        spec:
          title: Small ERP
          roles: [erp]
          authentication: { scheme: none }
          mappings:
            - { name: order, rows: [{ to: reference, from: reference }, { to: theirs, from: order.number }] }
          operations:
            - name: createSalesOrder
              title: Create order
              write: keyed
              request: { method: POST, path: /orders, mapping: order, idempotencyHeader: Idempotency-Key }
              answer: { outputs: { erpOrderId: $.id }, identifiers: { erp-order: "{reference}" }, summary: ERP created the order }
        """;

    private const string Flow = """
        kind: Flow
        metadata: { name: partner-to-3pl }
        spec:
          title: Trading partner to 3PL
          connectivity: hub-and-spoke
          lane: orders
          trigger: { event: order.created, connections: [mart, handel] }
          steps:
            - { id: validate, type: validate, stage: validated }
            - { id: erp-order, type: call, connection: "role:erp", operation: createSalesOrder, stage: erp-created }
            - { id: confirm, type: call, connection: source, operation: acknowledgeOrder, system: b2b }
            - { id: wms-order, type: call, connection: "role:3pl", operation: instructFulfilment, system: 3pl, stage: wms-instructed }
            - { id: wms-ack, type: wait, system: 3pl, stage: wms-acknowledged, events: [warehouse.acknowledged], impliedBy: [shipment.confirmed], failedBy: [warehouse.rejected], acknowledges: wms-order, deadline: 30m }
            - { id: shipment, type: wait, system: 3pl, stage: shipped, events: [shipment.confirmed], failedBy: [warehouse.rejected], deadline: 24h }
            - { id: ship-notice, type: call, connection: source, operation: confirmShipment, system: b2b }
            - { id: notice-ack, type: wait, system: b2b, stage: channel-fulfilled, events: [document.acknowledged], failedBy: [document.rejected], acknowledges: ship-notice, deadline: 30m }
            - { id: confirm-ack, type: wait, system: b2b, events: [document.acknowledged], failedBy: [document.rejected], acknowledges: confirm, deadline: 30m }
            - { id: all-shipped, type: branch, question: all-lines-shipped, next: { "no": shipment } }
            - { id: close, type: close, stage: closed }
        """;

    private static string Connection(EdiPartners partners, string name, string connector, string role, string settings) => $$"""
        kind: Connection
        metadata: { name: {{name}} }
        spec:
          connector: {{connector}}
          role: {{role}}
          displayName: {{name}}
          baseAddress: "{{partners.Address}}/{{name}}"
          allowPrivateNetwork: true
          settings: {{settings}}
          secrets: {{(connector == "small-erp" ? "{}" : "{ webhookToken: \"${secret:EDI_TOKEN}\" }")}}
        """;

    private static async Task<ProductHost> StartAsync(EdiPartners partners, TimeProvider? clock = null, string depot = "usage: production")
    {
        var product = await ProductHost.StartAsync(
            new Dictionary<string, string?> { ["ControlPlane:Secrets:EDI_TOKEN"] = "edi-token" }, builder => builder.Services.AddSingleton(clock ?? TimeProvider.System));
        string[] documents =
        [
            Erp, Flow, Connection(partners, "erp", "small-erp", "erp", "{}"),
            Connection(partners, "mart", "edi-trading-partner", "b2b", "{ ourId: OURBRAND, partnerId: BIGMART }"),
            Connection(partners, "handel", "edifact-trading-partner", "b2b", "{ ourId: \"4098765000006\", partnerId: \"4012345000009\" }"),
            Connection(partners, "depot", "edi-3pl", "3pl", $"{{ ourId: OURBRAND, partnerId: BRIGHTWH, {depot} }}"),
        ];
        var (_, problems) = await product.Services.GetRequiredService<EstateService>().ApplyAsync(TenantScope.Default, [.. documents.Select((d, i) => new EstateDocument($"{i}.yaml", d))], "Kim", "test", Ct);
        Assert.Empty(problems);
        return product;
    }

    private static async Task<(int Status, bool Duplicate)> PostAsync(ProductHost product, string connection, string interchange)
    {
        using var client = product.Client(null);
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/in/{connection}") { Content = new ByteArrayContent(Encoding.Latin1.GetBytes(interchange)) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue(interchange.StartsWith("UN", StringComparison.Ordinal) ? "application/edifact" : "application/edi-x12");
        request.Headers.Add("X-Api-Key", "edi-token");
        using var answer = await client.SendAsync(request, Ct);
        var text = await answer.Content.ReadAsStringAsync(Ct);
        Assert.True(answer.IsSuccessStatusCode, text);
        using var body = JsonDocument.Parse(text);
        return ((int)answer.StatusCode, body.RootElement.GetProperty("duplicate").GetBoolean());
    }

    private static async Task<List<MessageRow>> PartsAsync(ProductHost product)
    {
        await using var context = product.Db.CreateContext();
        return await context.Messages.AsNoTracking().Where(m => m.ParentId != null && m.Connection == "mart").OrderBy(m => m.ReceivedAt).ThenBy(m => m.Id).ToListAsync(Ct);
    }

    private static async Task<Runtime.Transactions.TransactionRow?> StateAsync(ProductHost product, string number)
    {
        await using var context = product.Db.CreateContext();
        return await context.Transactions.AsNoTracking().SingleOrDefaultAsync(t => t.Number == number, Ct);
    }

    private static async Task<List<string>> JournalAsync(ProductHost product, string number)
    {
        await using var context = product.Db.CreateContext();
        return await context.Journal.AsNoTracking().Where(j => context.Transactions.Any(t => t.Id == j.TransactionId && t.Number == number)).OrderBy(j => j.Sequence).Select(j => j.Summary).ToListAsync(Ct);
    }

    private static async Task<T> UntilAsync<T>(ProductHost product, EdiPartners partners, Func<Task<T?>> look)
        where T : class
    {
        var began = TimeProvider.System.GetTimestamp();
        while (TimeProvider.System.GetElapsedTime(began) < TimeSpan.FromSeconds(120))
        {
            // The scheduler does it every few seconds, and may be late where many products run at once.
            await product.Services.GetRequiredService<AnswerSender>().SendDueAsync(Ct);
            if (await look() is { } found)
                return found;
            await Task.Delay(100, Ct);
        }

        await using var context = product.Db.CreateContext();
        var messages = await context.Messages.AsNoTracking().Select(m => $"{m.Connection} {m.Place} {m.State} {m.Code} {m.Detail}").ToListAsync(Ct);
        var transactions = await context.Transactions.AsNoTracking().Select(t => $"{t.Number} {t.State} {t.Step} {t.FaultCode} {t.FaultMessage}").ToListAsync(Ct);
        var answers = await context.DeliveryAnswers.AsNoTracking().Select(a => $"{a.Name} {a.State} {a.Code} {a.LastFault}").ToListAsync(Ct);
        Assert.Fail("It did not happen within 2 minutes.\n" + string.Join('\n', messages.Concat(transactions).Concat(answers).Concat(partners.Files.Keys)));
        return null!;
    }
}

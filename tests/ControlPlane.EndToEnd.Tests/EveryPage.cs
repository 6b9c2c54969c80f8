using System.Net.Http.Json;
using System.Text.Json;

namespace ControlPlane.EndToEnd.Tests;

/// <summary>What can be looked at: every page in the states that it has, in a product where something happened.</summary>
internal static class EveryPage
{
    public static async Task<IReadOnlyList<(string Name, string Address)>> PrepareAsync(ProductProcess product, CancellationToken ct)
    {
        var id = await ProductProcess.EventuallyAsync(async () =>
        {
            using var list = JsonDocument.Parse(await product.Client.GetStringAsync("/api/v1/transactions?state=closed&limit=1", ct));
            var items = list.RootElement.GetProperty("items");
            return items.GetArrayLength() > 0 ? items[0].GetProperty("id").GetString() : null;
        }, TimeSpan.FromSeconds(90), "a closed order", ct);
        // A part of the orders is refused, and stays for somebody to look at.
        Assert.True((await product.Client.PutAsJsonAsync("/api/v1/demo/dials", new { dials = new[] { new { system = "erp", name = "rejected-order-rate", value = 40 } } }, ct)).IsSuccessStatusCode);
        var stuck = await ProductProcess.EventuallyAsync(async () =>
        {
            using var list = JsonDocument.Parse(await product.Client.GetStringAsync("/api/v1/transactions?state=stuck&limit=4", ct));
            var items = list.RootElement.GetProperty("items");
            return items.GetArrayLength() > 3 ? items[0].GetProperty("id").GetString() : null;
        }, TimeSpan.FromSeconds(60), "stuck orders", ct);
        // The ERP closes for an hour: what comes in meanwhile is held, and the pages say so.
        using (var window = new HttpRequestMessage(HttpMethod.Post, "/api/v1/maintenance-windows")
        {
            Content = JsonContent.Create(new { connection = "business-central", to = TimeProvider.System.GetUtcNow().AddHours(1), reason = "Monthly update of the ERP" }),
        })
        {
            window.Headers.Add("Idempotency-Key", "pages");
            Assert.True((await product.Client.SendAsync(window, ct)).IsSuccessStatusCode);
        }

        var held = await ProductProcess.EventuallyAsync(async () =>
        {
            using var list = JsonDocument.Parse(await product.Client.GetStringAsync("/api/v1/transactions?code=held.maintenance&limit=1", ct));
            var items = list.RootElement.GetProperty("items");
            return items.GetArrayLength() > 0 ? items[0].GetProperty("id").GetString() : null;
        }, TimeSpan.FromSeconds(30), "a held order", ct);
        using var messages = JsonDocument.Parse(await product.Client.GetStringAsync("/api/v1/messages?limit=1", ct));
        var message = messages.RootElement.GetProperty("items")[0].GetProperty("id").GetString();
        // Two versions, so that the workbench has a history to show.
        using (var detail = JsonDocument.Parse(await product.Client.GetStringAsync("/api/v1/connectors/woocommerce", ct)))
            foreach (var title in new[] { "title: WooCommerce", "title: Woo shop" })
                Assert.True((await product.Client.PutAsJsonAsync("/api/v1/connectors/woocommerce", new { document = detail.RootElement.GetProperty("document").GetString()!.Replace("title: WooCommerce", title, StringComparison.Ordinal), reason = "for the pages" }, ct)).IsSuccessStatusCode);
        // A runbook, and a review of it.
        Assert.True((await product.Client.PutAsJsonAsync("/api/v1/runbooks/erp-in-trouble", new { document = "kind: Runbook\nmetadata: { name: erp-in-trouble }\nspec: { title: The ERP is in trouble, owner: operations, text: Ask its owner., connections: [business-central] }", reason = "for the pages" }, ct)).IsSuccessStatusCode);
        Assert.True((await product.Client.PostAsJsonAsync("/api/v1/reviews/connection/business-central", new { outcome = "changed", note = "Its limits were too low." }, ct)).IsSuccessStatusCode);
        // Two rules, and views above the list.
        Assert.True((await product.Client.PutAsJsonAsync("/api/v1/identifier-rules/sku", new { title = "SKU", document = "order", path = "$.lines[*].sku", example = "TEE-ORG-M", reason = "customer service asks by article" }, ct)).IsSuccessStatusCode);
        Assert.True((await product.Client.PutAsJsonAsync("/api/v1/identifier-rules/buyer-phone", new { title = "Buyer's phone", document = "order", path = "$.customer.phone", hash = true, reason = "callers say their number" }, ct)).IsSuccessStatusCode);
        foreach (var (viewed, name, query) in new[] { ("transactions", "Stuck at the ERP", "state=stuck&party=erp"), ("transactions", "Waiting for the warehouse", "state=waiting&party=wms"), ("cases", "Ours", "system=us") })
            Assert.True((await product.Client.PostAsJsonAsync("/api/v1/views", new { page = viewed, name, query, shared = true }, ct)).IsSuccessStatusCode);
        // A promise that is broken at once: an incident to look at.
        foreach (var document in new[]
        {
            "kind: Indicator\nmetadata: {name: at-once}\nspec: {title: In the ERP at once, kind: order, from: {event: Received}, to: {reached: erp-posted}, within: 1s}",
            "kind: Objective\nmetadata: {name: at-once}\nspec: {title: Orders are in the ERP at once, indicator: at-once, target: 0.999, window: {rolling: 30d}, alertByCount: {bad: 1, within: 1h}}",
        })
        {
            using var publish = new HttpRequestMessage(HttpMethod.Put, "/api/v1/objectives") { Content = JsonContent.Create(new { document, reason = "for the pages" }) };
            publish.Headers.Add("If-Match", "\"0\"");
            using var published = await product.Client.SendAsync(publish, ct);
            Assert.True(published.IsSuccessStatusCode, await published.Content.ReadAsStringAsync(ct));
        }

        var incident = await ProductProcess.EventuallyAsync(async () =>
        {
            using var list = JsonDocument.Parse(await product.Client.GetStringAsync("/api/v1/alerts", ct));
            var items = list.RootElement.GetProperty("items");
            return items.GetArrayLength() > 0 ? items[0].GetProperty("id").GetString() : null;
        }, TimeSpan.FromSeconds(150), "an incident", ct);
        return
        [
            ("home", "/"),
            ("scorecard", "/scorecard"),
            ("scorecard-week", "/scorecard?period=7d&channel=shopify-eu&about=order-ingestion"),
            ("scorecard-orders", "/scorecard/orders?list=misses"),
            ("scorecard-late", "/scorecard/orders?list=past-deadline"),
            ("reports", "/reports"),
            ("worklist", "/worklist"),
            ("worklist-order", $"/worklist?order={stuck}"),
            ("worklist-filters", "/worklist?due=never&kind=order&least=10%20EUR"),
            ("worklist-empty", "/worklist?q=there-is-no-such-number"),
            ("worklist-missing", "/worklist?order=019ab2f4-5d6e-7c3a-9b1f-2e4d6c8a0b1c"),
            ("transactions", "/transactions"),
            ("transactions-empty", "/transactions?q=there-is-no-such-number"),
            ("transaction", $"/transactions/{id}"),
            ("alerts", "/alerts"),
            ("alert", $"/alerts/{incident}"),
            ("alerts-silences", "/alerts?tab=silences"),
            ("alerts-budgets", "/alerts?tab=budgets"),
            ("alerts-channels", "/alerts?tab=channels"),
            ("ownership", "/ownership"),
            ("objectives", "/objectives"),
            ("objective", "/objectives/order-ingestion"),
            ("missed orders", "/objectives/order-ingestion/missed"),
            ("ownership-rules", "/ownership?tab=rules"),
            ("ownership-teams", "/ownership?tab=teams"),
            ("ownership-history", "/ownership?tab=history"),
            ("reviews", "/reviews"),
            ("reviews-open", "/reviews?open=connection/business-central"),
            ("reviews-nothing", "/reviews?state=overdue&owner=nobody-has-this-name"),
            ("runbooks", "/runbooks"),
            ("runbook", "/runbooks/erp-in-trouble"),
            ("runbook-new", "/runbooks/new"),
            ("governance", "/governance"),
            ("governance-connection", "/governance?connection=business-central"),
            ("governance-apis", "/governance?view=apis"),
            ("governance-rules", "/governance?view=rules"),
            ("transaction-documents", $"/transactions/{id}?tab=documents"),
            ("transaction-attempts", $"/transactions/{id}?tab=attempts"),
            ("transaction-lines", $"/transactions/{id}?tab=lines"),
            ("transaction-numbers", $"/transactions/{id}?tab=numbers"),
            ("transactions-stuck", "/transactions?state=stuck"),
            ("transactions-view", "/transactions?state=stuck&party=erp"),
            ("cases-views", "/cases"),
            ("transaction-stuck", $"/transactions/{stuck}"),
            ("message", $"/messages/{message}"),
            ("message-missing", "/messages/019ab2f4-5d6e-7c3a-9b1f-2e4d6c8a0b1c"),
            ("transaction-full", $"/transactions/{id}?tab=timeline&detail=full"),
            ("transaction-compare", $"/transactions/{id}?tab=compare"),
            ("transaction-related", $"/transactions/{id}?tab=related"),
            ("causes", "/causes"),
            ("causes-unexplained", "/causes?view=unexplained"),
            ("causes-versions", "/causes?view=versions"),
            ("cause", "/causes/customer-blocked"),
            ("cause-new", "/causes/new"),
            ("transaction-raw", $"/transactions/{id}?tab=raw"),
            ("connections", "/connections"),
            ("connection", "/connections/business-central"),
            ("connection-missing", "/connections/nobody"),
            ("connection-onboarding", "/connections/business-central/onboarding"),
            ("connectors", "/connectors"),
            ("connector-woocommerce", "/connectors/woocommerce"),
            ("connector-new", "/connectors/new"),
            ("connector-new-http", "/connectors/new/http"),
            ("connector-new-kafka", "/connectors/new/kafka"),
            ("connector-new-openapi", "/connectors/new/openapi"),
            ("connection-new-kafka", "/connections/new?connector=kafka&start=kafka"),
            ("connection-new", "/connections/new"),
            ("connection-new-walmart", "/connections/new?connector=walmart"),
            ("schemas", "/schemas"),
            ("schema-order", "/schemas/canonical/order"),
            ("schema-new", "/schemas/new"),
            ("calendars", "/calendars"),
            ("crosswalks", "/crosswalks"),
            ("crosswalk", "/crosswalks/carrier"),
            ("identifiers", "/identifiers"),
            ("identifiers-new", "/identifiers?rule=new&start=sscc"),
            ("identifiers-rule", "/identifiers?rule=sku"),
            ("dials", "/dials"),
            ("transactions-filters", "/transactions?state=foo,stuck&stage=mapped&least=10%20EUR"),
            ("transaction-held", $"/transactions/{held}"),
            ("engine", "/engine"),
            ("operations", "/operations"),
            ("operations-day", "/operations?range=24h"),
            ("operations-nonsense", "/operations?range=2h"),
            ("operations-transformations", "/operations/transformations?range=6h"),
            ("operations-limits", "/operations/limits?range=1h"),
            ("operations-stock", "/operations/stock"),
            ("operations-settlements", "/operations/settlements"),
        ];
    }
}

using System.Net;
using System.Text.Json;
using Microsoft.Playwright;

namespace ControlPlane.EndToEnd.Tests;

/// <summary>An admin brings a marketplace that nobody has heard of into service in the portal, by keyboard and without code.</summary>
public sealed class OnboardingTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task From_an_empty_form_to_the_first_order_and_a_back_test()
    {
        using var shop = new UnknownShop();
        await using var browser = await Browser.StartAsync();
        await using var product = new ProductProcess();
        product.Start();
        await product.AliveAsync(Ct);
        var page = await browser.OpenAsync(product.Address);
        await Browser.SignInAsync(page, "admin");

        // The workbench shows at each keystroke what becomes of the message, and names what is wrong by its line.
        // What one begins from is chosen by keyboard: searched for, then gone to with an arrow.
        await page.GotoAsync("/connectors/new");
        await Assertions.Expect(page.GetByRole(AriaRole.Link, new() { Name = "Walmart Marketplace" })).ToBeVisibleAsync(new() { Timeout = 20_000 });
        Assert.Empty(await Browser.ViolationsAsync(page));
        await page.GetByLabel("Search", new() { Exact = true }).FillAsync("rest");
        await Assertions.Expect(page.GetByText("2 generic starts")).ToBeVisibleAsync(new() { Timeout = 20_000 });
        await page.GetByLabel("Search", new() { Exact = true }).PressAsync("ArrowDown");
        await page.Keyboard.PressAsync("ArrowDown");
        await page.Keyboard.PressAsync("ArrowUp");
        await Assertions.Expect(page.GetByRole(AriaRole.Link, new() { Name = "HTTP (REST)" })).ToBeFocusedAsync();
        await Browser.ShootAsync(page, "onboarding-start");
        await page.Keyboard.PressAsync("Enter");
        await Browser.AddressAsync(page, "/connectors/new/http$");
        var document = page.GetByLabel("What it says (YAML)");
        await Assertions.Expect(page.GetByText("An order, number A-1042, with one line.")).ToBeVisibleAsync(new() { Timeout = 20_000 });
        var yaml = (await document.InputValueAsync()).Replace("to: number,", "to: numbr,", StringComparison.Ordinal);
        await document.FillAsync(yaml);
        await Assertions.Expect(page.GetByText("'numbr' is no part of the order.").First).ToBeVisibleAsync(new() { Timeout = 20_000 });
        await document.FillAsync(yaml.Replace("to: numbr,", "to: number,", StringComparison.Ordinal));
        await Assertions.Expect(page.GetByText("'numbr' is no part of the order.")).ToHaveCountAsync(0, new() { Timeout = 20_000 });

        // The same by form, without YAML: a row's default and converter; a place of the message that is pressed; a suggestion that is taken.
        await page.GetByRole(AriaRole.Button, new() { Name = "shipTo.name", Exact = true }).First.PressAsync("Enter");
        await page.GetByLabel("Converter").FillAsync("upper");
        await Assertions.Expect(page.GetByRole(AriaRole.Region, new() { Name = "Where each value came from" })).ToContainTextAsync("MIA EXAMPLE", new() { Timeout = 20_000 });
        Assert.Contains("{ to: shipTo.name, from: $.shipping.name, convert: upper }", await document.InputValueAsync(), StringComparison.Ordinal);
        await Browser.ShootAsync(page, "onboarding-form");
        await page.GetByLabel("Converter").FillAsync("");
        await page.GetByLabel("When there is no value").SelectOptionAsync("refuse");
        await Assertions.Expect(document).ToHaveValueAsync(new System.Text.RegularExpressions.Regex("to: shipTo.name, from: \\$.shipping.name, required: true"), new() { Timeout = 20_000 });
        await page.GetByLabel("When there is no value").SelectOptionAsync("leave-out");
        await page.GetByRole(AriaRole.Button, new() { Name = "lines[].unitPrice", Exact = true }).First.PressAsync("Enter");
        await page.GetByRole(AriaRole.Button, new() { Name = "Remove", Exact = true }).PressAsync("Enter");
        await page.GetByRole(AriaRole.Button, new() { Name = "Suggest rows" }).PressAsync("Enter");
        await page.GetByRole(AriaRole.Button, new() { Name = "Apply lines[].unitPrice from @.price" }).PressAsync("Enter");
        await Assertions.Expect(document).ToHaveValueAsync(new System.Text.RegularExpressions.Regex("lines\\[\\].unitPrice\", from: \"@.price\""), new() { Timeout = 20_000 });
        await Browser.ShootAsync(page, "onboarding-workbench");
        Assert.Empty(await Browser.ViolationsAsync(page));

        // A reload loses nothing.
        await page.GetByRole(AriaRole.Button, new() { Name = "shipTo.city", Exact = true }).First.PressAsync("Enter");
        await Assertions.Expect(page.GetByLabel("Target", new() { Exact = true })).ToHaveValueAsync("shipTo.city", new() { Timeout = 20_000 });
        await page.GetByLabel("Converter").FillAsync("trim");
        await Assertions.Expect(document).ToHaveValueAsync(new System.Text.RegularExpressions.Regex("convert: trim"), new() { Timeout = 20_000 });
        await page.WaitForTimeoutAsync(4_000);
        await page.ReloadAsync();
        await Assertions.Expect(page.GetByText("This is your draft")).ToBeVisibleAsync(new() { Timeout = 20_000 });
        await Assertions.Expect(document).ToHaveValueAsync(new System.Text.RegularExpressions.Regex("convert: trim"), new() { Timeout = 20_000 });
        await Assertions.Expect(page.GetByText("An order, number A-1042, with one line.")).ToBeVisibleAsync(new() { Timeout = 20_000 });
        await page.GetByLabel("Why", new() { Exact = true }).FillAsync("a new marketplace");
        await page.GetByRole(AriaRole.Button, new() { Name = "Publish" }).PressAsync("Enter");

        // The form asks for what the manifest says; saving tries it.
        await Browser.AddressAsync(page, @"/connections/new\?connector=my-marketplace$");
        await page.GetByLabel("Key", new() { Exact = true }).FillAsync("newshop-de");
        await page.GetByLabel("Address", new() { Exact = true }).FillAsync(shop.Address);
        await page.GetByLabel("apiKey").FillAsync(UnknownShop.ApiKey);
        await page.GetByLabel("webhookSecret").FillAsync(UnknownShop.WebhookSecret);
        await page.GetByLabel("Ask for changes every").FillAsync("1h");
        await page.GetByLabel("It stands in our own network").CheckAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Save and test" }).PressAsync("Enter");
        await Assertions.Expect(page.GetByText("The system accepts them.")).ToBeVisibleAsync(new() { Timeout = 20_000 });
        await Browser.ShootAsync(page, "onboarding-tested");

        // The gates: what is open is named, is waived with a reason, and the connection goes live.
        await page.GetByRole(AriaRole.Link, new() { Name = "What it needs to go live" }).PressAsync("Enter");
        await Assertions.Expect(page.GetByRole(AriaRole.Button, new() { Name = "Go live" })).ToBeDisabledAsync(new() { Timeout = 20_000 });
        await Assertions.Expect(page.GetByText("Not yet:")).ToContainTextAsync("Owner named");
        await page.GetByLabel("What it promises").FillAsync("99 of 100 orders within 15 minutes");
        await page.GetByRole(AriaRole.Button, new() { Name = "Set the target" }).PressAsync("Enter");
        await Assertions.Expect(page.GetByText("99 of 100 orders within 15 minutes (")).ToBeVisibleAsync(new() { Timeout = 20_000 });
        foreach (var gate in new[] { "Sample orders mapped", "Codes are known", "Rate plan set", "Owner named", "Mapping tests green", "Shadow run" })
        {
            var waive = page.GetByRole(AriaRole.Button, new() { Name = $"Waive: {gate}" });
            await waive.PressAsync("Enter");
            await page.GetByLabel("Why it need not pass").FillAsync("a shop of our own");
            await page.GetByLabel("Why it need not pass").PressAsync("Enter");
            await Assertions.Expect(waive).ToHaveCountAsync(0, new() { Timeout = 20_000 });
            await Assertions.Expect(page.GetByLabel("Why it need not pass")).ToHaveCountAsync(0, new() { Timeout = 20_000 });
        }

        // Its feed is read by itself; until then nothing has come.
        await Assertions.Expect(page.GetByRole(AriaRole.Button, new() { Name = "Go live" })).ToBeEnabledAsync(new() { Timeout = 90_000 });
        await Browser.ShootAsync(page, "onboarding-gates");
        Assert.Empty(await Browser.ViolationsAsync(page));
        await page.GetByRole(AriaRole.Button, new() { Name = "Go live" }).PressAsync("Enter");
        await Assertions.Expect(page.GetByText("It is live.", new() { Exact = true })).ToBeVisibleAsync(new() { Timeout = 20_000 });

        // The first order, by a signed webhook.
        using var webhook = UnknownShop.Webhook("newshop-de", "42", "NEW-1042");
        using var accepted = await product.Client.SendAsync(webhook, Ct);
        Assert.Equal(HttpStatusCode.Accepted, accepted.StatusCode);
        await ProductProcess.EventuallyAsync(async () =>
        {
            using var list = JsonDocument.Parse(await product.Client.GetStringAsync("/api/v1/transactions?q=NEW-1042", Ct));
            return list.RootElement.GetProperty("items").GetArrayLength() == 1 ? "there" : null;
        }, TimeSpan.FromSeconds(30), "the first order", Ct);

        // A change is tried on what came, before it serves.
        await page.GotoAsync("/connectors/my-marketplace");
        await Assertions.Expect(page.GetByText("An order, number NEW-1042, with one line.")).ToBeVisibleAsync(new() { Timeout = 20_000 });
        var published = page.GetByLabel("What it says (YAML)");
        await published.FillAsync((await published.InputValueAsync()).Replace("from: $.total }", "from: $.total, convert: negate }", StringComparison.Ordinal));
        await page.GetByRole(AriaRole.Button, new() { Name = "Back-test on the last 5,000 messages" }).PressAsync("Enter");
        await Assertions.Expect(page.GetByText("Totals differ by -99.80 EUR over one order.")).ToBeVisibleAsync(new() { Timeout = 20_000 });
        await Browser.ShootAsync(page, "onboarding-back-test");

        // The order is kept as a test; the draft that turns its total around fails it, and is not published.
        await page.GetByLabel("Why this message is worth keeping").FillAsync("the first order");
        await page.GetByRole(AriaRole.Button, new() { Name = "Keep as test" }).PressAsync("Enter");
        await Assertions.Expect(page.GetByText("The draft fails 1 of 1 kept tests.")).ToBeVisibleAsync(new() { Timeout = 20_000 });
        await page.GetByLabel("Why", new() { Exact = true }).FillAsync("a mistake");
        await page.GetByRole(AriaRole.Button, new() { Name = "Publish", Exact = true }).PressAsync("Enter");
        await Assertions.Expect(page.GetByText("A kept test fails")).ToBeVisibleAsync(new() { Timeout = 20_000 });
        await Browser.ShootAsync(page, "onboarding-held-up");
        await page.GetByLabel("Why it is right all the same").FillAsync("to see it come back");
        await page.GetByRole(AriaRole.Button, new() { Name = "Publish", Exact = true }).PressAsync("Enter");
        await Assertions.Expect(page.GetByText("is in service as version 2.")).ToBeVisibleAsync(new() { Timeout = 20_000 });

        // History says why, and brings the first version back.
        await Assertions.Expect(page.GetByText("Waived: to see it come back")).ToBeVisibleAsync(new() { Timeout = 20_000 });
        await page.GetByRole(AriaRole.Button, new() { Name = "Show the difference" }).PressAsync("Enter");
        await Assertions.Expect(page.GetByRole(AriaRole.Region, new() { Name = "Difference of the two versions" })).ToContainTextAsync("convert: negate", new() { Timeout = 20_000 });
        await page.GetByRole(AriaRole.Button, new() { Name = "Go back to version 1" }).PressAsync("Enter");
        await page.GetByLabel("Why version 1 comes back").FillAsync("it was a mistake");
        await page.GetByRole(AriaRole.Button, new() { Name = "Publish version 1 anew" }).PressAsync("Enter");
        await Assertions.Expect(page.GetByText("is in service as version 3.")).ToBeVisibleAsync(new() { Timeout = 20_000 });
        await Browser.ShootAsync(page, "onboarding-history");

        // What goes out, on the order that came.
        await page.GetByLabel("Which mapping").SelectOptionAsync("mappings[0]");
        await Assertions.Expect(page.GetByRole(AriaRole.Button, new() { NameRegex = new("^NEW-1042") })).ToBeVisibleAsync(new() { Timeout = 20_000 });
        await Browser.ShootAsync(page, "onboarding-outgoing");
        Assert.Empty(await Browser.ViolationsAsync(page));
    }
}

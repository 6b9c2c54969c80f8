using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Microsoft.Playwright;

namespace ControlPlane.EndToEnd.Tests;

/// <summary>Crosswalks in a real browser: a gap of the demo is mapped with one click, an entry is added by keyboard, a half bad file is applied for its good lines.</summary>
public sealed class CrosswalkPagesTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_gap_is_mapped_an_entry_added_and_a_file_imported_and_no_page_has_a_violation()
    {
        await using var browser = await Browser.StartAsync();
        await using var product = new ProductProcess(new Dictionary<string, string> { ["ControlPlane__Sandbox__OrdersPerMinute"] = "60", ["ControlPlane__Sandbox__MarketplaceOrdersPerMinute"] = "120" });
        product.Start();
        await product.AliveAsync(Ct);
        // Another channel knows the carriers by these names already.
        await PostAsync(product, "/api/v1/crosswalks/carrier/entries", new { reason = "names of the shop", entries = new[] { Carrier("UPS Standard", "UPS"), Carrier("GLS Parcel", "GLS") } });
        using (var rules = await product.Client.PutAsJsonAsync("/api/v1/crosswalks/payment-terms", new { title = "Payment terms", approval = true, gtin = false, wildcard = false, factors = false, reason = "auditors" }, Ct))
            Assert.True(rules.IsSuccessStatusCode, await rules.Content.ReadAsStringAsync(Ct));
        await PostAsync(product, "/api/v1/crosswalks/payment-terms/entries", new { reason = "new customer", entries = new[] { new { theirs = "N30", ours = "30D" } } });
        var missed = await ProductProcess.EventuallyAsync(async () =>
        {
            using var gaps = JsonDocument.Parse(await product.Client.GetStringAsync("/api/v1/crosswalks/gaps?table=carrier", Ct));
            return gaps.RootElement.GetArrayLength() > 0 ? gaps.RootElement[0].GetProperty("code").GetString() : null;
        }, TimeSpan.FromSeconds(120), "a carrier without an entry", Ct);
        var violations = new List<string>();
        foreach (var (dark, width) in new[] { (false, 1280), (true, 1280), (false, 390), (true, 390) })
        {
            var look = await browser.OpenAsync(product.Address, width, width == 390 ? 844 : 900, dark);
            await Browser.SignInAsync(look, "admin");
            foreach (var (name, address) in new[]
                     {
                         ("crosswalks", "/crosswalks"), ("crosswalk", "/crosswalks/carrier"), ("crosswalk-empty", "/crosswalks/customer"), ("crosswalk-none", "/crosswalks/nothing"), ("crosswalk-new", "/crosswalks/uom?edit=new"),
                         ("crosswalk-gaps", "/crosswalks/carrier?view=gaps"), ("crosswalk-import", "/crosswalks/sku?view=import"), ("crosswalk-changes", "/crosswalks/payment-terms?view=changes"), ("crosswalk-rules", "/crosswalks/uom?view=rules"),
                     })
            {
                await look.GotoAsync(address);
                await look.WaitForTimeoutAsync(1200);
                violations.AddRange((await Browser.ViolationsAsync(look)).Select(v => $"{name} {(dark ? "dark" : "light")} {width}: {v}"));
                await Browser.ShootAsync(look, $"{name}-{(dark ? "dark" : "light")}-{(width == 390 ? "phone" : "desk")}");
            }

            await look.Context.CloseAsync();
        }

        Assert.True(violations.Count == 0, string.Join("\n", violations.Distinct()));
        var page = await browser.OpenAsync(product.Address);
        await Browser.SignInAsync(page, "admin");
        await page.GotoAsync("/crosswalks/carrier?view=gaps");
        await page.GetByRole(AriaRole.Button, new() { Name = $"Map {missed} to {(missed == "UPS" ? "UPS Standard" : "GLS Parcel")}" }).ClickAsync();
        await SaidAsync(page);
        await ProductProcess.EventuallyAsync(async () =>
        {
            using var answer = JsonDocument.Parse(await product.Client.GetStringAsync($"/api/v1/crosswalks/carrier/look-up?code={missed}&direction=to-theirs&connection=amazon-de", Ct));
            return answer.RootElement.GetProperty("found").GetBoolean() ? "yes" : null;
        }, TimeSpan.FromSeconds(10), "the new entry", Ct);

        await page.GotoAsync("/crosswalks/customer?edit=new");
        await page.WaitForFunctionAsync("() => document.querySelector('form.entry')?.inert === false");
        await page.GetByLabel("Their code").FillAsync("C-77");
        await page.Keyboard.PressAsync("Tab");
        await page.Keyboard.TypeAsync("10007");
        await page.GetByLabel("Why", new() { Exact = true }).FillAsync("first order");
        await page.Keyboard.PressAsync("Enter");
        await SaidAsync(page);
        await page.GetByRole(AriaRole.Link, new() { Name = "History of C-77" }).ClickAsync();
        await page.GetByRole(AriaRole.Heading, new() { Name = "History of C-77" }).WaitForAsync();
        await Browser.ShootAsync(page, "crosswalk-history");

        await page.GotoAsync("/crosswalks/sku?view=import");
        await page.WaitForFunctionAsync("() => document.querySelector('.import')?.inert === false");
        await page.GetByLabel("File", new() { Exact = true }).SetInputFilesAsync(new FilePayload { Name = "list.csv", MimeType = "text/csv", Buffer = Encoding.UTF8.GetBytes("theirs,ours\r\n4006381333931,PEN-1\r\n4006381333932,PEN-2\r\n") });
        await page.GetByText("its check digit is wrong").WaitForAsync();
        await Browser.ShootAsync(page, "crosswalk-import-diff");
        Assert.Empty(await Browser.ViolationsAsync(page));
        await page.GetByLabel("Why", new() { Exact = true }).FillAsync("list of the supplier");
        await page.GetByRole(AriaRole.Button, new() { Name = "Apply the good lines, leave 1 out" }).ClickAsync();
        await SaidAsync(page);
        await page.GotoAsync("/crosswalks/sku");
        await page.GetByText("PEN-1").WaitForAsync();
        Assert.Equal(0, await page.GetByText("PEN-2").CountAsync());
    }

    /// <summary>What the page says instead is left as a picture.</summary>
    private static async Task SaidAsync(IPage page)
    {
        try
        {
            await page.GetByText("In service as revision").First.WaitForAsync();
        }
        catch (TimeoutException)
        {
            await Browser.ShootAsync(page, "crosswalk-not-said");
            throw;
        }
    }

    private static object Carrier(string theirs, string ours) => new { theirs, ours, scope = "connection:shopify-eu" };

    private static async Task PostAsync(ProductProcess product, string path, object body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = JsonContent.Create(body) };
        request.Headers.Add("Idempotency-Key", Guid.CreateVersion7().ToString("N"));
        using var answer = await product.Client.SendAsync(request, Ct);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(Ct));
    }
}

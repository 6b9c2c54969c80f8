using Bunit;
using ControlPlane.Domain.Transactions;
using ControlPlane.Runtime.Identity;
using ControlPlane.Runtime.Persistence;
using ControlPlane.Runtime.Views;
using ControlPlane.Web.Tests.Api;
using ControlPlane.Web.Tests.Pages;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using Bar = ControlPlane.Web.Features.Views.SavedViews;

namespace ControlPlane.Web.Tests.Views;

/// <summary>The bar of saved views above a list.</summary>
public sealed class SavedViewsBarTests : PagesContext
{
    private static readonly ViewPerson Ada = new("Ada", "Ada", true), Bo = new("Bo", "Bo", true);

    public SavedViewsBarTests()
    {
        Take<ViewStore>();
        Take<ViewCounts>();
        SignIn("Bo", PortalRoles.Business);
    }

    private ViewStore Store => Product.GetRequiredService<ViewStore>();

    [Fact]
    public async Task It_shows_the_shared_ones_and_ones_own_with_what_each_shows_now()
    {
        await AddAsync([.. Enumerable.Range(1, 3).Select(i => (object)Given.Transaction("shop", $"{i}", Now.AddMinutes(-i), i == 1 ? TransactionState.Stuck : TransactionState.Closed))]);
        await Store.CreateAsync(TenantScope.Default, Ada, ViewPages.Transactions, "Stuck ones", "state=stuck", true, Ct);
        await Store.CreateAsync(TenantScope.Default, Ada, ViewPages.Transactions, "Ada's own", "state=waiting", false, Ct);
        await Store.CreateAsync(TenantScope.Default, Bo, ViewPages.Transactions, "Done", "state=closed", false, Ct);
        var bar = Show("state=closed");
        bar.WaitForAssertion(() => Assert.Equal(["Stuck ones1", "Done2"], bar.FindAll("a.view").Skip(1).Select(a => a.QuerySelector(".name")!.TextContent + a.QuerySelector(".count")!.TextContent)));
        Assert.Equal("Done", bar.Find("a[aria-current] .name").TextContent);
        Assert.Equal("/transactions?state=closed", bar.Find("a[aria-current]").GetAttribute("href"));
    }

    [Fact]
    public async Task What_is_filtered_is_saved_under_a_name_and_shared()
    {
        var bar = Show("state=stuck&party=erp");
        Button(bar, "Save as a view").Click();
        bar.Find("#view-name").Input("At the ERP");
        bar.Find("#view-shared").Change(true);
        bar.Find("form").Submit();
        bar.WaitForAssertion(() => Assert.Equal("At the ERP", bar.Find("a[aria-current] .name").TextContent));
        // The form went: its view's own button has the focus.
        bar.WaitForAssertion(() => JSInterop.Invocations.Last(i => i.Identifier.EndsWith("domWrapper.focus", StringComparison.Ordinal)).Arguments[0].ShouldBeElementReferenceTo(bar.Find("[data-key=s]")));
        Assert.True((await Store.ListAsync(TenantScope.Default, Ada, ViewPages.Transactions, Ct)).Single() is { Name: "At the ERP", Query: "state=stuck&party=erp", OwnerName: "Bo" });
        // The same filters in another order are the same view.
        bar.Render(p => p.Add(b => b.Query, "party=erp&state=stuck"));
        Assert.Equal("At the ERP", bar.Find("a[aria-current] .name").TextContent);
        // Filtered further, the view can follow.
        bar.Render(p => p.Add(b => b.Query, "party=erp&state=stuck&connection=shop"));
        Button(bar, "Update “At the ERP”").Click();
        bar.WaitForAssertion(() => Assert.Equal("At the ERP", bar.Find("a[aria-current] .name").TextContent));
    }

    [Fact]
    public async Task The_second_of_two_people_is_told_who_was_first()
    {
        var outcome = await Store.CreateAsync(TenantScope.Default, Ada, ViewPages.Transactions, "Ours", "state=stuck", true, Ct);
        var view = Assert.IsType<ViewOutcome.Done>(outcome).View;
        var bar = Show("state=stuck");
        Button(bar, "View").Click();
        await Store.ChangeAsync(TenantScope.Default, Ada, view.Id, view.Revision, new(Name: "Ours, stuck"), Ct);
        bar.Find("#view-rename").Input("Mine");
        bar.Find("form").Submit();
        bar.WaitForAssertion(() => Assert.Contains("Ada changed “Ours, stuck”", bar.Find("[role=alert]").TextContent, StringComparison.Ordinal));
        Assert.Equal("Ours, stuck", bar.Find("a[aria-current] .name").TextContent);
    }

    [Fact]
    public async Task A_deletion_can_be_undone_for_ten_seconds()
    {
        await Store.CreateAsync(TenantScope.Default, Bo, ViewPages.Transactions, "Stuck", "state=stuck", false, Ct);
        var bar = Show("state=stuck");
        Button(bar, "View").Click();
        Button(bar, "Delete").Click();
        bar.WaitForAssertion(() => Assert.Contains("Deleted “Stuck”", bar.Find(".undo").TextContent, StringComparison.Ordinal));
        Assert.Single(bar.FindAll("a.view"));
        Button(bar, "Undo").Click();
        bar.WaitForAssertion(() => Assert.Equal(2, bar.FindAll("a.view").Count));
        Assert.EndsWith("/transactions?state=stuck", Services.GetRequiredService<NavigationManager>().Uri, StringComparison.Ordinal);
        Button(bar, "View").Click();
        Button(bar, "Delete").Click();
        bar.WaitForAssertion(() => Assert.Single(bar.FindAll(".undo")));
        Clock.Advance(Bar.UndoFor);
        bar.WaitForAssertion(() => Assert.Empty(bar.FindAll(".undo")));
    }

    [Fact]
    public async Task The_default_is_marked_for_its_key()
    {
        await Store.CreateAsync(TenantScope.Default, Ada, ViewPages.Transactions, "Ours", "state=stuck", true, Ct);
        var bar = Show("state=stuck");
        Assert.Empty(bar.FindAll("[data-default-view]"));
        Button(bar, "View").Click();
        Button(bar, "Make it your default").Click();
        bar.WaitForAssertion(() => Assert.Equal("/transactions?state=stuck", bar.Find("[data-default-view]").GetAttribute("href")));
    }

    [Fact]
    public async Task Who_only_reads_keeps_views_for_himself_and_changes_no_shared_one()
    {
        await Store.CreateAsync(TenantScope.Default, Ada, ViewPages.Transactions, "Ours", "state=stuck", true, Ct);
        SignIn("Eve", PortalRoles.Executive);
        var bar = Show("state=stuck");
        Button(bar, "View").Click();
        Assert.Empty(bar.FindAll("#view-rename"));
        Assert.DoesNotContain(bar.FindAll("button"), b => b.TextContent.Contains("Delete", StringComparison.Ordinal));
        bar.Render(p => p.Add(b => b.Query, "state=waiting"));
        Button(bar, "Save as a view").Click();
        Assert.Empty(bar.FindAll("#view-shared"));
    }

    private IRenderedComponent<Bar> Show(string query) => Render<Bar>(p => p.Add(b => b.Page, ViewPages.Transactions).Add(b => b.Path, "/transactions").Add(b => b.Query, query));

    private static AngleSharp.Dom.IElement Button(IRenderedComponent<Bar> bar, string text) => bar.FindAll("button").First(b => b.TextContent.Contains(text, StringComparison.Ordinal));
}

using Bunit;
using ControlPlane.Domain.Objectives;
using ControlPlane.Runtime.Objectives;
using ControlPlane.Web.Features.Objectives;
using ControlPlane.Web.Tests.Controls;
using Microsoft.Extensions.DependencyInjection;

namespace ControlPlane.Web.Tests.Objectives;

/// <summary>Parts of an objective's page by themselves: what if, the budget's curve, what a figure counts.</summary>
public sealed class ObjectivePartsTests : ControlsContext
{
    public ObjectivePartsTests()
    {
        Services.AddLogging();
        // Nothing is computed here: the box only needs that it is there.
        Services.AddSingleton(new ObjectiveStandings(null!, null!, Clock));
        SetRendererInfo(new("Server", true));
    }

    [Fact]
    public void What_if_begins_at_the_target_of_the_version_that_holds_and_keeps_what_is_chosen_while_it_does()
    {
        var box = Render<WhatIfBox>(p => p.Add(b => b.Published, Version(1, 0.99m, 10)).Add(b => b.Scope, ObjectiveScope.All));
        Assert.Equal("99 %", box.Find("output").TextContent);
        box.Find("#what-target").Input("0");
        Assert.Equal("90 %", box.Find("output").TextContent);
        box.Render(p => p.Add(b => b.Published, Version(1, 0.99m, 10)));
        Assert.Equal("90 %", box.Find("output").TextContent);
        box.Render(p => p.Add(b => b.Published, Version(2, 0.96m, 5)));
        Assert.Equal(("96 %", "5m"), (box.Find("output").TextContent, box.Find("#what-within").GetAttribute("value")));
    }

    [Fact]
    public void A_budgets_curve_says_where_it_really_ends_and_where_it_is_cut_off()
    {
        var cut = Chart(-7.32m);
        Assert.Contains("It ends at −732 % of the budget; cut off at −500 %", cut.Find("figcaption").TextContent, StringComparison.Ordinal);
        Assert.Equal(["100 %", "0 %", "−500 %"], cut.FindAll(".mark").Select(m => m.TextContent));
        var shown = Chart(-0.3m);
        Assert.Contains("It ends at −30 % of the budget", shown.Find("figcaption").TextContent, StringComparison.Ordinal);
        Assert.DoesNotContain("cut off", shown.Markup, StringComparison.Ordinal);
        var inside = Chart(0.43m);
        Assert.Contains("It ends at 43 % of the budget", inside.Find("figcaption").TextContent, StringComparison.Ordinal);
        Assert.Equal(["100 %", "0 %"], inside.FindAll(".mark").Select(m => m.TextContent));
    }

    [Fact]
    public void A_figure_names_its_basis_with_the_instant_where_there_is_one()
    {
        Assert.EndsWith("the budget page counts what can be judged, until 14:30:00.", Note(Now.AddMinutes(-10)).Find("span").TextContent, StringComparison.Ordinal);
        Assert.EndsWith("the budget page counts what can be judged.", Note(null).Find("span").TextContent, StringComparison.Ordinal);
    }

    private IRenderedComponent<BurnDownChart> Chart(decimal end)
    {
        IReadOnlyList<BurnDownPoint> line = [new(Now.AddDays(-2), 1), new(Now, end)];
        return Render<BurnDownChart>(p => p.Add(c => c.From, Now.AddDays(-2)).Add(c => c.To, Now).Add(c => c.Line, line));
    }

    private IRenderedComponent<BasisNote> Note(DateTimeOffset? judged) => Render<BasisNote>(p => p.Add(n => n.JudgedUpTo, judged));

    private static PublishedObjective Version(int version, decimal target, int minutes) => new(
        new() { Name = "orders", Indicator = "order-ingestion", Target = target, Window = new RollingWindow(TimeSpan.FromDays(30)) },
        new() { Name = "order-ingestion", Kind = "order", From = new(null), To = new(null), Within = TimeSpan.FromMinutes(minutes) }, version, ObjectiveScope.All, null, null, null, BudgetPolicy.Default, Now, "Kim");
}

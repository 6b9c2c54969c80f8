using System.Data.Common;
using Bunit;
using ControlPlane.Web.Controls;
using Microsoft.AspNetCore.Components;

namespace ControlPlane.Web.Tests.Controls;

public sealed class FourStatesTests : ControlsContext
{
    private readonly List<Exception> _reported = [];

    [Fact]
    public void While_it_loads_it_shows_grey_rows_that_appear_late_and_says_so_to_screen_readers()
    {
        var panel = RenderPanel(new Loadable<List<string>>(Clock));
        Assert.Equal("true", panel.Find(".cp-skeleton").GetAttribute("aria-hidden"));
        Assert.Equal("Loading", panel.Find("[role=status]").TextContent);
    }

    [Fact]
    public async Task Loaded_data_is_shown_with_its_time()
    {
        var source = await LoadAsync(["a", "b"]);
        Assert.Equal(2, RenderPanel(source).FindAll("li").Count);
        Assert.Equal(Now, source.LoadedAt);
    }

    [Fact]
    public async Task Nothing_to_show_is_a_state_of_its_own()
    {
        var panel = RenderPanel(await LoadAsync([]));
        Assert.Equal("No orders yet", panel.Find(".cp-state-title").TextContent);
        Assert.Empty(panel.FindAll("ul"));
    }

    [Fact]
    public async Task A_failure_says_what_happened_and_what_to_do_but_not_the_exceptions_text()
    {
        var source = new Loadable<List<string>>(Clock);
        await source.LoadAsync(_ => throw new InvalidOperationException("secret of the database"), _reported.Add, TestContext.Current.CancellationToken);
        var retried = false;
        var panel = RenderPanel(source, () => retried = true);
        Assert.Equal("alert", panel.Find(".cp-problem").GetAttribute("role"));
        Assert.Contains("defect in ControlPlane", panel.Markup);
        Assert.DoesNotContain("secret", panel.Markup);
        Assert.Single(_reported);
        panel.Find("button").Click();
        Assert.True(retried);
    }

    [Fact]
    public async Task A_failed_reload_keeps_the_old_data_and_says_that_it_is_old()
    {
        var source = await LoadAsync(["a"]);
        Clock.Advance(TimeSpan.FromMinutes(1));
        await source.LoadAsync(_ => throw new Broken(), _reported.Add, TestContext.Current.CancellationToken);
        var panel = RenderPanel(source);
        Assert.Single(panel.FindAll("li"));
        Assert.Contains("The database did not answer. What you see is from before.", panel.Find(".cp-problem-what").TextContent);
        Assert.Equal(Now, source.LoadedAt);
    }

    [Fact]
    public async Task A_reload_that_works_again_clears_the_problem()
    {
        var source = new Loadable<List<string>>(Clock);
        await source.LoadAsync(_ => throw new Broken(), _reported.Add, TestContext.Current.CancellationToken);
        await source.LoadAsync(_ => Task.FromResult(new List<string> { "a" }), _reported.Add, TestContext.Current.CancellationToken);
        Assert.Null(source.Problem);
        Assert.False(source.Loading);
    }

    private async Task<Loadable<List<string>>> LoadAsync(List<string> items)
    {
        var source = new Loadable<List<string>>(Clock);
        await source.LoadAsync(_ => Task.FromResult(items), _reported.Add, TestContext.Current.CancellationToken);
        return source;
    }

    private IRenderedComponent<FourStates<List<string>>> RenderPanel(Loadable<List<string>> source, Action? retry = null) => Render<FourStates<List<string>>>(p => p
        .Add(f => f.Source, source)
        .Add(f => f.IsEmpty, l => l.Count == 0)
        .Add(f => f.Empty, (RenderFragment)(b =>
        {
            b.OpenComponent<EmptyState>(0);
            b.AddAttribute(1, nameof(EmptyState.Title), "No orders yet");
            b.CloseComponent();
        }))
        .Add(f => f.ChildContent, items => $"<ul>{string.Concat(items.Select(i => $"<li>{i}</li>"))}</ul>")
        .Add(f => f.Retry, retry ?? (() => { })));

    private sealed class Broken : DbException;
}

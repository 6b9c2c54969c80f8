using Bunit;
using ControlPlane.Web.Shell;
using ControlPlane.Web.Tests.Controls;
using Microsoft.AspNetCore.Http;

namespace ControlPlane.Web.Tests.Shell;

/// <summary>The list of keys is on every page; that its keys work, and are changed, is tried in a browser.</summary>
public sealed class KeyListTests : ControlsContext
{
    [Fact]
    public void It_lists_every_key_and_can_switch_the_single_ones_off()
    {
        var list = Render<KeyList>();
        Assert.Equal("cp-keys-title", list.Find("dialog").GetAttribute("aria-labelledby"));
        Assert.Equal(
            ["Ctrl", "K", "/", "j", "k", "Enter", "v", "s", "e", "u", "?", "1", "8", "c", "a", "n", "f", "r", "h", "d", "x", "Esc"], list.FindAll("dt kbd").Select(k => k.TextContent));
        Assert.Equal("checkbox", list.Find("label [data-single-keys]").GetAttribute("type"));
        // What leads back to the list, and what every page of the web has, cannot be given away.
        Assert.Equal(PortalKeys.Changeable.Order(StringComparer.Ordinal), list.FindAll("[data-rekey]").Select(b => b.GetAttribute("data-rekey")!).Order(StringComparer.Ordinal));
        Assert.DoesNotContain("?", PortalKeys.Changeable);
    }

    [Fact]
    public void It_shows_the_keys_that_this_browser_chose()
    {
        var list = Render<KeyList>(p => p.AddCascadingValue(ViewerChoices.Default with { Keys = "c.g~j.m" }));
        Assert.Equal("g", list.Find("kbd[data-shows=c]").TextContent);
        Assert.Equal("m", list.Find("kbd[data-shows=j]").TextContent);
        Assert.Equal("k", list.Find("kbd[data-shows=k]").TextContent);
    }

    [Theory]
    [InlineData("c.g~j.m", "c.g~j.m")]
    [InlineData("c.j~j.c", "c.j~j.c")] // Two that changed places.
    [InlineData("c.j", "")] // Taken: nothing of it holds.
    [InlineData("c.G~?.q~c.gg~<b>", "")]
    [InlineData("c.g~?.q", "c.g")]
    public void A_choice_that_would_give_two_actions_one_key_does_not_hold(string cookie, string keys)
    {
        var http = new DefaultHttpContext();
        http.Request.Headers.Cookie = "cp-keys=" + Uri.EscapeDataString(cookie);
        Assert.Equal(keys, ViewerChoices.From(http.Request.Cookies).Keys);
    }
}

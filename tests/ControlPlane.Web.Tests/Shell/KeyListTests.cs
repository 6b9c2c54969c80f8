using Bunit;
using ControlPlane.Web.Shell;
using ControlPlane.Web.Tests.Controls;

namespace ControlPlane.Web.Tests.Shell;

/// <summary>The list of keys is on every page; that its keys work is tried in a browser.</summary>
public sealed class KeyListTests : ControlsContext
{
    [Fact]
    public void It_lists_every_key_and_can_switch_the_single_ones_off()
    {
        var list = Render<KeyList>();
        Assert.Equal("cp-keys-title", list.Find("dialog").GetAttribute("aria-labelledby"));
        Assert.Equal(["Ctrl", "K", "/", "j", "k", "Enter", "v", "?", "c", "a", "f", "r", "h", "x", "e", "Esc"], list.FindAll("dt kbd").Select(k => k.TextContent));
        Assert.Equal("checkbox", list.Find("label [data-single-keys]").GetAttribute("type"));
    }
}

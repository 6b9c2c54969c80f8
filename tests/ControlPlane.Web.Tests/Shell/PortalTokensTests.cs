using System.Globalization;
using ControlPlane.Web.Shell;

namespace ControlPlane.Web.Tests.Shell;

/// <summary>The contrast that WCAG 2.2 asks for, computed, so that nobody has to see it go wrong first.</summary>
public sealed class PortalTokensTests
{
    public static TheoryData<string, string, double> Pairs
    {
        get
        {
            var pairs = new TheoryData<string, string, double>();
            foreach (var tone in new[] { "done", "waiting", "stuck", "info", "unknown", "neutral", "primary" })
            {
                pairs.Add(tone, tone + "-soft", 4.5);
                pairs.Add("text", tone + "-soft", 4.5);
                pairs.Add("text-2", tone + "-soft", 4.5);
                pairs.Add(tone, "card", 4.5);
                pairs.Add(tone, "page", 4.5);
            }

            foreach (var text in new[] { "text", "text-2", "channel", "controlplane", "erp", "wms", "carrier" })
            {
                pairs.Add(text, "card", 4.5);
                pairs.Add(text, "page", 4.5);
            }

            foreach (var filled in new[] { "primary", "done", "waiting", "stuck", "info", "unknown", "channel" })
                pairs.Add("on-primary", filled, 4.5);
            pairs.Add("input-border", "card", 3);
            pairs.Add("input-border", "page", 3);
            return pairs;
        }
    }

    [Theory]
    [MemberData(nameof(Pairs))]
    public void A_pair_of_colours_can_be_read_in_both_themes(string front, string back, double atLeast)
    {
        var (a, b) = (Token(front), Token(back));
        Assert.True(Contrast(a.Light, b.Light) >= atLeast, $"light: {front} on {back} is {Contrast(a.Light, b.Light):0.00}");
        Assert.True(Contrast(a.Dark, b.Dark) >= atLeast, $"dark: {front} on {back} is {Contrast(a.Dark, b.Dark):0.00}");
    }

    private static PortalToken Token(string name) => PortalTokens.All.Single(t => t.Name == name);

    /// <summary>WCAG 2.2, "contrast ratio" and "relative luminance".</summary>
    private static double Contrast(string a, string b)
    {
        var (x, y) = (Luminance(a), Luminance(b));
        return (Math.Max(x, y) + 0.05) / (Math.Min(x, y) + 0.05);
    }

    private static double Luminance(string hex)
    {
        double Channel(int at)
        {
            var c = int.Parse(hex.AsSpan(at, 2), NumberStyles.HexNumber, CultureInfo.InvariantCulture) / 255.0;
            return c <= 0.04045 ? c / 12.92 : Math.Pow((c + 0.055) / 1.055, 2.4);
        }

        return 0.2126 * Channel(1) + 0.7152 * Channel(3) + 0.0722 * Channel(5);
    }
}

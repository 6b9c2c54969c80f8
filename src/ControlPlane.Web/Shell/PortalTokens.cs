namespace ControlPlane.Web.Shell;

/// <param name="Name">Used as the CSS variable <c>--cp-NAME</c>.</param>
public sealed record PortalToken(string Name, string Light, string Dark);

/// <summary>
/// The colours of the portal, once, for light and dark. Every text colour has at least 4.5 : 1 on page, card and its own
/// soft background; every border of an input at least 3 : 1 (WCAG 2.2, 1.4.3 and 1.4.11). A test computes it.
/// </summary>
public static class PortalTokens
{
    public static readonly PortalToken Page = new("page", "#F6F7F9", "#10141A");
    public static readonly PortalToken Card = new("card", "#FFFFFF", "#171C24");
    public static readonly PortalToken Text = new("text", "#18202C", "#E7EBF3");
    public static readonly PortalToken TextSecondary = new("text-2", "#556072", "#A5B0C2");
    public static readonly PortalToken Primary = new("primary", "#2F5BD7", "#8FB1FF");
    public static readonly PortalToken PrimarySoft = new("primary-soft", "#E9EEFC", "#1B2744");
    public static readonly PortalToken OnPrimary = new("on-primary", "#FFFFFF", "#10141A");

    public static readonly PortalToken Done = new("done", "#1A7A4C", "#6FD6A4");
    public static readonly PortalToken DoneSoft = new("done-soft", "#E6F4EC", "#143527");
    public static readonly PortalToken Waiting = new("waiting", "#8A5A00", "#F2C45F");
    public static readonly PortalToken WaitingSoft = new("waiting-soft", "#FFF3D6", "#3A2C0B");
    public static readonly PortalToken Stuck = new("stuck", "#B42318", "#FF9C92");
    public static readonly PortalToken StuckSoft = new("stuck-soft", "#FDE9E7", "#431A16");
    public static readonly PortalToken Info = new("info", "#0B6A94", "#7CCBEF");
    public static readonly PortalToken InfoSoft = new("info-soft", "#E3F2F9", "#12303F");
    public static readonly PortalToken Unknown = new("unknown", "#6B4FA0", "#C3A8F5");
    public static readonly PortalToken UnknownSoft = new("unknown-soft", "#EFE9FA", "#2C2244");
    public static readonly PortalToken Neutral = new("neutral", "#556072", "#A5B0C2");
    public static readonly PortalToken NeutralSoft = new("neutral-soft", "#EEF1F5", "#232A35");

    public static readonly PortalToken Channel = new("channel", "#7A3FB2", "#D0A6F7");
    public static readonly PortalToken ControlPlane = new("controlplane", "#2F5BD7", "#8FB1FF");
    public static readonly PortalToken Erp = new("erp", "#0F766E", "#5FD3C6");
    public static readonly PortalToken Wms = new("wms", "#9A4F0B", "#F0A867");
    public static readonly PortalToken Carrier = new("carrier", "#5B6472", "#B3BDCC");

    /// <summary>Borders of cards and lines in tables: decoration, so no contrast is asked of it.</summary>
    public static readonly PortalToken Border = new("border", "#DDE2EA", "#2B3341");

    /// <summary>Borders that show where an input is: 3 : 1.</summary>
    public static readonly PortalToken InputBorder = new("input-border", "#7C8798", "#6F7B90");

    public static readonly IReadOnlyList<PortalToken> All =
    [
        Page, Card, Text, TextSecondary, Primary, PrimarySoft, OnPrimary, Done, DoneSoft, Waiting, WaitingSoft, Stuck, StuckSoft, Info, InfoSoft,
        Unknown, UnknownSoft, Neutral, NeutralSoft, Channel, ControlPlane, Erp, Wms, Carrier, Border, InputBorder,
    ];
}

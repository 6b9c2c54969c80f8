namespace ControlPlane.Web.Shell;

/// <summary>
/// What this browser chose, read from its cookies once per page load and handed to the circuit: a circuit has no request
/// of its own to read cookies from.
/// </summary>
/// <param name="Theme"><c>light</c>, <c>dark</c> or <c>system</c>.</param>
/// <param name="Utc">True shows times in UTC instead of the browser's zone.</param>
/// <param name="BrowserZone">IANA name as the browser says; null before its script has run once.</param>
/// <param name="RailCollapsed">True shows the left rail as icons.</param>
public sealed record ViewerChoices(string Theme, bool Utc, string? BrowserZone, bool RailCollapsed)
{
    /// <summary>Keys that were chosen in place of the portal's own, as <see cref="PortalKeys.Shown"/> takes them; empty = none.</summary>
    public string Keys { get; init; } = "";

    public static readonly ViewerChoices Default = new("system", false, null, false);

    // The names are also in wwwroot/portal.js, wwwroot/keys.js and wwwroot/theme.js.
    public const string ThemeCookie = "cp-theme";
    public const string ZoneCookie = "cp-zone";
    public const string BrowserZoneCookie = "cp-browser-zone";
    public const string RailCookie = "cp-rail";
    public const string KeysCookie = "cp-keys";

    public static ViewerChoices From(IRequestCookieCollection cookies) => new(
        cookies[ThemeCookie] is "light" or "dark" ? cookies[ThemeCookie]! : "system",
        cookies[ZoneCookie] == "utc",
        cookies[BrowserZoneCookie] is { Length: > 0 and <= 64 } zone ? Uri.UnescapeDataString(zone) : null,
        cookies[RailCookie] == "icons") { Keys = PortalKeys.Read(cookies[KeysCookie]) };
}

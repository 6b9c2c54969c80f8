namespace ControlPlane.Web.Shell;

/// <summary>A key without Ctrl, and what it does.</summary>
/// <param name="Key">As it is unless somebody chose another; the name of its <c>data-key</c>.</param>
/// <param name="Fixed">True where no other can be chosen: then nobody is locked out of the list of keys.</param>
public sealed record PortalKey(string Key, string Does, bool Fixed = false);

/// <summary>The keys of the portal, and what a browser chose in their place. The choice is in a cookie: <c>c.g~x.m</c>.</summary>
public static class PortalKeys
{
    public static readonly IReadOnlyList<PortalKey> Everywhere =
    [
        new("/", "Search in the list"),
        new("j", "Next row"),
        new("k", "Previous row"),
        new("Enter", "Open the row", Fixed: true),
        new("v", "Your default view of the list"),
        new("s", "Save what the filters show as a view, or change the view"),
        new("e", "Export the list, or what is selected on it"),
        new("u", "Undo what was just done, while it is offered"),
        new("?", "This list", Fixed: true),
    ];

    public static readonly IReadOnlyList<PortalKey> OfAnOrder =
    [
        new("c", "Claim the open order"),
        new("a", "Assign it, or hand it over"),
        new("n", "Write a comment"),
        new("f", "Go to the field to fix"),
        new("r", "Retry it"),
        new("h", "Hold it, or wake it"),
        new("d", "Discard it"),
        new("x", "Select the row"),
        new("Esc", "Close the panel", Fixed: true),
    ];

    public static readonly IReadOnlySet<string> Changeable = Everywhere.Concat(OfAnOrder).Where(k => !k.Fixed).Select(k => k.Key).ToHashSet(StringComparer.Ordinal);

    /// <summary>What is pressed for it in this browser.</summary>
    /// <param name="chosen"><see cref="ViewerChoices.Keys"/>.</param>
    public static string Shown(string chosen, string key) =>
        chosen.Split('~').FirstOrDefault(c => c.StartsWith(key + ".", StringComparison.Ordinal)) is { } one ? one[(key.Length + 1)..] : key;

    /// <summary>What of a cookie holds. All of it is left out when two actions would have one key: half a choice is nobody's.</summary>
    public static string Read(string? cookie)
    {
        if (cookie is not { Length: > 0 and <= 200 })
            return "";
        var chosen = Uri.UnescapeDataString(cookie).Split('~').Where(IsChoice).Distinct(StringComparer.Ordinal).ToList();
        var text = string.Join('~', chosen);
        return Changeable.Select(k => Shown(text, k)).Distinct(StringComparer.Ordinal).Count() == Changeable.Count ? text : "";
    }

    private static bool IsChoice(string one) => one is [var key, '.', var pressed] && Changeable.Contains(key.ToString()) && (char.IsAsciiLetterLower(pressed) || pressed == '/');
}

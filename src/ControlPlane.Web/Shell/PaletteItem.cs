using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Transactions;
using ControlPlane.Runtime.Transactions;
using ControlPlane.Web.Controls;
using MudBlazor;

namespace ControlPlane.Web.Shell;

/// <summary>What choosing an item of the command palette does.</summary>
public abstract record PaletteAct
{
    public sealed record Go(string Href, bool NewTab = false) : PaletteAct;

    public sealed record SetTheme(string Choice) : PaletteAct;

    public sealed record SetZone(bool Utc) : PaletteAct;

    public sealed record SignOut : PaletteAct;
}

/// <param name="Group">Heading under which it is listed.</param>
/// <param name="Detail">Beside the title, quieter.</param>
public sealed record PaletteItem(string Group, string Title, string Detail, string Icon, PaletteAct Act);

/// <summary>A connection as the palette needs it.</summary>
public sealed record PaletteConnection(string Key, string DisplayName, SystemRole Role);

/// <summary>Which items fit what was typed. Pure.</summary>
public static class PaletteItems
{
    public const string Transactions = "Transactions";
    public const string Pages = "Pages";
    public const string Connections = "Connections";
    public const string Actions = "Actions";

    private static readonly IReadOnlyList<PaletteItem> AllActions =
    [
        new(Actions, "Light colours", "theme", Icons.Material.Outlined.LightMode, new PaletteAct.SetTheme("light")),
        new(Actions, "Dark colours", "theme", Icons.Material.Outlined.DarkMode, new PaletteAct.SetTheme("dark")),
        new(Actions, "Colours as the system", "theme", Icons.Material.Outlined.Computer, new PaletteAct.SetTheme("system")),
        new(Actions, "Times in UTC", "time zone", Icons.Material.Outlined.Public, new PaletteAct.SetZone(true)),
        new(Actions, "Times in local time", "time zone", Icons.Material.Outlined.Schedule, new PaletteAct.SetZone(false)),
        new(Actions, "Sign out", "log out, leave", Icons.Material.Outlined.Logout, new PaletteAct.SignOut()),
    ];

    /// <summary>Transactions first: a pasted number is what people come with.</summary>
    public static IReadOnlyList<PaletteItem> Find(
        string text, IReadOnlyList<NavGroup> pages, IReadOnlyList<PaletteConnection> connections, IReadOnlyList<SearchHit> hits)
    {
        var items = new List<PaletteItem>();
        items.AddRange(hits.Select(Of));
        items.AddRange(pages.SelectMany(g => g.Entries)
            .Where(e => Fits(text, e.Title, e.Words))
            .Select(e => new PaletteItem(Pages, e.Title, e.External ? "opens in a new tab" : "", e.Icon, new PaletteAct.Go(e.Href, e.External))));
        if (text.Length > 0)
        {
            items.AddRange(connections.Where(c => Fits(text, c.DisplayName, c.Key, PartyPresentation.Word(c.Role))).Take(6)
                .Select(c => new PaletteItem(Connections, c.DisplayName, PartyPresentation.Word(c.Role), PartyPresentation.Icon(c.Role), new PaletteAct.Go(PageUrls.Connections + "#" + c.Key))));
        }

        items.AddRange(AllActions.Where(a => Fits(text, a.Title, a.Detail)));
        return items;
    }

    private static PaletteItem Of(SearchHit hit)
    {
        var found = hit.MatchedKind == IdentifierKinds.OrderNumber ? "" : $"{hit.MatchedKind.Replace('-', ' ')} {hit.MatchedValue} · ";
        return new(Transactions, hit.Number, $"{found}{hit.Connection} · {StatusPresentation.Of(hit.State).Word.ToLowerInvariant()}",
            StatusPresentation.Of(hit.State).Icon, new PaletteAct.Go(PageUrls.Transaction(hit.TransactionId)));
    }

    /// <summary>Every typed word is the beginning of a word of one of the texts.</summary>
    private static bool Fits(string text, params string[] texts)
    {
        var words = texts.SelectMany(t => t.Split([' ', '-', ',', '&'], StringSplitOptions.RemoveEmptyEntries)).ToList();
        return text.Split(' ', StringSplitOptions.RemoveEmptyEntries)
            .All(typed => words.Any(w => w.StartsWith(typed, StringComparison.OrdinalIgnoreCase)));
    }
}

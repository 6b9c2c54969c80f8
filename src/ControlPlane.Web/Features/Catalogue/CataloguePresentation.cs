using Connectors.Catalog.Starts;
using ControlPlane.Domain.Connections;
using ControlPlane.Runtime.Connections;
using ControlPlane.Web.Controls;
using MudBlazor;

namespace ControlPlane.Web.Features.Catalogue;

/// <summary>How connectors and their trials are told to people.</summary>
public static class CataloguePresentation
{
    public static string Receives(CatalogueEntry entry) => (entry.Webhooks, entry.Feeds.Count > 0) switch
    {
        (true, true) => "webhooks, and asks for changes",
        (true, false) => "webhooks",
        (false, true) => "asking for changes",
        _ => "nothing",
    };

    public static string Does(CatalogueEntry entry) => entry.Manifest.Operations.Count == 0 ? "what its connection describes" : string.Join(", ", entry.Manifest.Operations.Select(o => o.Title.ToLowerInvariant()));

    public static (string Word, string Icon, Tone Tone) Look(ProbeStep step) => step.Ok switch
    {
        true => ("Works", Icons.Material.Outlined.CheckCircle, Tone.Done),
        false => ("Does not work", Icons.Material.Outlined.ErrorOutline, Tone.Stuck),
        _ => ("Not tried", Icons.Material.Outlined.HelpOutline, Tone.Neutral),
    };

    public static string Opens(StartingPoint start) => start.Opens switch
    {
        StartOpens.Import => "a page that reads it and lets you choose its operations",
        StartOpens.Broker => "the workbench with a template, then the form of a connection to the broker",
        _ => "the workbench with a template and a message, then the form of a connection",
    };

    /// <summary>Whether every word of a search stands in what is said of a connector, in any case.</summary>
    public static bool Fits(CatalogueEntry entry, string search)
    {
        var text = $"{entry.Manifest.Name} {entry.Manifest.Title} {entry.Manifest.Description} {string.Join(' ', entry.Manifest.Roles.Select(r => r.Word()))}";
        return search.Split(' ', StringSplitOptions.RemoveEmptyEntries).All(word => text.Contains(word, StringComparison.OrdinalIgnoreCase));
    }

    public static string Counted(int count, string what) => count == 1 ? $"1 {what}" : $"{MoneyFormat.Count(count)} {what}s";
}

using System.Globalization;
using Connectors.Catalog.Starts;
using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Effects;
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

    /// <summary>What a repeat of an operation does: why a lost answer is no danger, or how it is dealt with.</summary>
    public static string Repeat(OperationDescriptor operation) => operation.Write switch
    {
        WriteKind.Read => "reads only",
        WriteKind.Keyed => "does nothing: the system knows the key (keyed)",
        WriteKind.Upsert => "changes nothing: the system knows the document (upsert)",
        _ when operation.CanLookUp => "would make a second one: a lost answer is looked up (blind)",
        _ => "would make a second one, and cannot be looked up (blind)",
    };

    /// <summary>The limit that an operation keeps to, as its connector declares it.</summary>
    public static string Limit(RateBudget? budget) => budget is null ? "none declared"
        : budget.PerSecond >= 1 ? string.Create(CultureInfo.InvariantCulture, $"{budget.PerSecond:0.##} a second, {budget.Burst:0.##} at once{Pool(budget)}")
        : string.Create(CultureInfo.InvariantCulture, $"{budget.PerSecond * 60:0.##} a minute, {budget.Burst:0.##} at once{Pool(budget)}");

    private static string Pool(RateBudget budget) => budget.Pool is { } pool ? $", shared as “{pool}”" : "";

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

    /// <summary>Labels of the form of a connection, by the names that its document has for them.</summary>
    private static readonly (string Name, string Label)[] Labels =
    [
        ("key", "Key"), ("connector", "Connector"), ("role", "What it is to you"), ("displayName", "Name"), ("baseAddress", "Address"), ("owner", "Who is asked when it fails"), ("pollEvery", "Ask for changes every"),
    ];

    /// <summary>A problem of a connection as the form has it: with the label in place of the name that machines know.</summary>
    public static string Problem(string problem)
    {
        var end = problem.IndexOf(": ", StringComparison.Ordinal);
        if (end <= 0)
            return problem;
        var name = problem[..end];
        name = name.StartsWith("spec.", StringComparison.Ordinal) ? name["spec.".Length..] : name;
        if (Array.Find(Labels, l => l.Name == name) is { Label: { } label })
            return $"{label}: {problem[(end + 2)..]}";
        // Settings and secrets are labelled by their own names.
        var own = name.StartsWith("settings.", StringComparison.Ordinal) || name.StartsWith("secrets.", StringComparison.Ordinal);
        return own ? $"{name[(name.IndexOf('.', StringComparison.Ordinal) + 1)..]}: {problem[(end + 2)..]}" : problem;
    }

    public static string Counted(int count, string what) => count == 1 ? $"1 {what}" : $"{MoneyFormat.Count(count)} {what}s";
}

using System.Globalization;
using System.Security.Claims;
using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Crosswalks;
using ControlPlane.Runtime.Connections;
using ControlPlane.Runtime.Crosswalks;
using ControlPlane.Runtime.Identity;
using ControlPlane.Web.Controls;
using MudBlazor;

namespace ControlPlane.Web.Features.Crosswalks;

/// <summary>How crosswalks and their changes are told to people.</summary>
public static class CrosswalksPresentation
{
    public static string Answer(CrosswalkList list)
    {
        var (entries, gaps, proposed) = (list.Tables.Sum(t => t.Entries), list.Tables.Sum(t => t.Gaps), list.Tables.Sum(t => t.Proposed));
        return $"{Many(entries, "entry", "entries")} in {Many(list.Tables.Count, "crosswalk")}. "
            + (gaps == 0 ? "Every code that came lately has one." : $"{Many(gaps, "code")} that came lately {(gaps == 1 ? "has" : "have")} none.")
            + (proposed == 0 ? "" : $" {Many(proposed, "change")} {(proposed == 1 ? "waits" : "wait")} for a second person.");
    }

    public static string Answer(CrosswalkStanding table) =>
        (table.Entries == 0 ? "No entries in force." : $"{Many(table.Entries, "entry", "entries")} in force{(table.NeverHit == 0 ? "." : $", {MoneyFormat.Count(table.NeverHit)} of them never used.")}")
        + (table.Gaps == 0 ? "" : $" {Many(table.Gaps, "code")} that came lately {(table.Gaps == 1 ? "has" : "have")} none.");

    public static string Said(CrosswalkOutcome outcome) => outcome switch
    {
        CrosswalkOutcome.Applied { Plan.Steps.Count: 0 } => "Saved.",
        CrosswalkOutcome.Applied a => $"In service as revision {a.Revision.ToString(CultureInfo.InvariantCulture)}: {Counts(a.Plan)}.",
        CrosswalkOutcome.Proposed { Plan.Steps.Count: 0 } => "Proposed: other rules. They count when somebody else approves them; until then changes need a second person.",
        CrosswalkOutcome.Proposed p => $"Proposed: {Counts(p.Plan)}. It takes effect when somebody else approves it.",
        CrosswalkOutcome.Unchanged { Plan.Steps.Count: 0 } => "Dropped. Nothing was changed.",
        CrosswalkOutcome.Unchanged => "It says so already; nothing was changed.",
        CrosswalkOutcome.Refused r => r.Plan.Steps.First(s => s.Change == CrosswalkChange.Refused) is var first && r.Plan.Count(CrosswalkChange.Refused) == 1
            ? $"Not done. {first.Problems[0].Message}" : $"Not done: {Many(r.Plan.Count(CrosswalkChange.Refused), "entry", "entries")} are refused. {first.Problems[0].Message}",
        CrosswalkOutcome.NotPossible n => n.Message,
        _ => "",
    };

    /// <summary>Rules that wait for a second person, against those in force.</summary>
    public static string Rules(CrosswalkTable rules) =>
        $"The rules: changes {(rules.Approval ? "need" : "no longer need")} a second person; check digits of GTINs {(rules.Gtin ? "are checked" : "are not checked")}; * {(rules.Wildcard ? "may" : "may not")} stand for all other codes; entries have {(rules.Factors ? "factors" : "no factors")}.";

    public static string Counts(CrosswalkPlan plan)
    {
        var parts = new[] { CrosswalkChange.Added, CrosswalkChange.Changed, CrosswalkChange.Retired, CrosswalkChange.Unchanged, CrosswalkChange.Refused }
            .Select(c => (Count: plan.Count(c), Word: Look(c).Word.ToLowerInvariant())).Where(p => p.Count > 0).Select(p => $"{MoneyFormat.Count(p.Count)} {p.Word}").ToList();
        return parts.Count == 0 ? "nothing" : string.Join(", ", parts);
    }

    public static (string Word, string Icon, Tone Tone) Look(CrosswalkChange change) => change switch
    {
        CrosswalkChange.Added => ("Added", Icons.Material.Outlined.AddCircleOutline, Tone.Done),
        CrosswalkChange.Changed => ("Changed", Icons.Material.Outlined.ChangeCircle, Tone.Info),
        CrosswalkChange.Retired => ("Retired", Icons.Material.Outlined.RemoveCircleOutline, Tone.Waiting),
        CrosswalkChange.Unchanged => ("Unchanged", Icons.Material.Outlined.CheckCircle, Tone.Neutral),
        _ => ("Refused", Icons.Material.Outlined.ErrorOutline, Tone.Stuck),
    };

    public static string Direction(CrosswalkDirections directions) => directions switch
    {
        CrosswalkDirections.ToOurs => "their code to ours",
        CrosswalkDirections.ToTheirs => "our code to theirs",
        _ => "both ways",
    };

    public static string Scope(CrosswalkScope scope, IConnectionRegistry connections) => scope.Level switch
    {
        CrosswalkLevel.Role => $"every {scope.Key.Replace('-', ' ')}",
        CrosswalkLevel.Connector => $"all of {scope.Key}",
        CrosswalkLevel.Connection => connections.Find(scope.Key)?.DisplayName ?? scope.Key,
        _ => "everywhere",
    };

    /// <summary>What can be chosen: everywhere, then kinds, connectors and connections that there are.</summary>
    public static IReadOnlyList<(CrosswalkScope Scope, string Word)> Scopes(IConnectionRegistry connections, CrosswalkScope? also = null)
    {
        var all = connections.All;
        var scopes = new List<CrosswalkScope> { CrosswalkScope.Global };
        scopes.AddRange(all.Select(c => c.Role).Distinct().Order().Select(CrosswalkScope.Of));
        scopes.AddRange(all.Select(c => c.Connector).Distinct().Order(StringComparer.Ordinal).Select(CrosswalkScope.OfConnector));
        scopes.AddRange(all.OrderBy(c => c.DisplayName, StringComparer.Ordinal).Select(c => CrosswalkScope.OfConnection(c.Key)));
        if (also is { } other && !scopes.Contains(other))
            scopes.Add(other);
        return [.. scopes.Select(s => (s, Scope(s, connections)))];
    }

    public static CrosswalkAuthor Author(ClaimsPrincipal? user) =>
        new(user?.FindFirstValue(ClaimTypes.NameIdentifier) ?? "", user?.FindFirstValue(PortalClaims.DisplayName) ?? user?.Identity?.Name ?? "somebody");

    public static string Many(int count, string one, string? many = null) => count == 1 ? $"One {one}" : $"{MoneyFormat.Count(count)} {many ?? one + "s"}";
}

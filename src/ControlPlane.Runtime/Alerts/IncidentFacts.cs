using ControlPlane.Domain.Alerts;
using ControlPlane.Domain.Connections;
using ControlPlane.Domain.ExceptionCases;
using ControlPlane.Domain.Objectives;
using ControlPlane.Runtime.Connections;
using ControlPlane.Runtime.ExceptionCases;
using ControlPlane.Runtime.Persistence;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Runtime.Alerts;

/// <summary>Puts what alerts just now into as few incidents as there are causes, with the words for each.</summary>
/// <param name="causes">What explains cases; null = nothing, and they are called by their messages.</param>
internal sealed class IncidentFacts(IConnectionRegistry connections, CauseStore? causes = null)
{
    /// <summary>A message that the catalogue does not know may be a page long.</summary>
    private const int LongestWords = 140;

    /// <summary>By key of the incident.</summary>
    /// <param name="open">Incidents that are open, with their facts.</param>
    public async Task<IReadOnlyDictionary<string, AlertFacts>> OfAsync(ControlPlaneDbContext context, IReadOnlyList<FoundAlert> found, IReadOnlyList<(string Key, AlertFacts Facts)> open, CancellationToken ct)
    {
        var standing = open.Select(i => new IncidentGrouping.Standing(i.Key, [.. i.Facts.Objectives.Select(o => o.Name)], i.Facts.Case?.ToString("D"), i.Facts.Party)).ToList();
        var groups = new Dictionary<string, List<FoundAlert>>(StringComparer.Ordinal);
        // Those with a case first: what has none joins them. Composites last: they join their parts.
        foreach (var alert in found.OrderBy(f => f.Objective.Parts is not null).ThenBy(f => f.Case is null).ThenBy(f => f.Objective.Urgency).ThenBy(f => f.Objective.Name, StringComparer.Ordinal))
        {
            var key = OfPart(alert, groups) ?? IncidentGrouping.KeyOf(alert.Objective.Name, alert.Case, alert.Party, standing);
            if (groups.TryGetValue(key, out var group))
                group.Add(alert);
            else
                groups[key] = [alert];
            if (standing.All(s => s.Key != key))
                standing.Add(new(key, [alert.Objective.Name], alert.Case?.Key, alert.Party?.Key));
        }

        var ids = groups.Values.SelectMany(g => g).Select(f => f.Case?.Key).OfType<string>().Where(k => Guid.TryParse(k, out _)).Select(Guid.Parse).Distinct().ToList();
        var cases = await CasesAsync(context, ids, ct);
        return groups.ToDictionary(g => g.Key, g => Merge(g.Key, g.Value, cases), StringComparer.Ordinal);
    }

    /// <summary>What cases are called, without what one order had in it: the catalogue's title where it knows one. The words of a system name customers and change from order to order.</summary>
    private async Task<Dictionary<Guid, (string Words, string? System)>> CasesAsync(ControlPlaneDbContext context, List<Guid> ids, CancellationToken ct)
    {
        if (ids.Count == 0)
            return [];
        var catalogue = causes is null ? CauseCatalogue.Empty : await causes.EffectiveAsync(new(context.TenantId), ct);
        var names = await new CaseNames(() => catalogue, connections).OfAsync(context, ids, ct);
        return await context.ExceptionCases.AsNoTracking().Where(c => ids.Contains(c.Id)).Select(c => new { c.Id, c.Sample, c.System }).ToDictionaryAsync(
            c => c.Id, c => (AlertWords.Short(names.GetValueOrDefault(c.Id) is { } name ? name.Cause?.Title ?? name.Title : c.Sample, LongestWords), c.System), ct);
    }

    /// <summary>The incident in which a part of a composite is: what burns as one and as a part is one trouble. The most urgent part first.</summary>
    private static string? OfPart(FoundAlert alert, Dictionary<string, List<FoundAlert>> groups) => alert.Objective.Parts is not { } parts ? null
        : groups.SelectMany(g => g.Value.Select(f => (g.Key, f.Objective))).Where(g => parts.Contains(g.Objective.Name)).OrderBy(g => g.Objective.Urgency).ThenBy(g => g.Objective.Name, StringComparer.Ordinal).Select(g => g.Key).FirstOrDefault();

    private AlertFacts Merge(string key, List<FoundAlert> all, Dictionary<Guid, (string Words, string? System)> cases)
    {
        // What a composite misses its parts miss: it counts once.
        var alerts = all.Exists(a => a.Objective.Parts is null) ? all.FindAll(a => a.Objective.Parts is null) : all;
        var topCase = AlertCause.Of(AlertCauseKind.Case, alerts.SelectMany(a => a.Cases.Select(c => (c.Key, c.Value))));
        var party = AlertCause.Of(AlertCauseKind.Party, alerts.SelectMany(a => a.Parties.Select(p => (p.Key, p.Value))));
        var id = Guid.TryParse(topCase?.Key, out var parsed) ? parsed : (Guid?)null;
        var (words, system) = id is { } at && cases.TryGetValue(at, out var of) ? of : (null, null);
        var kind = key.StartsWith("case:", StringComparison.Ordinal) ? AlertCauseKind.Case : key.StartsWith("party:", StringComparison.Ordinal) ? AlertCauseKind.Party : AlertCauseKind.Objective;
        return new(
            kind, key[(key.IndexOf(':', StringComparison.Ordinal) + 1)..], id, words, party?.Key, system ?? Blamed(party?.Key, alerts), (topCase ?? party)?.Share ?? 0, alerts.Sum(a => a.Bad),
            [.. all.Select(a => system is null || a.Objective.Connections.Contains(system) ? a.Objective : a.Objective with { Connections = [.. a.Objective.Connections, system] }).OrderBy(o => o.Urgency).ThenBy(o => o.Parts is not null).ThenBy(o => o.Name, StringComparer.Ordinal)]);
    }

    private string? Blamed(string? party, List<FoundAlert> alerts)
    {
        if (!SystemRoles.TryParse(party, out var role))
            return null;
        var near = alerts.SelectMany(a => a.Objective.Connections).Select(connections.Find).FirstOrDefault(c => c?.Role == role);
        return (near ?? connections.FindByRole(role))?.Key;
    }

    /// <summary>An alert about alerting itself.</summary>
    public static AlertFacts Own(AlertCauseKind kind, string key, string note) => new(kind, key, null, null, null, null, 0, 0, [], note);

    /// <summary>For what is to be told: pages are urgent, and so is what keeps pages from coming.</summary>
    public static AlertTopic Topic(AlertUrgency urgency) => urgency == AlertUrgency.Page ? AlertTopic.Page : AlertTopic.Ticket;
}

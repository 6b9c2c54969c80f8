using System.Security.Cryptography;
using System.Text;
using ControlPlane.Domain.Ownership;
using ControlPlane.Domain.Shared.Calendars;
using ControlPlane.Runtime.Estate;
using ControlPlane.Runtime.Persistence;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Runtime.Ownership;

/// <summary>
/// Teams, calendars and rules as configuration documents. All of one apply are one version. A document is applied when it differs from the one
/// that was applied last: what people change in the portal in between stays.
/// </summary>
public sealed class OwnershipDocuments(IControlPlaneDb db, IOwnership store)
{
    public Task<(IReadOnlyList<EstatePlanItem> Items, IReadOnlyList<EstateProblem> Problems)> PlanAsync(TenantScope tenant, IReadOnlyList<EstateObject.OfOwnership> documents, CancellationToken ct) =>
        ActAsync(tenant, documents, null, ct);

    /// <param name="reason">Kept with the version.</param>
    public Task<(IReadOnlyList<EstatePlanItem> Items, IReadOnlyList<EstateProblem> Problems)> ApplyAsync(TenantScope tenant, IReadOnlyList<EstateObject.OfOwnership> documents, string author, string reason, CancellationToken ct) =>
        ActAsync(tenant, documents, (author, reason.Trim() is { Length: > 0 and <= IOwnership.LongestReason } said ? said : "applied as configuration"), ct);

    private async Task<(IReadOnlyList<EstatePlanItem>, IReadOnlyList<EstateProblem>)> ActAsync(TenantScope tenant, IReadOnlyList<EstateObject.OfOwnership> documents, (string Author, string Reason)? apply, CancellationToken ct)
    {
        if (documents.Count == 0)
            return ([], []);
        var now = await store.ReadAsync(tenant, ct);
        await using var context = db.CreateContext(tenant);
        var names = documents.Select(d => Name(tenant, d)).ToList();
        var applied = await context.InstallationValues.AsNoTracking().Where(v => names.Contains(v.Name)).ToDictionaryAsync(v => v.Name, v => v.Value, ct);
        var setup = now.Setup;
        var items = new List<EstatePlanItem>();
        // Rules name teams, teams name calendars.
        foreach (var document in documents.OrderBy(d => d.Kind switch { "Calendar" => 0, "Team" => 1, _ => 2 }))
        {
            var unchanged = applied.GetValueOrDefault(Name(tenant, document)) == Digest(document.Text);
            items.Add(new(document.Kind, document.Name, unchanged ? EstateChange.Unchanged : applied.ContainsKey(Name(tenant, document)) ? EstateChange.Change : EstateChange.Create, document.Source, "", document.Text.Trim()));
            if (!unchanged)
                setup = document.Change(setup);
        }

        if (items.All(i => i.Change == EstateChange.Unchanged))
            return (items, []);
        if (OwnershipChecks.Check(setup) is { Count: > 0 } problems)
            return ([], [.. problems.Select(p => new EstateProblem(documents[0].Source, 0, p.Field, p.Message))]);
        if (apply is not { } by)
            return (items, []);
        var outcome = await store.PublishAsync(tenant, setup, now.Version, by.Author, by.Reason, ct);
        if (!outcome.Accepted)
            return ([], [new(documents[0].Source, 0, "", outcome.Message)]);
        foreach (var document in documents)
        {
            var (name, digest) = (Name(tenant, document), Digest(document.Text));
            if (await context.InstallationValues.Where(v => v.Name == name).ExecuteUpdateAsync(s => s.SetProperty(v => v.Value, digest), ct) == 0)
                context.InstallationValues.Add(new() { Name = name, Value = digest });
        }

        await context.SaveChangesAsync(ct);
        return (items, []);
    }

    private static string Name(TenantScope tenant, EstateObject.OfOwnership document) => "ownership:" + Digest($"{tenant.TenantId}/{document.Kind}/{document.Name}")[..40];

    private static string Digest(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.Trim())));
}

/// <summary>Reads the three kinds of documents.</summary>
internal static class OwnershipReader
{
    public static EstateObject.OfOwnership? Read(string kind, string name, StrictYaml spec, string text, string source)
    {
        Func<OwnershipSetup, OwnershipSetup>? change = kind switch
        {
            "Team" => Team(name, spec),
            "Calendar" => Calendar(name, spec),
            "OwnershipRules" => Rules(spec),
            _ => null,
        };
        spec.Done();
        return change is null ? null : new(kind, name, change, text, source);
    }

    private static Func<OwnershipSetup, OwnershipSetup> Team(string key, StrictYaml spec)
    {
        var steps = spec.Texts("ladder");
        foreach (var odd in steps.Where(s => EscalationStep.Parse(s) is null))
            spec.Problem("ladder", $"'{odd}' cannot be read. Write it like 30m team, 1h lead, 1d manager.");
        var team = new Team
        {
            Key = key, Name = spec.Text("title", key), Members = spec.Texts("members"), Leads = spec.Texts("leads"), Managers = spec.Texts("managers"), Calendar = spec.Text("calendar", ""), Notify = spec.Texts("notify"),
            Ladder = steps.Count == 0 ? Domain.Ownership.Team.DefaultLadder : [.. steps.Select(EscalationStep.Parse).OfType<EscalationStep>()],
            UrgentWithin = spec.Duration("urgentWithin", TimeSpan.Zero, TimeSpan.FromDays(7)) ?? TimeSpan.FromHours(2),
        };
        return setup => setup with { Teams = [.. setup.Teams.Where(t => t.Key != key), team] };
    }

    private static Func<OwnershipSetup, OwnershipSetup> Calendar(string name, StrictYaml spec)
    {
        var calendar = new CalendarDefinition(name, spec.Text("zone"), spec.Texts("hours"), spec.Texts("holidays"));
        return setup => setup with { Calendars = [.. setup.Calendars.Where(c => c.Name != name), calendar] };
    }

    private static Func<OwnershipSetup, OwnershipSetup> Rules(StrictYaml spec)
    {
        var rules = new List<OwnershipRule>();
        foreach (var rule in spec.Children("rules"))
        {
            rules.Add(new([.. rule.Map("when").Select(c => new OwnershipCondition(c.Key, c.Key == OwnershipFields.Total ? [c.Value] : c.Value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)))], rule.Text("team")));
            rule.Done();
        }

        var (fallback, waiver) = (spec.Optional("fallback"), spec.Optional("waiver"));
        return setup => setup with { Rules = rules, Fallback = fallback, Waiver = fallback is null ? waiver : null };
    }
}

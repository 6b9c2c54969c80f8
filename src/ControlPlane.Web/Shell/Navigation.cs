using ControlPlane.Runtime.Identity;
using MudBlazor;

namespace ControlPlane.Web.Shell;

/// <param name="Icon">From MudBlazor's icon set.</param>
/// <param name="Roles">Who sees it; empty = everybody who is signed in. The page itself checks too.</param>
/// <param name="Words">Other words by which the command palette finds it.</param>
public sealed record NavEntry(string Title, string Href, string Icon, IReadOnlyList<string> Roles, string Words = "")
{
    /// <summary>Not a page of the portal: opens beside it.</summary>
    public bool External { get; init; }

    /// <summary>Only in the demo.</summary>
    public bool DemoOnly { get; init; }
}

/// <param name="Title">The job; empty for entries above all jobs.</param>
public sealed record NavGroup(string Title, IReadOnlyList<NavEntry> Entries);

/// <summary>The left rail, by the reader's job and not by our modules. Only what exists is listed.</summary>
public static class Navigation
{
    public static readonly IReadOnlyList<NavGroup> All =
    [
        new("", [new("Home", PageUrls.Home, Icons.Material.Outlined.SpaceDashboard, [], "overview start dashboard")]),
        new("Work", [new("Worklist", PageUrls.Worklist, Icons.Material.Outlined.Checklist, [], "morning stuck urgent deadline penalty overdue claim todo tasks inbox"), new("Transactions", PageUrls.Transactions, Icons.Material.Outlined.ReceiptLong, [], "orders list search stuck"), new("Exceptions", PageUrls.Cases, Icons.Material.Outlined.ReportProblem, [], "cases causes stuck errors failures groups mute merge split"), new("Holds", PageUrls.Holds, Icons.Material.Outlined.PauseCircle, [], "held parked waiting wake second person approve changes")]),
        new("Objectives", [new("Scorecard", PageUrls.Scorecard, Icons.Material.Outlined.Leaderboard, [], "executive objectives budgets money at risk marketplace penalties causes sla slo"), new("Objectives", PageUrls.Objectives, Icons.Material.Outlined.TrackChanges, [], "slo sla budget burn target attained promise error budget on time openslo exclusions"), new("Alerts", PageUrls.Alerts, Icons.Material.Outlined.NotificationsActive, [], "burn rate incidents objectives budgets silences channels acknowledge page"), new("Reports", PageUrls.Reports, Icons.Material.Outlined.Summarize, [], "monthly weekly pdf csv mail board pack")]),
        new("Channels & systems", [new("Connections", PageUrls.Connections, Icons.Material.Outlined.Cable, [], "channels systems erp wms shop marketplace"), new("Connectors", PageUrls.Connectors, Icons.Material.Outlined.Extension, [], "catalogue onboarding mapping workbench back-test connector")]),
        new("Data", [new("Crosswalks", PageUrls.Crosswalks, Icons.Material.Outlined.SyncAlt, [], "codes equivalences sku unit carrier location tax gaps import"), new("Schemas", PageUrls.Schemas, Icons.Material.Outlined.Schema, [], "schema registry versions compatibility drift shape"), new("Calendars", PageUrls.Calendars, Icons.Material.Outlined.CalendarMonth, [], "carriers pick-ups cut-off hours holidays deadlines ship-by"), new("Causes", PageUrls.Causes, Icons.Material.Outlined.MenuBook, [], "catalogue explain errors provider codes coverage unexplained"), new("Identifiers", PageUrls.Identifiers, Icons.Material.Outlined.Tag, [PortalRoles.Admin], "numbers search find rules sscc sku settlement back-fill")]),
        new("Operations",
        [
            new("Dashboard", PageUrls.Operations, Icons.Material.Outlined.MonitorHeart, PortalRoles.All, "operations backlog latency stock sync failed transformations rate limit 429 throttled settlement mismatches figures"),
            new("Engine", PageUrls.Engine, Icons.Material.Outlined.Speed, [PortalRoles.Admin, PortalRoles.Operator], "lanes nodes breakers budgets maintenance windows held"),
            new("Engine jobs", PageUrls.EngineJobs, Icons.Material.Outlined.Memory, [PortalRoles.Admin, PortalRoles.Operator], "hangfire recurring background")
            {
                External = true,
            },
            new("Dials", PageUrls.Dials, Icons.Material.Outlined.Tune, [PortalRoles.Admin], "demo faults sandbox") { DemoOnly = true },
        ]),
        new("Governance",
        [
            new("Ownership", PageUrls.Ownership, Icons.Material.Outlined.Groups, [], "teams queues rules decision table escalation calendars owner notifications"),
            new("Reviews", PageUrls.Reviews, Icons.Material.Outlined.FactCheck, [], "review clock due overdue debt owners objectives mappings runbooks calendar"),
            new("Score", PageUrls.Governance, Icons.Material.Outlined.Grade, [], "governance score rules certificates idempotency retry runbook tests personal data"),
            new("Runbooks", PageUrls.Runbooks, Icons.Material.Outlined.MenuBook, [], "what to do when it fails instructions on call"),
            new("API reference", PageUrls.ApiReference, Icons.Material.Outlined.Api, [], "openapi scalar documentation") { External = true },
        ]),
    ];

    /// <summary>What this reader may open; groups without an entry are left out.</summary>
    public static IReadOnlyList<NavGroup> For(Func<string, bool> hasRole, bool demo) =>
        [.. All.Select(g => g with { Entries = [.. g.Entries.Where(e => (demo || !e.DemoOnly) && (e.Roles.Count == 0 || e.Roles.Any(hasRole)))] })
            .Where(g => g.Entries.Count > 0)];
}

using System.Security.Claims;
using ControlPlane.Domain.IdentifierRules;
using ControlPlane.Domain.Shared;
using ControlPlane.Runtime.Connections;
using ControlPlane.Runtime.Identity;
using ControlPlane.Runtime.IdentifierRules;
using ControlPlane.Web.Controls;
using MudBlazor;

namespace ControlPlane.Web.Features.IdentifierRules;

/// <param name="Key">In the address.</param>
/// <param name="What">What it is good for, in a sentence.</param>
public sealed record RuleStart(string Key, string What, IdentifierRule Rule);

/// <summary>The words of the page.</summary>
public static class RulesPresentation
{
    /// <summary>What most companies search for beside the flow's own numbers.</summary>
    public static readonly IReadOnlyList<RuleStart> Starts =
    [
        new("sku", "Every order that has an article. A popular article leads to many orders: the list pages through them.",
            new() { Name = "sku", Kind = "sku", Title = "SKU", Document = RuleDocument.Order, Path = "$.lines[*].sku", Example = "TEE-ORG-M" }),
        new("sscc", "The pallet or parcel by its 18 digits, with or without the 00 before them.",
            new() { Name = "sscc", Kind = "sscc", Title = "SSCC", Pattern = @"\b(?:00)?([0-9]{18})\b", Example = "340123450000000018" }),
        new("settlement", "Orders by the settlement that paid them.",
            new() { Name = "settlement", Kind = "settlement", Title = "Settlement", Path = "$.settlementId", Example = "16234567891" }),
        new("customer-number", "A customer's number in the shop.",
            new() { Name = "customer-number", Kind = "customer-number", Title = "Customer number", Document = RuleDocument.Order, Path = "$.customer.externalId", Example = "7120459" }),
        new("ship-to-phone", "Orders by the recipient's telephone number; only a digest of it is kept.",
            new() { Name = "ship-to-phone", Kind = "ship-to-phone", Title = "Recipient's phone", Document = RuleDocument.Order, Path = "$.shipTo.phone", Hash = true, Example = "+49 40 1234567" }),
    ];

    public static string Answer(RuleList list)
    {
        if (list.Rules.Count == 0)
            return "The search finds the numbers of the flow: order, ERP document, warehouse, shipment, tracking, mail address. No rule adds to them.";
        var kinds = list.Rules.Select(r => r.Rule.Kind).Distinct().Count();
        var running = list.Backfills.Count(b => b.State == BackfillState.Running);
        return $"{(list.Rules.Count == 1 ? "1 rule gives" : $"{list.Rules.Count} rules give")} {(kinds == 1 ? "1 kind of number" : $"{kinds} kinds of numbers")} beside those of the flow."
               + (running == 0 ? "" : running == 1 ? " One is being carried back over stored orders." : $" {running} are being carried back over stored orders.");
    }

    public static string Title(IdentifierRule rule) => rule.Title.Length > 0 ? rule.Title : char.ToUpperInvariant(rule.Kind[0]) + rule.Kind[1..].Replace('-', ' ');

    public static string Reads(IdentifierRule rule, IConnectionRegistry connections)
    {
        var what = rule.Document == RuleDocument.Order ? "the order" : rule.Topic is { } topic ? $"messages “{topic}”" : "every message";
        var whose = rule.Connection is { } key ? $"of {connections.Find(key)?.DisplayName ?? key}" : rule.Connector is { } connector ? $"of connections with {connector}" : rule.Document == RuleDocument.Order ? "of every channel" : "of every connection";
        return $"{what} {whose}";
    }

    public static Look Of(BackfillState state) => state switch
    {
        BackfillState.Running => new("Carried back", Icons.Material.Outlined.History, Tone.Info),
        BackfillState.Paused => new("Paused", Icons.Material.Outlined.PauseCircle, Tone.Waiting),
        BackfillState.Done => new("All stored orders", Icons.Material.Outlined.CheckCircle, Tone.Done),
        BackfillState.Cancelled => new("Ended early", Icons.Material.Outlined.Block, Tone.Waiting),
        _ => new("Replaced", Icons.Material.Outlined.Autorenew, Tone.Neutral),
    };

    public static string Progress(BackfillItem run, DateTimeOffset now)
    {
        if (run is { State: BackfillState.Running, Looked: 0 } && run.StartsAt > now)
            return "begins in a few seconds, when every node knows the rule";
        var found = $"{MoneyFormat.Count(run.Looked)} orders looked at, {MoneyFormat.Count(run.Written)} numbers added{(run.Removed > 0 ? $", {MoneyFormat.Count(run.Removed)} taken away" : "")}";
        return found + (run.Unreadable > 0 ? $"; documents of {MoneyFormat.Count(run.Unreadable)} are not kept any more" : "");
    }

    public static string Percent(double fraction) => $"{Math.Floor(fraction * 100):0} %";

    public static string Word(RuleChange change) => change switch { RuleChange.Made => "made it", RuleChange.Changed => "changed it", _ => "removed it" };

    /// <summary>Null when it was done.</summary>
    public static string? Said(RuleOutcome outcome) => outcome switch
    {
        RuleOutcome.Saved { Backfill: not null } => null,
        RuleOutcome.Saved => null,
        RuleOutcome.Unchanged => "Nothing was changed: the rule is like this already.",
        RuleOutcome.Refused refused => string.Join(" ", refused.Problems.Select(p => $"{Field(p.Field)}: {p.Message}")),
        RuleOutcome.Changed other => $"{other.By} changed this rule at {other.At.UtcDateTime:HH:mm} UTC, after you had opened it. Open it again to see what it is now.",
        _ => "This rule is gone: somebody removed it.",
    };

    public static string Person(ClaimsPrincipal? user) => user?.FindFirstValue(PortalClaims.DisplayName) ?? user?.Identity?.Name ?? "somebody";

    private static string Field(string field) => char.ToUpperInvariant(field[0]) + field[1..];
}

using System.Text;
using System.Text.Json;
using ControlPlane.Domain.IdentifierRules;
using ControlPlane.Runtime.Estate;
using ControlPlane.Runtime.Persistence;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Runtime.IdentifierRules;

/// <summary>A rule as text: <c>kind: IdentifierRule</c>.</summary>
internal static class RuleDocumentText
{
    private static readonly Dictionary<string, RuleDocument> Documents = new() { ["message"] = RuleDocument.Message, ["order"] = RuleDocument.Order };

    public static IdentifierRule Read(string name, StrictYaml metadata, StrictYaml spec)
    {
        var kind = spec.Text("kind", name);
        var rule = new IdentifierRule
        {
            Name = name, Kind = kind, Title = spec.Text("title", ""), Connection = spec.Optional("connection"), Connector = spec.Optional("connector"), Topic = spec.Optional("topic"),
            Document = spec.Choice("document", Documents, RuleDocument.Message, required: false), Path = spec.Optional("path"), Pattern = spec.Optional("pattern"), Hash = spec.Flag("hash", false), Example = spec.Text("example", ""),
        };
        spec.Done();
        foreach (var problem in rule.Check())
            (problem.Field == "name" ? metadata : spec).Problem(problem.Field, problem.Message);
        return rule;
    }

    /// <summary>As a document that says the same.</summary>
    public static string Write(IdentifierRule rule)
    {
        var yaml = new StringBuilder().Append("kind: IdentifierRule\nmetadata: { name: ").Append(rule.Name).Append(" }\nspec:\n");
        foreach (var (name, value, usual) in new[]
                 {
                     ("kind", rule.Kind, null), ("title", rule.Title, ""), ("connection", rule.Connection, null), ("connector", rule.Connector, null), ("topic", rule.Topic, null),
                     ("document", rule.Document == RuleDocument.Order ? "order" : "message", null), ("path", rule.Path, null), ("pattern", rule.Pattern, null), ("example", rule.Example, (string?)""),
                 })
            if (value is not null && value != usual)
                yaml.Append("  ").Append(name).Append(": ").Append(JsonSerializer.Serialize(value, Plain)).Append('\n');
        return yaml.Append("  hash: ").Append(rule.Hash ? "true" : "false").Append('\n').ToString();
    }

    /// <summary>A JSON text is a YAML text; letters of other languages stay as they are.</summary>
    private static readonly JsonSerializerOptions Plain = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
}

/// <summary>Identifier rules as configuration documents.</summary>
public sealed class RuleDocuments(IControlPlaneDb db, RuleStore store, RuleBoard board)
{
    private const string Kind = "IdentifierRule";

    public async Task<EstatePlanItem> PlanAsync(TenantScope tenant, EstateObject.OfIdentifierRule of, CancellationToken ct)
    {
        await using var context = db.CreateContext(tenant);
        var row = await context.IdentifierRules.AsNoTracking().FirstOrDefaultAsync(r => r.Name == of.Name, ct);
        var change = row is null ? EstateChange.Create : row.ToRule() == of.Rule ? EstateChange.Unchanged : EstateChange.Change;
        return new(Kind, of.Name, change, of.Source, row is null ? "" : RuleDocumentText.Write(row.ToRule()).Trim(), RuleDocumentText.Write(of.Rule).Trim());
    }

    public async Task<(EstatePlanItem Item, IReadOnlyList<EstateProblem> Problems)> ApplyAsync(TenantScope tenant, EstateObject.OfIdentifierRule of, string author, string reason, CancellationToken ct)
    {
        var item = await PlanAsync(tenant, of, ct);
        if (item.Change == EstateChange.Unchanged)
            return (item, []);
        var why = reason.Trim() is { Length: > 0 and <= RuleStore.LongestReason } said && !said.Any(char.IsControl) ? said : "applied as configuration";
        return await store.SaveAsync(tenant, of.Rule, null, author, why, ct) switch
        {
            RuleOutcome.Refused refused => (item, [.. refused.Problems.Select(p => new EstateProblem(of.Source, 0, "spec." + p.Field, p.Message))]),
            RuleOutcome.Changed or RuleOutcome.NotThere => (item, [new(of.Source, 0, "spec", "Somebody changed the rule at the same moment. Apply it again.")]),
            _ => (item, []),
        };
    }

    public async Task<IReadOnlyList<(string Name, string Text)>> WriteAsync(TenantScope tenant, CancellationToken ct)
    {
        await using var context = db.CreateContext(tenant);
        return [.. (await context.IdentifierRules.AsNoTracking().OrderBy(r => r.Name).ToListAsync(ct)).Select(r => (r.Name, RuleDocumentText.Write(r.ToRule())))];
    }

    /// <summary>What is stored comes into service.</summary>
    public Task RefreshAsync(CancellationToken ct) => board.RefreshAsync(ct);
}

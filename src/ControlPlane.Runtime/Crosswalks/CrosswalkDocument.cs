using System.Globalization;
using System.Text;
using System.Text.Json;
using ControlPlane.Domain.Crosswalks;
using ControlPlane.Runtime.Crosswalks.Csv;
using ControlPlane.Runtime.Estate;

namespace ControlPlane.Runtime.Crosswalks;

/// <summary>A small crosswalk as configuration: <c>kind: Crosswalk</c>. Larger ones are files for import.</summary>
/// <param name="Complete">Entries that the document does not name are retired.</param>
public sealed record CrosswalkDocument(CrosswalkTable Table, IReadOnlyList<CrosswalkEntry> Entries, bool Complete)
{
    /// <summary>So that a document stays readable.</summary>
    public const int MostEntries = 2_000;

    internal static CrosswalkDocument Read(string name, StrictYaml metadata, StrictYaml spec)
    {
        if (!CrosswalkTable.IsName(name))
            metadata.Problem("name", $"The name of a crosswalk is {CrosswalkTable.NameAllowed}.");
        var standard = CrosswalkTable.Standard.FirstOrDefault(t => t.Name == name);
        var table = new CrosswalkTable(name, spec.Text("title", standard?.Title ?? name))
        {
            Approval = spec.Flag("approval", false), Gtin = spec.Flag("gtin", standard?.Gtin ?? false), Wildcard = spec.Flag("wildcard", standard?.Wildcard ?? false), Factors = spec.Flag("factors", standard?.Factors ?? false),
        };
        var complete = spec.Flag("complete", false);
        var entries = spec.Children("entries");
        if (entries.Count > MostEntries)
            spec.Problem("entries", string.Create(CultureInfo.InvariantCulture, $"A document has at most {MostEntries} entries. Import a CSV file instead."));
        var read = entries.Take(MostEntries).Select(e => Entry(e, table)).ToList();
        spec.Done();
        return new(table, read, complete);
    }

    /// <summary>As a document that says the same.</summary>
    public static string Write(CrosswalkTable table, IEnumerable<CrosswalkEntry> entries)
    {
        var yaml = new StringBuilder().Append("kind: Crosswalk\nmetadata: { name: ").Append(table.Name).Append(" }\nspec:\n  title: ").Append(Quoted(table.Title)).Append('\n');
        foreach (var (name, on) in new[] { ("approval", table.Approval), ("gtin", table.Gtin), ("wildcard", table.Wildcard), ("factors", table.Factors) })
            yaml.Append("  ").Append(name).Append(": ").Append(on ? "true\n" : "false\n");
        yaml.Append("  entries:\n");
        foreach (var entry in entries)
        {
            yaml.Append("    - { theirs: ").Append(Quoted(entry.Theirs)).Append(", ours: ").Append(Quoted(entry.Ours));
            foreach (var (name, value, usual) in new[]
                     {
                         ("direction", entry.Directions.Word(), "both"), ("factor", entry.Factor.ToString("0.############", CultureInfo.InvariantCulture), "1"), ("scope", entry.Scope.ToString(), "global"),
                         ("from", CrosswalkCsv.Day(entry.From), ""), ("until", CrosswalkCsv.Day(entry.Until), ""), ("note", entry.Note, ""),
                     })
                if (value != usual)
                    yaml.Append(", ").Append(name).Append(": ").Append(Quoted(value));
            yaml.Append(" }\n");
        }

        return yaml.ToString();
    }

    private static CrosswalkEntry Entry(StrictYaml yaml, CrosswalkTable table)
    {
        if (!CrosswalkScope.TryParse(yaml.Text("scope", ""), out var scope))
            yaml.Problem("scope", $"Expected {CrosswalkScope.Allowed}.");
        if (!CrosswalkWords.TryDirections(yaml.Text("direction", ""), out var directions))
            yaml.Problem("direction", "Expected both, to-ours or to-theirs.");
        if (!CrosswalkRules.TryFactor(yaml.Text("factor", "1"), decimalComma: false, out var factor))
            yaml.Problem("factor", "Expected a plain number with a decimal point.");
        if (!CrosswalkCsv.TryDay(yaml.Text("from", ""), out var from))
            yaml.Problem("from", "Expected a day, 2026-01-31, or an instant with its offset.");
        if (!CrosswalkCsv.TryDay(yaml.Text("until", ""), out var until))
            yaml.Problem("until", "Expected a day, 2026-01-31, or an instant with its offset.");
        // The id is given when it is stored.
        var entry = new CrosswalkEntry { Id = Guid.Empty, Scope = scope, Theirs = yaml.Text("theirs"), Ours = yaml.Text("ours"), Directions = directions, Factor = factor, From = from, Until = until, Note = yaml.Text("note", "") };
        foreach (var problem in CrosswalkRules.Check(table, entry))
            yaml.Problem(problem.Field, problem.Message);
        yaml.Done();
        return entry;
    }

    /// <summary>JSON's form of a text is one of YAML's, too.</summary>
    private static string Quoted(string text) => JsonSerializer.Serialize(text);
}

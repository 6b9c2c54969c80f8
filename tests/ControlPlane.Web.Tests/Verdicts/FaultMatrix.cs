using System.Globalization;
using System.Text;
using ControlPlane.Domain.Transactions;

namespace ControlPlane.Web.Tests.Verdicts;

/// <summary>Truth against verdict, as the documentation shows it.</summary>
internal sealed class FaultMatrix(IReadOnlyList<FaultKind> kinds, IReadOnlyList<FaultResult> results)
{
    private const string Begin = "<!-- fault set: begin -->";
    private const string End = "<!-- fault set: end -->";

    private static readonly VerdictMove[] Moves = [VerdictMove.Us, VerdictMove.Channel, VerdictMove.Erp, VerdictMove.Warehouse, VerdictMove.Nobody, VerdictMove.Unknown];

    public double Right => (double)results.Count(r => r.IsRight) / results.Count;

    public string Text
    {
        get
        {
            var text = new StringBuilder();
            text.Append(CultureInfo.InvariantCulture, $"{kinds.Count} kinds of fault, {results.Count} transactions: {Percent(Right)} with the right stage, system and move. ");
            text.Append(CultureInfo.InvariantCulture, $"A partner was named {results.Count(r => r.Accuses)} times for something that is stuck or failing, {results.Count(r => r.Accuses && !r.HasEvidence)} times without evidence.\n\n");
            text.Append("| true move \\ verdict |").AppendJoin(null, Moves.Select(m => $" {m.Word()} |")).Append(" right |\n|---|").AppendJoin(null, Moves.Select(_ => "---|")).Append("---|\n");
            foreach (var truth in Moves)
            {
                var of = results.Where(r => r.Kind.Label.Move == truth).ToList();
                text.Append(CultureInfo.InvariantCulture, $"| **{truth.Word()}** |").AppendJoin(null, Moves.Select(m => of.Count(r => r.Found.Move == m) is > 0 and var n ? $" {n} |" : " |"));
                text.Append(CultureInfo.InvariantCulture, $" {(of.Count == 0 ? "" : Percent((double)of.Count(r => r.Found.Move == truth) / of.Count))} |\n");
            }

            text.Append("\n| fault | stage | stands at | whose move | transactions | right |\n|---|---|---|---|---|---|\n");
            foreach (var kind in kinds)
            {
                var of = results.Where(r => r.Kind == kind).ToList();
                text.Append(CultureInfo.InvariantCulture, $"| {kind.What} | {kind.Label.Stage} | {kind.Label.System} | {kind.Label.Move.Word()} | {of.Count} | {of.Count(r => r.IsRight)} |\n");
            }

            return text.ToString();
        }
    }

    /// <summary>The documentation says what was measured; <c>CONTROLPLANE_WRITE_DOCS=1</c> writes it.</summary>
    public void Hold()
    {
        var path = Path.Combine(Root(), "docs", "verdicts.md");
        var document = File.ReadAllText(path).ReplaceLineEndings("\n");
        var (from, to) = (document.IndexOf(Begin, StringComparison.Ordinal), document.IndexOf(End, StringComparison.Ordinal));
        Assert.True(from > 0 && to > from, "docs/verdicts.md has no place for the fault set.");
        var measured = document[..(from + Begin.Length)] + "\n" + Text + document[to..];
        if (Environment.GetEnvironmentVariable("CONTROLPLANE_WRITE_DOCS") == "1")
            File.WriteAllText(path, measured);
        else
            Assert.Equal(Labels(document), Labels(measured));
    }

    /// <summary>The kinds and what is true of them. Their figures may be one or two off on a busy machine; the test has its own bounds for those.</summary>
    private static IReadOnlyList<string> Labels(string document) => [.. document[document.IndexOf(Begin, StringComparison.Ordinal)..document.IndexOf(End, StringComparison.Ordinal)]
        .Split('\n').SkipWhile(l => !l.StartsWith("| fault |", StringComparison.Ordinal)).Select(l => string.Join('|', l.Split('|').Take(5)))];

    private static string Percent(double share) => (share * 100).ToString("0.0", CultureInfo.InvariantCulture) + " %";

    private static string Root()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "ControlPlane.sln")))
                return folder.FullName;
        throw new DirectoryNotFoundException("ControlPlane.sln");
    }
}

using System.Globalization;
using System.Text;
using ControlPlane.Domain.Scorecard;

namespace ControlPlane.Runtime.Scorecard;

/// <content>Sections that a report has only where its basis knows of them: one that was made before them is made again without.</content>
internal static partial class ReportText
{
    private static void Composites(StringBuilder html, IReadOnlyList<CompositeLine> composites)
    {
        html.Append("\n<h2>Several as one</h2>");
        Table(html, ["Composite", "State", "#Attained", "#Budget left", "Made of"], composites.Select(c => (IReadOnlyList<string>)[
            E(c.Composite.Title.Length > 0 ? c.Composite.Title : c.Composite.Name), State(c.Standing), Percent(c.Composed.Ratio), Share(c.Composed.Left), string.Join("<br>", c.Parts.Select(Part))]), "");
    }

    private static string Part(CompositePartLine part) => string.Create(
        CultureInfo.InvariantCulture, $"{E(part.Line is { } line ? Title(line) : part.Part.Objective)} × {part.Part.Weight:0.##}, {E(Word(part.Line?.Standing ?? ScorecardStanding.NoData))}");

    private static void Overdue(StringBuilder html, ReportDebt debt)
    {
        html.Append("\n<h2>Reviews that are overdue</h2>");
        Table(html, ["What", "Owner", "Was due", "#Days over"], debt.Longest.Select(o => (IReadOnlyList<string>)[
            E($"{o.Title} ({o.Kind})"), E(o.Owner.Length > 0 ? o.Owner : "nobody"), o.Due.ToString("d MMM yyyy", CultureInfo.InvariantCulture), Count(o.Days)]), "None: everything was looked at in time.");
        if (debt.Count > debt.Longest.Count)
            html.Append(CultureInfo.InvariantCulture, $"<p class=\"muted\">The {Count(debt.Longest.Count)} that are overdue longest, of {Count(debt.Count)}.</p>");
    }

    private static string Share(decimal? left) => left is { } share ? $"{Math.Floor(share * 100).ToString(CultureInfo.InvariantCulture)} %" : "–";
}

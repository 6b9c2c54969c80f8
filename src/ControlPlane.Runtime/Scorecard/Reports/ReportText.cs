using System.Globalization;
using System.Net;
using System.Text;
using ControlPlane.Domain.Objectives;
using ControlPlane.Domain.Scorecard;
using ControlPlane.Runtime.Crosswalks.Csv;

namespace ControlPlane.Runtime.Scorecard;

/// <summary>A report as one HTML file without anything from elsewhere, and as CSV. Pure: the same figures give the same bytes.</summary>
internal static partial class ReportText
{
    private const string Style =
        """
        @page{size:A4;margin:16mm}*{box-sizing:border-box}body{margin:0 auto;max-width:820px;padding:24px;color:#18202c;background:#fff;font:14px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Liberation Sans","DejaVu Sans",Arial,sans-serif}
        h1{margin:0;font-size:24px;letter-spacing:-.01em}h2{margin:28px 0 8px;font-size:15px}p{margin:4px 0}.muted{color:#556072}.answer{margin-top:8px;font-size:16px}
        table{width:100%;border-collapse:collapse;font-size:13px}th,td{padding:7px 8px;border-bottom:1px solid #dde2ea;text-align:left;vertical-align:top}th{color:#556072;font-size:12px}.n{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
        .s{display:inline-block;padding:1px 8px;border-radius:5px;font-size:12px;font-weight:600;white-space:nowrap}.ok{background:#e6f4ec;color:#1a7a4c}.low{background:#fff3d6;color:#8a5a00}.bad{background:#fde9e7;color:#b42318}.no{background:#eef1f5;color:#556072}
        tr,h2{break-inside:avoid}h2{break-after:avoid}footer{margin-top:32px;padding-top:8px;border-top:1px solid #dde2ea;color:#556072;font-size:12px;overflow-wrap:anywhere}*{-webkit-print-color-adjust:exact;print-color-adjust:exact}
        @media print{body{padding:0}}
        """;

    public static string Html(ReportBasis basis, ReportFigures figures)
    {
        var html = new StringBuilder();
        html.Append("<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\"><meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">");
        html.Append(CultureInfo.InvariantCulture, $"<title>{E(basis.Title)}, {E(Period(basis))}</title><style>{Style}</style></head><body>\n");
        html.Append(CultureInfo.InvariantCulture, $"<h1>{E(basis.Title)}</h1><p class=\"muted\">{E(Period(basis))}, {E(basis.Zone)}{E(Scope(basis))}</p><p class=\"answer\">{E(Answer(figures))}</p>\n");
        html.Append("<h2>Objectives</h2>");
        Table(html, ["Objective", "State", "#Attained", "#Target", "#Missed", "#Of", "#Budget left"], figures.Lines.Select(l => (IReadOnlyList<string>)[
            E(Title(l)), State(l), Percent(l.Both.Adjusted.Ratio), Percent(l.Published.Objective.Target), Count(l.Missed), Count(l.Both.Whole.Events), Left(l.Both.Adjusted)]), "Nothing is promised.");
        foreach (var line in figures.Lines.Where(l => l.Both.Applied.Count > 0))
            html.Append(CultureInfo.InvariantCulture, $"<p class=\"muted\">{E(Title(line))} with everything: {Percent(line.Both.Whole.Ratio)}. Left out: {E(string.Join("; ", line.Both.Applied.Select(x => $"{x.Reason}, asked by {x.AskedBy}, approved by {x.ApprovedBy}")))}.</p>");
        if (figures.Composites.Count > 0)
            Composites(html, figures.Composites);
        html.Append("\n<h2>Who caused the misses</h2>");
        Table(html, ["Party", "#Share", "#Misses"], figures.Causes.Select(c => (IReadOnlyList<string>)[E(PartyGroup.Find(c.Party).Title), PerMille(c.PerMille), Count(c.Missed)]), "Nothing missed.");
        html.Append("\n<h2>Orders that broke their promise</h2>");
        Table(html, ["Channel", "#Orders", "#Value"], figures.Late.Select(l => (IReadOnlyList<string>)[E(basis.Names.GetValueOrDefault(l.Channel, l.Channel)), Count(l.Orders), E(string.Join(" + ", l.Value))]), "None.");
        html.Append(CultureInfo.InvariantCulture, $"<p class=\"muted\">Of {Count(figures.Orders)} orders that were placed. Currencies stand side by side; none is converted.</p>");
        html.Append(CultureInfo.InvariantCulture, $"\n<h2>Hours of people</h2><p>{E(Hours(basis, figures))}</p>\n");
        if (basis.Overdue is { } debt)
            Overdue(html, debt);
        html.Append(CultureInfo.InvariantCulture, $"<footer><p>What had happened up to {Time(basis.AsOf)} is in it. {(basis.Final ? "Its outcomes are final." : "Outcomes of its last hours could still change when it was made.")}</p><p>Definitions: {E(basis.Objectives.Count == 0 ? "none" : string.Join(", ", basis.Objectives.Select(o => $"{o.Name} v{o.Version}")))}.</p><p>Digest of the events and orders: {figures.Digest}</p></footer></body></html>\n");
        return html.ToString();
    }

    public static string Csv(ReportBasis basis, ReportFigures figures)
    {
        var csv = new StringBuilder();
        void Row(params string[] cells) => CsvText.Write(csv, ',', cells);
        // A mark is for eyes; whoever filters a column looks for the word.
        string Said(ScorecardStanding standing) => basis.PlainStates ? Bare(standing) : Word(standing);

        Row("section", "name", "state", "value", "target", "missed", "of", "unit");
        Row("report", basis.Title, basis.Final ? "final" : "provisional", Time(basis.From), Time(basis.To), "", "", basis.Zone);
        foreach (var l in figures.Lines)
            Row("objective", l.Published.Objective.Name, Said(l.Standing), Number(l.Both.Adjusted.Ratio), Number(l.Published.Objective.Target), Plain(l.Missed), Plain(l.Both.Whole.Events), "share");
        foreach (var l in figures.Lines.Where(l => l.Both.Applied.Count > 0))
            Row("objective with everything", l.Published.Objective.Name, "", Number(l.Both.Whole.Ratio), Number(l.Published.Objective.Target), Plain(l.Missed), Plain(l.Both.Whole.Events), "share");
        foreach (var c in figures.Composites)
        {
            Row("composite", c.Composite.Name, Said(c.Standing), Number(c.Composed.Ratio), "", "", "", "share");
            foreach (var part in c.Parts)
                Row("composite part", c.Composite.Name + "/" + part.Part.Objective, Said(part.Line?.Standing ?? ScorecardStanding.NoData), part.Part.Weight.ToString(CultureInfo.InvariantCulture), "", "", "", "weight");
        }

        foreach (var c in figures.Causes)
            Row("cause", c.Party, "", (c.PerMille / 10m).ToString("0.0", CultureInfo.InvariantCulture), "", Plain(c.Missed), "", "percent of misses");
        foreach (var l in figures.Late)
            foreach (var money in l.Value.DefaultIfEmpty())
                Row("promise broken", l.Channel, "", money.Currency is null ? "" : money.ToDecimalText(), "", Plain(l.Orders), "", money.Currency ?? "");
        Row("people", "orders worked on", "", Plain(figures.Handled), "", "", "", "orders");
        if (basis.Overdue is { } debt)
        {
            Row("reviews overdue", "all", "", Plain(debt.Count), "", "", "", "reviews");
            foreach (var o in debt.Longest)
                Row("review overdue", $"{o.Kind} {o.Key}", o.Owner, Plain(o.Days), o.Due.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), "", "", "days");
        }

        Row("digest", figures.Digest, "", Time(basis.AsOf), "", "", "", "as of");
        return csv.ToString();
    }

    private static void Table(StringBuilder html, string[] heads, IEnumerable<IReadOnlyList<string>> rows, string none)
    {
        var all = rows.ToList();
        if (all.Count == 0)
        {
            html.Append(CultureInfo.InvariantCulture, $"<p class=\"muted\">{none}</p>");
            return;
        }

        static string Cell(string tag, bool number, string text) => $"<{tag}{(number ? " class=\"n\"" : "")}>{text}</{tag}>";
        html.Append("<table><thead><tr>").AppendJoin("", heads.Select(h => Cell("th", h[0] == '#', E(h.TrimStart('#'))))).Append("</tr></thead><tbody>\n");
        foreach (var row in all)
            html.Append("<tr>").AppendJoin("", row.Select((cell, i) => Cell("td", heads[i][0] == '#', cell))).Append("</tr>\n");
        html.Append("</tbody></table>");
    }

    private static string Answer(ReportFigures f)
    {
        var by = f.Lines.ToLookup(l => l.Standing);
        var missed = by[ScorecardStanding.Missed].Count();
        return f.Lines.Count == 0 ? "Nothing was promised." : by[ScorecardStanding.NoData].Count() == f.Lines.Count ? "No objective had enough data to say how it stood."
            : missed == 0 ? $"No objective was missed of {f.Lines.Count}." : $"{missed} of {f.Lines.Count} objectives {(missed == 1 ? "was" : "were")} missed.";
    }

    private static string State(ObjectiveLine line) => State(line.Standing);

    private static string State(ScorecardStanding standing) => $"<span class=\"s {standing switch { ScorecardStanding.Inside => "ok", ScorecardStanding.RunningLow => "low", ScorecardStanding.Missed => "bad", _ => "no" }}\">{Word(standing)}</span>";

    private static string Word(ScorecardStanding standing) => $"{standing switch { ScorecardStanding.Inside => '✓', ScorecardStanding.RunningLow => '!', ScorecardStanding.Missed => '✗', _ => '?' }} {Bare(standing)}";

    private static string Bare(ScorecardStanding standing) => standing switch { ScorecardStanding.Inside => "Inside", ScorecardStanding.RunningLow => "Running low", ScorecardStanding.Missed => "Missed", _ => "No data" };

    private static string Title(ObjectiveLine line) => line.Published.Objective.Title is { Length: > 0 } title ? title : line.Published.Objective.Name;

    private static string Hours(ReportBasis basis, ReportFigures f)
    {
        var hours = f.Handled * basis.Prices.MinutesPerOrder / 60m;
        var cost = basis.Prices.HourlyRate > 0 ? string.Create(CultureInfo.InvariantCulture, $" × {basis.Prices.HourlyRate:0.00} {basis.Prices.Currency} an hour = {hours * basis.Prices.HourlyRate:0.00} {basis.Prices.Currency}") : "; no rate of an hour is set";
        return string.Create(CultureInfo.InvariantCulture, $"{f.Handled} orders that people worked on × {basis.Prices.MinutesPerOrder} min = {hours:0.0} h{cost}.");
    }

    private static string Scope(ReportBasis basis) => string.Concat(new[] { basis.Scope.Connection is { } c ? basis.Names.GetValueOrDefault(c, c) : null, basis.Scope.Brand, basis.Scope.Region }.OfType<string>().Select(s => ", " + s));

    /// <summary>First and last day, in the report's zone.</summary>
    public static string Period(ReportBasis basis)
    {
        static string Day(DateTimeOffset at, TimeZoneInfo zone) => TimeZoneInfo.ConvertTime(at, zone).ToString("d MMM yyyy", CultureInfo.InvariantCulture);
        return $"{Day(basis.From, basis.ZoneInfo)} to {Day(basis.To.AddTicks(-1), basis.ZoneInfo)}";
    }

    /// <summary>Without its ending: its name and first day.</summary>
    public static string FileName(ReportBasis basis) => basis.Name + TimeZoneInfo.ConvertTime(basis.From, basis.ZoneInfo).ToString("-yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static string Left(Attainment a) => Share(a.Left);

    private static string Percent(decimal? ratio) => ratio is { } r ? (Math.Floor(r * 10_000) / 100).ToString("0.##", CultureInfo.InvariantCulture) + " %" : "–";

    private static string PerMille(int share) => (share / 10m).ToString("0.0", CultureInfo.InvariantCulture) + " %";

    private static string Number(decimal? ratio) => ratio?.ToString("0.######", CultureInfo.InvariantCulture) ?? "";

    private static string Count(long count) => count.ToString("N0", CultureInfo.InvariantCulture);

    private static string Plain(long count) => count.ToString(CultureInfo.InvariantCulture);

    private static string Time(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    private static string E(string text) => WebUtility.HtmlEncode(text);
}

using System.Globalization;
using System.Net;
using System.Text;
using ControlPlane.Domain.Transactions;
using ControlPlane.Runtime.Transactions.Queries;

namespace ControlPlane.Runtime.EvidenceBundles;

/// <summary>The bundle as a page for people: one file, no script, nothing from elsewhere, prints on A4. Every value is escaped.</summary>
internal static class EvidencePage
{
    private const string Style = """
        :root{color-scheme:light}body{margin:0;background:#fff;color:#18202c;font:14px/1.5 system-ui,sans-serif}main{max-width:900px;margin:0 auto;padding:32px 24px}
        h1{margin:0;font-size:22px}h2{margin:28px 0 8px;font-size:15px;border-bottom:1px solid #d5dae2;padding-bottom:4px}p{margin:6px 0}.quiet{color:#556072;font-size:12px}
        .verdict{margin:16px 0;padding:12px 16px;border-left:4px solid #2f5bd7;background:#f3f6fd}dl{display:grid;grid-template-columns:max-content 1fr;gap:2px 16px;margin:8px 0}dt{color:#556072}dd{margin:0;overflow-wrap:anywhere}
        table{width:100%;border-collapse:collapse;font-size:12px}th,td{padding:4px 8px 4px 0;border-bottom:1px solid #e6e9ee;text-align:left;vertical-align:top;overflow-wrap:anywhere}th{color:#556072;font-weight:600}
        td.t{white-space:nowrap;font-variant-numeric:tabular-nums}td.n{text-align:right;white-space:nowrap}code{font:12px ui-monospace,monospace;overflow-wrap:anywhere}.bad{color:#b42318}
        @page{size:A4;margin:15mm}@media print{main{max-width:none;padding:0}tr,.verdict{break-inside:avoid}h2{break-after:avoid}a{color:inherit;text-decoration:none}}
        """;

    public static byte[] Write(TransactionDetail d, IReadOnlyList<EvidenceBody> bodies, DateTimeOffset at, string by, bool masked, string keyId)
    {
        var html = new StringBuilder();
        var verdict = d.Verdict(at, TimeZoneInfo.Utc);
        html.Append("<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><title>").Append(H($"Evidence for order {d.Head.Number}")).Append("</title><style>").Append(Style).Append("</style></head><body><main>\n");
        html.Append("<h1>").Append(H($"Evidence for order {d.Head.Number}")).Append("</h1><p class=\"quiet\">").Append(H($"Taken from ControlPlane by {by} at {Moment(at)}. All times are UTC.{(masked ? " Personal data is hidden." : "")}{(d.Cut ? " Only the newest thousand events and attempts are in it." : "")}")).Append("</p>\n");
        html.Append("<div class=\"verdict\"><p><strong>").Append(H(verdict.Sentence)).Append("</strong></p><p>").Append(H(verdict.NextStep)).Append("</p></div>\n<dl>");
        foreach (var (name, value) in new (string, string?)[]
                 {
                     ("Reference", d.Head.Reference), ("Channel", d.Head.Channel.DisplayName), ("State", d.Head.State.Word()), ("Total", d.Head.Total is { } total ? $"{total.ToDecimalText()} {total.Currency}" : null), ("Lines", d.Head.LineCount.ToString(CultureInfo.InvariantCulture)),
                     ("Placed", Moment(d.Head.PlacedAt)), ("Received", Moment(d.Head.ReceivedAt)), ("Closed", d.Head.ClosedAt is { } closed ? Moment(closed) : null), ("Flow", $"{d.Flow}, version {d.FlowVersion}"), ("Trace", d.TraceParent), ("Our id", d.Head.Id.ToString("D")),
                 })
            if (value is { Length: > 0 })
                html.Append("<dt>").Append(name).Append("</dt><dd>").Append(H(value)).Append("</dd>");
        html.Append("</dl>\n<h2>What happened</h2><table><thead><tr><th>When</th><th>Where</th><th>What</th><th>With, why, who</th></tr></thead><tbody>\n");
        foreach (var t in d.Timeline)
            Row(html, t.Code is { Length: > 0 }, Moment(t.At), t.System?.DisplayName ?? "ControlPlane", t.Summary + (t.Code is { Length: > 0 } code ? $" ({code})" : ""), Words(t.Basis));
        html.Append("</tbody></table>\n<h2>Calls</h2><table><thead><tr><th>When</th><th>System</th><th>Call</th><th>Answer</th></tr></thead><tbody>\n");
        foreach (var a in d.Attempts)
            Row(html, a.FaultKind is not null, Moment(a.StartedAt), a.System.DisplayName, $"{a.Method} {a.Path.Split('?')[0]} ({a.Operation}, attempt {a.Number}{(a.LookUp ? ", only asked" : "")})", $"{(a.Status == 0 ? "no answer" : a.Status.ToString(CultureInfo.InvariantCulture))} in {a.DurationMicroseconds / 1000} ms{(a.FaultMessage is { Length: > 0 } fault ? $": {fault}" : "")}");
        html.Append("</tbody></table>\n<h2>Documents</h2><table><thead><tr><th>When</th><th>Document</th><th>File</th><th>SHA-256 of the original</th></tr></thead><tbody>\n");
        foreach (var b in bodies)
        {
            html.Append("<tr><td class=\"t\">").Append(Moment(b.Document.At)).Append("</td><td>").Append(H($"{b.Document.Title}{(b.Document.System is { } system ? $", {system.DisplayName}" : "")}")).Append("</td><td>");
            html.Append(b.Path is { } path ? $"<a href=\"{H(path)}\">{H(path)}</a>{(b.Masked ? " (masked)" : "")}" : H(b.Left ?? "")).Append("</td><td><code>").Append(b.Original).Append("</code></td></tr>\n");
        }

        html.Append("</tbody></table>\n<h2>Numbers</h2><dl>");
        foreach (var i in d.Identifiers)
            html.Append("<dt>").Append(H(i.Kind)).Append("</dt><dd>").Append(H(i.Value)).Append("</dd>");
        html.Append("</dl>\n<h2>How to check it</h2><p>").Append(H($"{EvidenceManifest.FileName} names every file with its SHA-256 and is signed in {EvidenceManifest.SignatureName} with the key {keyId}. Compare that key with the one that the installation publishes.")).Append("</p><p><code>")
            .Append(H($"openssl dgst -sha256 -verify {EvidenceManifest.KeyName} -signature {EvidenceManifest.SignatureName} {EvidenceManifest.FileName}")).Append("</code></p></main></body></html>\n");
        return Encoding.UTF8.GetBytes(html.ToString());
    }

    /// <summary>"flow orders@3, mapping shopify@12, crosswalks 41; retry transient, 3 of 12; by Anna".</summary>
    public static string Words(Basis? basis)
    {
        if (basis is null)
            return "";
        var with = new[] { basis.Flow is { } flow ? $"flow {flow}" : null, basis.Mapping is { } mapping ? $"mapping {mapping}" : null, basis.Crosswalks is { } revision ? $"crosswalks {revision}" : null }.OfType<string>();
        return string.Join("; ", new[] { string.Join(", ", with), basis.Policy, basis.Person is { } person ? $"by {person}" : null }.Where(p => !string.IsNullOrEmpty(p)));
    }

    private static void Row(StringBuilder html, bool bad, string at, string where, string what, string more) =>
        html.Append("<tr><td class=\"t\">").Append(at).Append("</td><td>").Append(H(where)).Append(bad ? "</td><td class=\"bad\">" : "</td><td>").Append(H(what)).Append("</td><td>").Append(H(more)).Append("</td></tr>\n");

    private static string Moment(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss.fff", CultureInfo.InvariantCulture);

    private static string H(string text) => WebUtility.HtmlEncode(text);
}

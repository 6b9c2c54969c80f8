using System.Text.RegularExpressions;
using ControlPlane.Domain.ExceptionCases;
using ControlPlane.Runtime.Estate;
using ControlPlane.Runtime.ExceptionCases;

namespace ControlPlane.Runtime.Tests.ExceptionCases;

/// <summary>The shipped catalogue of causes, held against every stable fault code that stands in the product's own sources.</summary>
public sealed partial class CauseCoverageTests
{
    /// <summary>Words with a dot that no order can be stuck for: names of events, keys of documents and settings, refusals of the API and the portal.</summary>
    private static readonly HashSet<string> OtherAreas =
    [
        "metadata", "spec", "request", "portal", "controlplane", "transaction", "window", "replay", "api_key", "access", "csrf", "dial", "dials", "demo", "sandbox", "idempotency", "test", "preview", "backtest", "partner",
        "webhook", "drift", "set", "us", "maren", "ines", "ravi", "tomasz", "server", "settings", "secrets", "kept", "case", "when", "cause", "causes", "evidence", "bundle", "manifest", "index", "onboarding", "shadow", "queue", "sign_in", "webhooks", "edit", "work", "alert", "budget", "error", "messaging", "report", "url", "odoo",
    ];

    /// <summary>Names of events whose first word is also an area of codes.</summary>
    private static readonly HashSet<string> Events = ["return.opened"];

    private static readonly CauseCatalogue Catalogue = Causes.Shipped();

    [Fact]
    public void Every_fault_code_of_the_sources_has_a_cause()
    {
        var codes = FaultCodes();
        // The scan itself is not blind: codes of the engine, of protocols and of manifests are among them.
        Assert.Superset(new HashSet<string> { "wait.overdue", "outbound.timeout", "erp.customer_blocked", "netsuite.reference_unknown", "edi.element_missing", "crosswalk.missing" }, codes);
        var unexplained = codes.Except(Events).Where(c => Catalogue.Explain(new(null, c, null, null, "")) is null).Order(StringComparer.Ordinal).ToList();
        Assert.True(unexplained.Count == 0, "These codes have no cause in causes.yaml: " + string.Join(", ", unexplained));
    }

    [Fact]
    public void Every_code_that_the_catalogue_names_in_full_exists()
    {
        var codes = FaultCodes();
        var gone = Catalogue.All.SelectMany(c => c.When.Codes).Where(c => !c.EndsWith('*') && !c.StartsWith("http.", StringComparison.Ordinal) && !codes.Contains(c)).ToList();
        Assert.True(gone.Count == 0, "causes.yaml explains codes that do not exist: " + string.Join(", ", gone));
    }

    [Fact]
    public void Every_connector_that_the_catalogue_names_exists()
    {
        var names = Sources("connector.yaml").Select(File.ReadAllText).SelectMany(t => ConnectorName().Matches(t)).Select(m => m.Groups[1].Value).ToHashSet();
        Assert.Contains("shopify", names);
        Assert.Empty(Catalogue.All.SelectMany(c => c.When.Connectors).Except(names));
    }

    [Fact]
    public void Every_entry_can_be_the_answer_and_reads_well()
    {
        Assert.True(Catalogue.All.Count >= 60, $"{Catalogue.All.Count} entries");
        Assert.All(Catalogue.All, c =>
        {
            Assert.False(c.Title.EndsWith('.'), c.Id);
            Assert.InRange(c.Title.Length, 10, 90);
            Assert.EndsWith(".", c.What, StringComparison.Ordinal);
            Assert.All(c.Steps, s => Assert.Matches("[.?]$", s));
            Assert.DoesNotContain("!", c.Title + c.What + string.Concat(c.Steps), StringComparison.Ordinal);
            Assert.Contains(Questions(c), q => Catalogue.Explain(q)?.Id == c.Id);
        });
    }

    [Theory]
    [InlineData("erp.refused", "business-central", "Posting Date is not within your range of allowed posting dates", "bc-posting-date")]
    [InlineData("erp.refused", "sap-s4", "Sold-to party 4711 not maintained", "sap-partner-function")]
    [InlineData("amazon.request_refused", "amazon", "The package to update was not found", "amazon-package-not-found")]
    [InlineData("erp.refused", "odoo", "odoo.exceptions.ValidationError: no", "odoo-validation")]
    [InlineData("erp.product_unknown", "tryton", "A product is required", "product-unknown")]
    [InlineData("erp.refused", "business-central", "You cannot create this type of document when Customer C00084 is blocked with type All.", "customer-blocked-said")]
    [InlineData("erp.refused", "business-central", "The Item does not exist. Identification fields and values: No.='X'", "product-unknown-said")]
    [InlineData("erp.refused", "business-central", "Something else.", "order-refused")]
    [InlineData("http.503", null, "", "system-unavailable")]
    [InlineData("http.404", null, "", "no-such-address")]
    [InlineData("http.418", null, "", "refused-by-http")]
    [InlineData("http.511", null, "", "system-unavailable")]
    public void Known_failures_are_explained(string code, string? connector, string message, string id) => Assert.Equal(id, Catalogue.Explain(new(Domain.Faults.FaultKind.Data, code, null, connector, message))?.Id);

    [Fact]
    public void A_wrong_catalogue_is_refused_with_the_line()
    {
        var problems = new List<EstateProblem>();
        Causes.Read("kind: CauseCatalogue\nversion: 1\ncauses:\n  - id: a\n    title: T\n    what: W.\n    fixer: somebody\n    steps: []\n    when: { cod: [x] }\n", "c.yaml", problems);
        Assert.Contains(problems, p => p.Line == 7 && p.Message.Contains("business", StringComparison.Ordinal));
        Assert.Contains(problems, p => p.Message.Contains("what to do", StringComparison.Ordinal));
        Assert.Contains(problems, p => p.Field.EndsWith("cod", StringComparison.Ordinal));
    }

    private static IEnumerable<CauseQuestion> Questions(Cause c)
    {
        foreach (var kind in c.When.Kinds.Count > 0 ? c.When.Kinds.Cast<Domain.Faults.FaultKind?>() : [null])
            foreach (var code in c.When.Codes.Count > 0 ? c.When.Codes : ["none"])
                foreach (var connector in c.When.Connectors.Count > 0 ? c.When.Connectors.Cast<string?>() : [null])
                    foreach (var text in c.When.Texts.Count > 0 ? c.When.Texts : [""])
                        yield return new(kind, code.Replace("*", "zz", StringComparison.Ordinal), c.When.ProviderCodes.FirstOrDefault()?.Replace("*", "1", StringComparison.Ordinal), connector, text.Replace(" + ", " ", StringComparison.Ordinal));
    }

    private static HashSet<string> FaultCodes()
    {
        var codes = new HashSet<string>(StringComparer.Ordinal);
        // What the test of a connection finds is told in its own words, and no order is stuck for it.
        foreach (var file in Sources("*.cs").Where(f => !f.Contains("/Connections/Diagnosis/", StringComparison.Ordinal) && !f.Contains("/ControlPlane.Web/", StringComparison.Ordinal) && !f.Contains("/Sandbox/", StringComparison.Ordinal) && !f.Contains("/Migrations/", StringComparison.Ordinal)))
            foreach (Match match in Literal().Matches(File.ReadAllText(file)))
                codes.Add(match.Groups[1].Value);
        foreach (var file in Sources("*.yaml"))
            foreach (Match match in MappedAs().Matches(File.ReadAllText(file)))
                codes.Add(match.Groups[1].Value);
        codes.RemoveWhere(c => c.EndsWith(".yaml", StringComparison.Ordinal) || OtherAreas.Contains(c[..c.IndexOf('.', StringComparison.Ordinal)]));
        return codes;
    }

    private static IEnumerable<string> Sources(string pattern) =>
        Directory.EnumerateFiles(Path.Combine(Root(), "src"), pattern, SearchOption.AllDirectories).Where(f => !f.Contains("/obj/", StringComparison.Ordinal) && !f.Contains("/bin/", StringComparison.Ordinal));

    private static string Root()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "ControlPlane.sln")))
                return folder.FullName;
        throw new InvalidOperationException("The tests do not run inside of the repository.");
    }

    [GeneratedRegex("\"([a-z][a-z0-9_]*\\.[a-z0-9][a-z0-9_]+)\"")]
    private static partial Regex Literal();

    [GeneratedRegex(@"\b(?:as|code):\s*([a-z][a-z0-9_]*\.[a-z0-9][a-z0-9_]+)")]
    private static partial Regex MappedAs();

    [GeneratedRegex(@"^\s+name: ([a-z][a-z0-9-]+)\s*$", RegexOptions.Multiline)]
    private static partial Regex ConnectorName();
}

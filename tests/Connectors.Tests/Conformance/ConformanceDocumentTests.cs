using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;

namespace Connectors.Tests.Conformance;

/// <summary>docs/conformance.md is made from what the suites say. With CONTROLPLANE_WRITE_DOCS=1 it is written, otherwise compared.</summary>
public sealed class ConformanceDocumentTests
{
    [Fact]
    public void No_case_of_a_standard_is_answered_otherwise_than_it_says()
    {
        foreach (var suite in new[] { StandardWebhooksSuite.Run(), CloudEventsSuite.Run(), JsonPathSuite.Run(out _) })
            Assert.True(suite.Count(Outcome.Failed) == 0, $"{suite.Title}: {string.Join("; ", suite.Cases.Where(c => c.Outcome == Outcome.Failed).Select(c => c.Name))}");
    }

    [Fact]
    public void The_page_of_conformance_is_as_the_suites_say()
    {
        var root = Root();
        var suites = new[] { StandardWebhooksSuite.Run(), CloudEventsSuite.Run(), JsonPathSuite.Run(out _) };
        var text = new StringBuilder("""
            # Conformance

            Made by `ConformanceDocumentTests` from what the suites say; do not edit. A test fails when this page is not what they say.
            *Not offered* means: refused with a reason where the standard has an answer, and never answered in another way. *Failed* means: answered
            otherwise than the standard says.

            ## Suites of standards

            | standard | cases | as the standard says | failed | not offered | cases come from |
            |---|---|---|---|---|---|

            """.ReplaceLineEndings("\n"));
        foreach (var suite in suites)
            text.Append(CultureInfo.InvariantCulture, $"| {suite.Title} | {suite.Cases.Count} | {suite.Count(Outcome.Passed)} | {suite.Count(Outcome.Failed)} | {suite.Count(Outcome.NotOffered)} | {suite.Source} |\n");
        foreach (var suite in suites)
            Section(text, suite);
        Approved(text, root);
        Compare(Path.Combine(root, "docs", "conformance.md"), text.ToString());
    }

    private static void Section(StringBuilder text, Suite suite)
    {
        text.Append(CultureInfo.InvariantCulture, $"\n## {suite.Title}\n\n");
        foreach (var note in suite.Notes)
            text.Append(CultureInfo.InvariantCulture, $"- {note}\n");
        text.Append(CultureInfo.InvariantCulture, $"- Failed: {(suite.Count(Outcome.Failed) == 0 ? "none." : string.Join("; ", suite.Cases.Where(c => c.Outcome == Outcome.Failed).Select(c => c.Name)))}\n");
        foreach (var form in suite.Cases.Where(c => c.Outcome == Outcome.NotOffered).GroupBy(c => JsonPathSuite.Form(c.Name)).OrderBy(g => g.Key, StringComparer.Ordinal))
            text.Append(CultureInfo.InvariantCulture, $"- Not offered, {form.Count()} of the cases: {form.Key}.\n");
    }

    private static void Approved(StringBuilder text, string root)
    {
        text.Append("""

            ## Real documents and other suites

            Counted from the outcomes that tests compare case by case (`tests/*/Approved/*.approved.txt`), in which every refusal stands with its reason.

            | what | figure | outcomes |
            |---|---|---|

            """.ReplaceLineEndings("\n"));
        foreach (var (what, figure, file) in ApprovedFigures.All(root))
            text.Append(CultureInfo.InvariantCulture, $"| {what} | {figure} | {file} |\n");
        if (ApprovedFigures.SchemaNot(root) is { Count: > 0 } not)
        {
            text.Append("\n### JSON Schema 2020-12: cases that are answered otherwise, or refused\n\n");
            foreach (var name in not)
                text.Append(CultureInfo.InvariantCulture, $"- {name}\n");
        }
    }

    private static void Compare(string file, string text)
    {
        if (Environment.GetEnvironmentVariable("CONTROLPLANE_WRITE_DOCS") == "1")
            File.WriteAllText(file, text);
        Assert.True(File.Exists(file), "docs/conformance.md is not there. Run this test with CONTROLPLANE_WRITE_DOCS=1.");
        Assert.Equal(File.ReadAllText(file).ReplaceLineEndings("\n"), text);
    }

    private static string Root([CallerFilePath] string here = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "..", "..", ".."));
}

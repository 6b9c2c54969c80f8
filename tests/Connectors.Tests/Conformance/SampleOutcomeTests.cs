using System.Runtime.CompilerServices;

namespace Connectors.Tests.Conformance;

/// <summary>
/// No document of a real system is overlooked: every file beside the repository is in an approved table of outcomes, or is said to be no
/// document, with the reason. A new file fails the test until it is named.
/// </summary>
public sealed class SampleOutcomeTests
{
    private static readonly string[] Folders = ["edi-x12", "edi-edifact", "flat-files", "netsuite-soap", "sap", "ubl", "pos", "wms-3pl", "woocommerce", "walmart", "ebay", "erp-other"];

    /// <summary>The approved tables, and below which folder each of them names its files.</summary>
    private static readonly (string Table, string[] Below)[] Tables =
    [
        ("edi-x12-outcomes", ["edi-x12/"]), ("edi-edifact-outcomes", ["edi-edifact/"]), ("real-files", [""]), ("openapi-real", [""]), ("woocommerce-real-documents", ["woocommerce/woocommerce-ios/"]), ("ebay-real-documents", ["ebay/metasfresh-ebay/"]),
        // IDocs stand as texts in a collection of requests, which is named without its folder.
        ("xml-real-documents", ["", "sap/apibusinesshub-integration-recipes/IDoc/UNEDIFACT/"]),
        ("partner-real-documents", ["wms-3pl/tap-3plcentral/", "wms-3pl/ecommerce_integrations-unicommerce/", "erp-other/metasfresh-shopware6/", "erp-other/metasfresh-invoicecandidate/", "erp-other/odoo-edi/edi_sale_forward_request/tests/files/"]),
    ];

    [Fact]
    public void Every_file_is_in_a_table_of_outcomes_or_said_to_be_no_document()
    {
        var root = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(Samples.Find("edi-x12/EdiEngine/850.OK.edi"))!, "..", ".."));
        var files = Folders.SelectMany(f => Directory.EnumerateFiles(Path.Combine(root, f), "*", SearchOption.AllDirectories)).Select(f => Path.GetRelativePath(root, f).Replace('\\', '/')).ToHashSet(StringComparer.Ordinal);
        var others = File.ReadAllLines(At("no-documents.txt")).Where(l => !l.StartsWith('#')).Select(l => l.Split(": ", 2)).ToDictionary(l => l[0], l => l[1]);
        var named = files.Where(Told()).ToHashSet(StringComparer.Ordinal);

        Assert.True(files.Count > 200, $"Only {files.Count} files are there.");
        Assert.Empty(files.Except(named).Except(others.Keys).Order(StringComparer.Ordinal));
        // The list says nothing about what is in a table, or is gone.
        Assert.DoesNotContain(others.Keys, o => named.Contains(o) || !files.Contains(o));
        Assert.All(others.Values, reason => Assert.True(reason.Length > 20, reason));
    }

    private static Func<string, bool> Told()
    {
        var tables = Tables.Select(t => (t.Below, Lines: File.ReadAllLines(At(t.Table + ".approved.txt")))).ToList();
        return file => tables.Any(t => t.Below.Any(b => file.StartsWith(b, StringComparison.Ordinal) && t.Lines.Any(l => Names(l, file[b.Length..]))));
    }

    /// <summary><c>file: …</c>, or <c>file[2]: …</c> for one of several documents in it.</summary>
    private static bool Names(string line, string file) => line.Length > file.Length && line.StartsWith(file, StringComparison.Ordinal) && (line[file.Length] is ':' or '[');

    private static string At(string file, [CallerFilePath] string here = "") => Path.Combine(Path.GetDirectoryName(here)!, "..", "Approved", file);
}

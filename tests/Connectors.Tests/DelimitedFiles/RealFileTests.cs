using System.Text;
using Connectors.Protocols.DelimitedFiles;

namespace Connectors.Tests.DelimitedFiles;

/// <summary>Files of real systems: each parsed or refused with line and reason, and written back byte for byte or with what differs.</summary>
public sealed class RealFileTests
{
    private static readonly (string File, string Format)[] Files =
    [
        ("flat-files/metasfresh-csv/NumberOfEmptyLinesIsPreserved.csv", "type: delimited\nseparator: \";\"\nheader: true"),
        ("flat-files/metasfresh-csv/evenNumberOfQuotes.csv", "type: delimited\nseparator: \";\"\nheader: true"),
        ("flat-files/metasfresh-csv/multiplelines.csv", "type: delimited\nseparator: tab\nencoding: iso-8859-1\ncolumns: [no, by, state, opened, due, text, weight]"),
        ("flat-files/metasfresh-pcm/product/10_Product_ImportFile.csv", "type: delimited\nseparator: \";\"\nheader: true"),
        ("flat-files/metasfresh-pcm/purchaseorder/happyFlow/10_PurchaseOrder_ImportFile.csv", "type: delimited\nseparator: \";\"\nheader: true\ncolumns: [{ name: BsID, required: true }]\ngroup: { by: BsID }"),
        ("flat-files/omniparser/csv2/1_single_row.input.csv", "type: delimited\nseparator: \"|\"\nheader: true"),
        ("flat-files/omniparser/csv2/3_multi_row_headerfooter.input.csv", "type: delimited\ntrim: true\nkind: { column: 1 }\nrecords:\n  - { name: block, is: B, columns: [k] }\n  - { name: end, is: E, under: block, min: 1, columns: [k] }\n  - { name: row, is: \"*\", under: block, columns: [one, two, three, four] }"),
        ("flat-files/omniparser/csv2/4_nested.input.csv", "type: delimited\nkind: { column: 1 }\nrecords:\n  - { name: wire, is: H, columns: [k, number, date, time] }\n  - { name: item, is: D, under: wire, min: 1, columns: [k, number, id, x, destination, place, code] }"),
        ("flat-files/omniparser/fixedlength2/1_single_row.input.txt", "type: fixed-width\nragged: true\ncolumns: [{ name: at, at: 1, length: 24 }, { name: high, at: 25, length: 5, align: right }, { name: low, at: 30, length: 5, align: right }, { name: wind, at: 36, length: 2, align: right }, { name: speed, at: 38, length: 3, align: right }, { name: lat, at: 41, length: 9, align: right }, { name: long, at: 50, length: 9, align: right }]"),
        ("flat-files/omniparser/fixedlength2/3_header_footer.input.txt", """
            type: fixed-width
            ragged: true
            kind: { at: 1, length: 4 }
            records:
              - { name: opening, is: A010, columns: [{ name: value, at: 6, length: 24 }] }
              - { name: about, is: "A*", under: opening, columns: [{ name: tag, at: 1, length: 4 }, { name: value, at: 6, length: 24 }] }
              - { name: parcel, is: V010, columns: [{ name: value, at: 6, length: 24 }] }
              - { name: field, is: "V*", under: parcel, columns: [{ name: tag, at: 1, length: 4 }, { name: value, at: 6, length: 40 }] }
              - { name: closing, is: Z001, columns: [{ name: value, at: 6, length: 24 }] }
              - { name: end, is: "Z*", under: closing, columns: [{ name: tag, at: 1, length: 4 }, { name: value, at: 6, length: 24 }] }
            """),
        ("wms-3pl/metasfresh-edi/desadvexport/compudata/DESADV_as_ordered_expected_output.txt", Compudata),
        ("wms-3pl/metasfresh-edi/desadvexport/compudata/DESADV_noPacks_expected_output.txt", Compudata),
        ("wms-3pl/metasfresh-edi/invoicexport/compudata/INVOIC_as_ordered_expected_output.txt", Compudata),
    ];

    private const string Compudata = """
        type: fixed-width
        ragged: true
        kind: { at: 1, length: 4 }
        records:
          - { name: interchange, is: H000, role: header, columns: [{ name: sender, at: 5, length: 35 }, { name: receiver, at: 40, length: 38 }, { name: rest, at: 78, length: 2500 }] }
          - { name: head, is: H100, columns: [{ name: partner, at: 5, length: 35 }, { name: number, at: 40, length: 14 }, { name: rest, at: 54, length: 2500 }] }
          - { name: position, is: "P*", under: head, columns: [{ name: partner, at: 5, length: 35 }, { name: rest, at: 40, length: 2500 }] }
          - { name: total, is: "T*", under: head, columns: [{ name: partner, at: 5, length: 35 }, { name: rest, at: 40, length: 2500 }] }
        """;

    [Fact]
    public void Real_files_are_read_and_written_back_as_approved()
    {
        var told = new StringBuilder();
        foreach (var (file, yaml) in Files)
        {
            var (content, format) = (File.ReadAllBytes(Samples.Find(file)), GivenFile.Format(yaml));
            var reading = format.Read(content, Given.Connection());
            var back = FileWriteBack.Write(content, format.Layout, out var differences);
            told.Append($"{file}: {reading.Summary}; {(back.AsSpan().SequenceEqual(content) ? "written back byte for byte" : $"written back with differences: {string.Join("; ", differences)}")}\n");
            foreach (var refusal in reading.Refusals.Concat(reading.Documents.SelectMany(d => d.Refusals)))
                told.Append($"  ! {refusal.Code}: {refusal.Message}\n");
        }

        Approved.Check("real-files", told.ToString());
    }

    /// <summary>Every text file beside them that no description was written for: any reading will do but an exception.</summary>
    [Fact]
    public void Files_of_any_kind_are_read_or_refused_by_every_description()
    {
        var root = Path.GetDirectoryName(Path.GetDirectoryName(Path.GetDirectoryName(Samples.Find(Files[0].File))!)!)!;
        foreach (var file in new[] { "flat-files", "wms-3pl", "pos" }.SelectMany(f => Directory.EnumerateFiles(Path.Combine(root, f), "*", SearchOption.AllDirectories)).Where(f => new FileInfo(f).Length < 100_000))
            foreach (var yaml in Files.Select(f => f.Format).Distinct())
            {
                var reading = GivenFile.Format(yaml).Read(File.ReadAllBytes(file), Given.Connection());
                Assert.True(reading.Refusals.Count > 0 || reading.Documents.Count >= 0);
            }
    }
}

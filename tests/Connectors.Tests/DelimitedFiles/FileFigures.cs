using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace Connectors.Tests.DelimitedFiles;

/// <summary>
/// What reading files costs, printed for people; what is asserted is the result. For figures worth quoting:
/// <c>dotnet run -c Release --project tests/Connectors.Tests -- -class Connectors.Tests.DelimitedFiles.FileFigures -showLiveOutput</c>.
/// </summary>
public sealed class FileFigures(ITestOutputHelper output)
{
    [Theory]
    [InlineData("delimited, each record a document", "type: delimited\nseparator: \";\"\ncolumns: [no, sku, title, qty, price, at]", "{0:00000000};TEE-M;\"Tee; medium\";2;25,00;2026-11-28T10:00:00Z\n", 1)]
    [InlineData("delimited, five records a document", "type: delimited\nseparator: \";\"\ncolumns: [no, sku, title, qty, price, at]\ngroup: { by: no }", "{1:00000000};TEE-M;\"Tee; medium\";2;25,00;2026-11-28T10:00:00Z\n", 5)]
    [InlineData("fixed width, each record a document", "type: fixed-width\ncolumns: [{ name: no, at: 1, length: 8 }, { name: sku, at: 9, length: 12 }, { name: title, at: 21, length: 20 }, { name: qty, at: 41, length: 6, align: right, fill: \"0\" }]", "{0:00000000}TEE-M       Tee; medium         000002\n", 1)]
    public void A_file_of_eight_megabytes(string name, string yaml, string record, int each)
    {
        var format = GivenFile.Format(yaml);
        var text = new StringBuilder();
        for (var i = 0; text.Length < 8 * 1024 * 1024; i++)
            text.AppendFormat(CultureInfo.InvariantCulture, CompositeFormat.Parse(record), i, i / each);
        var content = Encoding.UTF8.GetBytes(text.ToString());
        var best = double.MaxValue;
        for (var times = 0; times < 5; times++)
        {
            // Of the processor, so that whatever else runs on the machine does not count.
            using var process = Process.GetCurrentProcess();
            var from = process.TotalProcessorTime;
            var reading = format.Read(content, Given.Connection());
            process.Refresh();
            best = Math.Min(best, (process.TotalProcessorTime - from).TotalSeconds);
            Assert.True(reading.Documents.Count > 10_000 && reading.Documents.All(d => d.Refusals.Count == 0));
        }

        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name}: {content.Length / 1024.0 / 1024.0 / best:0} MB for each second of a core"));
    }
}

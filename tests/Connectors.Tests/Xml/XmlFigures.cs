using System.Globalization;
using System.Text;
using System.Text.Json;
using Connectors.Protocols.Formats;
using Connectors.Protocols.Manifests;

namespace Connectors.Tests.Xml;

/// <summary>
/// How fast XML is read and written, printed for people; what is asserted is the result. For figures worth quoting:
/// <c>dotnet run -c Release --project tests/Connectors.Tests -- -class Connectors.Tests.Xml.XmlFigures -showLiveOutput</c>.
/// </summary>
public sealed class XmlFigures(ITestOutputHelper output)
{
    [Fact]
    public void Reading_dividing_and_writing()
    {
        var order = Encoding.UTF8.GetString(EmbeddedCatalog.Sample("UblPartner", "order.xml"));
        var file = Encoding.UTF8.GetBytes("<Batch><Head>1</Head>" + string.Concat(Enumerable.Repeat(order[order.IndexOf("<Order", StringComparison.Ordinal)..], 1_500)) + "</Batch>");
        var whole = GivenXml.Format("type: xml");
        var divided = GivenXml.Format("type: xml, split: Batch.Order");
        Measure("read whole", file.Length, () => Assert.Single(whole.Read(file, Given.Connection()).Documents));
        Measure("divided into 1,500 orders", file.Length, () => Assert.Equal(1_500, divided.Read(file, Given.Connection()).Documents.Count));
        using var json = JsonDocument.Parse(whole.Read(file, Given.Connection()).Documents[0].Json);
        var context = new FormatContext(Given.Connection(), "R", null, Given.Now);
        Measure("written", whole.Write(json.RootElement, context).Content.Length, () => Assert.Empty(whole.Write(json.RootElement, context).Refusals));
        var idocs = EmbeddedCatalog.Load("SapIdoc").Formats["idoc"];
        var flat = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat(Encoding.UTF8.GetString(EmbeddedCatalog.Sample("SapIdoc", "desadv.txt")), 1_000)));
        Measure("2,000 flat IDocs", flat.Length, () => Assert.Equal(2_000, idocs.Read(flat, Given.Connection()).Documents.Count));
    }

    private void Measure(string what, int bytes, Action run)
    {
        // By processor time: what else runs on the machine does not count.
        var best = TimeSpan.MaxValue;
        for (var i = 0; i < 8; i++)
        {
            var from = Environment.CpuUsage.TotalTime;
            run();
            best = Environment.CpuUsage.TotalTime - from is var took && took < best ? took : best;
        }

        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{what}: {bytes / 1e6:0.0} MB in {best.TotalMilliseconds:0} ms of one core, {bytes / 1e6 / best.TotalSeconds:0} MB/s"));
    }
}

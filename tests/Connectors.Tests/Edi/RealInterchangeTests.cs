using System.Globalization;
using System.Text;
using Connectors.Protocols.Edi.Writing;
using Connectors.Protocols.Formats;

namespace Connectors.Tests.Edi;

/// <summary>What becomes of every interchange that we have: read, or refused with segment, place and reason; and written back.</summary>
public sealed class RealInterchangeTests
{
    // These files are of many partners: ids that the connection does not have are not checked.
    private static readonly IDocumentFormat X12 = GivenEdi.Format("x12", "schemas: [\"850\", \"855\", \"856\", \"810\", \"846\", \"940\", \"943\", \"944\", \"945\", \"860\"]\nacknowledge: \"997\"", "{settings.nobody}");
    private static readonly IDocumentFormat Edifact = GivenEdi.Format("edifact", "schemas: [ORDERS, ORDRSP, DESADV, INVOIC, INVRPT]\nacknowledge: CONTRL", "{settings.nobody}");

    [Theory]
    [InlineData("edi-x12", "edi-x12/EdiEngine/850.OK.edi")]
    [InlineData("edi-edifact", "edi-edifact/pydifact/order.edi")]
    public void Every_file_is_read_or_refused_with_its_place_and_written_back(string folder, string one)
    {
        var root = Path.GetDirectoryName(Path.GetDirectoryName(Samples.Find(one)))!;
        var text = new StringBuilder();
        foreach (var file in Directory.EnumerateFiles(root, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
            if (Path.GetExtension(file) is not (".json" or ".xml"))
                Outcome(text, Path.GetRelativePath(root, file).Replace('\\', '/'), File.ReadAllBytes(file), folder == "edi-x12" || file.Contains("edi-214", StringComparison.Ordinal) ? "x12" : "edifact");
        Approved.Check($"{folder}-outcomes", text.ToString());
    }

    private static void Outcome(StringBuilder text, string name, byte[] bytes, string type)
    {
        var reading = (type == "x12" ? X12 : Edifact).Read(bytes, Given.Connection(), Given.Now);
        var copy = EdiCopy.Copy(bytes, GivenEdi.Dialect(type));
        text.Append(name).Append(": ").Append(reading.Summary).Append('\n');
        text.Append("  written back: ").Append(bytes.AsSpan().SequenceEqual(copy) ? "the same bytes" : Difference(bytes, copy)).Append('\n');
        if (reading.Documents.Count == 0)
            foreach (var refusal in reading.Refusals)
                text.Append("  refused: ").Append(refusal.Code).Append(": ").Append(refusal.Message).Append('\n');
        foreach (var document in reading.Documents.Take(6))
        {
            text.Append("  ").Append(document.Topic).Append(" (").Append(document.Place).Append("): ").Append(document.Refusals.Count == 0 ? "read" : "refused").Append('\n');
            foreach (var refusal in document.Refusals.Take(5))
                text.Append("    ").Append(refusal.Code).Append(": ").Append(refusal.Message).Append('\n');
            if (document.Refusals.Count > 5)
                text.Append(CultureInfo.InvariantCulture, $"    and {document.Refusals.Count - 5} more\n");
        }

        if (reading.Documents.Count > 6)
            text.Append(CultureInfo.InvariantCulture, $"  and {reading.Documents.Count - 6} more, {reading.Documents.Skip(6).Count(d => d.Refusals.Count > 0)} of them refused\n");
    }

    private static string Difference(byte[] was, byte[] now)
    {
        var at = Enumerable.Range(0, Math.Min(was.Length, now.Length)).FirstOrDefault(i => was[i] != now[i], Math.Min(was.Length, now.Length));
        string Near(byte[] text) => Encoding.Latin1.GetString(text, Math.Max(0, at - 10), Math.Min(20, text.Length - Math.Max(0, at - 10))).ReplaceLineEndings("|");
        return string.Create(CultureInfo.InvariantCulture, $"differs at byte {at}: was \"{Near(was)}\", is \"{Near(now)}\"");
    }
}

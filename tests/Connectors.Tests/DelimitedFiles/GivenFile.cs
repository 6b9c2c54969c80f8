using System.Text;
using System.Text.Json;
using Connectors.Protocols.DelimitedFiles;
using Connectors.Protocols.Formats;
using Connectors.Protocols.Manifests;

namespace Connectors.Tests.DelimitedFiles;

/// <summary>Formats from their YAML, and what they read and write, in few words.</summary>
public static class GivenFile
{
    public static FileFormat Format(string yaml)
    {
        var reading = Read(yaml);
        Assert.True(reading.Problems.Count == 0, string.Join("\n", reading.Problems));
        return Assert.IsType<FileFormat>(reading.Definition!.Formats["it"]);
    }

    /// <summary>What is wrong with a format, without the place in the file.</summary>
    public static string Problems(string yaml) => string.Join("\n", Read(yaml).Problems.Select(p => p.Message.Replace("formats[0].", "", StringComparison.Ordinal)));

    private static ManifestReading Read(string yaml) => ManifestReader.Read(
        "kind: Connector\nmetadata: { name: files }\nspec:\n  roles: [wms]\n  operations: []\n  formats:\n    - name: it\n" + string.Concat(yaml.ReplaceLineEndings("\n").TrimEnd().Split('\n').Select(l => $"      {l}\n")), "files.yaml");

    public static FormatReading Read(this FileFormat format, string text) => format.Read(Encoding.UTF8.GetBytes(text), Given.Connection());

    /// <summary>Each document as "place: json", or "place! code message" when it is refused.</summary>
    public static string Told(this FormatReading reading) => string.Join("\n", reading.Refusals.Select(r => $"! {r.Code} {r.Message}")
        .Concat(reading.Documents.Select(d => d.Refusals.Count > 0 ? $"{d.Place}! {string.Join(" | ", d.Refusals.Select(r => $"{r.Code} {r.Message}"))}" : $"{d.Place}: {Json(d)}")));

    public static string Json(FormatDocument document) => Encoding.UTF8.GetString(document.Json.Span);

    public static FormatWriting Write(this FileFormat format, string json, long? number = null)
    {
        using var document = JsonDocument.Parse(json);
        return format.Write(document.RootElement, Context(number));
    }

    public static FormatContext Context(long? number = null) => new(Given.Connection(settings: new Dictionary<string, string> { ["client"] = "ACME" }), "SHOP-1001", number, Given.Now);

    public static string Text(this FormatWriting writing)
    {
        Assert.True(writing.Refusals.Count == 0, string.Join("\n", writing.Refusals));
        return Encoding.UTF8.GetString(writing.Content.Span);
    }

    public static string Told(this FormatWriting writing) => string.Join(" | ", writing.Refusals.Select(r => $"{r.Code} {r.Field}: {r.Message}"));
}

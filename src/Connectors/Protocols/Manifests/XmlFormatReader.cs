using System.Text;
using Connectors.Protocols.Formats;
using Connectors.Protocols.Http;
using Connectors.Protocols.Idoc;
using Connectors.Protocols.Soap;
using Connectors.Protocols.Xml;

namespace Connectors.Protocols.Manifests;

/// <summary>Reads formats of the types <c>xml</c>, <c>soap</c> and <c>idoc</c>.</summary>
internal static class XmlFormatReader
{
    public static IDocumentFormat? Xml(string name, YamlMap entry)
    {
        var before = entry.Problems.Found.Count;
        var shape = Shape(entry, "root");
        var format = new XmlFormat(name, Reading(entry, split: true), shape with
        {
            Declaration = entry.Choice("declaration", true, ("true", true), ("false", false)),
            Encoding = Encoding(entry, "utf-8"),
            Indent = entry.Flag("indent"),
        });
        return entry.Problems.Found.Count > before ? null : format;
    }

    public static IDocumentFormat? Soap(string name, YamlMap entry)
    {
        var before = entry.Problems.Found.Count;
        var format = new SoapFormat(
            name,
            entry.Choice("version", SoapVersion.V11, ("1.1", SoapVersion.V11), ("1.2", SoapVersion.V12)),
            entry.Text("action"), entry.Flag("credentials"), entry.Flag("unwrap"), Reading(entry, split: false), Shape(entry, "body"));
        if (entry.Text("action")?.Any(c => c is '"' or < ' ' or > '~') == true)
            entry.Problem("action", "An action is a URI or a word, in ASCII, without quotation marks.");
        return entry.Problems.Found.Count > before ? null : format;
    }

    public static IDocumentFormat? Idoc(string name, YamlMap entry)
    {
        var before = entry.Problems.Found.Count;
        var segments = new List<IdocSegment>();
        foreach (var segment in entry.Maps("segments"))
        {
            var plain = segment.Required("name");
            var fields = IdocSchema.Fields(segment.Text("fields") ?? "", out var problem);
            if (fields is null)
                segment.Problem("fields", problem);
            if (plain.Length > 30 || segments.Exists(s => s.Name == plain))
                segment.Problem("name", $"'{plain}' stands there twice, or is longer than 30 characters.");
            segments.Add(new(plain, segment.Text("flat") ?? plain, fields ?? []));
            segment.Done();
        }

        var flat = entry.Choice("write", false, ("xml", false), ("flat", true));
        if (flat && segments.Count == 0)
            entry.Problem("segments", "Flat files cannot be written without a description of their segments.");
        var format = new IdocFormat(name, new(segments), flat, Encoding(entry, "utf-8"));
        return entry.Problems.Found.Count > before ? null : format;
    }

    private static XmlReading Reading(YamlMap entry, bool split)
    {
        var prefixes = new Dictionary<string, string>(StringComparer.Ordinal);
        if (entry.Choice("names", false, ("local", false), ("qualified", true)))
            foreach (var (prefix, space) in entry.Pairs("namespaces"))
                prefixes.TryAdd(space, prefix);
        return new()
        {
            Prefixes = prefixes,
            Lists = entry.Texts("lists").ToHashSet(StringComparer.Ordinal),
            Split = split ? [.. (entry.Text("split") ?? "").Split('.', StringSplitOptions.RemoveEmptyEntries)] : [],
            Trim = entry.Flag("trim"),
        };
    }

    private static XmlShape Shape(YamlMap entry, string root)
    {
        var namespaces = new List<KeyValuePair<string, ConnectionText>>();
        foreach (var (prefix, space) in entry.Pairs("namespaces"))
        {
            var text = Placeholders.TryParse(space, out var problem);
            if (text is null)
                entry.Problem("namespaces", problem);
            else if (text.Names.FirstOrDefault(n => !n.StartsWith(Placeholders.Settings, StringComparison.Ordinal)) is { } other)
                entry.Problem("namespaces", $"'{{{other}}}' cannot be read here. Allowed: {{settings.<name>}}.");
            else if (prefix is "xml" or "xsi" or "xmlns" or "soap" || prefix.Length > 0 && !prefix.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_'))
                entry.Problem("namespaces", $"'{prefix}' cannot be a prefix. Allowed: letters, digits, '-' and '_', and none of xml, xsi, xmlns, soap, which are there always.");
            else
                namespaces.Add(new(prefix, new(text, new Dictionary<string, string>())));
        }

        var order = new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal);
        foreach (var (path, names) in entry.Pairs("order"))
            order[path == "." ? "" : path] = names.Split([',', ' '], StringSplitOptions.RemoveEmptyEntries);
        return new() { Root = entry.Text(root), Namespaces = namespaces, Order = order };
    }

    private static Encoding Encoding(YamlMap entry, string otherwise)
    {
        var word = entry.Text("encoding") ?? otherwise;
        if (word is "utf-8" or "utf-16" or "iso-8859-1" or "windows-1252" && XmlEncodings.Named(word) is { } encoding)
            return encoding;
        entry.Problem("encoding", $"'{word}' is unknown. Allowed: utf-8, utf-16, iso-8859-1, windows-1252.");
        return new UTF8Encoding(false);
    }
}

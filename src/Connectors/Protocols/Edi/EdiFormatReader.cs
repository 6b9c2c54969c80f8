using Connectors.Protocols.Edi.Schemas;
using Connectors.Protocols.Edifact;
using Connectors.Protocols.Formats;
using Connectors.Protocols.Http;
using Connectors.Protocols.Manifests;
using Connectors.Protocols.X12;

namespace Connectors.Protocols.Edi;

/// <summary>Reads the entries of <c>formats:</c> of the types <c>x12</c> and <c>edifact</c>.</summary>
internal static class EdiFormatReader
{
    public static IDocumentFormat? X12(string name, YamlMap map) => Read(name, map, "x12", X12Standard.Instance, X12Standard.Usual, EdiCharacters.Latin1);

    public static IDocumentFormat? Edifact(string name, YamlMap map) => Read(name, map, "edifact", EdifactStandard.Instance, EdifactDialect.Usual, EdiCharacters.Latin1);

    private static EdiFormat? Read(string name, YamlMap map, string standard, IEdiStandard of, EdiSeparators usual, EdiCharacters characters)
    {
        var before = map.Problems.Found.Count;
        var version = map.Text("version");
        var separators = Separators(map.Map("separators"), version?.StartsWith("005", StringComparison.Ordinal) == true ? usual with { Repetition = (byte)'^', Component = (byte)':' } : usual, standard);
        var within = map.Map("acknowledgedWithin");
        var options = new EdiOptions
        {
            Name = name,
            Schemas = Schemas(map, standard),
            Accept = map.Texts("accept"),
            Versions = map.Texts("versions"),
            Us = Party(map.Map("us")),
            Partner = Party(map.Map("partner")),
            Usage = Text(map, "usage"),
            Acknowledge = standard == "x12"
                ? map.Choice("acknowledge", EdiAcknowledgement.None, ("none", EdiAcknowledgement.None), ("997", EdiAcknowledgement.Usual), ("999", EdiAcknowledgement.Implementation))
                : map.Choice("acknowledge", EdiAcknowledgement.None, ("none", EdiAcknowledgement.None), ("CONTRL", EdiAcknowledgement.Usual)),
            Technical = standard == "x12" ? map.Choice("technical", EdiTechnical.WhenAsked, ("when-asked", EdiTechnical.WhenAsked), ("always", EdiTechnical.Always), ("never", EdiTechnical.Never)) : EdiTechnical.Never,
            AcknowledgedWithinMinutes = (int?)within?.Number("minutes", 1, EdiOptions.MostMinutes),
            AcknowledgedWithinSetting = within?.Text("setting"),
            Separators = separators,
            LineBreaks = map.Flag("lineBreaks"),
            Characters = map.Text("characters") is not { } wanted ? characters : EdiCharacters.Find(wanted) ?? Unknown(map, wanted),
            Version = version,
            BlankSeparators = map.Choice("separatorsInData", false, ("refuse", false), ("blank", true)),
        };
        if (within is not null && !within.Has("minutes"))
            within.Problem("minutes", "A value is missing. Allowed: 1 to 43200.");
        within?.Done();
        return map.Problems.Found.Count > before ? null : new(options, of);
    }

    private static Dictionary<string, EdiSchema> Schemas(YamlMap map, string standard)
    {
        var schemas = new Dictionary<string, EdiSchema>(StringComparer.Ordinal);
        foreach (var set in map.Texts("schemas"))
            if (ShippedSchemas.Find(standard, set) is { } shipped)
                schemas[shipped.Set] = shipped;
            else
                map.Problem("schemas", $"There is no schema '{set}' for {standard}. There are {string.Join(", ", ShippedSchemas.Names(standard))}; describe others under define:.");
        foreach (var entry in map.Maps("define"))
            if (SchemaReader.Read(entry, standard) is { } own)
                schemas[own.Set] = own;
        return schemas;
    }

    private static EdiParty Party(YamlMap? map)
    {
        if (map is null)
            return new(null, null, null);
        var party = new EdiParty(Text(map, "id"), Text(map, "qualifier"), Text(map, "group"));
        map.Done();
        return party;
    }

    private static Placeholders? Text(YamlMap map, string key)
    {
        if (map.Text(key) is not { } text)
            return null;
        if (Placeholders.TryParse(text, out var problem) is not { } parsed)
            map.Problem(key, problem);
        else if (parsed.Names.FirstOrDefault(n => !n.StartsWith(Placeholders.Settings, StringComparison.Ordinal)) is { } other)
            map.Problem(key, $"'{{{other}}}' cannot be read here. Allowed: {{settings.<name>}}.");
        else
            return parsed;
        return null;
    }

    private static EdiSeparators Separators(YamlMap? map, EdiSeparators usual, string standard)
    {
        if (map is null)
            return usual;
        byte One(string key, byte otherwise)
        {
            if (map.Text(key) is not { } text)
                return otherwise;
            if (text.Length == 1 && text[0] is > ' ' and <= '~' && !char.IsAsciiLetterOrDigit(text[0]))
                return (byte)text[0];
            map.Problem(key, $"'{text}' is no separator. Allowed: one character that is no letter, digit or blank.");
            return otherwise;
        }

        var separators = usual with
        {
            Element = One("element", usual.Element),
            Component = One("component", usual.Component),
            Repetition = One("repetition", usual.Repetition),
            Terminator = One("segment", usual.Terminator),
            Release = standard == "edifact" ? One("release", usual.Release) : (byte)0,
            DecimalMark = standard == "edifact" ? map.Text("decimal") is "," ? (byte)',' : (byte)'.' : (byte)'.',
        };
        var all = new[] { separators.Element, separators.Component, separators.Repetition, separators.Terminator, separators.Release }.Where(s => s != 0).ToList();
        if (all.Distinct().Count() != all.Count)
            map.Problem("element", "Two separators are the same character.");
        map.Done();
        return separators;
    }

    private static EdiCharacters Unknown(YamlMap map, string name)
    {
        map.Problem("characters", $"'{name}' is unknown. Allowed: ascii, latin-1, utf-8.");
        return EdiCharacters.Latin1;
    }
}

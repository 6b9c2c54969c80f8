namespace Connectors.Protocols.Idoc;

/// <summary>One segment of a flat file: its fields in order.</summary>
/// <param name="Name">As XML and the mapping call it: <c>E1EDK01</c>.</param>
/// <param name="Flat">As a flat file calls it, with its release: <c>E2EDK01005</c>.</param>
public sealed record IdocSegment(string Name, string Flat, IReadOnlyList<IdocField> Fields);

/// <param name="Length">In characters, 1 to 1,000.</param>
public sealed record IdocField(string Name, int Length);

/// <summary>
/// What fixed places mean in a flat file. The control record and the head of each data record are the same everywhere (SAP structures
/// EDI_DC40 and EDI_DD40); the fields of segments differ by release and are described in the manifest.
/// </summary>
public sealed class IdocSchema(IReadOnlyList<IdocSegment> segments)
{
    public const int LongestData = 1_000;

    /// <summary>Where the head of a data record ends and its data begins.</summary>
    public const int DataAt = 63;

    public const string ControlName = "EDI_DC40";

    private readonly Dictionary<string, IdocSegment> _byName = Index(segments);

    public static IdocSegment Control { get; } = new(ControlName, ControlName, Fields(
        "TABNAM:10,MANDT:3,DOCNUM:16,DOCREL:4,STATUS:2,DIRECT:1,OUTMOD:1,EXPRSS:1,TEST:1,IDOCTYP:30,CIMTYP:30,MESTYP:30,MESCOD:3,MESFCT:3,STD:1,STDVRS:6,STDMES:6,"
        + "SNDPOR:10,SNDPRT:2,SNDPFC:2,SNDPRN:10,SNDSAD:21,SNDLAD:70,RCVPOR:10,RCVPRT:2,RCVPFC:2,RCVPRN:10,RCVSAD:21,RCVLAD:70,CREDAT:8,CRETIM:6,REFINT:14,REFGRP:14,REFMES:14,ARCKEY:70,SERIAL:20",
        out _)!);

    /// <summary>Head of a data record, up to <see cref="DataAt"/>.</summary>
    public static IReadOnlyList<IdocField> Head { get; } = Fields("SEGNAM:30,MANDT:3,DOCNUM:16,SEGNUM:6,PSGNUM:6,HLEVEL:2", out _)!;

    public IEnumerable<string> Names => segments.Select(s => s.Name);

    /// <summary>By either name; of another release, too: its fields are added at the end only.</summary>
    public IdocSegment? Find(string name) =>
        _byName.GetValueOrDefault(name) ?? _byName.GetValueOrDefault(Plain(name)) ?? (name.Length > 3 && name[^3..].All(char.IsAsciiDigit) ? _byName.GetValueOrDefault(Plain(name[..^3])) : null);

    /// <summary>As a segment that is not described is called: E2 and Z2 mean the same as E1 and Z1.</summary>
    public static string Plain(string name) => name.Length > 2 && name[1] == '2' && char.IsAsciiLetter(name[0]) ? $"{name[0]}1{name[2..]}" : name;

    /// <summary>Reads <c>ACTION:3, KZABS:1</c>. Null when it cannot be read.</summary>
    public static IReadOnlyList<IdocField>? Fields(string text, out string problem)
    {
        var fields = new List<IdocField>();
        problem = "";
        foreach (var part in text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var colon = part.IndexOf(':', StringComparison.Ordinal);
            if (colon <= 0 || !int.TryParse(part.AsSpan(colon + 1), out var length) || length is < 1 or > LongestData)
                problem = $"'{part}' is no field. Allowed: a name, a colon and a length from 1 to {LongestData}, such as CURCY:3.";
            else
                fields.Add(new(part[..colon].Trim(), length));
        }

        if (problem.Length == 0 && (fields.Count == 0 || fields.Sum(f => f.Length) > LongestData))
            problem = $"The fields of a segment are 1 to {LongestData} characters together.";
        return problem.Length == 0 ? fields : null;
    }

    private static Dictionary<string, IdocSegment> Index(IReadOnlyList<IdocSegment> segments)
    {
        var all = new Dictionary<string, IdocSegment>(StringComparer.Ordinal);
        foreach (var segment in segments)
        {
            all[segment.Name] = segment;
            all[segment.Flat] = segment;
        }

        return all;
    }
}

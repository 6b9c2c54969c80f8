namespace Connectors.Protocols.Edi;

/// <summary>Head and verdict of one interchange.</summary>
public sealed class EdiInterchange
{
    public EdiSeparators Separators { get; init; }

    public string SenderQualifier { get; init; } = "";

    public string Sender { get; init; } = "";

    public string ReceiverQualifier { get; init; } = "";

    public string Receiver { get; init; } = "";

    /// <summary>As written: YYMMDD, in EDIFACT also CCYYMMDD.</summary>
    public string Date { get; init; } = "";

    public string Time { get; init; } = "";

    /// <summary>ISA12, or syntax identifier and version: <c>00401</c>, <c>UNOC:3</c>.</summary>
    public string Version { get; init; } = "";

    public string ControlNumber { get; init; } = "";

    /// <summary>Null when the head states neither test nor production in a way that is known.</summary>
    public bool? Test { get; init; }

    public bool WantsAcknowledgement { get; init; }

    public long Offset { get; init; }

    /// <summary>Add through <see cref="Add"/>.</summary>
    public List<EdiProblem> Problems { get; } = [];

    public int Groups { get; set; }

    public int Sets { get; set; }

    /// <summary>The first twenty: every set within is refused with them, so that more would cost their number times that of the sets.</summary>
    public const int MostProblems = 20;

    public void Add(EdiProblem problem)
    {
        if (Problems.Count < MostProblems)
            Problems.Add(problem);
    }
}

/// <summary>Head and verdict of one functional group; EDIFACT mostly has none, and then one without head stands for it.</summary>
public sealed class EdiGroup
{
    public required EdiInterchange Interchange { get; init; }

    /// <summary>True where the standard needs no group and none is there.</summary>
    public bool Implicit { get; init; }

    /// <summary>GS01: <c>PO</c>, <c>OW</c>; UNG01.</summary>
    public string FunctionalId { get; init; } = "";

    public string Sender { get; init; } = "";

    public string Receiver { get; init; } = "";

    public string Date { get; init; } = "";

    public string Time { get; init; } = "";

    public string ControlNumber { get; init; } = "";

    /// <summary>GS08: <c>004010VICS</c>.</summary>
    public string Version { get; init; } = "";

    /// <summary>As the trailer counts.</summary>
    public long? StatedSets { get; set; }

    public int Sets { get; set; }

    /// <summary>Control numbers that came already: twice the same cannot be acknowledged apart. The same number may follow in another group.</summary>
    public HashSet<string> ControlNumbers { get; } = new(StringComparer.Ordinal);

    /// <summary>Add through <see cref="Add"/>.</summary>
    public List<EdiProblem> Problems { get; } = [];

    /// <summary>As many as of an interchange, and for the same reason.</summary>
    public void Add(EdiProblem problem)
    {
        if (Problems.Count < EdiInterchange.MostProblems)
            Problems.Add(problem);
    }
}

/// <summary>Head and verdict of one transaction set or message.</summary>
public sealed class EdiSet
{
    public const int MostProblems = 100;

    public required EdiGroup Group { get; init; }

    /// <summary><c>850</c>, <c>ORDERS</c>.</summary>
    public string Id { get; init; } = "";

    public string ControlNumber { get; init; } = "";

    /// <summary>ST03 or else GS08; version, release and agency of UNH: <c>D:96A:UN:EAN008</c>.</summary>
    public string Version { get; init; } = "";

    /// <summary>Number of its first segment in the delivery.</summary>
    public int FirstSegment { get; init; }

    public long Offset { get; init; }

    /// <summary>With head and trailer.</summary>
    public int Segments { get; set; }

    public List<EdiProblem> Problems { get; } = [];

    /// <summary>The first hundred: whoever makes more mistakes has understood.</summary>
    public void Add(EdiProblem problem)
    {
        if (Problems.Count < MostProblems)
            Problems.Add(problem);
    }
}

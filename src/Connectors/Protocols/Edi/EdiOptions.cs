using Connectors.Protocols.Edi.Schemas;
using Connectors.Protocols.Http;

namespace Connectors.Protocols.Edi;

/// <summary>What a sender is told about the sets that he sent.</summary>
public enum EdiAcknowledgement : byte
{
    None,

    /// <summary>997, or CONTRL in EDIFACT.</summary>
    Usual,

    /// <summary>999: as a 997, with the error's place in 5010's words.</summary>
    Implementation,
}

/// <summary>When TA1, or an empty CONTRL, tells about the interchange itself.</summary>
public enum EdiTechnical : byte
{
    /// <summary>When its head asks for it, and when it is refused as a whole.</summary>
    WhenAsked,
    Always,
    Never,
}

/// <summary>Who somebody is in the envelope; each may read settings of the connection. Null = not stated.</summary>
/// <param name="Group">GS02 or GS03; null = as <paramref name="Id"/>.</param>
public sealed record EdiParty(Placeholders? Id, Placeholders? Qualifier, Placeholders? Group);

/// <summary>An EDI format as its manifest describes it: what is understood, and the partner's profile.</summary>
public sealed record EdiOptions
{
    public required string Name { get; init; }

    /// <summary>By set; one that is in neither is read without a schema.</summary>
    public IReadOnlyDictionary<string, EdiSchema> Schemas { get; init; } = new Dictionary<string, EdiSchema>();

    /// <summary>Sets that are taken; all others are refused as not supported. Empty = any.</summary>
    public IReadOnlyList<string> Accept { get; init; } = [];

    /// <summary>What versions begin with: <c>004010</c>, <c>D:96A</c>. Empty = any.</summary>
    public IReadOnlyList<string> Versions { get; init; } = [];

    public EdiParty Us { get; init; } = new(null, null, null);

    public EdiParty Partner { get; init; } = new(null, null, null);

    /// <summary><c>production</c> or <c>test</c>: what we send is marked so, and what comes marked otherwise is refused. Null = production out, and both in.</summary>
    public Placeholders? Usage { get; init; }

    public EdiAcknowledgement Acknowledge { get; init; }

    public EdiTechnical Technical { get; init; }

    /// <summary>Minutes in which the partner owes an acknowledgement of what we send; null = none is due.</summary>
    public int? AcknowledgedWithinMinutes { get; init; }

    /// <summary>Setting of the connection that says otherwise, in minutes; 0 = none is due. Null = there is no such setting.</summary>
    public string? AcknowledgedWithinSetting { get; init; }

    /// <summary>The longest promise: 30 days, as the longest wait of a flow.</summary>
    public const int MostMinutes = 43_200;

    /// <summary>Of what we write.</summary>
    public required EdiSeparators Separators { get; init; }

    public bool LineBreaks { get; init; }

    public required EdiCharacters Characters { get; init; }

    /// <summary>GS08 or version and release of UNH in what we write; null = the schema's.</summary>
    public string? Version { get; init; }

    public bool BlankSeparators { get; init; }
}

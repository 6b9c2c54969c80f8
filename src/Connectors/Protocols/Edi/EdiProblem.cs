using System.Globalization;
using ControlPlane.Domain.Shared;

namespace Connectors.Protocols.Edi;

/// <summary>What can be wrong, by the level it spoils. 997, 999, TA1 and CONTRL have a code for each.</summary>
public enum EdiFault
{
    NotEdi,
    SenderUnknown,
    ReceiverUnknown,
    InterchangeVersion,
    InterchangeControlMissing,
    InterchangeTrailerMissing,
    InterchangeControlMismatch,
    InterchangeCount,
    InterchangeStructure,
    InterchangeUsage,

    GroupUnsupported,
    GroupVersion,
    GroupTrailerMissing,
    GroupControlMissing,
    GroupControlMismatch,
    GroupCount,

    SetUnsupported,
    SetTrailerMissing,
    SetIdMissing,
    SetControlMissing,
    SetControlMismatch,
    SetControlRepeated,
    SetCount,

    SegmentUnknown,
    SegmentMissing,
    SegmentTooOften,
    LoopTooOften,

    ElementMissing,
    ElementConditional,
    ElementExcluded,
    ElementTooMany,
    ElementTooShort,
    ElementTooLong,
    ElementCharacter,
    ElementCode,
    ElementDate,
    ElementTime,
}

public static class EdiFaults
{
    public static bool IsOfInterchange(this EdiFault fault) => fault < EdiFault.GroupUnsupported;

    public static bool IsOfGroup(this EdiFault fault) => fault is >= EdiFault.GroupUnsupported and < EdiFault.SetUnsupported;

    public static bool IsOfSegment(this EdiFault fault) => fault >= EdiFault.SegmentUnknown;

    public static bool IsOfElement(this EdiFault fault) => fault >= EdiFault.ElementMissing;

    /// <summary>The stable code of a refusal: <c>edi.set_count</c>.</summary>
    public static string Code(this EdiFault fault) =>
        "edi." + string.Concat(fault.ToString().Select((c, i) => char.IsUpper(c) ? (i > 0 ? "_" : "") + char.ToLowerInvariant(c) : c.ToString()));
}

/// <summary>One thing wrong, with the place in the words of the trade.</summary>
/// <param name="Message">For people: what is wrong and what is allowed; without contents of elements.</param>
public sealed record EdiProblem(EdiFault Fault, string Message)
{
    /// <summary>Of the set, counted from 1 for ST or UNH; 0 when no segment is meant.</summary>
    public int Segment { get; init; }

    public string Tag { get; init; } = "";

    /// <summary>Name of the loop it stands in; empty outside of loops.</summary>
    public string Loop { get; init; } = "";

    /// <summary>From 1; 0 when the segment as a whole is meant.</summary>
    public int Element { get; init; }

    /// <summary>From 1; 0 when the element as a whole is meant.</summary>
    public int Component { get; init; }

    /// <summary>What stood there, for the sender's own acknowledgement only; never logged or shown.</summary>
    public string? Value { get; init; }

    /// <summary>Where it stands: <c>segment 14 PO1, element 4</c>.</summary>
    public string Place => Segment == 0 ? Tag : string.Create(CultureInfo.InvariantCulture,
        $"segment {Segment} {Tag}{(Element > 0 ? $", element {Element}" : "")}{(Component > 0 ? $", component {Component}" : "")}");

    public Refusal ToRefusal() => new(Fault.Code(), Place, Segment == 0 ? Message : $"{char.ToUpperInvariant(Place[0])}{Place[1..]}: {Message}");
}

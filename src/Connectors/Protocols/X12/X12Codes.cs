using Connectors.Protocols.Edi;

namespace Connectors.Protocols.X12;

/// <summary>Codes of 997, 999 and TA1 for what can be wrong, and what received codes mean. Those that the acknowledgements use, in our own words.</summary>
internal static class X12Codes
{
    /// <summary>TA105.</summary>
    public static string Interchange(EdiFault fault) => fault switch
    {
        EdiFault.InterchangeControlMismatch => "001",
        EdiFault.InterchangeVersion => "003",
        EdiFault.SenderUnknown => "006",
        EdiFault.ReceiverUnknown => "009",
        EdiFault.InterchangeControlMissing => "018",
        EdiFault.InterchangeUsage => "020",
        EdiFault.InterchangeCount => "021",
        EdiFault.InterchangeTrailerMissing => "023",
        _ => "022",
    };

    /// <summary>AK905.</summary>
    public static string Group(EdiFault fault) => fault switch
    {
        EdiFault.GroupUnsupported => "1",
        EdiFault.GroupVersion => "2",
        EdiFault.GroupTrailerMissing => "3",
        EdiFault.GroupControlMismatch => "4",
        EdiFault.GroupControlMissing => "6",
        _ => "5",
    };

    /// <summary>AK502, IK502.</summary>
    public static string Set(EdiFault fault) => fault switch
    {
        EdiFault.SetUnsupported => "1",
        EdiFault.SetTrailerMissing => "2",
        EdiFault.SetControlMismatch => "3",
        EdiFault.SetCount => "4",
        EdiFault.SetIdMissing => "6",
        EdiFault.SetControlMissing => "7",
        EdiFault.SetControlRepeated => "23",
        _ => "5",
    };

    /// <summary>AK304, IK304.</summary>
    public static string Segment(EdiFault fault) => fault switch
    {
        EdiFault.SegmentUnknown => "1",
        EdiFault.SegmentMissing => "3",
        EdiFault.LoopTooOften => "4",
        EdiFault.SegmentTooOften => "5",
        _ => "8",
    };

    /// <summary>AK403, IK403.</summary>
    public static string Element(EdiFault fault) => fault switch
    {
        EdiFault.ElementMissing => "1",
        EdiFault.ElementConditional => "2",
        EdiFault.ElementTooMany => "3",
        EdiFault.ElementTooShort => "4",
        EdiFault.ElementTooLong => "5",
        EdiFault.ElementCode => "7",
        EdiFault.ElementDate => "8",
        EdiFault.ElementTime => "9",
        EdiFault.ElementExcluded => "10",
        _ => "6",
    };

    public static string SegmentMeaning(string code) => code switch
    {
        "1" => "the segment is unknown",
        "2" => "the segment is not expected here",
        "3" => "the segment is required and missing",
        "4" => "the loop comes too often",
        "5" => "the segment comes too often",
        "6" => "the segment is no part of the set",
        "7" => "the segment is out of order",
        "8" => "elements of the segment are wrong",
        "I4" => "the segment is not used by the partner",
        "I6" or "I7" or "I8" or "I9" => "the segment does not fit the partner's guide",
        _ => $"code {code}",
    };

    public static string ElementMeaning(string code) => code switch
    {
        "1" => "the element is required and missing",
        "2" => "the element is required because of others, and missing",
        "3" => "there are too many elements",
        "4" => "the element is too short",
        "5" => "the element is too long",
        "6" => "a character is not allowed",
        "7" => "the code is not known to the partner",
        "8" => "the date is wrong",
        "9" => "the time is wrong",
        "10" => "the element excludes another one",
        "12" => "the element repeats too often",
        "13" => "there are too many components",
        _ => $"code {code}",
    };

    public static string SetMeaning(string code) => code switch
    {
        "1" => "the set is not supported",
        "2" => "the trailer of the set is missing",
        "3" => "the control numbers of head and trailer differ",
        "4" => "the number of segments is wrong",
        "5" => "segments are in error",
        "6" => "the set's identifier is missing or wrong",
        "7" => "the set's control number is missing or wrong",
        "23" => "the set's control number came twice",
        _ => $"code {code}",
    };

    public static string GroupMeaning(string code) => code switch
    {
        "1" => "the group is not supported",
        "2" => "the version of the group is not supported",
        "3" => "the trailer of the group is missing",
        "4" => "the control numbers of the group's head and trailer differ",
        "5" => "the number of sets is wrong",
        "6" => "the group's control number is wrong",
        _ => $"code {code}",
    };

    public static string InterchangeMeaning(string code) => code switch
    {
        "000" => "no error",
        "001" => "the control numbers of the interchange's head and trailer differ",
        "003" => "the version of the interchange is not supported",
        "005" or "006" => "the sender of the interchange is not known",
        "007" or "008" or "009" => "the receiver of the interchange is not known",
        "018" => "the interchange's control number is wrong",
        "020" => "the test indicator is wrong",
        "021" => "the number of groups is wrong",
        "022" => "the structure of the interchange is wrong",
        "023" => "the interchange ends too early",
        "024" => "the content of the interchange is wrong",
        "025" => "the interchange's control number came twice",
        _ => $"code {code}",
    };
}

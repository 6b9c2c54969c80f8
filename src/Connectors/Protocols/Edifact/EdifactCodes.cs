using Connectors.Protocols.Edi;

namespace Connectors.Protocols.Edifact;

/// <summary>Code list 0085 of CONTRL (ISO 9735) for what can be wrong, and what received codes mean, in our own words.</summary>
internal static class EdifactCodes
{
    public static string Error(EdiFault fault) => fault switch
    {
        EdiFault.SenderUnknown => "23",
        EdiFault.ReceiverUnknown => "7",
        EdiFault.InterchangeUsage => "25",
        EdiFault.InterchangeVersion => "2",
        EdiFault.InterchangeControlMismatch or EdiFault.GroupControlMismatch or EdiFault.SetControlMismatch => "28",
        EdiFault.InterchangeCount or EdiFault.GroupCount or EdiFault.SetCount => "29",
        EdiFault.SetControlRepeated => "26",
        EdiFault.SetUnsupported or EdiFault.GroupUnsupported or EdiFault.GroupVersion => "14",
        EdiFault.InterchangeControlMissing or EdiFault.InterchangeTrailerMissing or EdiFault.GroupControlMissing or EdiFault.GroupTrailerMissing
            or EdiFault.SetIdMissing or EdiFault.SetControlMissing or EdiFault.SetTrailerMissing or EdiFault.SegmentMissing or EdiFault.ElementMissing or EdiFault.ElementConditional => "13",
        EdiFault.SegmentUnknown => "15",
        EdiFault.SegmentTooOften => "35",
        EdiFault.LoopTooOften => "36",
        EdiFault.ElementTooMany or EdiFault.ElementExcluded => "16",
        EdiFault.ElementTooLong => "39",
        EdiFault.ElementTooShort => "40",
        EdiFault.ElementCharacter => "37",
        EdiFault.ElementCode or EdiFault.ElementDate or EdiFault.ElementTime => "12",
        _ => "18",
    };

    public static string Meaning(string code) => code switch
    {
        "2" => "the syntax version is not supported",
        "7" => "the receiver is not the one meant",
        "12" => "the value is not valid",
        "13" => "something required is missing",
        "14" => "the value is not supported in this place",
        "15" => "it is not supported in this place",
        "16" => "there are too many parts",
        "17" => "there is no agreement for it",
        "18" => "there is an error that is not specified",
        "19" => "the decimal notation is wrong",
        "20" or "22" => "a service character is wrong",
        "21" => "a character is not allowed",
        "23" => "the sender is not known",
        "24" => "it is too old",
        "25" => "the test indicator is not supported",
        "26" => "it came twice",
        "28" => "the references do not match",
        "29" => "the count is wrong",
        "32" => "the level below is empty",
        "35" => "it comes too often",
        "36" => "the group of segments comes too often",
        "37" => "the characters are of the wrong kind",
        "38" => "a digit is missing before the decimal mark",
        "39" => "the element is too long",
        "40" => "the element is too short",
        _ => $"code {code}",
    };
}

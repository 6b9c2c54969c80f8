using ControlPlane.Domain.Shared;

namespace Connectors.Protocols.Edi;

/// <summary>Why a delivery is no interchange of the expected kind: what it seems to be instead, and what to do.</summary>
internal static class NotEdi
{
    public static Refusal Refusal(ReadOnlySpan<byte> text, EdiDialect dialect)
    {
        var x12 = dialect.Tags.Group.Length == 2;
        var begins = text.StartsWith("\uFEFF"u8) ? text[3..] : text;
        begins = begins.TrimStart(" \t\r\n\0"u8);
        var (code, why) =
            begins.IsEmpty ? ("edi.empty", "The delivery is empty.")
            : begins.StartsWith("STX"u8) && begins.Length > 3 && !EdiDialect.IsWord(begins[3]) ? ("edi.tradacoms", "It is TRADACOMS, which is not read here. Agree on EDIFACT or X12 with the partner.")
            : begins.StartsWith("DXS"u8) ? ("edi.dex", "It is DEX/UCS (DXS to DXE), which is not read here. Agree on X12 with an ISA envelope with the partner.")
            : begins.StartsWith("GS"u8) && x12 ? ("edi.no_envelope", "It begins with GS: ISA is missing before it, which states the separators.")
            : begins.StartsWith("ST"u8) && x12 ? ("edi.no_envelope", "It begins with ST: ISA and GS are missing before it.")
            : begins.StartsWith("UNH"u8) && !x12 ? ("edi.no_envelope", "It begins with UNH: UNB is missing before it.")
            : begins.StartsWith("ISA"u8) ? x12 ? ("edi.head_unreadable", "It begins with ISA, and its 16 elements cannot be told apart. ISA has 16 elements, separated by the character behind ISA.")
                : ("edi.other_standard", "It is X12, and EDIFACT is expected here.")
            : begins.StartsWith("UNA"u8) || begins.StartsWith("UNB"u8) ? x12 ? ("edi.other_standard", "It is EDIFACT, and X12 is expected here.")
                : ("edi.head_unreadable", "UNA or UNB cannot be read: UNA has six different separators, and UNB follows with the second of them.")
            : ("edi.not_edi", $"It does not begin as {(x12 ? "X12 does, with ISA" : "EDIFACT does, with UNA or UNB")}.");
        return new(code, "", why);
    }
}

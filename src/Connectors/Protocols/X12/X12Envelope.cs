using System.Globalization;
using System.Text;
using Connectors.Protocols.Edi;
using Connectors.Protocols.Edi.Writing;

namespace Connectors.Protocols.X12;

/// <summary>Heads and trailers of what we write.</summary>
internal sealed class X12Envelope(SegmentWriter writer, EdiWriter output)
{
    public const int LongestId = 15;

    /// <param name="number">1 to 999,999,999.</param>
    /// <param name="version">ISA12: <c>00401</c>.</param>
    public void Open((string Qualifier, string Id) sender, (string Qualifier, string Id) receiver, DateTimeOffset at, string version, long number, bool wantsAcknowledgement, bool test)
    {
        var s = output.Separators;
        var element = (char)s.Element;
        // ISA has a fixed width, and states the separators: it is written as a whole.
        var text = string.Join(element,
            "ISA", "00", new string(' ', 10), "00", new string(' ', 10), Pad(sender.Qualifier, 2), Pad(sender.Id, LongestId), Pad(receiver.Qualifier, 2), Pad(receiver.Id, LongestId),
            at.ToString("yyMMdd", CultureInfo.InvariantCulture), at.ToString("HHmm", CultureInfo.InvariantCulture),
            s.Repetition == 0 ? "U" : ((char)s.Repetition).ToString(), version, number.ToString("000000000", CultureInfo.InvariantCulture), wantsAcknowledgement ? "1" : "0", test ? "T" : "P",
            ((char)s.Component).ToString());
        output.Raw(Encoding.Latin1.GetBytes(text));
        output.End();
    }

    public void Group(string functionalId, string sender, string receiver, DateTimeOffset at, string number, string version) =>
        writer.Write("GS", functionalId, sender, receiver, at.ToString("yyyyMMdd", CultureInfo.InvariantCulture), at.ToString("HHmm", CultureInfo.InvariantCulture), number, "X", version);

    public void Close(int sets, string group, long number)
    {
        writer.Write("GE", sets.ToString(CultureInfo.InvariantCulture), group);
        End(1, number);
    }

    public void End(int groups, long number) => writer.Write("IEA", groups.ToString(CultureInfo.InvariantCulture), number.ToString("000000000", CultureInfo.InvariantCulture));

    /// <summary>ISA12 for a version of the group: <c>004010VICS</c> → <c>00401</c>, and <c>00501</c> for all of 005.</summary>
    public static string OfGroup(string version) => version.Length >= 5 ? version[..5] : "00401";

    private static string Pad(string text, int length) => text.Length > length ? text[..length] : text.PadRight(length);
}

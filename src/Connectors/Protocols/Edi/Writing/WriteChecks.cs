using ControlPlane.Domain.Shared;
using Connectors.Protocols.Formats;

namespace Connectors.Protocols.Edi.Writing;

/// <summary>What has to be known before an interchange can be written.</summary>
internal static class WriteChecks
{
    public static void Check(EdiProfile profile, FormatContext context, string set, List<Refusal> refusals)
    {
        if (context.Number is not (>= 1 and <= 999_999_999))
            refusals.Add(new("edi.not_numbered", "", "The document has no number for its envelope. Mark the operation in the connector with numbered: true."));
        if (set.Length == 0)
            refusals.Add(new("edi.no_set", "set.id", "The document does not say which set it is. Give the mapping a row to set.id."));
        foreach (var (name, value) in new[] { ("us.id", profile.UsId), ("partner.id", profile.PartnerId) })
            if (value.Length == 0)
                refusals.Add(new("edi.no_party", name, $"The envelope needs {name}, and the connection has no value for it. Fill in its settings."));
    }
}

using System.Text.Json;
using Connectors.Protocols.Edi.Acknowledging;
using Connectors.Protocols.Edi.Reading;
using Connectors.Protocols.Formats;
using ControlPlane.Domain.Connections;

namespace Connectors.Protocols.Edi;

/// <summary>What X12 and EDIFACT do each in their own way: acknowledgements, and the envelope of what is written. Stateless.</summary>
public interface IEdiStandard
{
    EdiDialect Dialect { get; }

    IReadOnlyCollection<string> MediaTypes { get; }

    /// <summary>True for what is itself an acknowledgement, which is never acknowledged.</summary>
    bool IsAcknowledgement(EdiSet set);

    /// <summary>The sets that a received acknowledgement is about. What it lacks is noted with <paramref name="set"/>.</summary>
    IReadOnlyList<AcknowledgedSet> Acknowledged(EdiSet set, SetText text, int last, string connectionKey);

    /// <summary>Interchanges that a service segment is about: TA1.</summary>
    IEnumerable<AcknowledgedSet> Services(EdiInterchange interchange, SetText segment, string connectionKey);

    /// <summary>What the sender is to be told; null when nothing is due.</summary>
    DeliveryAnswer? Answer(EdiInterchange interchange, IReadOnlyList<(EdiGroup Group, List<(EdiSet Set, SetText Text)> Sets)> groups, EdiOptions options, DateTimeOffset at);

    FormatWriting Write(JsonElement document, EdiProfile profile, FormatContext context);
}

using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Shared;
using ControlPlane.Runtime.Persistence;

namespace ControlPlane.Runtime.Ingestion.Deliveries;

/// <summary>
/// Whether anything of a delivery can be used. It is refused when it cannot be read as a whole, or when every single part of it is
/// refused: then its sender has to do something. One good part is enough to take it; the bad ones are kept and shown.
/// </summary>
/// <param name="Refusals">Empty when it is taken.</param>
internal sealed record DeliveryVerdict(IReadOnlyList<Refusal> Refusals)
{
    public static DeliveryVerdict Of(Unpacked unpacked, IReceiver receiver, Connection connection)
    {
        if (unpacked.Refusals.Count > 0)
            return new(unpacked.Refusals);
        var all = new List<Refusal>();
        // Looked at only: what the parts themselves look up is counted when they are written.
        connection = connection.With(connection.Crosswalks.Uncounted());
        foreach (var part in unpacked.Parts)
        {
            // Translating twice is only paid for where everything is bad: mostly the first part ends this.
            var refusals = part.Refusals.Count > 0 ? part.Refusals : receiver.Translate(part.Request, connection) is InboundEvent.Refused refused ? refused.Refusals : [];
            if (refusals.Count == 0)
                return new([]);
            if (all.Count < MessageRows.MostRefusals)
                all.AddRange(refusals.Select(r => r with { Field = r.Field.Length == 0 ? part.Place : $"{part.Place}: {r.Field}" }).Take(MessageRows.MostRefusals - all.Count));
        }

        return new(all);
    }

    public void ApplyTo(MessageRow delivery)
    {
        if (Refusals.Count > 0)
            MessageRows.Refuse(delivery, Refusals);
    }
}

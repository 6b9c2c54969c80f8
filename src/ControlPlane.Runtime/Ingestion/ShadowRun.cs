using System.Globalization;
using ControlPlane.Domain.Connections;
using ControlPlane.Runtime.Persistence;

namespace ControlPlane.Runtime.Ingestion;

/// <summary>What becomes of a message whose connection is in onboarding: kept and understood, and nothing is started by it.</summary>
internal static class ShadowRun
{
    /// <summary>Code of an order.</summary>
    public const string Order = "shadow.order";

    /// <summary>Code of anything else that happened.</summary>
    public const string Event = "shadow.event";

    public static void Take(MessageRow message, InboundEvent meaning)
    {
        message.State = MessageState.Ignored;
        (message.Code, var detail) = meaning is InboundEvent.OrderReceived { Order: var order }
            ? (Order, $"Taken in the shadow run as the order {order.Number} with {(order.Lines.Count == 1 ? "one line" : string.Create(CultureInfo.InvariantCulture, $"{order.Lines.Count} lines"))}. Nothing was started.")
            : (Event, $"Taken in the shadow run as {(meaning as InboundEvent.Happened)?.Event}. Nothing was started.");
        message.Detail = PayloadRows.Cut(detail, ColumnLengths.Summary);
    }
}

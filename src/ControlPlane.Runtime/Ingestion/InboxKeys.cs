using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using ControlPlane.Domain.Connections;
using ControlPlane.Runtime.Persistence;

namespace ControlPlane.Runtime.Ingestion;

/// <summary>By which keys a repeat is recognised; see <see cref="InboxKeyRow.Key"/>.</summary>
internal static class InboxKeys
{
    /// <param name="refused">What a sender pushed and we refused, he may mend and send again; what we fetched comes with every poll, and is kept once.</param>
    public static IEnumerable<InboxKeyRow> Of(MessageRow message, InboundRequest request, bool refused)
    {
        if (refused && !request.Polled)
        {
            // A broker repeats what we kept when the acknowledgement was lost. A key of its own: the same document may fit later.
            if (request.Queued)
                yield return Row(message, "r:" + Digest(request));
            yield break;
        }

        var known = false;
        if (message.DeliveryId is { } delivery && !request.Polled)
        {
            known = true;
            yield return Row(message, "d:" + delivery);
        }

        if (message.BusinessKey is { } business)
        {
            known = true;
            yield return Row(message, "b:" + business);
        }

        // Neither: the same bytes again are the same message.
        if (!known)
            yield return Row(message, "h:" + Digest(request));
    }

    /// <summary>
    /// A part is recognised by what it says, and only where it says nothing of the kind by its place: the same line may stand in a file
    /// twice and mean two things.
    /// </summary>
    public static IEnumerable<InboxKeyRow> OfPart(MessageRow part) =>
        [part.BusinessKey is { } business && part.State != MessageState.Duplicate ? Row(part, "b:" + business) : Place(part)];

    public static InboxKeyRow Place(MessageRow part) => Row(part, PlaceKey(part.ParentId!.Value, part.Part));

    public static string PlaceKey(Guid delivery, int part) => string.Create(CultureInfo.InvariantCulture, $"p:{delivery:N}/{part}");

    /// <summary>An id longer than the index takes is replaced by its hash: still the same for the same id.</summary>
    public static string? Short(string? value) => value is not { Length: > 0 } ? null
        : value.Length <= ColumnLengths.InboxKey ? value
        : "sha256:" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(value)));

    private static InboxKeyRow Row(MessageRow message, string key) =>
        new() { TenantId = message.TenantId, Connection = message.Connection, Key = key, MessageId = message.Id, SeenAt = message.ReceivedAt };

    private static string Digest(InboundRequest request) => Convert.ToHexStringLower(SHA256.HashData(request.Body.Span));
}

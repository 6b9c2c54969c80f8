using ControlPlane.Domain.Connections;

namespace Connectors.Protocols.Formats;

/// <summary>A format whose documents stand partly in the headers that come with them, and that knows repeats by itself.</summary>
public interface IReadsHeaders
{
    /// <summary>Without them a kept document could not be read again.</summary>
    IReadOnlyCollection<string> ReadsHeaders { get; }

    /// <summary>As <see cref="IDocumentFormat.Read(ReadOnlyMemory{byte}, Connection)"/>, with the headers.</summary>
    FormatReading Read(InboundRequest request);

    /// <summary>What names this delivery, the same when it comes again; null when it names none, or cannot be read.</summary>
    string? DeliveryId(InboundRequest request);
}

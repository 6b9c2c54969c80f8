using System.Net;

namespace ControlPlane.Runtime.Outbound;

/// <summary>
/// A body that asks once more before it goes. Between the decision to send and the socket lie places, budgets and new
/// connections, and a process can stand still anywhere: headers alone do nothing at the target, so the body is the moment.
/// </summary>
internal sealed class GuardedContent(ReadOnlyMemory<byte> body, Func<bool> mayWrite) : HttpContent
{
    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken) =>
        mayWrite() ? stream.WriteAsync(body, cancellationToken).AsTask() : throw new NotOursException();

    protected override bool TryComputeLength(out long length)
    {
        length = body.Length;
        return true;
    }
}

/// <summary>The work may be in other hands.</summary>
internal sealed class NotOursException : Exception;

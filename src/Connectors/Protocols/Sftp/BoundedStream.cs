namespace Connectors.Protocols.Sftp;

/// <summary>Takes what is read of a file that may grow while it is read, up to a limit.</summary>
internal sealed class BoundedStream(long most, int expected) : MemoryStream(expected)
{
    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        if (Length + buffer.Length > most)
            throw new FullException();
        base.Write(buffer);
    }

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        Write(buffer.Span);
        return ValueTask.CompletedTask;
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken)
    {
        Write(buffer.AsSpan(offset, count));
        return Task.CompletedTask;
    }

    internal sealed class FullException() : Exception("The file is larger than its limit.");
}

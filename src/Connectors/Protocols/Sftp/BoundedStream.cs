namespace Connectors.Protocols.Sftp;

/// <summary>Takes what is read of a file that may grow while it is read, up to a limit.</summary>
internal sealed class BoundedStream(long most, int expected) : MemoryStream(expected)
{
    /// <summary>All other ways to write end here, since this is no plain memory stream.</summary>
    public override void Write(byte[] buffer, int offset, int count)
    {
        if (Length + count > most)
            throw new FullException();
        base.Write(buffer, offset, count);
    }

    internal sealed class FullException() : Exception("The file is larger than its limit.");
}

using System.IO.Enumeration;
using Connectors.Protocols.Http;
using ControlPlane.Domain.Connections;

namespace Connectors.Protocols.Folders;

/// <summary>What becomes of a file when everything in it is kept here.</summary>
public enum AfterPickup : byte
{
    /// <summary>It goes to another folder, where people find it again.</summary>
    Move,
    Delete,

    /// <summary>It stays, for folders that we may only read; it is remembered.</summary>
    Leave,
}

/// <summary>A folder whose files are taken, as a manifest describes it.</summary>
public sealed record FolderSpec
{
    public const long UsualBytes = 16 * 1024 * 1024;

    /// <summary>Below the folder of the connection's address.</summary>
    public required ConnectionText Path { get; init; }

    /// <summary><c>*</c> for any characters, <c>?</c> for one; whether letters are large does not matter.</summary>
    public string Pattern { get; init; } = "*";

    public AfterPickup After { get; init; }

    public ConnectionText? To { get; init; }

    /// <summary>A file is taken when its size and time have not changed for so long; 0 = at once, where senders rename a finished file.</summary>
    public TimeSpan StableFor { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Larger files stay where they are, and people are told.</summary>
    public long MostBytes { get; init; } = UsualBytes;

    /// <summary>Of files as they are handed on.</summary>
    public string ContentType { get; init; } = "application/octet-stream";

    /// <summary>Names that say that a file is being written: by our own transport, by common clients, and hidden ones.</summary>
    public bool Fits(string name) =>
        name[0] != '.' && !Temporary.Any(t => name.EndsWith(t, StringComparison.OrdinalIgnoreCase)) && FileSystemName.MatchesSimpleExpression(Pattern, name, ignoreCase: true);

    private static readonly string[] Temporary = [".part", ".filepart", ".tmp", ".temp", ".partial", ".writing", ".crdownload", "~"];
}

/// <param name="Modified">Seconds since 1970 by the server's clock.</param>
internal sealed record FolderFile(string Name, long Size, long Modified);

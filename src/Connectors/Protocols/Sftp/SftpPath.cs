using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Faults;

namespace Connectors.Protocols.Sftp;

/// <summary>
/// A request's path as a path on the server, below the folder of the connection's address. Nothing climbs: <c>.</c>, <c>..</c>, NUL, control
/// characters and backslashes are refused, encoded or not. Folders may come from settings with slashes in them; a file's name may not have any.
/// </summary>
internal static class SftpPath
{
    /// <summary>OpenSSH and most file systems take 255 bytes for a name and 4,096 for a path.</summary>
    private const int LongestName = 255;
    private const int LongestPath = 3_000;

    /// <param name="path">As requests carry it: percent-encoded, perhaps with a query.</param>
    /// <param name="folder">True: a folder is meant, so that its last part may hold slashes, too.</param>
    /// <exception cref="ExchangeException">It may not be used.</exception>
    public static string Below(string root, string path, bool folder)
    {
        var parts = new List<string>();
        var raw = path.Split('?')[0].Split('/', StringSplitOptions.RemoveEmptyEntries);
        for (var i = 0; i < raw.Length; i++)
        {
            var decoded = Uri.UnescapeDataString(raw[i]);
            if (i == raw.Length - 1 && !folder && decoded.Contains('/', StringComparison.Ordinal))
                throw Refused("A name of a file holds a slash.");
            parts.AddRange(decoded.Split('/', StringSplitOptions.RemoveEmptyEntries));
        }

        foreach (var part in parts)
            Check(part);
        var whole = root.TrimEnd('/') + string.Concat(parts.Select(p => "/" + p));
        if (whole.Length > LongestPath)
            throw Refused($"The path is longer than {LongestPath} characters.");
        return whole.Length == 0 ? "/" : whole;
    }

    /// <summary>Whether a name that the server lists may be used: a server can be hostile, too.</summary>
    public static bool IsName(string name) =>
        name.Length is > 0 and <= LongestName && name is not ("." or "..") && !name.Any(c => char.IsControl(c) || c is '/' or '\\');

    /// <summary>Whether what the server says the path really is still lies below the root.</summary>
    public static bool IsWithin(string root, string real) =>
        root is "/" || real == root || real.StartsWith(root.TrimEnd('/') + "/", StringComparison.Ordinal);

    public static (string Folder, string Name) Split(string path) => path.LastIndexOf('/') is var at and > 0 ? (path[..at], path[(at + 1)..]) : ("/", path.TrimStart('/'));

    private static void Check(string part)
    {
        if (part is "." or "..")
            throw Refused("A part of the path is . or .., which would leave the folder.");
        if (!IsName(part))
            throw Refused($"A part of the path has a control character or a backslash, or more than {LongestName} characters.");
    }

    private static ExchangeException Refused(string why) => new(new Fault(FaultKind.Data, "sftp.path_refused", why));
}

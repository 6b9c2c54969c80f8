using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Faults;
using Renci.SshNet.Common;

namespace Connectors.Protocols.Sftp;

/// <summary>One request on one session. What the client throws goes up as it is; the transport says what it means.</summary>
internal sealed class SftpCall(SftpSession session, Connection connection)
{
    /// <summary>More than any file that a feed reads.</summary>
    private const long MostBytes = 64 * 1024 * 1024;

    private const int MostEntries = 100_000;

    /// <summary>A name that is being written: other programs take whole names only, and our own feeds leave it alone.</summary>
    public const string TemporaryEnd = ".part";

    /// <summary>On the server; for messages.</summary>
    public string Path { get; private set; } = "";

    /// <summary>The server was asked to change something.</summary>
    public bool Began { get; private set; }

    /// <summary>The step was under way that makes a change visible to others, so that nobody knows whether it happened.</summary>
    public bool MayBeVisible { get; private set; }

    public async Task<ExchangeAnswer> RunAsync(ExchangeRequest request, CancellationToken ct)
    {
        var method = request.Method.Method;
        Path = SftpPath.Below(session.Root, request.Path, folder: method is "LIST" || request.Path.Trim('/').Length == 0);
        Path = method == "LIST" || Path == session.Root ? await session.RealAsync(connection, Path, ct) : await RealAsync(Path, ct);
        return method switch
        {
            "LIST" => await ListAsync(ct),
            "GET" => Path == session.Root ? await ListAsync(ct) : await GetAsync(ct),
            "PUT" or "POST" => await PutAsync(request.Body, ct),
            "MOVE" => await MoveAsync(SftpPath.Below(session.Root, request.Headers.GetValueOrDefault(SftpTransport.DestinationHeader) ?? "", folder: false), ct),
            "DELETE" => await DeleteAsync(ct),
            _ => throw new ExchangeException(new Fault(FaultKind.Internal, "sftp.method", $"{method} cannot be asked of an SFTP server. Allowed: PUT, GET, LIST, MOVE, DELETE.")),
        };
    }

    /// <summary>When a write failed without a reason: whether there is no room. Many servers cannot say.</summary>
    public async Task<bool> IsFullAsync(CancellationToken ct)
    {
        if (!Began)
            return false;
        try
        {
            return (await session.Client.GetStatusAsync(SftpPath.Split(Path).Folder, ct)).AvailableBlocks == 0;
        }
        catch (Exception e) when (e is SshException or NotSupportedException)
        {
            return false;
        }
    }

    private async Task<ExchangeAnswer> ListAsync(CancellationToken ct)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartArray();
            var count = 0;
            await foreach (var entry in session.Client.ListDirectoryAsync(Path, ct))
            {
                if (!SftpPath.IsName(entry.Name))
                    continue;
                if (++count > MostEntries)
                    throw new ExchangeException(new Fault(FaultKind.Data, "sftp.too_many_files", $"The folder {Path} of {connection.DisplayName} holds more than {MostEntries} entries. Let old ones be moved away."));
                var attributes = entry.Attributes;
                json.WriteStartObject();
                json.WriteString("name", entry.Name);
                json.WriteString("kind", attributes.IsSymbolicLink ? "link" : attributes.IsDirectory ? "folder" : attributes.IsRegularFile ? "file" : "other");
                json.WriteNumber("size", attributes.Size);
                json.WriteNumber("modified", new DateTimeOffset(attributes.LastWriteTimeUtc, TimeSpan.Zero).ToUnixTimeSeconds());
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }

        return new() { Status = 200, ContentType = "application/json", Body = buffer.ToArray() };
    }

    private async Task<ExchangeAnswer> GetAsync(CancellationToken ct)
    {
        if (await AttributesAsync(Path, ct) is not { } found)
            return Answer(404, "sftp.no_such_file", $"There is no file {Path}.");
        if (found.IsFolder)
            return await ListAsync(ct);
        if (!found.IsRegularFile)
            return Answer(404, "sftp.no_file", $"{Path} is a link or no file.");
        return new()
        {
            Status = 200,
            ContentType = "application/octet-stream",
            Body = await ReadAsync(Path, found.Size, ct),
            Headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase)
            {
                ["Last-Modified"] = new DateTimeOffset(found.LastWriteTimeUtc, TimeSpan.Zero).ToString("R", CultureInfo.InvariantCulture),
            },
        };
    }

    /// <summary>Written under a name of its own, then renamed: nobody ever sees half a file, and a try that was cut off leaves nothing to clean up by hand.</summary>
    private async Task<ExchangeAnswer> PutAsync(ReadOnlyMemory<byte> body, CancellationToken ct)
    {
        var before = await AttributesAsync(Path, ct);
        if (before is { IsRegularFile: false })
            return Answer(409, "sftp.name_taken", $"{Path} is there and is no file.");
        if (before is { } there && there.Size == body.Length && (await ReadAsync(Path, there.Size, ct)).Span.SequenceEqual(body.Span))
            return Written(200, "there", body);
        var (folder, name) = SftpPath.Split(Path);
        // The same content has the same temporary name, so that the next try takes over what this one leaves.
        var temporary = $"{folder.TrimEnd('/')}/{(name.Length <= 200 ? name : name[..200])}.{Digest(body)[..12]}{TemporaryEnd}";
        Began = true;
        using (var content = new MemoryStream(body.ToArray(), writable: false))
            await session.Client.UploadFileAsync(content, temporary, canOverride: true, null, ct);
        if (await AttributesAsync(temporary, ct) is not { } written || written.Size != body.Length)
            throw new IOException("The server has another number of bytes than were sent.");
        MayBeVisible = true;
        await RenameAsync(temporary, Path, replace: true, ct);
        MayBeVisible = false;
        return Written(before is null ? 201 : 200, before is null ? "created" : "replaced", body);
    }

    /// <summary>Never over another file. Safe to run again: what was moved before is found at its destination.</summary>
    private async Task<ExchangeAnswer> MoveAsync(string destination, CancellationToken ct)
    {
        destination = await RealAsync(destination, ct);
        var (source, target) = (await AttributesAsync(Path, ct), await AttributesAsync(destination, ct));
        if (source is { IsRegularFile: false })
            return Answer(409, "sftp.no_file", $"{Path} is a link or no file.");
        if (source is null)
            return target is null ? Answer(404, "sftp.no_such_file", $"There is no file {Path}.") : Moved(200, destination);
        if (target is not null)
            return Answer(412, "sftp.name_taken", $"{destination} is there already.");
        Began = true;
        await RenameAsync(Path, destination, replace: false, ct);
        return Moved(201, destination);
    }

    private async Task<ExchangeAnswer> DeleteAsync(CancellationToken ct)
    {
        if (await AttributesAsync(Path, ct) is not { } there)
            return Answer(404, "sftp.no_such_file", $"There is no file {Path}.");
        if (!there.IsRegularFile)
            return Answer(409, "sftp.no_file", $"{Path} is a link or no file.");
        Began = true;
        await session.Client.DeleteFileAsync(Path, ct);
        return new() { Status = 204 };
    }

    private async Task RenameAsync(string from, string to, bool replace, CancellationToken ct)
    {
        if (!replace)
        {
            await session.Client.RenameFileAsync(from, to, ct);
            return;
        }

        try
        {
            // OpenSSH's extension replaces in one step. The client offers it without waiting only.
            await Task.Run(() => session.Client.RenameFile(from, to, isPosix: true), ct);
        }
        catch (NotSupportedException)
        {
            if (await AttributesAsync(to, ct) is not null)
                await session.Client.DeleteFileAsync(to, ct);
            await session.Client.RenameFileAsync(from, to, ct);
        }
    }

    /// <summary>The name in the folder where that really is: then a name that leads elsewhere is a link.</summary>
    private async Task<string> RealAsync(string path, CancellationToken ct)
    {
        var (folder, name) = SftpPath.Split(path);
        return $"{(await session.RealAsync(connection, folder, ct)).TrimEnd('/')}/{name}";
    }

    /// <summary>
    /// Null when there is nothing. The client follows links before it does anything, deleting and renaming too; so what is not where its
    /// name says is taken for no file, and left alone.
    /// </summary>
    private async Task<Found?> AttributesAsync(string path, CancellationToken ct)
    {
        try
        {
            var there = await session.Client.GetAsync(path, ct);
            var same = there.FullName == path;
            return new(same && there.IsRegularFile, same && there.IsDirectory, there.Length, there.LastWriteTimeUtc);
        }
        catch (SftpPathNotFoundException)
        {
            return null;
        }
    }

    private async Task<ReadOnlyMemory<byte>> ReadAsync(string path, long size, CancellationToken ct)
    {
        if (size > MostBytes)
            throw new ExchangeException(SftpFaults.TooLarge(connection, path, MostBytes));
        using var content = new BoundedStream(MostBytes, (int)size);
        try
        {
            await session.Client.DownloadFileAsync(path, content, ct);
        }
        catch (BoundedStream.FullException e)
        {
            throw new ExchangeException(SftpFaults.TooLarge(connection, path, MostBytes), e);
        }

        return content.ToArray();
    }

    private sealed record Found(bool IsRegularFile, bool IsFolder, long Size, DateTime LastWriteTimeUtc);

    private static ExchangeAnswer Written(int status, string what, ReadOnlyMemory<byte> body) =>
        Json(status, new Dictionary<string, object> { ["written"] = what, ["size"] = body.Length, ["sha256"] = Digest(body) });

    private ExchangeAnswer Moved(int status, string destination) => Json(status, new Dictionary<string, object> { ["moved"] = destination[session.Root.TrimEnd('/').Length..] });

    private static ExchangeAnswer Answer(int status, string code, string message) => Json(status, new Dictionary<string, object> { ["code"] = code, ["message"] = message });

    private static ExchangeAnswer Json(int status, Dictionary<string, object> body) => new() { Status = status, ContentType = "application/json", Body = Encoding.UTF8.GetBytes(JsonSerializer.Serialize(body)) };

    private static string Digest(ReadOnlyMemory<byte> body) => Convert.ToHexStringLower(SHA256.HashData(body.Span));
}

using System.Security.Cryptography;
using System.Text.Json;
using Connectors.Protocols.Http;
using Connectors.Protocols.Sftp;
using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Faults;

namespace Connectors.Protocols.Folders;

/// <summary>
/// Takes the files of a folder. A file is moved away only after the page that holds it was committed: the next read begins with that. A
/// crash at any point leaves the file where it was or where it goes, and its content is recognised when it is read again.
/// </summary>
/// <param name="name">Of the feed.</param>
/// <param name="system">As people call it.</param>
public sealed class FolderFeed(string name, FolderSpec spec, RateBudget? budget, string system) : IFeed
{
    private const int MostFiles = 100;
    private const long MostPageBytes = 32 * 1024 * 1024;

    public string Name => name;

    public RateBudget? Budget => budget;

    public FolderSpec Spec => spec;

    public async Task<FeedPage> ReadAsync(Connection connection, string? cursor, DateTimeOffset now, IExchange exchange, CancellationToken ct)
    {
        var (state, folder) = (FolderState.Read(cursor), FolderPaths.Encoded(spec.Path.Render(connection)));
        var files = await ListAsync(folder, exchange, ct);
        if (state.Taken.Count > 0)
        {
            await new FolderClearing(spec, system, name, exchange).ClearAsync(connection, folder, state.Taken, files, ct);
            files = [.. files.Where(f => !state.Taken.Any(t => t.Is(f)))];
        }

        var known = spec.After == AfterPickup.Leave ? Still(state, files) : [];
        var (ready, waiting, problem) = Sort(state, files, known, now);
        var taken = new List<TakenFile>();
        var documents = new List<ReadOnlyMemory<byte>>();
        var bytes = 0L;
        foreach (var file in ready)
        {
            if (taken.Count == MostFiles || taken.Count > 0 && bytes + file.Size > MostPageBytes)
                break;
            // What has another size than was listed is still being written, whatever its time says.
            if (await ContentAsync(folder, file, exchange, ct) is not { } content || content.Length != file.Size)
            {
                waiting.Add(new(file.Name, file.Size, file.Modified, now.ToUnixTimeSeconds()));
                continue;
            }

            documents.Add(content);
            taken.Add(new(file.Name, file.Size, file.Modified, Convert.ToHexStringLower(SHA256.HashData(content.Span))));
            bytes += content.Length;
        }

        var leave = spec.After == AfterPickup.Leave;
        var next = new FolderState
        {
            Taken = leave ? [] : taken,
            Seen = waiting,
            Known = leave ? [.. known, .. taken.Select(t => FolderState.Key(new(t.Name, t.Size, t.Modified)))] : [],
        };
        // After a page with files another is read at once: it moves them away.
        return new(documents, next.ToString(), More: taken.Count > 0) { ContentType = spec.ContentType, Names = [.. taken.Select(t => t.Name)], Problem = problem };
    }

    /// <summary>Files have no ids to ask for.</summary>
    public Task<ReadOnlyMemory<byte>?> ReadOneAsync(Connection connection, string externalId, IExchange exchange, CancellationToken ct) => Task.FromResult<ReadOnlyMemory<byte>?>(null);

    private static HashSet<string> Still(FolderState state, List<FolderFile> files)
    {
        var known = state.Known.ToHashSet(StringComparer.Ordinal);
        known.IntersectWith(files.Select(FolderState.Key));
        return known;
    }

    /// <summary>Oldest first, so that an order comes before its change.</summary>
    private (List<FolderFile> Ready, List<SeenFile> Waiting, string? Problem) Sort(FolderState state, List<FolderFile> files, HashSet<string> known, DateTimeOffset now)
    {
        var (ready, waiting, tooLarge) = (new List<FolderFile>(), new List<SeenFile>(), new List<FolderFile>());
        var seen = state.Seen.ToDictionary(s => s.Name, StringComparer.Ordinal);
        foreach (var file in files.OrderBy(f => f.Modified).ThenBy(f => f.Name, StringComparer.Ordinal))
        {
            if (known.Count > 0 && known.Contains(FolderState.Key(file)))
                continue;
            if (file.Size > spec.MostBytes)
            {
                tooLarge.Add(file);
                continue;
            }

            var since = seen.GetValueOrDefault(file.Name) is { } before && before.Size == file.Size && before.Modified == file.Modified ? before.Since : now.ToUnixTimeSeconds();
            // The server's clock may differ from ours: what counts is how long we have seen it unchanged.
            if (now.ToUnixTimeSeconds() - since >= spec.StableFor.TotalSeconds)
                ready.Add(file);
            else
                waiting.Add(new(file.Name, file.Size, file.Modified, since));
        }

        var problem = tooLarge.Count == 0 ? null
            : $"{tooLarge[0].Name}{(tooLarge.Count > 1 ? $" and {tooLarge.Count - 1} more" : "")} in the folder of {name} {(tooLarge.Count > 1 ? "are" : "is")} larger than {spec.MostBytes / 1024 / 1024} MB and stayed there. Split the file, or raise mostMegabytes of the feed.";
        return (ready, waiting, problem);
    }

    private async Task<List<FolderFile>> ListAsync(string folder, IExchange exchange, CancellationToken ct)
    {
        var answer = await exchange.SendAsync(new() { Method = SftpTransport.List, Path = folder, Operation = name }, ct);
        using var body = AnswerBody.Read(answer);
        if (answer.Status != 200 || body.Root.ValueKind != JsonValueKind.Array)
            throw new ExchangeException(new Fault(FaultKind.Internal, "feed.no_folder", $"{system} lists no files. The address of the connection must be that of an SFTP server: sftp://host/folder."));
        var files = new List<FolderFile>();
        foreach (var entry in body.Root.EnumerateArray())
            if (entry.GetProperty("kind").GetString() == "file" && entry.GetProperty("name").GetString() is { } file && spec.Fits(file))
                files.Add(new(file, entry.GetProperty("size").GetInt64(), entry.GetProperty("modified").GetInt64()));
        return files;
    }

    /// <summary>Null when somebody took it away in between.</summary>
    private async Task<ReadOnlyMemory<byte>?> ContentAsync(string folder, FolderFile file, IExchange exchange, CancellationToken ct)
    {
        var answer = await exchange.SendAsync(new() { Method = HttpMethod.Get, Path = FolderPaths.Join(folder, file.Name), Operation = name }, ct);
        return answer.Status switch
        {
            200 => answer.Body,
            404 => null,
            _ => throw new ExchangeException(new Fault(FaultKind.Transient, "feed.file_not_read", $"{system} did not hand out {file.Name} (answer {answer.Status}).")),
        };
    }
}

/// <summary>Folders and names as paths of requests.</summary>
internal static class FolderPaths
{
    public static string Encoded(string folder) => string.Concat(folder.Split('/', StringSplitOptions.RemoveEmptyEntries).Select(p => "/" + Uri.EscapeDataString(p)));

    public static string Join(string folder, string name) => $"{folder}/{Uri.EscapeDataString(name)}";
}

using Connectors.Protocols.Sftp;
using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Faults;

namespace Connectors.Protocols.Folders;

/// <summary>Moves or deletes what was taken and is kept by now. Safe to run again; never touches a file that changed since it was read.</summary>
internal sealed class FolderClearing(FolderSpec spec, string system, string operation, IExchange exchange)
{
    public async Task ClearAsync(Connection connection, string folder, IReadOnlyList<TakenFile> taken, IReadOnlyList<FolderFile> there, CancellationToken ct)
    {
        var now = there.ToDictionary(f => f.Name, StringComparer.Ordinal);
        foreach (var file in taken)
        {
            // Gone, as after a crash or by another node; or another file under the same name, which is taken for itself.
            if (!now.TryGetValue(file.Name, out var found) || !file.Is(found))
                continue;
            if (spec.After == AfterPickup.Delete)
                await SendAsync(HttpMethod.Delete, FolderPaths.Join(folder, file.Name), null, ct);
            else
                await MoveAsync(folder, FolderPaths.Encoded(spec.To!.Render(connection)), file, ct);
        }
    }

    /// <summary>A name that is taken in the other folder gets a part of the digest, which makes it the file's own.</summary>
    private async Task MoveAsync(string folder, string to, TakenFile file, CancellationToken ct)
    {
        var source = FolderPaths.Join(folder, file.Name);
        if (await SendAsync(SftpTransport.Move, source, FolderPaths.Join(to, file.Name), ct) != 412)
            return;
        if (await SendAsync(SftpTransport.Move, source, FolderPaths.Join(to, Own(file)), ct) == 412)
            // The very content is there already.
            await SendAsync(HttpMethod.Delete, source, null, ct);
    }

    internal static string Own(TakenFile file)
    {
        var dot = file.Name.LastIndexOf('.');
        var (stem, end) = dot > 0 ? (file.Name[..dot], file.Name[dot..]) : (file.Name, "");
        return $"{stem}.{file.Digest[..12]}{end}";
    }

    private async Task<int> SendAsync(HttpMethod method, string path, string? destination, CancellationToken ct)
    {
        var request = new ExchangeRequest { Method = method, Path = path, Operation = operation };
        if (destination is not null)
            request.Headers[SftpTransport.DestinationHeader] = destination;
        var answer = await exchange.SendAsync(request, ct);
        if (answer.IsSuccess || answer.Status is 404 or 412)
            return answer.Status;
        throw new ExchangeException(new Fault(FaultKind.Transient, "feed.file_not_moved", $"{system} did not take a file away after it was read (answer {answer.Status}). It is recognised, and tried again."));
    }
}

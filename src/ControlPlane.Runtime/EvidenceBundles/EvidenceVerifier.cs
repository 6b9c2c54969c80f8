using System.IO.Compression;
using System.Security.Cryptography;

namespace ControlPlane.Runtime.EvidenceBundles;

/// <summary>What a verifier found.</summary>
/// <param name="Manifest">Null when there is none that could be read.</param>
/// <param name="Problems">Empty = nothing was changed, added or taken out, and the signature is that of the key.</param>
public sealed record EvidenceCheck(EvidenceManifest? Manifest, IReadOnlyList<string> Problems)
{
    public bool Sound => Problems.Count == 0;
}

/// <summary>Checks a bundle that may come from anybody: without a database, bounded in memory and time.</summary>
public static class EvidenceVerifier
{
    /// <summary>No bundle of ours is larger unpacked; a hostile one is not unpacked any further.</summary>
    private const long MostBytes = 512L * 1024 * 1024;

    private const int MostEntries = 20_000;

    private const int MostManifestBytes = 8 * 1024 * 1024;

    private static readonly string[] Unlisted = [EvidenceManifest.FileName, EvidenceManifest.SignatureName];

    /// <param name="trusted">The public key (PEM) that the installation publishes; null = the one inside, which proves only that nothing was changed since it was signed.</param>
    public static async Task<EvidenceCheck> CheckAsync(Stream bundle, string? trusted, CancellationToken ct)
    {
        var problems = new List<string>();
        try
        {
            await using var zip = await ZipArchive.CreateAsync(bundle, ZipArchiveMode.Read, leaveOpen: true, null, ct);
            if (zip.Entries.Count > MostEntries)
                return new(null, [$"It holds {zip.Entries.Count} files. A bundle holds {MostEntries} at most."]);
            foreach (var twice in zip.Entries.GroupBy(e => e.FullName, StringComparer.Ordinal).Where(g => g.Count() > 1))
                problems.Add($"{twice.Key} is in it {twice.Count()} times.");
            if (await ReadAsync(zip, EvidenceManifest.FileName, MostManifestBytes, ct) is not { } bytes || EvidenceManifest.Read(bytes) is not { } manifest)
                return new(null, [.. problems, $"{EvidenceManifest.FileName} is missing, or is none of ControlPlane."]);
            await SignatureAsync(zip, bytes, manifest, trusted, problems, ct);
            await FilesAsync(zip, manifest, problems, ct);
            return new(manifest, problems);
        }
        catch (InvalidDataException e)
        {
            return new(null, [.. problems, $"It cannot be unpacked: {e.Message}"]);
        }
    }

    private static async Task SignatureAsync(ZipArchive zip, byte[] manifestBytes, EvidenceManifest manifest, string? trusted, List<string> problems, CancellationToken ct)
    {
        if (await ReadAsync(zip, EvidenceManifest.SignatureName, 1024, ct) is not { } signature)
        {
            problems.Add($"{EvidenceManifest.SignatureName} is missing.");
            return;
        }

        var pem = trusted ?? (await ReadAsync(zip, EvidenceManifest.KeyName, 4096, ct) is { } inside ? System.Text.Encoding.UTF8.GetString(inside) : "");
        using var key = ECDsa.Create();
        try
        {
            key.ImportFromPem(pem);
        }
        catch (Exception e) when (e is ArgumentException or CryptographicException)
        {
            problems.Add(trusted is null ? $"{EvidenceManifest.KeyName} is missing, or no public key." : "The key to compare with is no public key in PEM.");
            return;
        }

        if (EvidenceKeys.KeyIdOf(key) != manifest.KeyId)
            problems.Add(trusted is null ? $"{EvidenceManifest.KeyName} is another key than the one that the manifest names." : $"It is signed with the key {manifest.KeyId}, not with the one to compare with ({EvidenceKeys.KeyIdOf(key)}).");
        else if (!key.VerifyData(manifestBytes, signature, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence))
            problems.Add("The signature does not fit the manifest: one of the two was changed.");
    }

    private static async Task FilesAsync(ZipArchive zip, EvidenceManifest manifest, List<string> problems, CancellationToken ct)
    {
        var entries = zip.Entries.DistinctBy(e => e.FullName).ToDictionary(e => e.FullName, StringComparer.Ordinal);
        var listed = new HashSet<string>(StringComparer.Ordinal);
        var left = MostBytes;
        foreach (var file in manifest.Files)
        {
            if (!listed.Add(file.Path))
                problems.Add($"The manifest names {file.Path} twice.");
            else if (!entries.TryGetValue(file.Path, out var entry))
                problems.Add($"{file.Path} is missing.");
            else if ((left -= file.Bytes) < 0)
                problems.Add($"It is larger than {MostBytes / 1024 / 1024} MiB unpacked: {file.Path} was not looked at.");
            else if (await DigestAsync(entry, file.Bytes, ct) != file.Sha256)
                problems.Add($"{file.Path} was changed.");
        }

        foreach (var entry in entries.Keys.Except(listed).Except(Unlisted))
            problems.Add($"{entry} was added.");
    }

    /// <summary>Null when it is not as long as it should be: never reads further than that.</summary>
    private static async Task<string?> DigestAsync(ZipArchiveEntry entry, long bytes, CancellationToken ct)
    {
        await using var stream = await entry.OpenAsync(ct);
        using var digest = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[64 * 1024];
        long read = 0;
        while (await stream.ReadAsync(buffer, ct) is > 0 and var count)
        {
            read += count;
            if (read > bytes)
                return null;
            digest.AppendData(buffer.AsSpan(0, count));
        }

        return read == bytes ? Convert.ToHexStringLower(digest.GetHashAndReset()) : null;
    }

    private static async Task<byte[]?> ReadAsync(ZipArchive zip, string name, int most, CancellationToken ct)
    {
        if (zip.GetEntry(name) is not { } entry)
            return null;
        await using var stream = await entry.OpenAsync(ct);
        using var content = new MemoryStream();
        var buffer = new byte[16 * 1024];
        while (await stream.ReadAsync(buffer, ct) is > 0 and var count)
        {
            if (content.Length + count > most)
                return null;
            content.Write(buffer, 0, count);
        }

        return content.ToArray();
    }
}

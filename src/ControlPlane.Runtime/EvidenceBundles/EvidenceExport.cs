using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using ControlPlane.Domain.Shared;
using ControlPlane.Domain.Transactions;
using ControlPlane.Runtime.Ingestion;
using ControlPlane.Runtime.Persistence;
using ControlPlane.Runtime.Transactions;
using ControlPlane.Runtime.Transactions.Queries;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Runtime.EvidenceBundles;

/// <summary>
/// Writes the story of one transaction as a signed bundle, body by body, so that a large one does not fill the memory. Who took it away is
/// written into the journal first, and so stands in the bundle itself.
/// </summary>
public sealed class EvidenceExport(IControlPlaneDb db, TransactionReaders readers, EvidenceKeys keys, TimeProvider clock)
{
    /// <summary>Bytes of bodies in one bundle; what comes after is named with its digest and left out.</summary>
    public const long MostBytes = 64L * 1024 * 1024;

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>What is needed before the first byte is sent; null when there is no such transaction.</summary>
    /// <param name="reveal">True keeps personal data: for administrators only. The caller checks the role.</param>
    public async Task<EvidenceOrder?> BeginAsync(TenantScope tenant, Guid id, string by, bool reveal, CancellationToken ct)
    {
        await using (var context = db.CreateContext(tenant))
        {
            if (await context.Transactions.AsNoTracking().FirstOrDefaultAsync(t => t.Id == id, ct) is not { } row)
                return null;
            context.Journal.Add(new()
            {
                TransactionId = id, TenantId = tenant.TenantId, At = clock.GetUtcNow().ToMicroseconds(), Type = JournalEventType.EvidenceExported, Step = row.Step, Stage = row.Stage,
                Summary = PayloadRows.Cut($"{by} took the evidence away as a signed bundle{(reveal ? "" : ", personal data hidden")}", ColumnLengths.Summary)!, Basis = new Basis(Person: by).Write(),
            });
            await context.SaveChangesAsync(ct);
        }

        return await readers.For(tenant).FindAsync(id, ct) is { } detail ? new(tenant, detail, by, reveal, clock.GetUtcNow()) : null;
    }

    /// <returns>The manifest that was signed.</returns>
    public async Task<EvidenceManifest> WriteAsync(EvidenceOrder order, Stream output, CancellationToken ct)
    {
        var (keyId, pair) = await keys.SignerAsync(order.Tenant, order.By, ct);
        using (pair)
        {
            var late = new LateStream(output);
            var files = new List<EvidenceFile>();
            EvidenceManifest manifest;
            using (var zip = new BundleZip(late))
            {
                var bodies = await BodiesAsync(zip, order, files, ct);
                await AddAsync(zip, "bundle.json", CanonicalJson.Write(EvidenceContent.Of(order.Detail, bodies, order.At, order.By, !order.Reveal)), files, order.At, ct);
                await AddAsync(zip, "index.html", EvidencePage.Write(order.Detail, bodies, order.At, order.By, !order.Reveal, keyId), files, order.At, ct);
                await AddAsync(zip, EvidenceManifest.KeyName, Encoding.UTF8.GetBytes(EvidenceKeys.Pem(pair.ExportSubjectPublicKeyInfo())), files, order.At, ct);
                manifest = new EvidenceManifest(EvidenceContent.Format, order.Detail.Head.Id.ToString("D"), EvidenceContent.Time(order.At), keyId, files);
                var bytes = manifest.Write();
                await AddAsync(zip, EvidenceManifest.FileName, bytes, null, order.At, ct);
                await AddAsync(zip, EvidenceManifest.SignatureName, pair.SignData(bytes, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence), null, order.At, ct);
            }

            // The zip's own table of contents is written when it is closed.
            await late.PassOnAsync(ct);
            return manifest;
        }
    }

    private async Task<IReadOnlyList<EvidenceBody>> BodiesAsync(BundleZip zip, EvidenceOrder order, List<EvidenceFile> files, CancellationToken ct)
    {
        var bodies = new List<EvidenceBody>();
        var seen = new Dictionary<Guid, EvidenceBody>();
        var left = MostBytes;
        await using var context = db.CreateContext(order.Tenant);
        foreach (var document in order.Detail.Documents)
        {
            if (seen.TryGetValue(document.PayloadId, out var before))
            {
                bodies.Add(before with { Document = document });
                continue;
            }

            var row = await context.Payloads.AsNoTracking().FirstOrDefaultAsync(p => p.Id == document.PayloadId, ct);
            var body = row is null || (row.Content.Length == 0 && row.Length > 0) ? new EvidenceBody(document, null, row is null ? null : Convert.ToHexStringLower(row.Digest), false, "not kept any more")
                : row.Length > left ? new(document, null, Convert.ToHexStringLower(row.Digest), false, $"the bundle holds {MostBytes / 1024 / 1024} MiB of bodies at most")
                : await OneAsync(zip, order, document, row, seen.Count + 1, files, ct);
            if (body.Path is not null)
                left -= row!.Length;
            seen[document.PayloadId] = body;
            bodies.Add(body);
        }

        return bodies;
    }

    private static async Task<EvidenceBody> OneAsync(BundleZip zip, EvidenceOrder order, TransactionDocument document, PayloadRow row, int number, List<EvidenceFile> files, CancellationToken ct)
    {
        var raw = PayloadRows.Unpack(row);
        var (content, masked) = order.Reveal ? (raw, false) : Masked(raw);
        var path = $"bodies/{number:000}-{document.Kind.ToString().ToLowerInvariant()}.{Extension(row.ContentType, content)}";
        if (content is null)
            return new(document, null, Convert.ToHexStringLower(row.Digest), false, "no text: personal data in it cannot be hidden; an administrator takes it whole");
        await AddAsync(zip, path, content, files, order.At, ct);
        return new(document, path, Convert.ToHexStringLower(row.Digest), masked, null);
    }

    /// <summary>Null for what is no text.</summary>
    private static (byte[]? Content, bool Masked) Masked(byte[] raw)
    {
        if (raw.AsSpan().Contains((byte)0))
            return (null, false);
        string text;
        try
        {
            text = Strict.GetString(raw);
        }
        catch (DecoderFallbackException)
        {
            text = Encoding.Latin1.GetString(raw);
        }

        var masked = PayloadMask.Apply(text, reveal: false);
        // Where nothing had to be hidden the bytes are those that came.
        return masked.Masked == 0 ? (raw, false) : (Encoding.UTF8.GetBytes(masked.Text), true);
    }

    private static string Extension(string? contentType, byte[]? content) => contentType switch
    {
        { } type when type.Contains("json", StringComparison.OrdinalIgnoreCase) => "json",
        { } type when type.Contains("xml", StringComparison.OrdinalIgnoreCase) => "xml",
        { } type when type.Contains("csv", StringComparison.OrdinalIgnoreCase) => "csv",
        { } type when type.Contains("edi", StringComparison.OrdinalIgnoreCase) => "edi",
        _ => content is [(byte)'{' or (byte)'[', ..] ? "json" : content is [(byte)'<', ..] ? "xml" : "bin",
    };

    private static async Task AddAsync(BundleZip zip, string path, byte[] content, List<EvidenceFile>? files, DateTimeOffset at, CancellationToken ct)
    {
        await zip.AddAsync(path, content, at, ct);
        files?.Add(new(path, Convert.ToHexStringLower(SHA256.HashData(content)), content.Length));
    }
}

/// <summary>A zip that passes on each file when it is complete.</summary>
internal sealed class BundleZip(LateStream late) : IDisposable
{
    private readonly ZipArchive _zip = new(late, ZipArchiveMode.Create, leaveOpen: true, Encoding.UTF8);

    public async Task AddAsync(string path, byte[] content, DateTimeOffset at, CancellationToken ct)
    {
        var entry = _zip.CreateEntry(path, CompressionLevel.Fastest);
        entry.LastWriteTime = at;
        using (var stream = entry.Open())
            stream.Write(content);
        await late.PassOnAsync(ct);
    }

    public void Dispose() => _zip.Dispose();
}

/// <summary>A bundle that somebody asked for and that can be written.</summary>
public sealed record EvidenceOrder(TenantScope Tenant, TransactionDetail Detail, string By, bool Reveal, DateTimeOffset At)
{
    /// <summary>Of the file: letters, digits and hyphens, whatever the number holds.</summary>
    public string FileName => $"evidence-{new string([.. Detail.Head.Reference.Select(c => char.IsAsciiLetterOrDigit(c) ? c : '-')])}-{At.UtcDateTime:yyyyMMdd-HHmmss}.zip";
}

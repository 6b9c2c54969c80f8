using System.Globalization;
using System.Text;
using System.Text.Json;
using ControlPlane.Runtime.Ingestion;
using ControlPlane.Runtime.Persistence;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Runtime.Transactions.Queries;

/// <summary>A body as it came or went.</summary>
/// <param name="Encoding">How its bytes were read: <c>UTF-8</c>, <c>UTF-8 with a byte order mark</c>, <c>Latin-1 (it is no UTF-8)</c>, or <c>binary</c>.</param>
/// <param name="Text">Null for what is no text. Masked unless personal data was to be revealed.</param>
/// <param name="Hex">The first bytes of what is shown, 16 a line; null for bytes that may not be shown.</param>
/// <param name="Masked">Values that are hidden.</param>
/// <param name="Cut">True when there is more than is shown.</param>
/// <param name="Digest">SHA-256 of the raw bytes, hex.</param>
/// <param name="Headers">What is kept of the headers that it came with; credentials never are.</param>
public sealed record RawBody(string? ContentType, int Length, string Encoding, string? Text, string? Hex, int Masked, bool Cut, string Digest, IReadOnlyList<KeyValuePair<string, string>> Headers);

/// <summary>What a download gets.</summary>
/// <param name="Content">Null: it is no text, so that personal data in it cannot be hidden.</param>
public sealed record RawDownload(byte[]? Content, string? ContentType);

/// <summary>Reads bodies of a transaction, byte for byte or masked. A body that is not the transaction's own is not found.</summary>
public sealed class RawBodies(IControlPlaneDb db, TransactionReaders readers)
{
    public const int MostText = 200_000;

    public const int MostHex = 4_096;

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <param name="reveal">True shows personal data: for administrators only. The caller checks the role.</param>
    /// <returns>Null when there is no such body, or it is not kept any more.</returns>
    public async Task<RawBody?> ReadAsync(TenantScope tenant, Guid transaction, Guid payload, bool reveal, CancellationToken ct)
    {
        if (await FindAsync(tenant, transaction, payload, ct) is not { } row)
            return null;
        var raw = PayloadRows.Unpack(row);
        var (encoding, text) = Decode(raw);
        var masked = text is null || reveal ? null : PayloadMask.Apply(text, reveal: false);
        var shown = masked is { Masked: > 0 } ? masked.Text : text;
        // Of masked text the bytes of what is shown: the others would tell what was hidden.
        var bytes = reveal || masked is { Masked: 0 } ? raw : shown is null ? null : Encoding.UTF8.GetBytes(shown);
        return new(
            row.ContentType, row.Length, encoding, shown is { Length: > MostText } ? shown[..MostText] : shown, bytes is null ? null : Hex(bytes), masked?.Masked ?? 0, shown is { Length: > MostText }, Convert.ToHexStringLower(row.Digest),
            await HeadersAsync(tenant, transaction, payload, reveal, ct));
    }

    public async Task<RawDownload?> DownloadAsync(TenantScope tenant, Guid transaction, Guid payload, bool reveal, CancellationToken ct)
    {
        if (await FindAsync(tenant, transaction, payload, ct) is not { } row)
            return null;
        var raw = PayloadRows.Unpack(row);
        if (reveal)
            return new(raw, row.ContentType);
        if (Decode(raw).Text is not { } text)
            return new(null, row.ContentType);
        var masked = PayloadMask.Apply(text, reveal: false);
        return new(masked.Masked == 0 ? raw : Encoding.UTF8.GetBytes(masked.Text), row.ContentType);
    }

    private async Task<PayloadRow?> FindAsync(TenantScope tenant, Guid transaction, Guid payload, CancellationToken ct)
    {
        if (await readers.For(tenant).FindAsync(transaction, ct) is not { } detail || detail.Documents.All(d => d.PayloadId != payload))
            return null;
        await using var context = db.CreateContext(tenant);
        return await context.Payloads.AsNoTracking().FirstOrDefaultAsync(p => p.Id == payload, ct) is { } row && (row.Content.Length > 0 || row.Length == 0) ? row : null;
    }

    private async Task<IReadOnlyList<KeyValuePair<string, string>>> HeadersAsync(TenantScope tenant, Guid transaction, Guid payload, bool reveal, CancellationToken ct)
    {
        await using var context = db.CreateContext(tenant);
        var json = await context.Messages.AsNoTracking().Where(m => m.TransactionId == transaction && m.PayloadId == payload).Select(m => m.Headers).FirstOrDefaultAsync(ct);
        return json is not { Length: > 0 } ? [] : [.. JsonSerializer.Deserialize<Dictionary<string, string>>(json)!.OrderBy(h => h.Key, StringComparer.Ordinal).Select(h => KeyValuePair.Create(h.Key, reveal ? h.Value : PayloadMask.Mails(h.Value)))];
    }

    private static (string Encoding, string? Text) Decode(byte[] raw)
    {
        if (raw.AsSpan().Contains((byte)0))
            return ("binary", null);
        try
        {
            var marked = raw.AsSpan().StartsWith(Encoding.UTF8.Preamble);
            return (marked ? "UTF-8 with a byte order mark" : "UTF-8", Strict.GetString(marked ? raw.AsSpan(3) : raw));
        }
        catch (DecoderFallbackException)
        {
            return ("Latin-1 (it is no UTF-8)", Encoding.Latin1.GetString(raw));
        }
    }

    /// <summary><c>0000  55 4e 41 …  UNA:+.? '</c></summary>
    private static string Hex(byte[] bytes)
    {
        var text = new StringBuilder();
        for (var at = 0; at < bytes.Length && at < MostHex; at += 16)
        {
            var line = bytes.AsSpan(at, Math.Min(16, bytes.Length - at));
            text.Append(CultureInfo.InvariantCulture, $"{at:x4}  ");
            foreach (var b in line)
                text.Append(CultureInfo.InvariantCulture, $"{b:x2} ");
            text.Append(' ', (16 - line.Length) * 3 + 1);
            foreach (var b in line)
                text.Append(b is >= 0x20 and < 0x7f ? (char)b : '.');
            text.Append('\n');
        }

        return text.ToString();
    }
}

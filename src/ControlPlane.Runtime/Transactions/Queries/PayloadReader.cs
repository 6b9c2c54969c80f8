using System.Text;
using ControlPlane.Domain.Shared;
using ControlPlane.Runtime.Ingestion;

namespace ControlPlane.Runtime.Transactions.Queries;

/// <summary>Makes a kept body readable: decoded, indented, masked, and short enough for a page.</summary>
internal static class PayloadReader
{
    /// <summary>Characters: what a browser lays out without a pause.</summary>
    public const int MostShown = 200_000;

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    public static PayloadText? Read(PayloadRow row, bool reveal)
    {
        if (row.Content.Length == 0 && row.Length > 0)
            return null;
        var created = Instant.FromMicroseconds(row.CreatedAt);
        if (Decode(PayloadRows.Unpack(row)) is not { } text)
            return new(row.Id, "", "", 0, PayloadFormat.Binary, row.Length, row.ContentType, created, null);
        var shown = PayloadMask.Apply(text, reveal);
        var raw = reveal ? text : shown.Text;
        return new(row.Id, Cut(shown.Text), Cut(raw), shown.Masked, shown.Format, row.Length, row.ContentType, created, shown.Text.Length > MostShown ? MostShown : null);
    }

    /// <summary>UTF-8, or Latin-1 where it cannot be that; null for what is no text.</summary>
    private static string? Decode(byte[] bytes)
    {
        if (bytes.AsSpan().Contains((byte)0))
            return null;
        try
        {
            return Strict.GetString(bytes.AsSpan().StartsWith(Encoding.UTF8.Preamble) ? bytes.AsSpan(3) : bytes);
        }
        catch (DecoderFallbackException)
        {
            return Encoding.Latin1.GetString(bytes);
        }
    }

    private static string Cut(string text) => text.Length <= MostShown ? text : text[..MostShown];
}

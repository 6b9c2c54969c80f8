using System.Text;

namespace ControlPlane.Runtime.Crosswalks.Csv;

/// <summary>Bytes of a file as text: UTF-8, or Windows-1252 where it is none, which is what older spreadsheets write.</summary>
public static class CsvBytes
{
    public const int Most = 64 * 1024 * 1024;

    private static readonly UTF8Encoding Utf8 = new(false, true);

    static CsvBytes() => Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);

    /// <param name="encoding"><c>utf-8</c>, <c>windows-1252</c>, or null = what the bytes look like.</param>
    /// <param name="problem">Null when it could be read.</param>
    public static string? Read(ReadOnlySpan<byte> bytes, string? encoding, out string used, out CsvDefect? problem)
    {
        (used, problem) = ("utf-8", null);
        if (bytes.Length > Most)
        {
            problem = new(0, $"The file is larger than {Most / 1024 / 1024} MB.");
            return null;
        }

        if (bytes.StartsWith("\uFEFF"u8))
            bytes = bytes[3..];
        else if (bytes.Length > 1 && (bytes[0], bytes[1]) is (0xFF, 0xFE) or (0xFE, 0xFF))
        {
            problem = new(1, "The file is UTF-16. Save it as CSV UTF-8.");
            return null;
        }

        if (encoding != "windows-1252")
            try
            {
                return Utf8.GetString(bytes);
            }
            catch (DecoderFallbackException) when (encoding is null)
            {
                // Then it is the other one, in which every byte means something.
            }
            catch (DecoderFallbackException bad)
            {
                problem = new(1 + bytes[..Math.Clamp(bad.Index, 0, bytes.Length)].Count((byte)'\n'), "These bytes are not UTF-8. Save the file as CSV UTF-8, or say that it is Windows-1252.");
                return null;
            }

        used = "windows-1252";
        return Encoding.GetEncoding(1252).GetString(bytes);
    }
}

using System.Globalization;
using System.Text;
using System.Text.Json;

namespace ControlPlane.Runtime.EvidenceBundles;

/// <param name="Sha256">Hex.</param>
public sealed record EvidenceFile(string Path, string Sha256, long Bytes);

/// <summary>What is signed: every file of the bundle with its digest, one a line, so that <c>sed</c> and <c>openssl</c> can check it, too.</summary>
public sealed record EvidenceManifest(string Format, string Transaction, string Created, string KeyId, IReadOnlyList<EvidenceFile> Files)
{
    public const string FileName = "manifest.json";

    public const string SignatureName = "manifest.sig";

    public const string KeyName = "public-key.pem";

    public byte[] Write()
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{{\"format\":{Quote(Format)},\"transaction\":{Quote(Transaction)},\"created\":{Quote(Created)},\"keyId\":{Quote(KeyId)},\"signature\":\"ECDSA P-256, SHA-256, DER, in {SignatureName}\",\"files\":[\n");
        for (var i = 0; i < Files.Count; i++)
            text.Append(CultureInfo.InvariantCulture, $"{{\"path\":{Quote(Files[i].Path)},\"sha256\":\"{Files[i].Sha256}\",\"bytes\":{Files[i].Bytes}}}{(i + 1 < Files.Count ? "," : "")}\n");
        return Encoding.UTF8.GetBytes(text.Append("]}\n").ToString());
    }

    /// <summary>Null when it is no manifest of ours.</summary>
    public static EvidenceManifest? Read(ReadOnlySpan<byte> json)
    {
        try
        {
            return JsonSerializer.Deserialize<EvidenceManifest>(json, JsonSerializerOptions.Web) is { Format: EvidenceContent.Format, KeyId: not null, Files: { } files } manifest && files.All(f => f is { Path.Length: > 0, Sha256.Length: 64, Bytes: >= 0 }) ? manifest : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string Quote(string value) => JsonSerializer.Serialize(value);
}

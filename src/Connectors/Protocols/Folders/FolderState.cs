using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Connectors.Protocols.Folders;

/// <summary>Where a folder feed stands; stored as its cursor, in step with the files that were taken.</summary>
internal sealed record FolderState
{
    /// <summary>A folder that is only read must be cleared by somebody: beyond this, files that are still there may be read again, and are recognised.</summary>
    private const int MostKnown = 50_000;

    /// <summary>Handed on, and not moved or deleted yet: done first at the next read, when they are sure to be kept.</summary>
    public IReadOnlyList<TakenFile> Taken { get; init; } = [];

    /// <summary>Seen and not taken, because they may still grow.</summary>
    public IReadOnlyList<SeenFile> Seen { get; init; } = [];

    /// <summary>Taken and left in their place, as <see cref="Key"/> says.</summary>
    public IReadOnlyList<string> Known { get; init; } = [];

    public static FolderState Read(string? cursor)
    {
        try
        {
            return cursor is { Length: > 0 } ? JsonSerializer.Deserialize(cursor, FolderJson.Default.FolderState) ?? new() : new();
        }
        catch (JsonException)
        {
            // Of another feed that had the name: everything is looked at again, and what came already is recognised.
            return new();
        }
    }

    public override string ToString() => JsonSerializer.Serialize(this with { Known = Known.Count <= MostKnown ? Known : [.. Known.Skip(Known.Count - MostKnown)] }, FolderJson.Default.FolderState);

    /// <summary>Short, because there may be many.</summary>
    public static string Key(FolderFile file) => Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes($"{file.Name}\0{file.Size}\0{file.Modified}")).AsSpan(0, 9));
}

/// <param name="Digest">SHA-256 of the content, in hexadecimal.</param>
internal sealed record TakenFile(string Name, long Size, long Modified, string Digest)
{
    public bool Is(FolderFile file) => file.Name == Name && file.Size == Size && file.Modified == Modified;
}

/// <param name="Since">When it was first seen so, in seconds since 1970 by our clock.</param>
internal sealed record SeenFile(string Name, long Size, long Modified, long Since);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(FolderState))]
internal sealed partial class FolderJson : JsonSerializerContext;

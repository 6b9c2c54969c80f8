using System.Text.Json;
using System.Text.Json.Serialization;
using ControlPlane.Domain.Ownership;

namespace ControlPlane.Runtime.Ownership;

/// <summary>How setups are kept.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, UseStringEnumConverter = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(OwnershipSetup))]
internal sealed partial class OwnershipJson : JsonSerializerContext
{
    public static string Write(OwnershipSetup setup) => JsonSerializer.Serialize(setup, Default.OwnershipSetup);

    public static OwnershipSetup Read(string document) => JsonSerializer.Deserialize(document, Default.OwnershipSetup) ?? Domain.Ownership.OwnershipSetup.First;
}

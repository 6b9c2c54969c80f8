using System.Text.Json;

namespace ControlPlane.Domain.Schemas.Compatibility;

public enum CompatibilityDirection : byte
{
    /// <summary>Something that the old schema accepts is refused by the new one.</summary>
    Backward,

    /// <summary>Something that the new schema accepts is refused by the old one.</summary>
    Forward,
}

/// <summary>One way in which two schemas do not fit together.</summary>
/// <param name="At">Where in a document: <c>/customer/email</c>, <c>/lines/*/quantity</c>; empty = the whole.</param>
/// <param name="Keyword">Of the schema that refuses.</param>
/// <param name="Witness">A document that one side accepts and the other refuses; both were asked. Null: it was looked for and not found, so that nothing is proven.</param>
/// <param name="Refusal">What the refusing side says of the witness.</param>
public sealed record CompatibilityFinding(CompatibilityDirection Direction, string At, string Keyword, string Message, JsonElement? Witness, string? Refusal)
{
    public bool Proven => Witness is not null;
}

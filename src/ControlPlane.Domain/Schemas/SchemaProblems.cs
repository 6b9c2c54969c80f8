namespace ControlPlane.Domain.Schemas;

/// <summary>What is wrong with a schema itself, for the person who wrote it.</summary>
/// <param name="Pointer">JSON Pointer (RFC 6901) within the schema; empty = the whole.</param>
/// <param name="Message">What is wrong and what is allowed.</param>
public sealed record SchemaProblem(string Pointer, string Message)
{
    public override string ToString() => $"{(Pointer.Length == 0 ? "schema" : Pointer)}: {Message}";
}

/// <summary>Where a document breaks a schema.</summary>
/// <param name="At">JSON Pointer of the place in the document; empty = the whole.</param>
/// <param name="Rule">JSON Pointer of the keyword in the schema.</param>
/// <param name="Message">What is wrong and what is allowed.</param>
public sealed record SchemaViolation(string At, string Rule, string Message)
{
    public override string ToString() => $"{(At.Length == 0 ? "document" : At)}: {Message} ({Rule})";
}

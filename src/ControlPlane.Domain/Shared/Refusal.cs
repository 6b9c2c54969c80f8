using System.Text.Json.Serialization;
using ControlPlane.Domain.Crosswalks;

namespace ControlPlane.Domain.Shared;

/// <summary>
/// Why a document is not accepted: a stable code, the field in the sender's own document, and what to do. The message
/// never holds the field's content, which may be personal.
/// </summary>
/// <param name="Code">Stable, lower-case, dotted: <c>order.no_lines</c>. Scripts rely on it; never translated.</param>
/// <param name="Field">Path in the document as the sender knows it: <c>line_items[2].quantity</c>; empty for the whole.</param>
/// <param name="Message">One sentence for a person: what is wrong and what is allowed.</param>
public sealed record Refusal(string Code, string Field, string Message)
{
    /// <summary>The code that has no entry in a crosswalk, so that one can be added from here; null for every other reason.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public MissingEquivalence? Missing { get; init; }
}

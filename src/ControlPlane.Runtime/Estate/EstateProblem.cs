namespace ControlPlane.Runtime.Estate;

/// <summary>What is wrong in a configuration document, where, and what is allowed.</summary>
/// <param name="Source">File name, or "portal".</param>
/// <param name="Line">Counts from 1; 0 when the whole is meant.</param>
/// <param name="Field">Path of the key: <c>spec.steps[2].deadline</c>.</param>
public sealed record EstateProblem(string Source, int Line, string Field, string Message)
{
    public override string ToString() => $"{Source}{(Line > 0 ? $", line {Line}" : "")}{(Field.Length > 0 ? $", {Field}" : "")}: {Message}";
}

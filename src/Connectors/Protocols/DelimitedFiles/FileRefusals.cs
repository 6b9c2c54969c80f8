using System.Globalization;
using ControlPlane.Domain.Shared;

namespace Connectors.Protocols.DelimitedFiles;

/// <summary>Refusals of files all say the line first; they never hold a value.</summary>
internal static class FileRefusals
{
    public static Refusal At(string code, int line, int column, string what) =>
        new(code, string.Create(CultureInfo.InvariantCulture, $"line {line}, column {column}"), string.Create(CultureInfo.InvariantCulture, $"Line {line}, column {column}: {what}"));

    public static Refusal In(string code, int line, string field, string what) =>
        new(code, string.Create(CultureInfo.InvariantCulture, $"line {line}: {field}"), string.Create(CultureInfo.InvariantCulture, $"Line {line}, {field}: {what}"));

    public static Refusal Of(string code, int line, string what) =>
        new(code, string.Create(CultureInfo.InvariantCulture, $"line {line}"), string.Create(CultureInfo.InvariantCulture, $"Line {line}: {what}"));
}

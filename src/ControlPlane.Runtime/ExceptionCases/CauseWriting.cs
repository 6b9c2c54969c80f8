using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using ControlPlane.Domain.ExceptionCases;
using ControlPlane.Domain.Faults;

namespace ControlPlane.Runtime.ExceptionCases;

/// <summary>Writes own entries so that they read back the same, and so that a difference of two versions shows what was changed: one key a line.</summary>
internal static partial class Causes
{
    /// <summary>The only name that the document of own entries has.</summary>
    public const string Name = "causes";

    private static readonly JsonSerializerOptions Quoted = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string Word(CauseFixer fixer) => Fixers.First(f => f.Value == fixer).Key;

    public static bool TryFixer(string? word, out CauseFixer fixer) => Fixers.TryGetValue(word ?? "", out fixer);

    public static IEnumerable<string> FixerWords => Fixers.Keys;

    public static string Word(FaultKind kind) => Kinds.First(k => k.Value == kind).Key;

    public static bool TryKind(string? word, out FaultKind kind) => Kinds.TryGetValue(word ?? "", out kind);

    public static IEnumerable<string> KindWords => Kinds.Keys;

    public static string Write(IReadOnlyList<Cause> causes)
    {
        var text = new StringBuilder($"kind: CauseCatalogue\nmetadata: {{ name: {Name} }}\nspec:\n");
        text.Append(causes.Count == 0 ? "  causes: []\n" : "  causes:\n");
        foreach (var cause in causes)
        {
            text.Append("    - id: ").Append(cause.Id).Append('\n');
            Line("title", Text(cause.Title));
            Line("what", Text(cause.What));
            Line("fixer", Word(cause.Fixer));
            text.Append("      steps:\n");
            foreach (var step in cause.Steps)
                text.Append("        - ").Append(Text(step)).Append('\n');
            if (cause.Field is { Length: > 0 } field)
                Line("field", Text(field));
            if (cause.General)
                Line("general", "true");
            text.Append("      when:\n");
            List("code", cause.When.Codes);
            List("providerCode", cause.When.ProviderCodes);
            List("connector", cause.When.Connectors);
            List("text", cause.When.Texts);
            List("kind", [.. cause.When.Kinds.Select(Word)]);
        }

        return text.ToString();

        void Line(string key, string value) => text.Append("      ").Append(key).Append(": ").Append(value).Append('\n');

        void List(string key, IReadOnlyList<string> values)
        {
            if (values.Count > 0)
                text.Append("        ").Append(key).Append(": [").AppendJoin(", ", values.Select(Text)).Append("]\n");
        }
    }

    /// <summary>A JSON string is a YAML string.</summary>
    private static string Text(string value) => JsonSerializer.Serialize(value, Quoted);
}

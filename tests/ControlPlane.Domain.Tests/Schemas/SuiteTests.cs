using System.Globalization;
using System.Text;
using System.Text.Json;
using ControlPlane.Domain.Schemas;

namespace ControlPlane.Domain.Tests.Schemas;

/// <summary>The public suite of JSON Schema 2020-12: what holds, and what does not, by name. Quoted by docs/conformance.md.</summary>
public sealed class SuiteTests
{
    [Fact]
    public void The_public_suite_of_2020_12_holds_but_for_what_is_named()
    {
        var folder = Path.GetDirectoryName(Samples.Find("conformance/json-schema/tests/draft2020-12/type.json"))!;
        var known = Known(Path.Combine(folder, "..", "..", "remotes"));
        var said = new StringBuilder();
        foreach (var (title, files) in new[] { ("required", Directory.GetFiles(folder, "*.json")), ("optional", Directory.GetFiles(Path.Combine(folder, "optional"), "*.json")) })
        {
            var (passed, failed) = (0, new List<string>());
            foreach (var file in files.Order(StringComparer.Ordinal))
                Run(file, known, ref passed, failed);
            said.AppendLine(CultureInfo.InvariantCulture, $"{title}: {passed} of {passed + failed.Count}");
            foreach (var line in failed)
                said.AppendLine(CultureInfo.InvariantCulture, $"  not: {line}");
        }

        Approved.Check("json-schema-2020-12", said.ToString());
    }

    private static void Run(string file, Dictionary<string, JsonElement> known, ref int passed, List<string> failed)
    {
        using var suite = JsonDocument.Parse(File.ReadAllBytes(file));
        foreach (var group in suite.RootElement.EnumerateArray())
        {
            var schema = JsonSchema.Parse(group.GetProperty("schema"), out var problems, known);
            foreach (var test in group.GetProperty("tests").EnumerateArray())
            {
                var expected = test.GetProperty("valid").GetBoolean();
                if (schema is not null && schema.Accepts(test.GetProperty("data")) == expected && (schema.Validate(test.GetProperty("data")).Count == 0) == expected)
                    passed++;
                else
                    failed.Add($"{Path.GetFileNameWithoutExtension(file)}: {group.GetProperty("description")}: {test.GetProperty("description")}{(schema is null ? $" (refused: {problems[0]})" : "")}");
            }
        }
    }

    private static Dictionary<string, JsonElement> Known(string folder)
    {
        var known = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        foreach (var file in Directory.GetFiles(folder, "*.json", SearchOption.AllDirectories))
        {
            using var document = JsonDocument.Parse(File.ReadAllBytes(file));
            known["http://localhost:1234/" + Path.GetRelativePath(folder, file).Replace('\\', '/')] = document.RootElement.Clone();
        }

        return known;
    }
}

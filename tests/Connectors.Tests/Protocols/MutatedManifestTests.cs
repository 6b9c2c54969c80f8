using Connectors.Protocols.Manifests;

namespace Connectors.Tests.Protocols;

/// <summary>A connector that somebody wrote wrongly: problems with their lines, and never an exception.</summary>
public sealed class MutatedManifestTests(ITestOutputHelper output)
{
    private static readonly string[] Bad =
    [
        "null", "true", "-1", "[]", "{}", "\"\"", "'{a}'", "\"x\\ud83d\"", "\"\\u0000\\n\"", "{ a: { b: [1, 2", "&a [*a]", "*nowhere", "!!binary x", "9999999999999999999999", "1e400", "\"$.a[\"", "\"{order.\"", "\"{settings.x|y?:money}\"",
        "{ expression: \"while (true) {}\" }", "\"" + new string('x', 3_000) + "\"", new string('[', 300), "~", "on", "\t- x", "- - - -", "? a", "|2", "%YAML 9.9",
    ];

    [Fact]
    [Trait("kind", Mutations.Kind)]
    public async Task Damaged_manifests_are_read_or_refused_with_their_lines()
    {
        var manifests = EmbeddedCatalog.Manifests().Select(m => m.Split('\n')).ToList();
        var (read, refused) = (0, 0);
        await Mutations.RunAsync(output, "manifests", $"{manifests.Count} connectors", 300, (random, i) =>
        {
            var lines = (string[])manifests[i % manifests.Count].Clone();
            for (var times = random.Next(1, 4); times > 0; times--)
                Damage(lines, random);
            return string.Join('\n', lines);
        }, text =>
        {
            var reading = ManifestReader.Read(text, "x.yaml");
            if (reading.Definition is not null)
            {
                read++;
                return;
            }

            refused++;
            Assert.NotEmpty(reading.Problems);
            Assert.All(reading.Problems, p => Assert.StartsWith("x.yaml", p.ToString(), StringComparison.Ordinal));
        }, text => text);
        Assert.True(read > 0 && refused > 0, $"{read} read, {refused} refused");
    }

    private static void Damage(string[] lines, Random random)
    {
        var (at, bad) = (random.Next(lines.Length), Bad[random.Next(Bad.Length)]);
        var colon = lines[at].IndexOf(": ", StringComparison.Ordinal);
        lines[at] = random.Next(6) switch
        {
            0 when colon > 0 => lines[at][..(colon + 2)] + bad,
            1 => lines[random.Next(lines.Length)],
            2 => "",
            3 => lines[at][..(lines[at].Length / 2)],
            4 => "  " + lines[at],
            _ => lines[at].Replace("{", bad, StringComparison.Ordinal),
        };
    }
}

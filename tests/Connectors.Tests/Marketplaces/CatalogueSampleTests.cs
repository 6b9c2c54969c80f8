using System.Text;
using Connectors.Protocols.Manifests;
using Connectors.Tests.Xml;
using ControlPlane.Domain.Connections;

namespace Connectors.Tests.Marketplaces;

/// <summary>Whoever begins with a connector of the catalogue has a document of its system to look at, and it is one that is read.</summary>
public sealed class CatalogueSampleTests(ITestOutputHelper output)
{
    [Fact]
    public async Task Every_entry_of_the_catalogue_has_a_sample_that_its_description_reads()
    {
        var without = new List<string>();
        foreach (var partner in CatalogueSamples.Partners.Where(p => !CatalogueSamples.ReadElsewhere.ContainsKey(p)))
            if ((await UnderstoodAsync(partner)).Count == 0)
                without.Add(partner);
        Assert.Empty(without);
        Assert.All(CatalogueSamples.ReadElsewhere.Keys, p => Assert.NotEmpty(CatalogueSamples.Of(p)));
    }

    /// <summary>What becomes of each, so that a sample that is no longer understood, or understood otherwise, is seen.</summary>
    [Fact]
    public async Task Every_sample_of_the_catalogue_is_read_as_approved()
    {
        var told = new StringBuilder();
        foreach (var partner in CatalogueSamples.Partners)
            foreach (var sample in CatalogueSamples.Of(partner))
                told.Append(partner).Append('/').Append(sample).Append(": ").Append(CatalogueSamples.ReadElsewhere.GetValueOrDefault(partner) ?? Told(await CatalogueSamples.ReceivedAsync(partner, sample))).Append('\n');
        Approved.Check("catalogue-samples", told.ToString());
    }

    public static TheoryData<string> Json => [.. CatalogueSamples.Partners.Where(p => p is not ("Amazon" or "Shopify") && !CatalogueSamples.ReadElsewhere.ContainsKey(p) && CatalogueSamples.Of(p).Any(IsJson))];

    /// <summary>The two that are written in code have tests of their own, with the damage that they fear.</summary>
    [Theory, MemberData(nameof(Json))]
    [Trait("kind", Mutations.Kind)]
    public async Task Damaged_documents_are_read_or_refused_and_never_throw(string partner)
    {
        var samples = (await UnderstoodAsync(partner)).Where(IsJson).Select(s => (Name: s, Body: EmbeddedCatalog.Sample(partner, s))).ToList();
        var (read, refused, count) = (0, 0, Mutations.Count(1_000));
        await Mutations.RunAsync(output, "JSON", partner, 1_000, (random, i) =>
        {
            var (name, body) = samples[i % samples.Count];
            return (Name: name, Body: i % 3 == 0 ? Byte(body, random) : Value(body, random));
        }, document =>
        {
            foreach (var meaning in CatalogueSamples.Received(partner, document.Name, document.Body))
                _ = meaning is InboundEvent.Refused { Refusals: var why } ? why.Count > 0 ? refused++ : throw new InvalidOperationException("Refused without a reason.") : read++;
        }, document => $"{document.Name}: {Convert.ToBase64String(document.Body)}");
        Assert.True(read > count / 50 && refused > count / 20, $"{read} read, {refused} refused"); // Otherwise the damage is of one kind only.
    }

    private static bool IsJson(string sample) => sample.EndsWith(".json", StringComparison.Ordinal);

    private static async Task<IReadOnlyList<string>> UnderstoodAsync(string partner)
    {
        var understood = new List<string>();
        foreach (var sample in CatalogueSamples.Of(partner))
            if ((await CatalogueSamples.ReceivedAsync(partner, sample)).Any(m => m is not (InboundEvent.Refused or InboundEvent.Ignored)))
                understood.Add(sample);
        return understood;
    }

    private static string Told(IReadOnlyList<InboundEvent> all) =>
        all.Count == 1 ? RealXmlTests.Of(all[0]) : $"{all.Count} documents" + string.Concat(all.Select(m => $"\n    {RealXmlTests.Of(m)}"));

    private static byte[] Byte(byte[] sample, Random random)
    {
        var body = (byte[])sample.Clone();
        body[random.Next(body.Length)] = (byte)random.Next(256);
        return body;
    }

    /// <summary>Another value behind some colon, or a cut.</summary>
    private static byte[] Value(byte[] sample, Random random)
    {
        var text = Encoding.UTF8.GetString(sample);
        var colon = text.IndexOf(':', random.Next(text.Length));
        var end = colon < 0 ? -1 : text.IndexOfAny([',', '}', '\n'], colon);
        return end > 0 ? Encoding.UTF8.GetBytes(text[..(colon + 1)] + Bad[random.Next(Bad.Length)] + text[end..]) : sample[..random.Next(sample.Length)];
    }

    private static readonly string[] Bad =
    [
        "null", "true", "-1", "1e400", "0.1", "\"\"", "\"1e5\"", "\"NaN\"", "\"79228162514264337593543950335\"", "\"\\ud83d\"", "\"\\u0000\"", "\"0001-01-01T00:00:00+14:00\"", "\"9999-12-31T23:59:59-14:00\"",
        "[]", "{}", "[[null]]", "\"-90000000000000.00\"", "99999999999999999999", "\"JPY\"", "\"" + new string('x', 5_000) + "\"", new string('[', 200),
    ];
}

namespace Connectors.Protocols.OpenApi;

/// <summary>An operation that a person chose, and what for.</summary>
public sealed record OpenApiChoice(OpenApiOperation Operation, OpenApiPurpose Purpose);

/// <summary>What could not be derived, and stands in the draft as a comment.</summary>
/// <param name="Line">Of the draft, counted from 1.</param>
public sealed record OpenApiDecision(int Line, string Text);

/// <summary>A connector made of a description: complete enough to be read, with what is left to a person named.</summary>
/// <param name="Document">YAML of <c>kind: Connector</c>; at its end, as comments, the message to try it with.</param>
/// <param name="Sample">A message as the description shows it, JSON in lines; empty when nothing comes in.</param>
/// <param name="Topic">What the message is about: the feed, or the webhook.</param>
/// <param name="Address">For the connection; null when the description does not say it.</param>
public sealed record OpenApiDraft(string Document, string Sample, string Topic, string? Address, IReadOnlyList<OpenApiDecision> Decisions)
{
    private const string Marker = "# A message to try it with, as the description shows it";
    internal const string AddressMarker = "# The connection's address: ";
    private const int LongestSample = 40_000;

    internal static OpenApiDraft Of(string document, string sample, string topic, string? address)
    {
        var decisions = document.Split('\n').Select((line, i) => (Line: i + 1, At: line.IndexOf("# decide: ", StringComparison.Ordinal), Text: line)).Where(l => l.At >= 0)
            .Select(l => new OpenApiDecision(l.Line, l.Text[(l.At + "# decide: ".Length)..])).ToList();
        if (sample.Length is 0 or > LongestSample)
            return new(document, sample, topic, address, decisions);
        var kept = string.Concat(sample.Split('\n').Select(l => $"#   {l}\n"));
        return new($"{document}\n{Marker} (topic {topic}):\n{kept}", sample, topic, address, decisions);
    }

    /// <summary>The address that a draft names in its head; null when it names none.</summary>
    public static string? AddressIn(string document) =>
        document.ReplaceLineEndings("\n").Split('\n').Take(10).Where(l => l.StartsWith(AddressMarker, StringComparison.Ordinal)).Select(l => l[AddressMarker.Length..].Split(';')[0].Trim()).FirstOrDefault();

    /// <summary>The message that stands at the end of a document, after a reload or from a file; null when there is none.</summary>
    public static (string Topic, string Sample)? SampleIn(string document)
    {
        var lines = document.ReplaceLineEndings("\n").Split('\n');
        var at = Array.FindIndex(lines, l => l.StartsWith(Marker, StringComparison.Ordinal));
        if (at < 0 || lines[at].IndexOf("(topic ", StringComparison.Ordinal) is not (>= 0 and var open))
            return null;
        var sample = lines.Skip(at + 1).TakeWhile(l => l.StartsWith("#   ", StringComparison.Ordinal)).Select(l => l[4..]);
        return (lines[at][(open + 7)..].TrimEnd(':', ')'), string.Join('\n', sample));
    }
}

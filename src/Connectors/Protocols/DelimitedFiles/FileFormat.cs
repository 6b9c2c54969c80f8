using System.Globalization;
using System.Text.Json;
using Connectors.Protocols.Formats;
using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Shared;

namespace Connectors.Protocols.DelimitedFiles;

/// <summary>Delimited and fixed-width files. Reading refuses what is bad record by record; writing uses the same description.</summary>
public sealed class FileFormat(FileLayout layout) : IDocumentFormat
{
    public string Name => layout.Name;

    public FileLayout Layout => layout;

    public IReadOnlyCollection<string> MediaTypes { get; } = layout.FixedWidth ? ["text/plain"]
        : layout.Separator == '\t' ? ["text/tab-separated-values", "text/csv", "text/plain"] : ["text/csv", "text/plain"];

    public FormatReading Read(ReadOnlyMemory<byte> content, Connection connection)
    {
        if (content.Length > FileLayout.MostBytes)
            return Unreadable([new("file.too_large", "", $"The file is larger than {FileLayout.MostBytes / 1024 / 1024} MB. Let its sender split it.")]);
        var tokens = Tokens(content.Span, layout);
        if (tokens.TooMany)
            return Unreadable([new("file.too_many_records", "", string.Create(CultureInfo.InvariantCulture, $"The file has more than {layout.MostRecords} records. Raise records of the format's limits, or let its sender split it."))]);
        var problems = new List<Refusal>();
        var reader = new RecordReader(tokens, problems);
        var records = reader.Read();
        var maker = new DraftMaker(layout, reader, problems);
        var drafts = problems.Count > 0 ? [] : maker.Make(records);
        var tallies = new FileTallies(layout, reader);
        if (tallies.Any && problems.Count == 0)
        {
            problems.AddRange(tallies.OfFile(maker.Frame, records));
            foreach (var draft in drafts)
                foreach (var refusal in draft.Nodes.SelectMany(tallies.OfDocument))
                    draft.Refuse(refusal);
        }

        if (problems.Count > 0)
            return Unreadable([.. problems.Take(20)]);
        var writer = new DraftWriter(tokens, reader, maker.Frame);
        if (!layout.OneDocument)
            return new(true, Summary(records.Count, drafts), writer.Write(drafts));
        var refusals = drafts.SelectMany(d => d.Refusals).Take(20).ToList();
        return new(false, Summary(records.Count, drafts), [new("", "the file", refusals.Count > 0 ? "{}"u8.ToArray() : writer.WriteAll(drafts), refusals)]);
    }

    public FormatWriting Write(JsonElement document, FormatContext context) => new FileWriter(layout, context).Write(document);

    internal static FileTokens Tokens(ReadOnlySpan<byte> content, FileLayout layout)
    {
        var tokens = new FileTokens(layout.Encoding.Read(content, out _), layout);
        if (layout.FixedWidth)
            FixedWidthTokenizer.Run(tokens);
        else
            DelimitedTokenizer.Run(tokens);
        return tokens;
    }

    private static FormatReading Unreadable(IReadOnlyList<Refusal> why) => new(true, why[0].Message, []) { Refusals = why };

    private static string Summary(int records, List<FileDraft> drafts)
    {
        var bad = drafts.Count(d => d.Refusals.Count > 0);
        return string.Create(CultureInfo.InvariantCulture, $"File of {records} {(records == 1 ? "record" : "records")}, {drafts.Count} {(drafts.Count == 1 ? "document" : "documents")}{(bad == 0 ? "" : $", {bad} unusable")}");
    }
}

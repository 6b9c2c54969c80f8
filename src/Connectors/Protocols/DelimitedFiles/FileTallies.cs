using System.Globalization;
using ControlPlane.Domain.Shared;

namespace Connectors.Protocols.DelimitedFiles;

/// <summary>Compares the counts and totals that a file states of itself with what it holds.</summary>
internal sealed class FileTallies(FileLayout layout, RecordReader reader)
{
    public bool Any { get; } = layout.Records.Any(r => r.Tallies.Count > 0);

    /// <summary>Of header and footer, about all records. A difference says that the file is not whole.</summary>
    public IEnumerable<Refusal> OfFile(IReadOnlyDictionary<string, FileRecord> frame, IReadOnlyList<FileRecord> all) =>
        frame.Values.SelectMany(f => Check(f, all, f.Layout!.Tallies));

    /// <summary>Of records within a document, about those that belong to the same head.</summary>
    public IEnumerable<Refusal> OfDocument(FileNode head)
    {
        foreach (var refusal in head.Record.Layout is { } kind ? Check(head.Record, [.. head.All()], kind.Tallies) : [])
            yield return refusal;
        foreach (var below in head.Below)
            foreach (var refusal in below.Below.Count > 0 ? OfDocument(below) : below.Record.Layout!.Tallies.Count == 0 ? [] : Check(below.Record, [.. head.All()], below.Record.Layout!.Tallies))
                yield return refusal;
    }

    private IEnumerable<Refusal> Check(FileRecord stating, IReadOnlyList<FileRecord> records, IReadOnlyList<TallyLayout> tallies)
    {
        foreach (var tally in tallies)
        {
            var stated = reader.Text(stating, tally.Column);
            if (stated.Length == 0)
                continue;
            if (tally.Number(stated) is not { } number)
                yield return FileRefusals.In("file.not_a_number", stating.Token.Line, tally.Column, "A number is expected.");
            else if (Actual(tally, records) is { } actual && actual != number)
                yield return FileRefusals.In(tally.Sum is null ? "file.count" : "file.total", stating.Token.Line, tally.Column, string.Create(CultureInfo.InvariantCulture,
                    $"It states {number}, and {(tally.Sum is null ? $"there are {actual}" : $"{tally.Sum} adds up to {actual}")}. The file may have been cut off."));
        }
    }

    /// <summary>Null when a part of it cannot be read: then that is refused, and the total says nothing.</summary>
    private decimal? Actual(TallyLayout tally, IReadOnlyList<FileRecord> records)
    {
        var sum = 0m;
        foreach (var record in records)
        {
            if (record.Layout is null)
            {
                // Of an unknown kind: counted only where all are.
                if (tally is { Sum: null, Records: ["*"] })
                    sum++;
                else
                    return null;
            }
            else if (tally.Counts(record.Layout.Name))
            {
                if (tally.Sum is null)
                    sum++;
                else if (record.Refusals.Count == 0 && reader.Text(record, tally.Sum) is var text && (text.Length == 0 ? 0 : tally.Number(text)) is { } number)
                    sum += number;
                else
                    return null;
            }
        }

        return sum;
    }
}

using ControlPlane.Domain.Shared;

namespace Connectors.Protocols.DelimitedFiles;

/// <summary>
/// Puts records together to documents. The rule behind all of it: a document never goes on with a part missing. Where a record cannot be
/// read, every document that it may have belonged to is refused with it.
/// </summary>
internal sealed class DraftMaker(FileLayout layout, RecordReader reader, List<Refusal> problems)
{
    private readonly List<FileDraft> _drafts = [];

    public Dictionary<string, FileRecord> Frame { get; } = new(StringComparer.Ordinal);

    public List<FileDraft> Make(List<FileRecord> records)
    {
        var body = Framed(records);
        if (problems.Count > 0)
            return _drafts;
        if (layout.Group is { } group)
            Grouped(body, group);
        else
            Nested(body);
        return _drafts;
    }

    /// <summary>Takes header and footer away. Without its footer a file is not whole.</summary>
    private List<FileRecord> Framed(List<FileRecord> records)
    {
        var body = new List<FileRecord>(records.Count);
        FileRecord? footer = null;
        foreach (var record in records)
        {
            if (record.Layout is { Role: not RecordRole.Body } frame)
            {
                if (record.Refusals.Count > 0)
                    problems.AddRange(record.Refusals);
                else if (!Frame.TryAdd(frame.Name, record))
                    problems.Add(FileRefusals.Of("file.record_twice", record.Token.Line, $"The record {frame.Name} stands in the file twice. Once is allowed."));
                else if (frame.Role == RecordRole.Header && body.Count > 0)
                    problems.Add(FileRefusals.Of("file.record_out_of_place", record.Token.Line, $"The record {frame.Name} stands behind others. It is about the file and comes first."));
                footer ??= frame.Role == RecordRole.Footer ? record : null;
            }
            else if (footer is not null)
                problems.Add(FileRefusals.Of("file.record_out_of_place", record.Token.Line, $"Something stands behind the record {footer.Layout!.Name}, which is the last of a file."));
            else
                body.Add(record);
            if (problems.Count > 0)
                return body;
        }

        foreach (var missing in layout.Records.Where(r => r is { Role: not RecordRole.Body, Least: > 0 } && !Frame.ContainsKey(r.Name)))
            problems.Add(missing.Role == RecordRole.Header
                ? new("file.no_header", missing.Name, $"The record {missing.Name}, with which a file begins, is missing.")
                : new("file.no_footer", missing.Name, $"The record {missing.Name}, with which a file ends, is missing. The file may have been cut off."));
        return body;
    }

    private void Grouped(List<FileRecord> records, GroupLayout group)
    {
        var byKey = new Dictionary<string, List<FileNode>>(StringComparer.Ordinal);
        var order = new List<string>();
        var suspects = new Dictionary<string, FileRecord>(StringComparer.Ordinal);
        string? before = null;
        FileRecord? lost = null;
        foreach (var record in records)
        {
            var key = record.Lost || record.Refusals.Any(r => r.Code is "file.columns" or "file.record_length") ? null : Key(record, group);
            if (key is null)
            {
                // It may have been one more of the records beside it.
                _drafts.Add(new([new(record)]));
                if (before is not null)
                    suspects.TryAdd(before, record);
                lost = record;
                continue;
            }

            if (lost is not null)
                suspects.TryAdd(key, lost);
            (before, lost) = (key, null);
            if (!byKey.TryGetValue(key, out var nodes))
            {
                byKey.Add(key, nodes = []);
                order.Add(key);
            }

            nodes.Add(new(record));
        }

        foreach (var key in order)
        {
            var draft = new FileDraft(byKey[key]);
            if (suspects.TryGetValue(key, out var suspect))
                draft.Refuse(Beside(suspect));
            Same(draft, group);
            _drafts.Add(draft);
        }

        _drafts.Sort((a, b) => a.Nodes[0].Record.Token.Start.CompareTo(b.Nodes[0].Record.Token.Start));
    }

    private string? Key(FileRecord record, GroupLayout group)
    {
        var key = string.Join('\u001F', group.By.Select(c => reader.Text(record, c)));
        if (key.Length >= group.By.Count && key.Trim('\u001F').Length > 0)
            return key;
        record.Refuse(FileRefusals.In("file.required", record.Token.Line, string.Join(", ", group.By), "A value is missing that says which document the record belongs to."));
        return null;
    }

    private void Same(FileDraft draft, GroupLayout group)
    {
        foreach (var column in group.Same)
        {
            var first = reader.Text(draft.Nodes[0].Record, column);
            if (draft.Nodes.FirstOrDefault(n => reader.Text(n.Record, column) != first) is { } other)
                draft.Refuse(FileRefusals.In("file.group_differs", other.Record.Token.Line, column, "The value differs from the one in the first record of the same document. It must be the same in all of them."));
        }
    }

    private void Nested(List<FileRecord> records)
    {
        var open = new List<FileNode>();
        FileDraft? current = null;
        FileRecord? lost = null;
        foreach (var record in records)
        {
            if (record.Layout is not { } kind)
            {
                // It may have been a part of the document before it, or the head of what follows.
                if (layout.Records.Any(r => r.Under is not null))
                {
                    current?.Refuse(Beside(record));
                    lost = record;
                }

                _drafts.Add(new([new(record)]));
                continue;
            }

            var node = new FileNode(record);
            if (kind.Under is null)
            {
                Close(current);
                (lost, open) = (null, [node]);
                _drafts.Add(current = new([node]));
                continue;
            }

            var at = open.FindLastIndex(n => n.Record.Layout!.Name == kind.Under);
            if (lost is not null || at < 0)
            {
                record.Refuse(lost is not null ? Beside(lost) : FileRefusals.Of("file.record_out_of_place", record.Token.Line, $"The record {kind.Name} belongs below a record {kind.Under}, and there is none before it."));
                _drafts.Add(new([node]));
                continue;
            }

            open.RemoveRange(at + 1, open.Count - at - 1);
            open[at].Below.Add(node);
            open.Add(node);
        }

        Close(current);
    }

    private void Close(FileDraft? draft)
    {
        if (draft is not null)
            foreach (var node in draft.Nodes)
                Counts(draft, node);
    }

    private void Counts(FileDraft draft, FileNode node)
    {
        foreach (var kind in layout.Below(node.Record.Layout!))
        {
            var count = node.Below.Count(b => b.Record.Layout == kind);
            if (count < kind.Least || count > kind.Most)
                draft.Refuse(FileRefusals.Of("file.records_below", node.Record.Token.Line, count < kind.Least
                    ? $"The record {node.Record.Layout!.Name} has {count} records {kind.Name} below it. At least {kind.Least} are needed."
                    : $"The record {node.Record.Layout!.Name} has {count} records {kind.Name} below it. At most {kind.Most} are allowed."));
        }

        foreach (var below in node.Below)
            Counts(draft, below);
    }

    private static Refusal Beside(FileRecord lost) => FileRefusals.Of("file.beside_unreadable", lost.Token.Line, "A record here cannot be read and may belong to the document, which would then not be whole. Correct that record and send the document again.");
}

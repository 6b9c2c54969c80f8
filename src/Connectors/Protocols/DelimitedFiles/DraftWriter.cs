using System.Buffers;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Connectors.Protocols.Formats;

namespace Connectors.Protocols.DelimitedFiles;

/// <summary>Documents as JSON. All values are text, empty ones are left out; records below a head are lists by their name.</summary>
internal sealed class DraftWriter(FileTokens tokens, RecordReader reader, IReadOnlyDictionary<string, FileRecord> frame)
{
    /// <summary>Of a record that cannot be read, so much is shown to people.</summary>
    private const int MostShown = 2_000;

    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    private readonly FileLayout _layout = tokens.Layout;

    public List<FormatDocument> Write(IReadOnlyList<FileDraft> drafts)
    {
        var buffer = new ArrayBufferWriter<byte>(Math.Max(256, tokens.Text.Length * 2));
        var ends = new List<int>(drafts.Count);
        using (var json = new Utf8JsonWriter(buffer, Options))
            foreach (var draft in drafts)
            {
                json.Reset(buffer);
                Document(json, draft);
                json.Flush();
                ends.Add(buffer.WrittenCount);
            }

        var documents = new List<FormatDocument>(drafts.Count);
        for (var i = 0; i < drafts.Count; i++)
        {
            var from = i == 0 ? 0 : ends[i - 1];
            documents.Add(new(Topic(drafts[i]), Place(drafts[i]), buffer.WrittenMemory[from..ends[i]], drafts[i].Refusals));
        }

        return documents;
    }

    public ReadOnlyMemory<byte> WriteAll(IReadOnlyList<FileDraft> drafts)
    {
        var buffer = new ArrayBufferWriter<byte>(Math.Max(256, tokens.Text.Length * 2));
        using var json = new Utf8JsonWriter(buffer, Options);
        json.WriteStartObject();
        Frame(json);
        var roots = _layout.Roots.ToList();
        foreach (var root in roots)
        {
            json.WriteStartArray(roots.Count == 1 ? "records" : root.Name);
            foreach (var draft in drafts.Where(d => d.Nodes[0].Record.Layout == root))
            {
                json.WriteStartObject();
                Content(json, draft);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }

        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenMemory;
    }

    private string Topic(FileDraft draft) => draft.Nodes[0].Record.Layout is { } kind && _layout.Discriminator is not null ? kind.Topic.Length > 0 ? kind.Topic : kind.Name : draft.Nodes[0].Record.Layout?.Topic ?? "";

    private static string Place(FileDraft draft)
    {
        var (first, last) = draft.Lines;
        return first == last ? string.Create(CultureInfo.InvariantCulture, $"line {first}") : string.Create(CultureInfo.InvariantCulture, $"lines {first} to {last}");
    }

    private void Document(Utf8JsonWriter json, FileDraft draft)
    {
        json.WriteStartObject();
        if (draft.Nodes[0].Record is { Layout: null, Token: var token })
        {
            var raw = tokens.Raw(token);
            json.WriteString("unreadable", Whole(raw.Length <= MostShown ? raw : raw[..MostShown]));
        }
        else
        {
            Content(json, draft);
            Frame(json);
        }

        json.WriteEndObject();
    }

    private void Content(Utf8JsonWriter json, FileDraft draft)
    {
        Node(json, draft.Nodes[0]);
        if (_layout.Group is not { } group)
            return;
        json.WriteStartArray(group.As);
        foreach (var node in draft.Nodes)
        {
            json.WriteStartObject();
            Node(json, node);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private void Node(Utf8JsonWriter json, FileNode node)
    {
        Columns(json, node.Record);
        if (node.Below.Count == 0)
            return;
        foreach (var kind in _layout.Below(node.Record.Layout!))
        {
            if (!node.Below.Exists(b => b.Record.Layout == kind))
                continue;
            json.WriteStartArray(kind.Name);
            foreach (var below in node.Below)
                if (below.Record.Layout == kind)
                {
                    json.WriteStartObject();
                    Node(json, below);
                    json.WriteEndObject();
                }

            json.WriteEndArray();
        }
    }

    private void Columns(Utf8JsonWriter json, FileRecord record)
    {
        var columns = reader.ColumnsOf(record);
        for (var i = 0; i < columns.Count; i++)
            if (reader.Value(record, i, columns[i]) is { IsEmpty: false } value)
                json.WriteString(columns[i].Name, value);
    }

    /// <summary>Header and footer of the file, with each of its documents.</summary>
    private void Frame(Utf8JsonWriter json)
    {
        if (frame.Count == 0)
            return;
        json.WriteStartObject("file");
        foreach (var (name, record) in frame)
        {
            json.WriteStartObject(name);
            Columns(json, record);
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    /// <summary>Never ends within a character, and has none that a database would refuse.</summary>
    private static string Whole(ReadOnlySpan<char> raw) =>
        string.Concat((raw.Length > 0 && char.IsHighSurrogate(raw[^1]) ? raw[..^1] : raw).ToString().Select(c => c is '\0' or FileEncoding.Wrong or '\uFFFE' ? '\uFFFD' : c));
}

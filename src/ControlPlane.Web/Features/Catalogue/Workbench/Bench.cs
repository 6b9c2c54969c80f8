using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Connectors.Protocols.Http;
using Connectors.Protocols.Http.Receiving;
using Connectors.Protocols.Manifests;
using Connectors.Protocols.Manifests.Editing;
using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Mappings;
using ControlPlane.Domain.Mappings.Incoming;
using ControlPlane.Domain.Mappings.Suggestions;

namespace ControlPlane.Web.Features.Catalogue;

/// <summary>
/// What lies on the workbench: the document, a message or a transaction, and what becomes of it. The text is the truth; the rows are
/// read from it and written into it. No I/O: what is read from the database is put here.
/// </summary>
public sealed partial class Bench(TimeProvider clock)
{
    private const string NotReadable = "The message cannot be read as the format says.";

    private int _shownRows;

    public string Text { get; set; } = "";

    public string Topic { get; set; } = "";

    /// <summary>The message as a person reads and changes it.</summary>
    public string Message { get; set; } = "";

    /// <summary>The message as it came, while nobody has changed it: bytes of other formats do not survive being text.</summary>
    public InboundRequest? Original { get; set; }

    /// <summary>Whose settings count; null = those that the draft itself gives.</summary>
    public Connection? Connection { get; set; }

    /// <summary>A real transaction for mappings that go out; null = none was chosen.</summary>
    public OperationRequest? Transaction { get; set; }

    public DeclarativeConnector? Draft { get; private set; }

    public IReadOnlyList<ManifestProblem> Problems { get; private set; } = [];

    public IReadOnlyList<RowList> Lists { get; private set; } = [];

    public string ListPath { get; private set; } = "";

    /// <summary>Number of the row that the form shows; 0 = none.</summary>
    public int Row { get; private set; }

    /// <summary>What becomes of the message by the last sound text.</summary>
    public PreviewResult? Incoming { get; private set; }

    /// <summary>What would be sent by the last sound text.</summary>
    public OutgoingPreview? Outgoing { get; private set; }

    public RowList? List => Lists.FirstOrDefault(l => l.Path == ListPath);

    public ListedRow? Chosen => List?.Rows.FirstOrDefault(r => r.Number == Row);

    public bool GoesOut => List?.Direction == RowDirection.Outgoing;

    public IReadOnlyList<MappedValue> Trace => GoesOut ? Outgoing?.Trace ?? [] : Incoming?.Trace ?? [];

    /// <summary>Reads the text anew and shows what becomes of message or transaction. Keeps the last result while the text is unsound.</summary>
    public void Show()
    {
        Lists = RowLists.Of(Text);
        if (Lists.All(l => l.Path != ListPath))
            (ListPath, Row) = (Lists.Count > 0 ? Lists[0].Path : "", 0);
        if (Row > (List?.Rows.Count ?? 0))
            Row = 0;
        (Draft, Problems) = ConnectorDesk.Read(Text, clock);
        if (Draft is null)
            return;
        Incoming = ConnectorDesk.Preview(Draft, Connection, Request(Draft));
        Outgoing = GoesOut && Transaction is { } request && Draft.Definition.Mappings.ContainsKey(List!.Name) ? OutgoingPreview.Of(Draft, List.Name, request) : null;
    }

    public void ChooseList(string path)
    {
        (ListPath, Row) = (path, 0);
        Show();
    }

    public void ChooseRow(int number) => Row = Row == number ? 0 : number;

    /// <summary>A problem that is about this row.</summary>
    public IEnumerable<ManifestProblem> ProblemsOf(ListedRow row) => Problems.Where(p => p.Line >= row.FirstLine && p.Line <= row.LastLine);

    /// <summary>The rows follow at once, so that the next field starts from this one; <see cref="Show"/> may wait for a pause.</summary>
    public void Set(RowEdit edit)
    {
        if (Row == 0)
            return;
        Text = RowLists.Set(Text, ListPath, Row, edit);
        Lists = RowLists.Of(Text);
    }

    /// <summary>Adds a row and shows it in the form.</summary>
    public void Add(RowEdit edit)
    {
        Text = RowLists.Add(Text, ListPath, edit);
        Show();
        Row = List?.Rows.Count ?? 0;
    }

    public void Remove()
    {
        Text = RowLists.Remove(Text, ListPath, Row);
        Row = 0;
        Show();
    }

    public void Move(int by)
    {
        var moved = RowLists.Move(Text, ListPath, Row, by);
        if (!ReferenceEquals(moved, Text))
            (Text, Row) = (moved, Row + by);
        Show();
    }

    /// <summary>A path that was picked: the chosen row reads it, behind what it reads already; without one a new row does.</summary>
    public void Pick(string path)
    {
        if (Chosen is { ByForm: true } row)
            Set(row.Edit with { From = row.Edit.From.Contains(path) ? row.Edit.From : [.. row.Edit.From, path], Value = null, Expression = null });
        else
            Add(new() { To = GoesOut ? $"new{(++_shownRows).ToString(System.Globalization.CultureInfo.InvariantCulture)}" : NextTarget(path), From = [path] });
        Show();
    }

    /// <summary>Targets that are needed and have no row: nothing can be received until they have.</summary>
    public IReadOnlyList<string> Unmapped =>
        List is not { Direction: not RowDirection.Outgoing } list ? [] : [.. IncomingTargets.All(Kind(list)).Where(t => t.Needed && list.Rows.All(r => r.Edit.To != t.Path)).Select(t => t.Path)];

    public static IncomingKind Kind(RowList list) => list.Direction == RowDirection.Shipment ? IncomingKind.Shipment : IncomingKind.Order;

    /// <summary>Names that a form offers as targets.</summary>
    public IReadOnlyList<string> Targets => List is { Direction: not RowDirection.Outgoing } list ? [.. IncomingTargets.All(Kind(list)).Select(t => t.Path)] : [];

    /// <summary>Names that a form offers as sources.</summary>
    public IReadOnlyList<string> Sources => GoesOut ? SourcePaths.Names : ["position", "receivedAt", .. (Draft?.Manifest.Settings ?? []).Where(s => !s.Secret).Select(s => "settings." + s.Name)];

    /// <summary>The message as rows read it, below the place at which the document stands; null when it cannot be read.</summary>
    public JsonElement? Source()
    {
        if (Draft?.Receiver is not DeclarativeReceiver receiver || receiver.Readable(Request(Draft), Connection) is not { } json)
            return Parse(Message);
        var root = Parse(json);
        var at = RuleAt(receiver);
        return root is { } found && at is not null ? at.First(found) ?? found : root;
    }

    /// <summary>Why the message cannot be read, for people: of JSON the place, and what is wrong there.</summary>
    public string Unreadable()
    {
        if (string.IsNullOrWhiteSpace(Message))
            return "There is no message here yet.";
        // Other formats tell their faults beside the result.
        if (Message.AsSpan().TrimStart()[0] is not ('{' or '['))
            return NotReadable;
        try
        {
            JsonDocument.Parse(Message).Dispose();
            return NotReadable;
        }
        catch (JsonException bad)
        {
            var (number, bytes) = ((int)(bad.LineNumber ?? 0), (int)(bad.BytePositionInLine ?? 0));
            var lines = Message.Split('\n');
            var line = Encoding.UTF8.GetBytes(number < lines.Length ? lines[number] : "");
            // The parser counts bytes from 0; people count characters from 1.
            var place = Encoding.UTF8.GetCharCount(line, 0, Math.Min(bytes, line.Length)) + 1;
            var end = bad.Message.IndexOf(" LineNumber:", StringComparison.Ordinal);
            return string.Create(CultureInfo.InvariantCulture, $"The message is no valid JSON. Line {number + 1}, place {place}: {(end > 0 ? bad.Message[..end] : bad.Message)}");
        }
    }

    /// <summary>The rows' own place in the manifest says where their document stands.</summary>
    private DocumentPath? RuleAt(DeclarativeReceiver receiver) =>
        ListPath.StartsWith("receive.documents[", StringComparison.Ordinal) && int.TryParse(ListPath.AsSpan(18, ListPath.IndexOf(']', StringComparison.Ordinal) - 18), out var index) && index < receiver.Spec.Documents.Count
            ? receiver.Spec.Documents[index].At : null;

    /// <summary>What the rows are tried on: of a delivery of several documents the first that can be read.</summary>
    public InboundRequest Request(DeclarativeConnector draft)
    {
        var request = Whole(draft);
        var connection = Connection ?? new() { Key = "draft", Connector = draft.Manifest.Name, Role = draft.Manifest.Roles[0], DisplayName = draft.Manifest.Title };
        return !request.Part && draft.Receiver?.Unpack(request, connection) is { Parts.Count: > 1 } unpacked ? unpacked.Parts.FirstOrDefault(p => p.Refusals.Count == 0)?.Request ?? request : request;
    }

    private InboundRequest Whole(DeclarativeConnector draft)
    {
        if (Original is { } original && original.Topic == Topic)
            return original;
        var headers = new Dictionary<string, string>(Original?.Headers ?? new Dictionary<string, string>(), StringComparer.OrdinalIgnoreCase);
        if (draft.Definition.Receive?.Topic?.Header is { } header && Topic.Length > 0)
            headers[header] = Topic;
        return new()
        {
            Topic = Topic, Body = Original?.Body ?? Encoding.UTF8.GetBytes(Message), ContentType = Original?.ContentType, ReceivedAt = Original?.ReceivedAt ?? clock.GetUtcNow(), Headers = headers,
            Polled = draft.Feeds.Any(f => f.Name == Topic), Part = Original?.Part == true,
        };
    }

    private string NextTarget(string path)
    {
        var name = FieldNames.Words(path[(path.LastIndexOfAny(['.', '@', '$']) + 1)..]);
        return Targets.Where(t => List!.Rows.All(r => r.Edit.To != t) && t.StartsWith("lines[].", StringComparison.Ordinal) == path.StartsWith('@'))
            .MaxBy(t => FieldNames.Likeness(FieldNames.Words(t.Replace("lines[].", "", StringComparison.Ordinal)), name)) ?? "references.name";
    }

    /// <summary>A target without the places of lines: <c>lines[2].sku</c> is <c>lines[].sku</c>.</summary>
    public static string General(string target) => Place().Replace(target, "[]");

    [GeneratedRegex(@"\[\d+\]")]
    private static partial Regex Place();

    private static JsonElement? Parse(string json)
    {
        try
        {
            return JsonSerializer.Deserialize<JsonElement>(json);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

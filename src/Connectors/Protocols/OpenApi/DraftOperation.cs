using System.Globalization;
using ControlPlane.Domain.Mappings.Suggestions;

namespace Connectors.Protocols.OpenApi;

/// <summary>A call that writes or reads: its request with the rows that its schema asks for, and what of the answer is kept.</summary>
internal sealed class DraftOperation
{
    private static readonly string[] Own = ["authorization", "accept", "contenttype", "useragent", "contentlength", "acceptlanguage", "acceptencoding"];

    private readonly List<DraftLine> _lines = [];

    public required string Name { get; init; }

    public required OpenApiPurpose Purpose { get; init; }

    public IReadOnlyList<DraftLine> Rows { get; private init; } = [];

    private string Mapping { get; init; } = "";

    /// <summary>Headers that the product writes by itself.</summary>
    public static bool IsOurs(string header) => Own.Contains(Plain(header));

    public static DraftOperation Of(OpenApiDescription description, OpenApiChoice choice, DraftSettings settings, IReadOnlyList<string> taken)
    {
        var (operation, purpose) = (choice.Operation, choice.Purpose);
        var name = Unique(purpose.Operation.Length > 0 ? purpose.Operation : DraftText.Camel(operation.Id), taken);
        var json = operation.RequestType is null || operation.RequestType.Contains("json", StringComparison.OrdinalIgnoreCase);
        var form = operation.RequestType?.Contains("form-urlencoded", StringComparison.OrdinalIgnoreCase) == true;
        var multipart = operation.RequestType?.StartsWith("multipart/", StringComparison.OrdinalIgnoreCase) == true;
        var rows = operation.Request is null ? [] : new DraftRows(description.Schemas, purpose, settings).Of(operation.Request);
        var draft = new DraftOperation { Name = name, Purpose = purpose, Rows = rows, Mapping = rows.Count == 0 ? "" : name };
        var keyed = operation.Parameters.FirstOrDefault(p => p.Where == "header" && Plain(p.Name).Contains("idempoten", StringComparison.Ordinal));
        var write = operation.Method switch { "GET" => "read", _ when keyed is not null => "keyed", "PUT" or "DELETE" or "PATCH" => "upsert", _ => "blind" };
        var lookUp = write == "blind" ? DraftLookUp.Of(description, operation, purpose, name => FillPath(name, purpose, settings).Text) : null;
        draft.Say(4, $"- name: {name}");
        draft.Say(4, $"  title: {DraftText.Value(Title(operation, purpose))}");
        draft.Say(4, $"  write: {write}", write switch
        {
            "blind" when lookUp is null => "how is found out whether an earlier try arrived? Give a lookUp, or an idempotency key if the system honours one.",
            "upsert" when operation.Method == "PATCH" => "is doing it twice the same as once? If not, it is blind.",
            _ => null,
        });
        if (lookUp is not null)
            draft.Say(4, "  lookUpFirst: true");
        var open = new List<string>();
        var path = DraftFeed.PathOf(operation, (parameter, _) =>
        {
            var (text, decide) = FillPath(parameter, purpose, settings);
            if (decide is not null)
                open.Add(decide);
            return text;
        });
        var query = operation.Parameters.Where(p => p.Where == "query" && p.Required)
            .Select(p => $"{Uri.EscapeDataString(p.Name)}={(p.Sample is { Length: > 0 and <= 100 } sample ? Uri.EscapeDataString(sample) : FillPath(p.Name, purpose, settings).Text)}").ToList();
        draft.Say(4, "  request:");
        draft.Say(4, $"    method: {operation.Method}");
        draft.Say(4, $"    path: {DraftText.Value(path + (query.Count > 0 ? (path.Contains('?', StringComparison.Ordinal) ? "&" : "?") + string.Join('&', query) : ""))}", open.Count > 0 ? string.Join(" ", open) : null);
        if (rows.Count > 0)
            draft.Say(4, $"    mapping: {name}");
        if (form || multipart)
            draft.Say(4, $"    encoding: {(form ? "form" : "multipart")}");
        else if (!json && operation.RequestType is { } type)
            draft.Say(4, "   ", $"the system takes {type}; give request.format for XML, or another content type. JSON is written until then.");
        else if (operation.RequestType is { } media && !media.StartsWith("application/json", StringComparison.OrdinalIgnoreCase))
            draft.Say(4, $"    contentType: {DraftText.Value(media)}");
        if (keyed is not null)
            draft.Say(4, $"    idempotencyHeader: {DraftText.Value(keyed.Name)}");
        var headers = operation.Parameters.Where(p => p.Where == "header" && p.Required && p != keyed && !IsOurs(p.Name)).ToList();
        if (headers.Count > 0)
            draft.Say(4, $"    headers: {{ {string.Join(", ", headers.Select(h => $"{DraftText.Value(h.Name)}: {DraftText.Value(Plain(h.Name).Contains("correlation", StringComparison.Ordinal) ? "{correlationId}" : DraftFeed.HeaderValue(h, settings))}"))} }}");
        draft.Answer(description, operation);
        foreach (var line in lookUp ?? [])
            draft.Say(4, line);
        return draft;
    }

    public void WriteMapping(DraftText text)
    {
        if (Rows.Count == 0)
            return;
        text.Line(4, $"- name: {Mapping}");
        text.Line(4, "  rows:");
        foreach (var row in Rows)
            text.Line(row.Indent, row.Text, row.Decide);
        text.Gap();
    }

    public void Write(DraftText text)
    {
        foreach (var line in _lines)
            text.Line(line.Indent, line.Text, line.Decide);
    }

    private void Say(int indent, string text, string? decide = null) => _lines.Add(new(indent, text, decide));

    private void Answer(OpenApiDescription description, OpenApiOperation operation)
    {
        var parts = new List<string>();
        if (operation.Success.Count > 0)
            parts.Add($"success: [{string.Join(", ", operation.Success.Distinct().Select(s => s.ToString(CultureInfo.InvariantCulture)))}]");
        if (operation.ResponseType?.Contains("json", StringComparison.OrdinalIgnoreCase) != true)
            parts.Add("expect: any");
        else if (ApiPlaces.Scalars(description.Schemas, operation.Response, lists: false).Where(p => FieldNames.Words(p.Name) is [.., "id"] or [.., "number"]).OrderBy(p => p.Path.Count(c => c == '.')).ThenBy(p => FieldNames.Words(p.Name)[^1] != "id").FirstOrDefault() is { Path: { } id })
            parts.Add($"outputs: {{ {Name}Id: {DraftText.Value(id + "?")} }}");
        if (parts.Count > 0)
            Say(4, $"  answer: {{ {string.Join(", ", parts)} }}");
    }

    /// <summary>What stands for a parameter of an address.</summary>
    private static (string Text, string? Decide) FillPath(string parameter, OpenApiPurpose purpose, DraftSettings settings)
    {
        var words = FieldNames.Words(parameter);
        if (words.Contains("shipment") || words.Contains("fulfillment") || words.Contains("fulfilment"))
            return purpose == OpenApiPurpose.ConfirmShipment ? ("{shipment.externalId}", $"is {parameter} the number of our shipment?") : ("{outputs.confirmShipmentId}", $"where does {parameter} come from?");
        if (words.Contains("order") || purpose != OpenApiPurpose.SetStock && purpose != OpenApiPurpose.Other && words is ["id"])
            return words is [.., "number" or "no" or "name" or "reference"] ? ("{order.number}", null) : ("{order.externalId}", null);
        if (words.Contains("sku") || words.Contains("item") || words.Contains("product"))
            return ("{outputs.sku}", $"where does {parameter} come from? A flow has to put it into its outputs.");
        return (settings.Add(parameter, $"Value of {parameter} in addresses."), null);
    }

    private static string Title(OpenApiOperation operation, OpenApiPurpose purpose) =>
        purpose != OpenApiPurpose.Other ? purpose.Title : operation.Summary is { Length: > 0 and <= 80 } summary ? summary.TrimEnd('.') : operation.Id;

    private static string Unique(string name, IReadOnlyList<string> taken)
    {
        var number = 1;
        var unique = name;
        while (taken.Contains(unique))
            unique = $"{name}{(++number).ToString(CultureInfo.InvariantCulture)}";
        return unique;
    }

    private static string Plain(string name) => new([.. name.Where(char.IsAsciiLetterOrDigit).Select(char.ToLowerInvariant)]);
}

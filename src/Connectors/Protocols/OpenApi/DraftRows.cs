using System.Globalization;
using ControlPlane.Domain.Mappings.Suggestions;

namespace Connectors.Protocols.OpenApi;

/// <summary>Rows that write a request: each required field, and those others that our order or shipment surely has.</summary>
internal sealed class DraftRows(ApiSchemas schemas, OpenApiPurpose purpose, DraftSettings settings)
{
    private const int MostDepth = 6;
    private const int MostRows = 150;

    private readonly List<DraftLine> _rows = [];
    private readonly HashSet<ApiNode> _on = [];

    public IReadOnlyList<DraftLine> Of(ApiNode request)
    {
        if (schemas.Kind(request) == "array")
            return [new(8, $"- {{ to: decide, value: decide }}", "the system takes a list as its whole document, which rows cannot write; wrap it, or use another operation.")];
        Object(request, "", [], true, false, 0);
        if (_rows.Count == 0 && schemas.Kind(request) == "object")
            _rows.Add(new(8, "- { to: reference, from: reference }", "the description requires no field; which of them are to be written?"));
        return _rows;
    }

    private void Object(ApiNode? schema, string prefix, IReadOnlyList<string> parents, bool required, bool ofLines, int depth)
    {
        if (schemas.References.Of(schema) is not { } node || depth > MostDepth || !_on.Add(node))
            return;
        foreach (var field in schemas.Fields(node))
        {
            if (_rows.Count >= MostRows)
                break;
            Field(field, prefix, parents, required && field.Required, ofLines, depth);
        }

        _on.Remove(node);
    }

    private void Field(ApiField field, string prefix, IReadOnlyList<string> parents, bool required, bool ofLines, int depth)
    {
        if (field.Name.Length is 0 or > 80 || field.Name.IndexOfAny(['.', '[', ']', '"', '\\', '\n']) >= 0)
        {
            if (required)
                _rows.Add(new(8, "", $"the required field '{field.Name}' has a name that rows cannot write."));
            return;
        }

        var kind = schemas.Kind(field.Schema);
        var at = prefix + field.Name;
        var below = parents.Append(field.Name).ToList();
        switch (kind)
        {
            case "object":
                Object(field.Schema, at + ".", below, required, ofLines, depth + 1);
                break;
            case "array":
                var items = schemas.Items(field.Schema);
                if (schemas.Kind(items) is not "object")
                {
                    if (required && items is not null && schemas.Kind(items) is not "array")
                        Scalar(new(field.Name, items, true), at + "[0]", parents, required, ofLines);
                    break;
                }

                // Rows repeat over one level of lines; any other list gets one entry.
                var lines = !ofLines && IsLines(field.Name, items);
                Object(items, at + (lines ? "[]." : "[0]."), below, required, ofLines || lines, depth + 1);
                break;
            default:
                Scalar(field, at, parents, required, ofLines);
                break;
        }
    }

    private bool IsLines(string name, ApiNode? items)
    {
        var fields = schemas.Fields(items).Select(f => FieldNames.Words(f.Name)).ToList();
        var quantity = fields.Exists(w => w.Contains("quantity") || w.Contains("qty") || w.Contains("unit") && w.Count == 1);
        var product = fields.Exists(w => w.Contains("sku") || w.Contains("item") || w.Contains("line") || w.Contains("product"));
        return purpose != OpenApiPurpose.SetStock && (quantity || product) && (quantity && product || FieldNames.Words(name).Any(w => w is "line" or "item" or "product" or "position" or "lineitem"));
    }

    private void Scalar(ApiField field, string at, IReadOnlyList<string> parents, bool required, bool ofLines)
    {
        var kind = schemas.Kind(field.Schema);
        var words = schemas.Words(field.Schema);
        if (DraftSources.For(purpose, field.Name, parents, ofLines, kind, schemas.References.Of(field.Schema)?.Text("format")) is { } source)
        {
            var decide = words.Count > 0 && !source.From.Contains("urrency", StringComparison.Ordinal) && !source.From.Contains("ountry", StringComparison.Ordinal) ? $"the system knows only {Listed(words)}; give values: with ours and theirs." : source.Decide;
            _rows.Add(new(8, $"- {{ to: {DraftText.Value(at)}, from: {DraftText.Value(source.From)}{(source.Convert is null ? "" : $", convert: {source.Convert}")}{(required && decide is null ? ", required: true" : "")} }}", decide));
            return;
        }

        if (!required)
            return;
        var node = schemas.References.Of(field.Schema);
        var given = node?.Text("const") ?? node?.Text("default") ?? words.FirstOrDefault();
        var number = kind is "integer" or "number";
        if (kind == "boolean" || given is { Length: > 0 and <= 200 } && (!number || decimal.TryParse(given, NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _)))
        {
            var value = kind == "boolean" ? given == "true" ? "true" : "false" : number ? given! : DraftText.Value(given!);
            _rows.Add(new(8, $"- {{ to: {DraftText.Value(at)}, value: {value} }}", node?.Text("const") is not null || words.Count == 1 ? null
                : words.Count > 1 ? $"the required {field.Name} is one of {Listed(words)}." : $"is this right for the required {field.Name}?"));
            return;
        }

        // Nothing is made up: without a value it is refused before anything is sent.
        var said = OpenApiReader.Line(node?.Text("description")) is { Length: > 0 and <= 120 } text ? $" ({text})" : "";
        var ofStock = purpose == OpenApiPurpose.SetStock && FieldNames.Words(field.Name) is var named && named.Any(w => w is "quantity" or "qty" or "sku" or "amount");
        var from = ofStock ? $"outputs.{DraftText.Camel(field.Name)}" : settings.Add(field.Name, $"Value of {field.Name}{(said.Length > 0 ? "," + said[2..^1].Insert(0, " ") : "")}", required: false).Trim('{', '}');
        _rows.Add(new(8, $"- {{ to: {DraftText.Value(at)}, from: {from}{(number ? ", convert: number" : "")}, required: true }}", ofStock
            ? $"where does {field.Name} come from? A flow has to put it into {from}." : $"what is the required {field.Name}{said}? Until then each connection gives it."));
    }

    private static string Listed(IReadOnlyList<string> words) => string.Join(", ", words.Take(12)) + (words.Count > 12 ? $" and {(words.Count - 12).ToString(CultureInfo.InvariantCulture)} more" : "");
}

using System.Text.Json;
using ControlPlane.Domain.Shared;

namespace ControlPlane.Domain.Mappings;

/// <summary>One place in the target document.</summary>
internal abstract class TargetNode
{
    /// <summary>Whether it would write anything; a node without content is left out, name and all.</summary>
    public abstract bool HasContent(in MappingScope scope);

    /// <summary>Whether all that is required below it has a value, and none of it is an amount of zero.</summary>
    public virtual bool IsWorthwhile(in MappingScope scope) => true;

    public abstract void Write(Utf8JsonWriter writer, in MappingScope scope, List<Refusal> refusals);
}

internal sealed class ObjectNode((JsonEncodedText Name, TargetNode Node)[] members) : TargetNode
{
    public override bool HasContent(in MappingScope scope)
    {
        foreach (var (_, node) in members)
            if (node.HasContent(in scope))
                return true;
        return false;
    }

    public override bool IsWorthwhile(in MappingScope scope)
    {
        foreach (var (_, node) in members)
            if (!node.IsWorthwhile(in scope))
                return false;
        return true;
    }

    public override void Write(Utf8JsonWriter writer, in MappingScope scope, List<Refusal> refusals)
    {
        writer.WriteStartObject();
        foreach (var (name, node) in members)
        {
            if (!node.HasContent(in scope))
                continue;
            writer.WritePropertyName(name);
            node.Write(writer, in scope, refusals);
        }

        writer.WriteEndObject();
    }
}

/// <summary>A list with fixed places.</summary>
internal sealed class ListNode(TargetNode[] items) : TargetNode
{
    public override bool HasContent(in MappingScope scope)
    {
        foreach (var item in items)
            if (item.HasContent(in scope))
                return true;
        return false;
    }

    public override void Write(Utf8JsonWriter writer, in MappingScope scope, List<Refusal> refusals)
    {
        writer.WriteStartArray();
        foreach (var item in items)
            if (item.HasContent(in scope))
                item.Write(writer, in scope, refusals);
        writer.WriteEndArray();
    }
}

/// <summary>A list with one item for each line. Always written, empty without lines, except for a shipment that does not exist.</summary>
/// <param name="after">One more item, for what is a line there and none here, such as the shipping charge; left out when it would be about nothing.</param>
internal sealed class LinesNode(LineScope lines, TargetNode item, TargetNode? after) : TargetNode
{
    public override bool HasContent(in MappingScope scope) => lines != LineScope.ShipmentLines || scope.Input.Shipment is not null;

    public override void Write(Utf8JsonWriter writer, in MappingScope scope, List<Refusal> refusals)
    {
        writer.WriteStartArray();
        if (lines == LineScope.ShipmentLines)
            WriteShipment(writer, scope.Input, refusals);
        else
            WriteOrder(writer, scope.Input, refusals);
        if (after?.IsWorthwhile(in scope) == true)
            after.Write(writer, in scope, refusals);
        writer.WriteEndArray();
    }

    private void WriteOrder(Utf8JsonWriter writer, MappingInput input, List<Refusal> refusals)
    {
        var all = input.Order.Lines;
        for (var i = 0; i < all.Count; i++)
            if (lines == LineScope.OrderLines || all[i].RequiresShipping)
                WriteItem(writer, new MappingScope(input, all[i], null, i), refusals);
    }

    private void WriteShipment(Utf8JsonWriter writer, MappingInput input, List<Refusal> refusals)
    {
        var all = input.Shipment!.Lines;
        for (var i = 0; i < all.Count; i++)
            WriteItem(writer, new MappingScope(input, null, all[i], i), refusals);
    }

    private void WriteItem(Utf8JsonWriter writer, in MappingScope scope, List<Refusal> refusals)
    {
        if (item.HasContent(in scope))
            item.Write(writer, in scope, refusals);
    }
}

/// <summary>One row.</summary>
internal sealed class ValueNode(string template, MappingRow row, SourcePath[] sources, SourceValue constant, SourceValue fallback, ValueConversion conversion, MappingTable? table, OutgoingCrosswalk? crosswalk) : TargetNode
{
    /// <summary>True also when a required value is missing: it is in <see cref="Write"/> that this is refused.</summary>
    public override bool HasContent(in MappingScope scope) =>
        row.Required || (Read(in scope, out var source) is { IsMissing: false } value && (crosswalk is null || source is null || crosswalk.LeavesSomething(in scope, in value)));

    public override bool IsWorthwhile(in MappingScope scope) =>
        !row.Required || Read(in scope, out _) is { IsMissing: false } value && !(value.Kind == SourceKind.Money && value.Integer == 0);

    public override void Write(Utf8JsonWriter writer, in MappingScope scope, List<Refusal> refusals)
    {
        var value = Read(in scope, out var source);
        if (crosswalk is not null && source is not null && crosswalk.Apply(in scope, template, source, ref value) is { } refusal)
            Refuse(writer, refusals, refusal);
        else if (value.IsMissing)
            Refuse(writer, refusals, MappingRefusals.Missing(template, row.Target, FieldsAt(scope.Index)));
        else if (conversion.Write(writer, in value, table) is { } code)
            Refuse(writer, refusals, MappingRefusals.Of(code, template, row.Target, source?.FieldAt(scope.Index) ?? "the mapping itself"));
    }

    private SourceValue Read(in MappingScope scope, out SourcePath? source)
    {
        source = null;
        foreach (var path in sources)
        {
            var value = path.Read(in scope);
            if (value.IsMissing)
                continue;
            source = path;
            return value;
        }

        return constant.IsMissing ? fallback : constant;
    }

    /// <summary>The document stays readable JSON, so that people see the gap beside the rest.</summary>
    private static void Refuse(Utf8JsonWriter writer, List<Refusal> refusals, Refusal refusal)
    {
        refusals.Add(refusal);
        writer.WriteNullValue();
    }

    private IEnumerable<string> FieldsAt(int index)
    {
        foreach (var source in sources)
            yield return source.FieldAt(index);
    }
}

using System.Text.Json;

namespace ControlPlane.Domain.Mappings;

/// <summary>One place in the target document.</summary>
internal abstract class TargetNode
{
    /// <summary>Whether it would write anything; a node without content is left out, name and all.</summary>
    public abstract bool HasContent(in MappingScope scope);

    /// <summary>Whether all that is required below it has a value, and none of it is an amount of zero.</summary>
    public virtual bool IsWorthwhile(in MappingScope scope) => true;

    public abstract void Write(Utf8JsonWriter writer, in MappingScope scope, MappingRun run);

    /// <summary>Tells the trace why nothing is written here; called for what has no content, in traces only.</summary>
    public abstract void Tell(in MappingScope scope, MappingRun run);
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

    public override void Write(Utf8JsonWriter writer, in MappingScope scope, MappingRun run)
    {
        writer.WriteStartObject();
        foreach (var (name, node) in members)
        {
            if (node.HasContent(in scope))
            {
                writer.WritePropertyName(name);
                node.Write(writer, in scope, run);
            }
            else if (run.Traces)
            {
                node.Tell(in scope, run);
            }
        }

        writer.WriteEndObject();
    }

    public override void Tell(in MappingScope scope, MappingRun run)
    {
        foreach (var (_, node) in members)
            node.Tell(in scope, run);
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

    public override void Write(Utf8JsonWriter writer, in MappingScope scope, MappingRun run)
    {
        writer.WriteStartArray();
        foreach (var item in items)
            if (item.HasContent(in scope))
                item.Write(writer, in scope, run);
        writer.WriteEndArray();
    }

    public override void Tell(in MappingScope scope, MappingRun run)
    {
        foreach (var item in items)
            item.Tell(in scope, run);
    }
}

/// <summary>A list with one item for each line. Always written, empty without lines, except for a shipment that does not exist.</summary>
/// <param name="after">One more item, for what is a line there and none here, such as the shipping charge; left out when it would be about nothing.</param>
internal sealed class LinesNode(LineScope lines, TargetNode item, TargetNode? after) : TargetNode
{
    public override bool HasContent(in MappingScope scope) => lines != LineScope.ShipmentLines || scope.Input.Shipment is not null;

    public override void Write(Utf8JsonWriter writer, in MappingScope scope, MappingRun run)
    {
        writer.WriteStartArray();
        if (lines == LineScope.ShipmentLines)
            WriteShipment(writer, scope.Input, run);
        else
            WriteOrder(writer, scope.Input, run);
        if (after?.IsWorthwhile(in scope) == true)
            after.Write(writer, in scope, run);
        writer.WriteEndArray();
    }

    public override void Tell(in MappingScope scope, MappingRun run) => item.Tell(in scope, run);

    private void WriteOrder(Utf8JsonWriter writer, MappingInput input, MappingRun run)
    {
        var all = input.Order.Lines;
        for (var i = 0; i < all.Count; i++)
            if (lines == LineScope.OrderLines || all[i].RequiresShipping)
                WriteItem(writer, new MappingScope(input, all[i], null, i), run);
    }

    private void WriteShipment(Utf8JsonWriter writer, MappingInput input, MappingRun run)
    {
        var all = input.Shipment!.Lines;
        for (var i = 0; i < all.Count; i++)
            WriteItem(writer, new MappingScope(input, null, all[i], i), run);
    }

    private void WriteItem(Utf8JsonWriter writer, in MappingScope scope, MappingRun run)
    {
        if (item.HasContent(in scope))
            item.Write(writer, in scope, run);
    }
}

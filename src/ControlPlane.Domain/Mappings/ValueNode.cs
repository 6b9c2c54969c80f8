using System.Globalization;
using System.Text.Json;
using ControlPlane.Domain.Mappings.Incoming;
using ControlPlane.Domain.Shared;

namespace ControlPlane.Domain.Mappings;

/// <summary>One row.</summary>
/// <param name="number">Counted from 1, as people count the rows of the mapping.</param>
internal sealed class ValueNode(string template, MappingRow row, int number, RowSources sources, SourceValue fallback, RowCondition[] when, ValueConversion conversion, MappingTable? table, OutgoingCrosswalk? crosswalk = null) : TargetNode
{
    /// <summary>False when a condition may take it out.</summary>
    public bool Always => when.Length == 0;

    public bool Insists => row.Missing != MissingPolicy.LeaveOut;

    public bool Applies(in MappingScope scope) => Failing(in scope) is null;

    /// <summary>True also when a required value is missing: it is in <see cref="Write"/> that this is refused.</summary>
    public override bool HasContent(in MappingScope scope) => (when.Length == 0 || Applies(in scope)) && (Insists || HasValue(in scope));

    public bool HasValue(in MappingScope scope)
    {
        if (crosswalk is null)
            return !fallback.IsMissing || sources.HasValue(in scope);
        var read = sources.Read(in scope);
        return read.Failed || (read.IsMissing ? !fallback.IsMissing : crosswalk.LeavesSomething(in scope, read.Value));
    }

    public override bool IsWorthwhile(in MappingScope scope) =>
        !row.Required || !Applies(in scope) || Read(in scope) is { IsMissing: false } read && !(read.Value.Kind == SourceKind.Money && read.Value.Integer == 0);

    public override void Write(Utf8JsonWriter writer, in MappingScope scope, MappingRun run)
    {
        var mark = run.Traces ? run.Mark(writer) : 0;
        var read = Read(in scope);
        string? entry = null;
        if (crosswalk is not null && Translated(in scope, ref read, out entry) is { } refusal)
            Refuse(writer, run, refusal);
        else if (read.Failed)
            Refuse(writer, run, MappingRefusals.Failed(template, row.Target, Fields(in scope).FirstOrDefault("the mapping itself"), read.Problem!));
        else if (read.IsMissing)
            Lacking(writer, in scope, run);
        else if (conversion.Write(writer, read.Value, table) is { } code)
            Refuse(writer, run, MappingRefusals.Of(code, template, row.Target, read.Path?.FieldAt(scope.Index) ?? Fields(in scope).FirstOrDefault("the mapping itself")));
        else if (run.Traces)
        {
            run.Mark(writer);
            run.Add(new(Target(in scope), number, read.At(scope.Index), run.Since(mark)) { Crosswalk = entry });
        }
    }

    public override void Tell(in MappingScope scope, MappingRun run)
    {
        if (Failing(in scope) is { } condition)
            run.Add(new(Target(in scope), number, "", "") { Gap = $"It counts only where {condition}." });
        else if (!Insists && !HasValue(in scope))
            run.Add(new(Target(in scope), number, "", "") { Gap = $"No value at {string.Join(" or ", Fields(in scope))}: left out." });
    }

    private void Lacking(Utf8JsonWriter writer, in MappingScope scope, MappingRun run)
    {
        if (row.Required)
        {
            Refuse(writer, run, MappingRefusals.Missing(template, row.Target, Fields(in scope)));
            if (run.Traces)
                run.Add(new(Target(in scope), number, "", "") { Gap = $"No value at {string.Join(" or ", Fields(in scope))}, and it is required." });
            return;
        }

        writer.WriteNullValue();
        if (run.Traces)
            run.Add(new(Target(in scope), number, "", "null") { Gap = $"No value at {string.Join(" or ", Fields(in scope))}: written as null." });
    }

    private RowValue Read(in MappingScope scope)
    {
        var read = sources.Read(in scope);
        return read.IsMissing && !fallback.IsMissing ? new(fallback, null, "default") : read;
    }

    /// <summary>What a source gave goes through the crosswalk; a default does not.</summary>
    private Refusal? Translated(in MappingScope scope, ref RowValue read, out string? entry)
    {
        entry = null;
        if (read.Failed || read.IsMissing || read is { Path: null, Word: "default" })
            return null;
        var value = read.Value;
        var field = read.Path?.FieldAt(scope.Index) ?? Fields(in scope).FirstOrDefault("the mapping itself");
        if (crosswalk!.Apply(in scope, template, field, ref value, out entry) is { } refusal)
            return refusal;
        read = read with { Value = value };
        return null;
    }

    private string? Failing(in MappingScope scope)
    {
        foreach (var condition in when)
            if (!condition.Holds(in scope))
                return condition.Text;
        return null;
    }

    private IEnumerable<string> Fields(in MappingScope scope) => sources.FieldsAt(scope.Index);

    private string Target(in MappingScope scope) =>
        scope.Index < 0 ? row.Target : row.Target.Replace("[]", $"[{scope.Index.ToString(CultureInfo.InvariantCulture)}]", StringComparison.Ordinal);

    /// <summary>The document stays readable JSON, so that people see the gap beside the rest.</summary>
    private static void Refuse(Utf8JsonWriter writer, MappingRun run, Refusal refusal)
    {
        run.Refusals.Add(refusal);
        writer.WriteNullValue();
    }
}

/// <summary>Several rows for one target: the first that counts and has a value, or insists on one.</summary>
internal sealed class ChoiceNode(ValueNode[] rows) : TargetNode
{
    public override bool HasContent(in MappingScope scope) => Chosen(in scope) is not null;

    public override bool IsWorthwhile(in MappingScope scope) => Chosen(in scope)?.IsWorthwhile(in scope) ?? true;

    public override void Write(Utf8JsonWriter writer, in MappingScope scope, MappingRun run) => Chosen(in scope)!.Write(writer, in scope, run);

    public override void Tell(in MappingScope scope, MappingRun run)
    {
        foreach (var row in rows)
            row.Tell(in scope, run);
    }

    private ValueNode? Chosen(in MappingScope scope)
    {
        ValueNode? insists = null;
        foreach (var row in rows)
            if (row.Applies(in scope))
            {
                if (row.HasValue(in scope))
                    return row;
                insists ??= row.Insists ? row : null;
            }

        return insists;
    }
}

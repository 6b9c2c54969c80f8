using System.Globalization;
using System.Text.Json;
using ControlPlane.Domain.Shared;

namespace ControlPlane.Domain.Mappings.Incoming;

/// <summary>One source of a row, found once.</summary>
internal abstract record RowSource(string Text)
{
    public sealed record Place(DocumentPath Path) : RowSource(Path.Text);

    public sealed record Setting(string Name) : RowSource($"settings.{Name}");

    public sealed record Position() : RowSource("position");

    public sealed record Received() : RowSource("receivedAt");

    public string? Read(in RowScope scope) => this switch
    {
        Place p => p.Path.Read(p.Path.OfLine ? scope.Line : scope.Input.Document),
        Setting s => scope.Input.Setting(s.Name),
        Position => (scope.Index + 1).ToString(CultureInfo.InvariantCulture),
        _ => scope.Input.ReceivedAt.ToString("O", CultureInfo.InvariantCulture),
    };

    public void ReadAll(in RowScope scope, List<string> into)
    {
        if (this is not Place p)
        {
            if (Read(in scope) is { } one)
                into.Add(one);
            return;
        }

        var found = new List<JsonElement>();
        p.Path.Select(p.Path.OfLine ? scope.Line : scope.Input.Document, found);
        into.AddRange(found.Select(DocumentPath.TextOf).OfType<string>());
    }
}

/// <summary>A row in its fast form.</summary>
internal sealed class RowReader(IncomingRow row, int number, IncomingTarget target, RowSource[] sources, KeyValuePair<string, RowSource>[] with, IExpression? expression, IncomingConversion conversion, ConditionReader[] when, IncomingCrosswalk? crosswalk = null)
{
    private readonly MappingTable? _table = row.Values is null ? null : new(row.Values);

    public IncomingTarget Target => target;

    public int Number => number;

    /// <summary>Null when there is no value, or a wrong one, which is then refused.</summary>
    /// <param name="entry">The crosswalk entry that the value went through, as people name it; null when it went through none.</param>
    public string? Read(in RowScope scope, List<Refusal> refusals, out string source, out string? entry)
    {
        (source, entry) = ("", null);
        foreach (var condition in when)
            if (!condition.Holds(scope.Input.Document, scope.Line))
                return null;
        var text = Raw(in scope, refusals, out source, out var failed);
        if (failed)
            return null;
        if (text is not null && _table is not null)
            text = _table.Translate(text) is { Length: > 0 } translated ? translated : null;
        if (text is not null && crosswalk is not null)
        {
            text = crosswalk.Apply(in scope, text, target, FieldOf(in scope), refusals, out var outcome, out entry);
            if (outcome == CrosswalkOutcome.Ended)
                return null;
        }

        if (text is null && row.Default is not null)
            (text, source) = (row.Default, "default");
        if (text is null)
        {
            if (row.Required || target.Needed)
                refusals.Add(new(MappingRefusals.RequiredMissing, FieldOf(in scope), $"{scope.TargetOf(target.Path)} is required, and {Sources()} has no value. Send it, or give row {number.ToString(CultureInfo.InvariantCulture)} of the mapping a default."));
            return null;
        }

        TimeZoneInfo? zone = null;
        if (conversion.ZoneSetting is { } setting && (scope.Input.Setting(setting) is not { Length: > 0 } named || !TimeZoneInfo.TryFindSystemTimeZoneById(named, out zone)))
        {
            refusals.Add(new("mapping.zone_unknown", FieldOf(in scope), $"{scope.TargetOf(target.Path)} is a local time, and the connection's setting {setting} names no time zone. Give it one, such as Europe/Berlin."));
            return null;
        }

        if (conversion.Apply(text, target.Type, scope.MinorDigits, zone) is { Length: > 0 } converted)
            return converted;
        refusals.Add(new(WrongCode(target.Type), FieldOf(in scope), $"{scope.TargetOf(target.Path)} must be {IncomingConversion.Word(target.Type)}, and what stands there is not. Correct the value, or the conversion of row {number.ToString(CultureInfo.InvariantCulture)} of the mapping."));
        return null;
    }

    /// <summary>Why there is no value, when nothing is wrong.</summary>
    public string Why(in RowScope scope)
    {
        foreach (var condition in when)
            if (!condition.Holds(scope.Input.Document, scope.Line))
                return $"It counts only where {condition.Text}.";
        return $"No value at {Sources()}: left out.";
    }

    private string? Raw(in RowScope scope, List<Refusal> refusals, out string source, out bool failed)
    {
        failed = false;
        source = "value";
        if (row.Value is not null)
            return row.Value;
        if (expression is not null)
            return Evaluate(in scope, refusals, out source, out failed);
        if (conversion.Sums || row.Join is not null)
            return Together(in scope, refusals, out source, out failed);
        foreach (var from in sources)
            if (from.Read(in scope) is { } text)
            {
                source = from.Text;
                return text;
            }

        source = "";
        return null;
    }

    private string? Evaluate(in RowScope scope, List<Refusal> refusals, out string source, out bool failed)
    {
        source = "expression";
        var values = new KeyValuePair<string, string?>[with.Length];
        for (var i = 0; i < with.Length; i++)
            values[i] = new(with[i].Key, with[i].Value.Read(in scope));
        var text = expression!.Evaluate(values, out var problem);
        failed = problem.Length > 0;
        if (failed)
            refusals.Add(new("mapping.expression_failed", FieldOf(in scope), $"The expression of row {number.ToString(CultureInfo.InvariantCulture)}, for {scope.TargetOf(target.Path)}, failed: {problem}"));
        return text;
    }

    private string? Together(in RowScope scope, List<Refusal> refusals, out string source, out bool failed)
    {
        failed = false;
        source = string.Join(", ", sources.Select(s => s.Text));
        var all = new List<string>();
        foreach (var from in sources)
            from.ReadAll(in scope, all);
        if (all.Count == 0)
            return null;
        if (row.Join is { } between)
            return string.Join(between, all);
        var sum = 0m;
        foreach (var text in all)
        {
            if (conversion.Number(text) is not { } one)
            {
                failed = true;
                refusals.Add(new(WrongCode(target.Type), FieldOf(in scope), $"{scope.TargetOf(target.Path)} is a sum, and one of its parts is no number."));
                return null;
            }

            sum += one;
        }

        // As the source writes numbers, so that the conversion reads it back.
        return conversion.Write(sum);
    }

    private string Sources() => row.Expression is not null ? "its expression" : string.Join(" or ", row.Sources);

    private string FieldOf(in RowScope scope) => scope.At(sources is [var first, ..] ? first.Text : with is [var named, ..] ? named.Value.Text : "");

    private static string WrongCode(IncomingType type) => type switch
    {
        IncomingType.Amount => "mapping.not_an_amount",
        IncomingType.Quantity => MappingRefusals.NotAnInteger,
        IncomingType.Instant => MappingRefusals.NotADate,
        IncomingType.Truth => MappingRefusals.NotABoolean,
        IncomingType.Status => "mapping.not_a_status",
        _ => "mapping.not_a_text",
    };
}

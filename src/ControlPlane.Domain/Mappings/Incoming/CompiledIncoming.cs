using System.Globalization;
using System.Text.Json;
using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Crosswalks;
using ControlPlane.Domain.Shared;

namespace ControlPlane.Domain.Mappings.Incoming;

/// <summary>All that an incoming mapping may read. Nothing else: no clock, no secrets, no database.</summary>
public sealed record IncomingInput(JsonElement Document, Connection Connection, DateTimeOffset ReceivedAt)
{
    /// <summary>What the connector's manifest says for settings that the connection leaves out.</summary>
    public IReadOnlyDictionary<string, string> SettingDefaults { get; init; } = NoDefaults;

    /// <summary>As they were when the mapping began.</summary>
    public ICrosswalks Crosswalks => _crosswalks ??= Connection.Crosswalks.Pinned();

    private ICrosswalks? _crosswalks;

    private static readonly IReadOnlyDictionary<string, string> NoDefaults = new Dictionary<string, string>();

    public string? Setting(string name) => Connection.Setting(name) ?? SettingDefaults.GetValueOrDefault(name);
}

/// <summary>A template in its fast form. Immutable, shared by all threads, pure.</summary>
public sealed class CompiledIncoming
{
    private readonly RowReader[] _head;
    private readonly RowReader[] _line;
    private readonly DocumentPath? _lines;
    private readonly ConditionReader[] _only;

    internal CompiledIncoming(IncomingTemplate template, DocumentPath? lines, ConditionReader[] only, IReadOnlyList<RowReader> rows)
    {
        Template = template;
        (_lines, _only) = (lines, only);
        _head = [.. rows.Where(r => !r.Target.OfLine)];
        _line = [.. rows.Where(r => r.Target.OfLine)];
    }

    public IncomingTemplate Template { get; }

    /// <summary>The texts of the canonical document by target. What is wrong is in <paramref name="refusals"/>; then it must not be used.</summary>
    /// <param name="trace">Filled with where each value came from, when given.</param>
    public IncomingValues Map(IncomingInput input, List<Refusal> refusals, List<MappedValue>? trace = null)
    {
        var head = new Dictionary<string, string>(_head.Length, StringComparer.Ordinal);
        var values = new IncomingValues(head, []);
        // The currency first: how many digits an amount has depends on it.
        foreach (var row in _head.Where(r => r.Target.Type == IncomingType.Currency))
            Read(row, new(input, input.Document, -1, -1, 2), head, refusals, trace);
        var digits = Currencies.IsKnown(head.GetValueOrDefault("currency")) ? Currencies.MinorDigits(head["currency"]) : 2;
        foreach (var row in _head)
            if (row.Target.Type != IncomingType.Currency)
                Read(row, new(input, input.Document, -1, -1, digits), head, refusals, trace);
        if (_lines is null)
            return values;
        var found = new List<JsonElement>();
        _lines.Select(input.Document, found);
        for (var i = 0; i < found.Count && values.Lines.Count <= Orders.OrderRules.MostLines; i++)
        {
            var index = i;
            if (!Array.TrueForAll(_only, c => c.Holds(input.Document, found[index])))
                continue;
            var line = new Dictionary<string, string>(_line.Length, StringComparer.Ordinal);
            foreach (var row in _line)
                Read(row, new(input, found[i], i, values.Lines.Count, digits), line, refusals, trace);
            values.Lines.Add(line);
        }

        return values;
    }

    private static void Read(RowReader row, in RowScope scope, Dictionary<string, string> into, List<Refusal> refusals, List<MappedValue>? trace)
    {
        if (into.ContainsKey(row.Target.Path))
            return;
        var before = refusals.Count;
        if (row.Read(in scope, refusals, out var source, out var entry) is not { } text)
        {
            trace?.Add(new(scope.TargetOf(row.Target.Path), row.Number, "", "") { Gap = refusals.Count > before ? refusals[^1].Message : row.Why(in scope) });
            return;
        }

        into[row.Target.Path] = text;
        trace?.Add(new(scope.TargetOf(row.Target.Path), row.Number, scope.At(source), text) { Crosswalk = entry });
    }
}

/// <param name="Head">Target → text, in the form that <see cref="IncomingConversion"/> gives it.</param>
/// <param name="Lines">The same for each line, by the whole target: <c>lines[].sku</c>.</param>
public sealed record IncomingValues(IReadOnlyDictionary<string, string> Head, List<IReadOnlyDictionary<string, string>> Lines);

/// <param name="Line">The line at hand; the document itself outside of lines.</param>
/// <param name="Found">Index among all lines of the document, from 0; -1 outside.</param>
/// <param name="Index">Index among those that are taken; -1 outside.</param>
internal readonly record struct RowScope(IncomingInput Input, JsonElement Line, int Found, int Index, int MinorDigits)
{
    /// <summary>As people find it in the document.</summary>
    public string At(string source) => Found < 0 || source.Length == 0 || source[0] != '@' ? source : $"line[{Found.ToString(CultureInfo.InvariantCulture)}]{source[1..]}";

    public string TargetOf(string target) => Index < 0 ? target : target.Replace("[]", $"[{Index.ToString(CultureInfo.InvariantCulture)}]", StringComparison.Ordinal);
}

/// <summary>Where a path leads to several places, one of them is enough for <c>is</c> and for <c>present</c>, and none may be among <c>not</c>.</summary>
internal sealed class ConditionReader(IncomingCondition condition, DocumentPath at)
{
    /// <summary>For the trace: <c>@.parent is not there</c>.</summary>
    public string Text => condition.At + (condition.Is.Count > 0 ? $" is {string.Join(" or ", condition.Is)}" : "") + (condition.Not.Count > 0 ? $" is not {string.Join(" or ", condition.Not)}" : "")
        + (condition.Present is { } there ? there ? " is there" : " is not there" : "");

    public bool Holds(JsonElement document, JsonElement line)
    {
        var places = new List<JsonElement>();
        at.Select(at.OfLine ? line : document, places);
        if (condition.Present is { } present && present != places.Exists(Filled))
            return false;
        var texts = places.Select(DocumentPath.TextOf).OfType<string>().ToList();
        if (condition.Is.Count > 0 && !texts.Exists(t => condition.Is.Contains(t, StringComparer.OrdinalIgnoreCase)))
            return false;
        return !texts.Exists(t => condition.Not.Contains(t, StringComparer.OrdinalIgnoreCase));
    }

    private static bool Filled(JsonElement place) =>
        DocumentPath.TextOf(place) is not null || place.ValueKind is JsonValueKind.Object or JsonValueKind.Array && place.GetRawText().Length > 2;
}

using System.Text.Json;
using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Shared;
using ControlPlane.Runtime.Mappings;

namespace ControlPlane.Runtime.BackTests;

/// <summary>Compares what two readers make of the same messages. Pure but for the clock that the caller reads.</summary>
public sealed class BackTest
{
    public const int MostSamples = 30;

    private const int MostOfAKind = 12;

    /// <summary>A document that is one long line says nothing beyond this.</summary>
    private const int LongestShown = 300;

    private readonly Dictionary<string, int> _fields = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (long Minor, int Orders)> _money = new(StringComparer.Ordinal);
    private readonly List<BackTestSample> _samples = [];
    private int _messages, _unchanged, _changed, _newlyRefused, _newlyTaken, _otherwise;

    public void Add(Guid message, InboundEvent before, InboundEvent after)
    {
        _messages++;
        switch (before, after)
        {
            case (InboundEvent.Refused was, InboundEvent.Refused now):
                if (was.Refusals[0].Code == now.Refusals[0].Code && was.Refusals[0].Field == now.Refusals[0].Field)
                    _unchanged++;
                else
                    Count(ref _otherwise, new(message, "otherwise", "", "refusal", Of(was), Of(now)));
                return;
            case (_, InboundEvent.Refused now):
                Count(ref _newlyRefused, new(message, "newly-refused", NumberOf(before), now.Refusals[0].Field, "taken", Of(now)));
                return;
            case (InboundEvent.Refused was, _):
                Count(ref _newlyTaken, new(message, "newly-taken", NumberOf(after), was.Refusals[0].Field, Of(was), "taken"));
                return;
        }

        if (before.GetType() != after.GetType())
            Count(ref _otherwise, new(message, "otherwise", NumberOf(before) is { Length: > 0 } number ? number : NumberOf(after), "meaning", Word(before), Word(after)));
        else
            Compare(message, before, after);
    }

    /// <summary>What two mappings make of the same request of an operation.</summary>
    /// <param name="transaction">The recorded transaction that it is of.</param>
    /// <param name="document">The order's number.</param>
    public void Add(Guid transaction, string document, MappedDocument before, MappedDocument after)
    {
        _messages++;
        switch (before.Refusals, after.Refusals)
        {
            case ([var was, ..], [var now, ..]):
                if (was.Code == now.Code && was.Field == now.Field)
                    _unchanged++;
                else
                    Count(ref _otherwise, new(transaction, "otherwise", document, "refusal", Of(was), Of(now)));
                return;
            case (_, [var now, ..]):
                Count(ref _newlyRefused, new(transaction, "newly-refused", document, now.Field, "sent", Of(now)));
                return;
            case ([var was, ..], _):
                Count(ref _newlyTaken, new(transaction, "newly-taken", document, was.Field, Of(was), "sent"));
                return;
        }

        if (before.ContentType == after.ContentType && before.Content.Span.SequenceEqual(after.Content.Span))
            _unchanged++;
        else
            Differ(transaction, document, Flat(before), Flat(after));
    }

    public BackTestReport Report(TimeSpan took) => new(
        _messages, _unchanged, _changed, _newlyRefused, _newlyTaken, _otherwise,
        [.. _fields.OrderByDescending(f => f.Value).ThenBy(f => f.Key, StringComparer.Ordinal).Select(f => new FieldChange(f.Key, f.Value))],
        [.. _money.OrderBy(m => m.Key, StringComparer.Ordinal).Select(m => new MoneyChange(m.Key, m.Value.Minor, m.Value.Orders))], _samples, took);

    private void Compare(Guid message, InboundEvent before, InboundEvent after)
    {
        if (Differ(message, NumberOf(after), Flat(before), Flat(after))
            && before is InboundEvent.OrderReceived { Order: var one } && after is InboundEvent.OrderReceived { Order: var other } && one.Currency == other.Currency && (one.TotalMinor ?? 0) != (other.TotalMinor ?? 0))
        {
            var sum = _money.GetValueOrDefault(one.Currency);
            _money[one.Currency] = (sum.Minor + (other.TotalMinor ?? 0) - (one.TotalMinor ?? 0), sum.Orders + 1);
        }
    }

    /// <summary>False when all values are the same.</summary>
    private bool Differ(Guid message, string document, Dictionary<string, string> was, Dictionary<string, string> now)
    {
        var differing = was.Keys.Union(now.Keys).Where(k => was.GetValueOrDefault(k) != now.GetValueOrDefault(k)).ToList();
        if (differing.Count == 0)
        {
            _unchanged++;
            return false;
        }

        _changed++;
        foreach (var field in differing.Select(Together).Distinct(StringComparer.Ordinal))
            _fields[field] = _fields.GetValueOrDefault(field) + 1;
        // One sample of each kind of change first; more of the same only while there is room.
        var show = differing.FirstOrDefault(f => _fields[Together(f)] == 1) ?? differing[0];
        Sample(new(message, "changed", document, show, Shown(was.GetValueOrDefault(show)), Shown(now.GetValueOrDefault(show))));
        return true;
    }

    private static string Shown(string? value) => value is null ? "nothing" : value.Length > LongestShown ? value[..LongestShown] + "…" : value;

    private void Count(ref int counter, BackTestSample sample)
    {
        counter++;
        Sample(sample);
    }

    private void Sample(BackTestSample sample)
    {
        if (_samples.Count < MostSamples && _samples.Count(s => s.Kind == sample.Kind) < MostOfAKind)
            _samples.Add(sample);
    }

    private static Dictionary<string, string> Flat(InboundEvent meaning)
    {
        var flat = new Dictionary<string, string>(StringComparer.Ordinal);
        object document = meaning switch { InboundEvent.OrderReceived o => new { o.Event, o.Order }, InboundEvent.Happened h => new { h.Event, h.Correlation, h.Identifiers, h.Outputs, h.Shipment, h.Reason }, _ => new { Reason = "" } };
        using var json = JsonDocument.Parse(JsonSerializer.SerializeToUtf8Bytes(document, JsonSerializerOptions.Web));
        Flatten(json.RootElement, "", flat);
        return flat;
    }

    /// <summary>Its members, or where it is not JSON its lines.</summary>
    private static Dictionary<string, string> Flat(MappedDocument mapped)
    {
        var flat = new Dictionary<string, string>(StringComparer.Ordinal) { ["content type"] = mapped.ContentType };
        Flatten(MappingExpectation.Body(mapped.Content), "", flat);
        return flat;
    }

    private static void Flatten(JsonElement at, string path, Dictionary<string, string> into)
    {
        switch (at.ValueKind)
        {
            case JsonValueKind.Object:
                foreach (var member in at.EnumerateObject())
                    Flatten(member.Value, path.Length == 0 || path == "order" ? member.Name : $"{path}.{member.Name}", into);
                break;
            case JsonValueKind.Array:
                var index = 0;
                foreach (var entry in at.EnumerateArray())
                    Flatten(entry, $"{path}[{index++}]", into);
                break;
            case JsonValueKind.Null:
                break;
            default:
                into[path] = at.ToString();
                break;
        }
    }

    /// <summary>Without the places of lines.</summary>
    private static string Together(string field)
    {
        var open = field.IndexOf('[', StringComparison.Ordinal);
        return open < 0 ? field : field[..(open + 1)] + field[field.IndexOf(']', open)..];
    }

    private static string Of(InboundEvent.Refused refused) => Of(refused.Refusals[0]);

    private static string Of(Refusal refusal) => $"{refusal.Code} at {refusal.Field}";

    private static string Word(InboundEvent meaning) => meaning switch
    {
        InboundEvent.OrderReceived => "an order",
        InboundEvent.Happened h => h.Event,
        InboundEvent.FetchNeeded => "to be fetched",
        InboundEvent.Ignored i => $"ignored: {i.Reason}",
        _ => "refused",
    };

    private static string NumberOf(InboundEvent meaning) => meaning switch
    {
        InboundEvent.OrderReceived o => o.Order.Number,
        InboundEvent.Happened { Correlation: [var first, ..] } => first.Value,
        _ => "",
    };
}

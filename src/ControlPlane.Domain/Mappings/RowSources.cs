using ControlPlane.Domain.Mappings.Incoming;

namespace ControlPlane.Domain.Mappings;

/// <summary>What was read for a row, and from where.</summary>
/// <param name="Path">Null for a constant, a default, an expression, several sources together.</param>
/// <param name="Word">As the trace says it, where <paramref name="Path"/> is null.</param>
/// <param name="Problem">Null or empty unless reading failed.</param>
internal readonly record struct RowValue(SourceValue Value, SourcePath? Path, string? Word, string? Problem = null)
{
    public bool Failed => Problem is { Length: > 0 };

    public bool IsMissing => !Failed && Value.IsMissing;

    public string At(int index) => Path?.FieldAt(index) ?? Word ?? "";
}

/// <summary>How a row gets its value: the first source that has one, all together, an expression, or a constant.</summary>
internal abstract class RowSources
{
    /// <summary>Canonical fields, for people; empty for a constant.</summary>
    public abstract IEnumerable<string> FieldsAt(int index);

    public abstract RowValue Read(in MappingScope scope);

    /// <summary>Asked before each value is written, so that what has none leaves no name behind; true when reading fails.</summary>
    public virtual bool HasValue(in MappingScope scope) => !Read(in scope).IsMissing;

    public sealed class Constant(SourceValue value) : RowSources
    {
        public override IEnumerable<string> FieldsAt(int index) => [];

        public override RowValue Read(in MappingScope scope) => new(value, null, "value");

        public override bool HasValue(in MappingScope scope) => true;
    }

    public sealed class First(SourcePath[] sources) : RowSources
    {
        public override IEnumerable<string> FieldsAt(int index) => sources.Select(s => s.FieldAt(index));

        public override RowValue Read(in MappingScope scope)
        {
            foreach (var path in sources)
            {
                var value = path.Read(in scope);
                if (!value.IsMissing)
                    return new(value, path, "");
            }

            return default;
        }

        public override bool HasValue(in MappingScope scope)
        {
            foreach (var path in sources)
                if (!path.Read(in scope).IsMissing)
                    return true;
            return false;
        }
    }

    /// <summary>A sum, or texts with something between them, over all sources and, where the row stands outside of lines, over all lines.</summary>
    public sealed class Together(SourcePath[] sources, string? between, ValueConversion conversion) : RowSources
    {
        private readonly string _word = string.Join(", ", sources.Select(s => s.Path));

        public override IEnumerable<string> FieldsAt(int index) => sources.Select(s => s.FieldAt(index));

        public override RowValue Read(in MappingScope scope)
        {
            var all = new List<SourceValue>();
            foreach (var source in sources)
                LineScopes.ReadAll(source, in scope, all);
            if (all.Count == 0)
                return default;
            if (between is not null)
                return new(SourceValue.Of(string.Join(between, all.Select(v => v.ToText()))), null, _word);
            return conversion.Sum(all) is { } sum ? new(sum, null, _word) : new(default, null, _word, "One of its parts is no number, the amounts have different currencies, or the sum is too large.");
        }
    }

    public sealed class Expression(IExpression expression, KeyValuePair<string, SourcePath>[] with) : RowSources
    {
        public override IEnumerable<string> FieldsAt(int index) => with.Select(w => w.Value.FieldAt(index)).DefaultIfEmpty("its expression");

        public override RowValue Read(in MappingScope scope)
        {
            var values = new KeyValuePair<string, string?>[with.Length];
            for (var i = 0; i < with.Length; i++)
            {
                var value = with[i].Value.Read(in scope);
                values[i] = new(with[i].Key, value.IsMissing ? null : value.ToText());
            }

            return new(SourceValue.Of(expression.Evaluate(values, out var problem)), null, "expression", problem);
        }
    }
}

/// <summary>Reading over lines from outside of them.</summary>
internal static class LineScopes
{
    /// <summary>The value at hand, or those of all lines when the source repeats and the scope stands outside.</summary>
    public static void ReadAll(SourcePath source, in MappingScope scope, List<SourceValue> into)
    {
        if (source.Lines == LineScope.None || scope.Index >= 0)
        {
            Add(source.Read(in scope), into);
            return;
        }

        var input = scope.Input;
        if (source.Lines == LineScope.ShipmentLines)
        {
            for (var i = 0; i < (input.Shipment?.Lines.Count ?? 0); i++)
                Add(source.Read(new MappingScope(input, null, input.Shipment!.Lines[i], i)), into);
            return;
        }

        for (var i = 0; i < input.Order.Lines.Count; i++)
            if (source.Lines == LineScope.OrderLines || input.Order.Lines[i].RequiresShipping)
                Add(source.Read(new MappingScope(input, input.Order.Lines[i], null, i)), into);
    }

    private static void Add(SourceValue value, List<SourceValue> into)
    {
        if (!value.IsMissing)
            into.Add(value);
    }
}

/// <summary>A condition in its fast form.</summary>
internal sealed class RowCondition(MappingCondition condition, SourcePath at)
{
    /// <summary>For the trace: <c>order.shippingService is express</c>.</summary>
    public string Text { get; } = condition.At + (condition.Is.Count > 0 ? $" is {string.Join(" or ", condition.Is)}" : "") + (condition.Not.Count > 0 ? $" is not {string.Join(" or ", condition.Not)}" : "")
        + (condition.Present is { } there ? there ? " is there" : " is not there" : "");

    public bool Holds(in MappingScope scope)
    {
        if (at.Lines != LineScope.None && scope.Index < 0)
            return HoldsForLines(in scope);
        var value = at.Read(in scope);
        if (condition.Present is { } present && present == value.IsMissing)
            return false;
        if (condition.Is.Count == 0 && condition.Not.Count == 0)
            return true;
        var text = value.IsMissing ? null : value.ToText();
        return (condition.Is.Count == 0 || Among(condition.Is, text)) && !Among(condition.Not, text);
    }

    private bool HoldsForLines(in MappingScope scope)
    {
        var all = new List<SourceValue>();
        LineScopes.ReadAll(at, in scope, all);
        if (condition.Present is { } present && present != all.Count > 0)
            return false;
        var texts = all.ConvertAll(v => v.ToText());
        return (condition.Is.Count == 0 || texts.Exists(t => Among(condition.Is, t))) && !texts.Exists(t => Among(condition.Not, t));
    }

    private static bool Among(IReadOnlyList<string> words, string? text)
    {
        if (text is null)
            return false;
        foreach (var word in words)
            if (string.Equals(word, text, StringComparison.OrdinalIgnoreCase))
                return true;
        return false;
    }
}

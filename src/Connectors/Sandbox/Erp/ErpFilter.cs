using System.Globalization;
using System.Text.RegularExpressions;

namespace Connectors.Sandbox.Erp;

/// <summary>One comparison of a <c>$filter</c>.</summary>
internal sealed record ErpComparison(string Field, string Operator, string Value)
{
    public bool Fits(ErpRow row)
    {
        var left = row[Field];
        var order = left switch
        {
            string text => string.Compare(text, Value, StringComparison.OrdinalIgnoreCase),
            Guid guid => Guid.TryParse(Value, out var other) ? guid.CompareTo(other) : 1,
            decimal number => decimal.TryParse(Value, NumberStyles.Number, CultureInfo.InvariantCulture, out var other) ? number.CompareTo(other) : 1,
            bool flag => bool.TryParse(Value, out var other) ? flag.CompareTo(other) : 1,
            DateOnly date => DateOnly.TryParse(Value, CultureInfo.InvariantCulture, out var other) ? date.CompareTo(other) : 1,
            DateTimeOffset at => DateTimeOffset.TryParse(Value, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var other) ? at.CompareTo(other) : 1,
            _ => 1,
        };
        return Operator switch { "eq" => order == 0, "ne" => order != 0, "gt" => order > 0, "ge" => order >= 0, "lt" => order < 0, _ => order <= 0 };
    }
}

/// <summary>The part of OData's filter language that is served: comparisons joined by <c>and</c>.</summary>
internal static partial class ErpFilter
{
    public static IReadOnlyList<ErpComparison> Parse(string? filter, ErpEntity entity)
    {
        if (string.IsNullOrWhiteSpace(filter))
            return [];
        var whole = Whole().Match(filter);
        if (!whole.Success)
            throw new ErpRefusalException(400, "BadRequest_NotFound", $"Bad Request - Error in query syntax. The sandbox serves comparisons joined by 'and': {filter}");
        var comparisons = new List<ErpComparison>();
        for (var i = 0; i < whole.Groups["field"].Captures.Count; i++)
        {
            var field = whole.Groups["field"].Captures[i].Value;
            if (entity.IndexOf(field) < 0)
                throw new ErpRefusalException(400, "BadRequest_NotFound", $"Could not find a property named '{field}' on type 'Microsoft.NAV.{entity.TypeName}'.");
            var value = whole.Groups["value"].Captures[i].Value;
            comparisons.Add(new(field, whole.Groups["op"].Captures[i].Value, value.StartsWith('\'') ? value[1..^1].Replace("''", "'", StringComparison.Ordinal) : value));
        }

        return comparisons;
    }

    /// <summary>The text that a field must be equal to, if the filter says so: then an index can answer.</summary>
    public static string? Wanted(this IReadOnlyList<ErpComparison> filter, string field) => filter.FirstOrDefault(c => c.Field == field && c.Operator == "eq")?.Value;

    [GeneratedRegex(@"^\s*(?<field>\w+)\s+(?<op>eq|ne|gt|ge|lt|le)\s+(?<value>'(?:[^']|'')*'|[^\s']+)(?:\s+and\s+(?<field>\w+)\s+(?<op>eq|ne|gt|ge|lt|le)\s+(?<value>'(?:[^']|'')*'|[^\s']+))*\s*$")]
    private static partial Regex Whole();
}

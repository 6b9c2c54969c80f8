using System.Globalization;
using ControlPlane.Domain.Connections;

namespace ControlPlane.Domain.Repair;

/// <summary>How a figure is held against a value. Stored by name.</summary>
public enum FigureTest
{
    AtLeast,
    AtMost,
    Equals,
}

/// <summary>A look-up of a connector that answers a figure: stock of a product, credit of a customer.</summary>
/// <param name="Connection">Key of the connection that is asked.</param>
/// <param name="Operation">A reading operation whose manifest says what it asks for.</param>
/// <param name="Arguments">By the names that the operation asks for.</param>
/// <param name="Figure">Which of its answers: <c>available</c>.</param>
/// <param name="Value">A number for at least and at most; any text for equals.</param>
public sealed record FigureCondition(string Connection, string Operation, IReadOnlyDictionary<string, string> Arguments, string Figure, FigureTest Test, string Value)
{
    public const int LongestValue = 100;

    /// <summary>No stock and no credit is beyond it, on either side of zero: an order would wait for ever.</summary>
    public const decimal Farthest = 1_000_000_000m;

    /// <summary>For people, after "until": "available of SKU-1 at The warehouse is at least 5".</summary>
    public string Words(string? system = null) =>
        $"{Figure}{(Arguments.Count > 0 ? $" of {string.Join(", ", Arguments.Values)}" : "")} at {system ?? Connection} is {Test switch { FigureTest.AtLeast => "at least ", FigureTest.AtMost => "at most ", _ => "" }}{Value}";

    /// <summary>Does what was answered fulfil it? False for what is no number where a number is asked for.</summary>
    public bool IsMetBy(string answer) => Test switch
    {
        FigureTest.Equals => Number(answer) is { } a && Number(Value) is { } b ? a == b : string.Equals(answer.Trim(), Value.Trim(), StringComparison.OrdinalIgnoreCase),
        FigureTest.AtLeast => Number(answer) >= Number(Value),
        _ => Number(answer) <= Number(Value),
    };

    public static decimal? Number(string text) => decimal.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) ? number : null;

    /// <summary>What makes it impossible whatever is answered; null when it can be asked.</summary>
    /// <param name="offered">The look-ups of the connection; null = there is no such connection.</param>
    public string? Problem(IReadOnlyList<OperationDescriptor>? offered)
    {
        if (offered is null)
            return $"There is no connection {Connection}.";
        if (offered.FirstOrDefault(o => o.Name == Operation) is not { } operation)
            return offered.Count == 0 ? $"{Connection} offers no look-up." : $"{Connection} offers no look-up {Operation}. It offers {string.Join(", ", offered.Select(o => o.Name))}.";
        if (operation.Asks.FirstOrDefault(a => Arguments.GetValueOrDefault(a) is not { Length: > 0 and <= LongestValue }) is { } missing)
            return $"Say which {missing}: {Operation} asks for it, in 1 to {LongestValue} characters.";
        if (Arguments.Keys.FirstOrDefault(a => !operation.Asks.Contains(a)) is { } unknown)
            return $"{Operation} does not ask for {unknown}. It asks for {string.Join(", ", operation.Asks)}.";
        if (!operation.Figures.Contains(Figure))
            return $"The answer of {Operation} has no {Figure}. It has {string.Join(", ", operation.Figures)}.";
        if (Value.Length is 0 or > LongestValue)
            return $"Say the value that it waits for, in 1 to {LongestValue} characters.";
        if (Test == FigureTest.Equals)
            return null;
        if (Number(Value) is not { } number)
            return $"'{Value}' is no number. At least and at most need one, such as 5 or 12.50.";
        return Math.Abs(number) > Farthest ? "No figure is ever that far: it would wait for ever. Say a number between -1,000,000,000 and 1,000,000,000." : null;
    }
}

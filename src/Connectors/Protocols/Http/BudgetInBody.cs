using System.Globalization;
using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Outbound;

namespace Connectors.Protocols.Http;

/// <summary>Where answers say how large the budget is, how fast it fills, and what is left: GraphQL services tell it in <c>extensions</c>.</summary>
/// <param name="Marks">A text that stands in every answer that says it, so that other answers need not be parsed.</param>
public sealed record BudgetInBody(JsonPath? Left, JsonPath? Most, JsonPath? PerSecond, string Marks)
{
    public BudgetReading? Read(ExchangeAnswer answer)
    {
        if (answer.Body.Span.IndexOf(System.Text.Encoding.UTF8.GetBytes(Marks)) < 0)
            return null;
        using var body = AnswerBody.Read(answer);
        var reading = new BudgetReading(Positive(PerSecond, body), Positive(Most, body), Number(Left, body));
        return reading is { PerSecond: null, Burst: null, Left: null } ? null : reading;
    }

    private static double? Positive(JsonPath? path, AnswerBody body) => Number(path, body) is ({ } number and > 0) ? number : null;

    private static double? Number(JsonPath? path, AnswerBody body) =>
        double.TryParse(path?.Read(body.Root), NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) ? number : null;
}

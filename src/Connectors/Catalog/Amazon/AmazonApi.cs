using System.Globalization;
using System.Text.Json;
using Connectors.Protocols.Http;
using Connectors.Protocols.Manifests;
using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Effects;
using ControlPlane.Domain.Faults;

namespace Connectors.Catalog.Amazon;

/// <summary>Calls: a refused token is renewed once, and what is no success becomes a fault in Amazon's own terms.</summary>
internal sealed class AmazonApi(ConnectorDefinition definition, TimeProvider clock)
{
    /// <summary>The operation of the manifest whose budget the reading of one order draws on.</summary>
    public const string GetOrderOperation = "getOrder";

    /// <summary>Amazon's rate for the operation, per second: at the slowest one call in three minutes.</summary>
    private const string RateHeader = "x-amzn-RateLimit-Limit";

    private readonly AnswerFaults _faults = new(definition.Manifest.Title, definition.Errors, clock);

    /// <param name="includedData">Data sets, separated by commas.</param>
    public static ExchangeRequest GetOrder(string orderId, string includedData) => new()
    {
        Method = HttpMethod.Get,
        Path = $"/orders/2026-01-01/orders/{Uri.EscapeDataString(orderId)}?includedData={includedData}",
        Operation = GetOrderOperation,
        Headers = { ["Accept"] = "application/json" },
    };

    /// <summary>Reads a document. Dispose the body.</summary>
    public async Task<AmazonAnswer> ReadAsync(ExchangeRequest call, IExchange exchange, CancellationToken ct)
    {
        var answer = await SendAsync(call, exchange, ct);
        var body = AnswerBody.Read(answer);
        return new(answer, body, answer.IsSuccess switch
        {
            false => Fault(answer, body, WriteKind.Read),
            _ when body.IsMarkup => _faults.Markup(answer, WriteKind.Read),
            _ when body.Root.ValueKind != JsonValueKind.Object => _faults.Unreadable(answer, WriteKind.Read),
            _ => null,
        });
    }

    /// <summary>Null when Amazon did it.</summary>
    public async Task<Fault?> WriteAsync(ExchangeRequest call, WriteKind kind, IExchange exchange, CancellationToken ct)
    {
        var answer = await SendAsync(call, exchange, ct);
        using var body = AnswerBody.Read(answer);
        return !answer.IsSuccess || answer.Status == 206 || _faults.HidesError(body) ? Fault(answer, body, kind)
            : body.IsMarkup ? _faults.Markup(answer, kind)
            : null;
    }

    /// <summary>
    /// Amazon refuses an expired token with 403, and with 401 only what is no token; of that the exchange takes care. The token
    /// that stands on the request from its first sending tells the connector which one was refused. A refused call did
    /// nothing, so that a write may be sent again.
    /// </summary>
    private static async Task<ExchangeAnswer> SendAsync(ExchangeRequest call, IExchange exchange, CancellationToken ct)
    {
        var answer = await exchange.SendAsync(call, ct);
        return answer.Status == 403 ? await exchange.SendAsync(call, ct) : answer;
    }

    private Fault Fault(ExchangeAnswer answer, AnswerBody body, WriteKind kind)
    {
        var fault = _faults.From(answer, body, kind);
        return fault with
        {
            Field = fault.Field ?? FieldIn(body.First(_faults.Errors.Message)),
            RetryAfter = fault.RetryAfter ?? (fault.Kind == FaultKind.Throttled ? Pace(answer) : null),
        };
    }

    /// <summary>Amazon sends no Retry-After with 429: the next token of the bucket comes after one over the rate.</summary>
    private static TimeSpan? Pace(ExchangeAnswer answer) =>
        double.TryParse(answer.Header(RateHeader), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var perSecond) && perSecond is > 0.0001 and < 10_000
            ? TimeSpan.FromSeconds(1 / perSecond)
            : null;

    /// <summary>Amazon names the field in its sentence only: in brackets, or at its beginning.</summary>
    internal static string? FieldIn(string? message)
    {
        if (message is null)
            return null;
        if (message.IndexOf('[') is >= 0 and var open && message.IndexOf(']', open) is var close && close > open + 1 && IsField(message.AsSpan(open + 1, close - open - 1)))
            return message[(open + 1)..close];
        var first = message.AsSpan();
        var end = first.IndexOfAny(": ");
        if (end <= 0)
            return null;
        var rest = first[end..].TrimStart(": ");
        first = first[..end];
        return IsField(first) && (rest.StartsWith("is ") || rest.StartsWith("must ") || rest.StartsWith("cannot ")) && !first.Equals("order", StringComparison.OrdinalIgnoreCase)
            ? first.ToString()
            : null;
    }

    private static bool IsField(ReadOnlySpan<char> text)
    {
        foreach (var c in text)
            if (!char.IsAsciiLetterOrDigit(c) && c != '.')
                return false;
        return text.Length is > 1 and <= 100 && char.IsAsciiLetter(text[0]);
    }
}

/// <param name="Fault">Null when the body is a readable object.</param>
internal sealed record AmazonAnswer(ExchangeAnswer Answer, AnswerBody Body, Fault? Fault) : IDisposable
{
    public bool IsGone => Answer.Status == 404;

    public void Dispose() => Body.Dispose();
}

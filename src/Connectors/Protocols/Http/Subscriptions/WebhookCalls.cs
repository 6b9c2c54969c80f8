using System.Text.Json;
using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Effects;
using ControlPlane.Domain.Faults;
using ControlPlane.Domain.Mappings.Incoming;

namespace Connectors.Protocols.Http.Subscriptions;

/// <summary>Calls about subscriptions: filled in, sent, and what is no success made a fault.</summary>
/// <param name="system">As people call it.</param>
internal sealed class WebhookCalls(string system, ErrorSpec errors, TimeProvider clock)
{
    private const string Operation = "webhooks";

    private readonly AnswerFaults _faults = new(system, errors, clock);

    /// <summary>What is listed is active, unless it says something else.</summary>
    public static bool IsActive(WebhookState? state, JsonElement item) => state is null || state.Is.Contains(state.At.Read(item) ?? "", StringComparer.OrdinalIgnoreCase);

    /// <param name="none">Statuses that say that the list is empty.</param>
    /// <param name="each">Called with each entry; the document is gone afterwards.</param>
    public async Task ReadAsync(WebhookCall call, DocumentPath list, IReadOnlyList<int> none, WebhookValues values, IExchange exchange, Action<JsonElement> each, CancellationToken ct)
    {
        using var body = await SendAsync(call, values, writes: false, exchange, none, ct);
        if (body is null)
            return;
        if (!body.IsJson)
            throw new ExchangeException(new Fault(FaultKind.Internal, AnswerFaults.UnreadableAnswer, $"{system} answered with something that holds no list of subscriptions."));
        var items = new List<JsonElement>();
        list.Select(body.Root, items);
        items.ForEach(each);
    }

    /// <param name="gone">True: what is not there any more is as good as deleted.</param>
    public Task<AnswerBody?> SendAsync(WebhookCall call, WebhookValues values, bool writes, IExchange exchange, CancellationToken ct, bool gone = false) =>
        SendAsync(call, values, writes, exchange, gone ? (IReadOnlyList<int>)[404, 410] : [], ct);

    public ExchangeException Missing(string name) =>
        new(new Fault(FaultKind.Internal, "connection.setting_missing", $"{name} is needed for the subscriptions at {system}, and has no usable value. Give it in the connection.", name));

    /// <returns>Null when the status is among <paramref name="nothing"/>.</returns>
    private async Task<AnswerBody?> SendAsync(WebhookCall call, WebhookValues values, bool writes, IExchange exchange, IReadOnlyList<int> nothing, CancellationToken ct)
    {
        var missing = "";
        var path = call.Path.Render(values, path: true, out var gap);
        var document = WebhookText.Render(call.Body, values, ref missing);
        if (path is null || missing.Length > 0)
            throw Missing(gap.Length > 0 ? gap : missing);
        var request = new ExchangeRequest
        {
            Method = call.Method,
            Path = path,
            Body = document is null ? default : JsonSerializer.SerializeToUtf8Bytes(document),
            ContentType = document is null ? null : call.ContentType,
            // A second subscription does no harm that the next look does not undo: a lost answer is simply tried again.
            Writes = false,
            ByApplication = call.ByApplication,
            Operation = Operation,
            Headers = { ["Accept"] = "application/json" },
        };
        foreach (var (name, value) in call.Headers)
            request.Headers[name] = value.Render(values, path: false, out gap) ?? throw Missing(gap);
        var answer = await exchange.SendAsync(request, ct);
        if (nothing.Contains(answer.Status))
            return null;
        var body = AnswerBody.Read(answer);
        if (answer.IsSuccess && !_faults.HidesError(body) && (call.Failed is not { } failed || !body.IsJson || failed.First(body.Root) is null))
            return body;
        using (body)
            throw new ExchangeException(answer.IsSuccess && call.Failed is { } at && body.IsJson && at.Read(body.Root) is { } text
                ? new Fault(FaultKind.Data, "webhook.refused", $"{system} refuses the subscription: {text}")
                : _faults.From(answer, body, writes ? WriteKind.Upsert : WriteKind.Read));
    }
}

using System.Buffers;
using System.Diagnostics;
using System.Text.Json;
using ControlPlane.Domain.Connections;
using ControlPlane.Runtime.Connections;
using ControlPlane.Runtime.Ingestion;
using ControlPlane.Runtime.Ingestion.Proof;
using ControlPlane.Runtime.Persistence;
using ControlPlane.Runtime.Telemetry;
using Hangfire;
using Microsoft.Extensions.Options;

namespace ControlPlane.Web.Features.Receive;

/// <summary>
/// The door: <c>POST /in/{connection}</c>. Proves the sender over the raw bytes, hands the document to the runtime, and
/// answers 202 only after the commit.
/// </summary>
public static class ReceiveEndpoint
{
    /// <summary>First of all: who cannot be served soon is told so at once, before a byte of the body is read, which costs next to nothing.</summary>
    public static void UseReceiveDoor(this WebApplication app)
    {
        var places = app.Services.GetRequiredService<ReceivePlaces>();
        app.Use((http, next) => places.Full && http.Request.Path.StartsWithSegments("/in", StringComparison.Ordinal) ? SendAwayAsync(http, places) : next(http));
    }

    public static IEndpointRouteBuilder MapReceive(this IEndpointRouteBuilder app)
    {
        // The signature is the authentication; who has none learns nothing about which connections exist.
        var places = app.ServiceProvider.GetRequiredService<ReceivePlaces>();
        Task TakeAsync(HttpContext http) => AdmitAsync(http, places);
        app.MapPost("/in/{connection}", TakeAsync).AllowAnonymous().ExcludeFromDescription();
        app.MapPost("/in/{connection}/{**topic}", TakeAsync).AllowAnonymous().ExcludeFromDescription();
        // Some senders ask first whether the address is ours.
        app.MapGet("/in/{connection}", ReceiveChallenge.AnswerAsync).AllowAnonymous().ExcludeFromDescription();
        return app;
    }

    private static async Task AdmitAsync(HttpContext http, ReceivePlaces places)
    {
        try
        {
            var limit = http.RequestServices.GetRequiredService<IOptions<ReceiveOptions>>().Value.MaxBodyBytes;
            if (!places.TryArrive())
            {
                await SendAwayAsync(http, places);
                return;
            }

            ReadOnlyMemory<byte>? body;
            try
            {
                body = await ReceiveBody.ReadAsync(http, limit, http.RequestAborted);
            }
            finally
            {
                places.Arrived();
            }

            if (body is null)
            {
                ControlPlaneTelemetry.CountReceived("", "too-large");
                await ReceiveProblems.TooLargeAsync(http, limit);
            }
            else if (!places.TryEnter())
            {
                await SendAwayAsync(http, places);
            }
            else
            {
                await HandleAsync(http, body.Value, places);
            }
        }
        catch (BadHttpRequestException e) when (!http.Response.HasStarted)
        {
            // The sender broke off or was too slow: its affair, and no defect of ours.
            ControlPlaneTelemetry.CountReceived("", "broken-off");
            http.Response.StatusCode = e.StatusCode;
        }
    }

    private static Task SendAwayAsync(HttpContext http, ReceivePlaces places)
    {
        ControlPlaneTelemetry.CountReceived("", "busy");
        return ReceiveProblems.BusyAsync(http, places.SendAway());
    }

    private static async Task HandleAsync(HttpContext http, ReadOnlyMemory<byte> body, ReceivePlaces places)
    {
        try
        {
            await HandleAsync(http, body);
        }
        finally
        {
            places.Leave();
        }
    }

    private static async Task HandleAsync(HttpContext http, ReadOnlyMemory<byte> body)
    {
        var services = http.RequestServices;
        var ct = http.RequestAborted;
        var clock = services.GetRequiredService<TimeProvider>();
        var request = new InboundRequest
        {
            Topic = http.Request.RouteValues["topic"] as string ?? "",
            ContentType = http.Request.ContentType,
            Headers = new RequestHeaders(http.Request.Headers),
            Body = body,
            ReceivedAt = clock.GetUtcNow(),
        };
        var connection = services.GetRequiredService<IConnectionRegistry>().Find((string)http.Request.RouteValues["connection"]!);
        var connector = connection is { Enabled: true } ? services.GetRequiredService<IConnectorCatalog>().Find(connection.Connector)?.For(connection) : null;
        // Who subscribes for us is asked to prove that the address is ours: by saying a word that only it knows.
        if (connector?.Webhooks?.Handshake is { } name && http.Request.Query[name] is [{ Length: > 0 and <= 512 } token])
        {
            http.Response.ContentType = "text/plain; charset=utf-8";
            await http.Response.WriteAsync(token, ct);
            return;
        }

        var receiver = connector?.Receiver;
        if (connection is null || receiver is null || !await services.GetRequiredService<SenderProof>().VerifyAsync(connection, connector!, receiver, request, ct))
        {
            ControlPlaneTelemetry.CountReceived("", "not-accepted");
            await ReceiveProblems.NotAcceptedAsync(http);
            return;
        }

        if (ReceiveContent.Refuse(http.Request, receiver.MediaTypes) is { } refusal)
        {
            ControlPlaneTelemetry.CountReceived(connection.Key, "unsupported");
            await ReceiveProblems.UnsupportedAsync(http, refusal);
            return;
        }

        if (!ReceiveEncoding.IsPlain(http.Request))
        {
            var (plain, problem) = ReceiveEncoding.Decode(http.Request, body, services.GetRequiredService<IOptions<ReceiveOptions>>().Value.MaxBodyBytes);
            if (problem is not null)
            {
                ControlPlaneTelemetry.CountReceived(connection.Key, "unsupported");
                await ReceiveProblems.EncodingAsync(http, problem);
                return;
            }

            request = request.With(plain);
        }

        var outcome = await services.GetRequiredService<ReceivePort>().ReceiveAsync(TenantScope.Default, connection, receiver, request, ct);
        var word = outcome switch
        {
            ReceiveOutcome.Accepted { Duplicate: true } => "duplicate",
            ReceiveOutcome.Accepted or ReceiveOutcome.Fetch => "accepted",
            ReceiveOutcome.Refused => "refused",
            _ => "busy",
        };
        ControlPlaneTelemetry.CountReceived(connection.Key, word);
        ControlPlaneTelemetry.TagReceived(Activity.Current, connection.Key, word);
        try
        {
            await AnswerAsync(http, connection, outcome);
        }
        finally
        {
            // Also to one that did not wait: that it took so long is what is told.
            if (outcome is ReceiveOutcome.Accepted { Began: { } began })
                services.GetRequiredService<DoorAnswers>().Note(TenantScope.Default, began, connection, request.ReceivedAt);
        }
    }

    /// <summary>The same request with its body unwrapped.</summary>
    private static InboundRequest With(this InboundRequest request, ReadOnlyMemory<byte> body) =>
        new() { Topic = request.Topic, ContentType = request.ContentType, Headers = request.Headers, Body = body, ReceivedAt = request.ReceivedAt };

    private static Task AnswerAsync(HttpContext http, Connection connection, ReceiveOutcome outcome)
    {
        foreach (var fetch in outcome.Fetches)
            http.RequestServices.GetRequiredService<IBackgroundJobClient>().Enqueue<FeedPoller>(p => p.FetchAsync(connection.Key, fetch.Feed, fetch.ExternalId, CancellationToken.None));
        switch (outcome)
        {
            case ReceiveOutcome.Accepted accepted:
                return AcceptAsync(http, accepted.MessageId, accepted.CorrelationId, accepted.Duplicate);
            case ReceiveOutcome.Fetch fetch:
                return AcceptAsync(http, fetch.MessageId, fetch.CorrelationId, false);
            case ReceiveOutcome.Refused refused:
                return ReceiveProblems.RefusedAsync(http, refused);
            default:
                return ReceiveProblems.BusyAsync(http, 2);
        }
    }

    private static async Task AcceptAsync(HttpContext http, Guid messageId, string correlationId, bool duplicate)
    {
        var buffer = new ArrayBufferWriter<byte>(128);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("messageId", messageId);
            json.WriteString("correlationId", correlationId);
            json.WriteBoolean("duplicate", duplicate);
            json.WriteEndObject();
        }

        http.Response.StatusCode = StatusCodes.Status202Accepted;
        http.Response.ContentType = "application/json";
        http.Response.ContentLength = buffer.WrittenCount;
        await http.Response.Body.WriteAsync(buffer.WrittenMemory, http.RequestAborted);
    }
}

using ControlPlane.Domain.Alerts;
using ControlPlane.Runtime.Alerts;
using ControlPlane.Runtime.Identity;
using ControlPlane.Web.Features.Api;
using ControlPlane.Web.Features.Engine;
using Microsoft.AspNetCore.Http.HttpResults;

namespace ControlPlane.Web.Features.Alerts;

/// <summary>The ways by which alerts go out, for scripts.</summary>
internal static class AlertChannelsApi
{
    public static void MapAlertChannels(this RouteGroupBuilder api)
    {
        var channels = api.MapGroup("/alert-channels").WithTags("Alerts");
        channels.MapGet("", async (HttpContext http, IAlertChannels store, CancellationToken ct) => (await store.AllAsync(http.Tenant(), ct)).Select(AlertChannelEntry.Of).ToList())
            .WithName("listAlertChannels").WithSummary("Channels, and how each does; secrets are named, never shown").WithParameters().RequireAuthorization(policy => policy.RequireRole(PortalRoles.Operator, PortalRoles.Admin));
        channels.MapPut("/{name}", SaveAsync).WithName("saveAlertChannel").WithSummary("Makes or changes a channel").Write(typeof(AlertChannelBody), PortalRoles.Admin);
        channels.MapDelete("/{name}", DeleteAsync).WithName("deleteAlertChannel").WithSummary("Nothing goes out by it any more").Write(null, PortalRoles.Admin);
        channels.MapPost("/{name}/test", TestAsync).WithName("testAlertChannel").WithSummary("Sends a test now and says what happened").Write(null, PortalRoles.Operator, PortalRoles.Admin);
        channels.MapPost("/{name}/send-again", async Task<Results<Ok<CommandEnd>, ProblemHttpResult>> (string name, HttpContext http, IAlertChannels store, CancellationToken ct) =>
                TypedResults.Ok(new CommandEnd("accepted", $"{await store.SendAgainAsync(http.Tenant(), name, ct)} messages that were given up are tried again.")))
            .WithName("sendAlertsAgain").WithSummary("Tries again what was given up").Write(null, PortalRoles.Operator, PortalRoles.Admin);
    }

    private static async Task<Results<Ok<CommandEnd>, ProblemHttpResult>> SaveAsync(string name, HttpContext http, IAlertChannels store, CancellationToken ct)
    {
        var (body, error) = await ApiBody.ReadAsync<AlertChannelBody>(http.Request, null);
        if (error is not null)
            return ApiProblem.Invalid([error]);
        var reason = (body!.Reason ?? "").Trim();
        var errors = new List<ApiError>();
        if (!Enum.TryParse<AlertChannelType>(body.Type, ignoreCase: true, out var type) || !Enum.IsDefined(type) || int.TryParse(body.Type, out _))
            errors.Add(new("alert_channel.type", "type", "Allowed: mail, webhook, slack, teams."));
        if (reason.Length is 0 or > IAlerts.LongestReason)
            errors.Add(new("alert_channel.reason", "reason", $"Allowed: 1 to {IAlerts.LongestReason} characters."));
        var topics = new List<AlertTopic>();
        foreach (var text in body.For ?? [])
            if (Enum.TryParse<AlertTopic>(text, ignoreCase: true, out var topic) && Enum.IsDefined(topic) && !int.TryParse(text, out _))
                topics.Add(topic);
            else
                errors.Add(new("alert_channel.for", "for", "Allowed: page, ticket, note."));
        if (errors.Count > 0)
            return ApiProblem.Invalid(errors);
        var channel = new AlertChannel
        {
            Name = name, Type = type, Title = body.Title ?? "", To = body.To ?? [], Address = body.Address ?? "", Key = body.Key ?? "", For = topics, Teams = body.Teams ?? [], Objectives = body.Objectives ?? [], Enabled = body.Enabled,
        };
        return await store.SaveAsync(http.Tenant(), channel, body.BasedOn, http.CallerName(), reason, ct) switch
        {
            { Accepted: true } done => TypedResults.Ok(new CommandEnd(done.Code, done.Message)),
            { Code: "changed_meanwhile" } refused => ApiProblem.Of(409, "alert_channel.changed_meanwhile", "Somebody else changed it", refused.Message),
            var refused => ApiProblem.Invalid([.. refused.Problems.Select(p => new ApiError("alert_channel.invalid", p.Field, p.Message))]),
        };
    }

    private static async Task<Results<Ok<CommandEnd>, ProblemHttpResult>> DeleteAsync(string name, HttpContext http, IAlertChannels store, CancellationToken ct) =>
        await store.DeleteAsync(http.Tenant(), name, ct) is { Accepted: true } done ? TypedResults.Ok(new CommandEnd(done.Code, done.Message)) : ApiProblem.NotFound("alert channel");

    private static async Task<Results<Ok<CommandEnd>, ProblemHttpResult>> TestAsync(string name, HttpContext http, IAlertChannelTester tester, CancellationToken ct) =>
        await tester.TestAsync(http.Tenant(), name, http.CallerName(), ct) switch
        {
            { Accepted: true } done => TypedResults.Ok(new CommandEnd(done.Code, done.Message)),
            { Code: "not_found" } => ApiProblem.NotFound("alert channel"),
            var refused => ApiProblem.Of(409, $"alert_channel.{refused.Code}", "The test did not arrive", refused.Message),
        };
}

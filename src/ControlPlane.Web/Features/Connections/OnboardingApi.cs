using ControlPlane.Runtime.Connections.Onboarding;
using ControlPlane.Runtime.Identity;
using ControlPlane.Web.Features.Api;
using Microsoft.AspNetCore.Http.HttpResults;

namespace ControlPlane.Web.Features.Connections;

/// <param name="State"><c>passed</c>, <c>open</c>, <c>waived</c>, <c>notNeeded</c>.</param>
/// <param name="Next">What to do; empty when nothing is to be done.</param>
public sealed record GateItem(string Name, string Title, string State, string Evidence, DateTimeOffset? At, string Next, string? Warning);

/// <param name="Blockers">Names of the open gates.</param>
public sealed record OnboardingItem(string Key, bool Live, DateTimeOffset? Since, IReadOnlyList<GateItem> Gates, IReadOnlyList<string> Blockers);

/// <param name="Gate">Name of the gate.</param>
/// <param name="Reason">1 to 300 characters; kept with the caller's name.</param>
public sealed record GateWaiver(string? Gate, string? Reason);

/// <param name="Target">What the connection promises, in words; 1 to 300 characters.</param>
public sealed record OnboardingTarget(string? Target);

/// <summary>From a shadow run into service, for scripts. Admins only.</summary>
internal static class OnboardingApi
{
    public static void MapOnboarding(this RouteGroupBuilder api)
    {
        var group = api.MapGroup("/connections/{key}/onboarding").WithTags("Connections").RequireAuthorization(policy => policy.RequireRole(PortalRoles.Admin));
        group.MapGet("", ReadAsync).WithName("getOnboarding").WithSummary("The gates of a connection with their evidence").WithParameters();
        group.MapPost("/waivers", WaiveAsync).WithName("waiveGate").WithSummary("Lets a gate that is open stand in the way no longer; the reason is kept").WithParameters()
            .WithMetadata(new JsonBody(typeof(GateWaiver), Required: true), new IdempotentWrite(Required: false));
        group.MapPut("/target", AimAsync).WithName("setOnboardingTarget").WithSummary("Says what the connection promises").WithParameters()
            .WithMetadata(new JsonBody(typeof(OnboardingTarget), Required: true), new IdempotentWrite(Required: false));
        group.MapPost("/go-live", GoLiveAsync).WithName("goLive").WithSummary("Switches a connection on; refused while a gate is open, safe to call twice").WithParameters()
            .WithMetadata(new IdempotentWrite(Required: false));
    }

    private static async Task<Results<Ok<OnboardingItem>, ProblemHttpResult>> ReadAsync(string key, HttpContext http, OnboardingDesk desk, CancellationToken ct) =>
        new ApiQuery(http.Request.Query).Errors() is { Count: > 0 } errors ? ApiProblem.Invalid(errors) : await AnswerAsync(key, http, desk, ct);

    private static async Task<Results<Ok<OnboardingItem>, ProblemHttpResult>> WaiveAsync(string key, HttpContext http, OnboardingDesk desk, CancellationToken ct)
    {
        var (body, error) = await ApiBody.ReadAsync<GateWaiver>(http.Request, null);
        if (error is not null)
            return ApiProblem.Invalid([error]);
        return Problem(await desk.WaiveAsync(http.Tenant(), key, body!.Gate ?? "", body.Reason, http.CallerName(), ct)) is { } problem ? problem : await AnswerAsync(key, http, desk, ct);
    }

    private static async Task<Results<Ok<OnboardingItem>, ProblemHttpResult>> AimAsync(string key, HttpContext http, OnboardingDesk desk, CancellationToken ct)
    {
        var (body, error) = await ApiBody.ReadAsync<OnboardingTarget>(http.Request, null);
        if (error is not null)
            return ApiProblem.Invalid([error]);
        return Problem(await desk.AimAsync(http.Tenant(), key, body!.Target, http.CallerName(), ct)) is { } problem ? problem : await AnswerAsync(key, http, desk, ct);
    }

    private static async Task<Results<Ok<OnboardingItem>, ProblemHttpResult>> GoLiveAsync(string key, HttpContext http, OnboardingDesk desk, CancellationToken ct) =>
        Problem(await desk.GoLiveAsync(http.Tenant(), key, http.CallerName(), ct)) is { } problem ? problem : await AnswerAsync(key, http, desk, ct);

    private static ProblemHttpResult? Problem(OnboardingOutcome outcome)
    {
        if (outcome.Problem is not { } problem)
            return null;
        if (problem.Code == "onboarding.no_connection")
            return ApiProblem.NotFound("connection");
        if (problem.Code is not ("onboarding.blocked" or "onboarding.not_switched" or "onboarding.not_open"))
            return ApiProblem.Invalid([new(problem.Code, problem.Field, problem.Message)]);
        var details = ApiProblem.Details(409, problem.Code, "It is not done", problem.Message);
        if (outcome.Blockers is { } blockers)
            details.Extensions["blockers"] = blockers.Select(Item).ToList();
        return TypedResults.Problem(details);
    }

    private static async Task<Results<Ok<OnboardingItem>, ProblemHttpResult>> AnswerAsync(string key, HttpContext http, OnboardingDesk desk, CancellationToken ct) =>
        await desk.ReadAsync(http.Tenant(), key, ct) is { } view
            ? TypedResults.Ok(new OnboardingItem(key, view.Live, view.Since, [.. view.Gates.Select(Item)], [.. view.Blockers.Select(g => g.Name)]))
            : ApiProblem.NotFound("connection");

    private static GateItem Item(Gate gate) => new(gate.Name, gate.Title, char.ToLowerInvariant(gate.State.ToString()[0]) + gate.State.ToString()[1..], gate.Evidence, gate.At, gate.Next, gate.Warning);
}

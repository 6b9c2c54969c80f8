using Connectors.Sandbox;
using Connectors.Sandbox.Dials;
using ControlPlane.Domain.Shared;
using ControlPlane.Runtime.Identity;
using ControlPlane.Web.Features.Api;
using Microsoft.AspNetCore.Http.HttpResults;

namespace ControlPlane.Web.Features.Dials;

/// <param name="Presets">Bad days by name; PUT takes them as <c>preset</c>.</param>
/// <param name="Systems">What each simulated system has seen since it started.</param>
public sealed record DialsAnswer(IReadOnlyList<DialDocument> Dials, IReadOnlyList<DialPreset> Presets, IReadOnlyList<SystemStatistics> Systems);

/// <param name="System"><c>shop</c> (the default) or <c>amazon</c>.</param>
/// <param name="Count">1 to 1000; default 1.</param>
public sealed record NewDemoOrders(string? System, int? Count);

public sealed record PlacedDemoOrders(string System, int Placed);

/// <summary>The demo's dials for scripts; for administrators, and only while the demo runs.</summary>
public static class DialsApi
{
    public static void MapDialsApi(this RouteGroupBuilder api)
    {
        var demo = api.MapGroup("/demo").WithTags("Demo").RequireAuthorization(PortalRoles.Admin);
        demo.MapGet("/dials", List).WithName("listDials").WithSummary("Every dial of the simulated systems, the presets, and what the systems have seen").WithParameters();
        demo.MapPut("/dials", (Delegate)SetAsync).WithName("setDials").WithSummary("Turns dials, or takes a preset; all or nothing").WithParameters()
            .WithMetadata(new JsonBody(typeof(DialsRequest), Required: true), new IdempotentWrite(Required: false));
        demo.MapPost("/dials/reset", Reset).WithName("resetDials").WithSummary("Puts every dial back to where it stood at the start").WithParameters()
            .WithMetadata(new IdempotentWrite(Required: false));
        demo.MapPost("/orders", (Delegate)PlaceAsync).WithName("placeDemoOrders").WithSummary("Lets customers of a simulated shop order now").WithParameters()
            .WithMetadata(new JsonBody(typeof(NewDemoOrders), Required: false), new IdempotentWrite(Required: false));
    }

    private static Results<Ok<DialsAnswer>, ProblemHttpResult> List(HttpContext http)
    {
        if (Refused(http, out var sandbox) is { } refused)
            return refused;
        return TypedResults.Ok(Answer(sandbox));
    }

    private static async Task<Results<Ok<DialsAnswer>, ProblemHttpResult>> SetAsync(HttpContext http)
    {
        if (Refused(http, out var sandbox) is { } refused)
            return refused;
        var (wish, error) = await ApiBody.ReadAsync<DialsRequest>(http.Request, null);
        if (error is not null)
            return ApiProblem.Invalid([error]);
        var refusals = wish!.Turn(sandbox.Dials);
        return refusals.Count == 0 ? TypedResults.Ok(Answer(sandbox)) : Problem(refusals);
    }

    private static Results<Ok<DialsAnswer>, ProblemHttpResult> Reset(HttpContext http)
    {
        if (Refused(http, out var sandbox) is { } refused)
            return refused;
        sandbox.Dials.Reset();
        return TypedResults.Ok(Answer(sandbox));
    }

    private static async Task<Results<Ok<PlacedDemoOrders>, ProblemHttpResult>> PlaceAsync(HttpContext http)
    {
        if (Refused(http, out var sandbox) is { } refused)
            return refused;
        var (wish, error) = await ApiBody.ReadAsync(http.Request, new NewDemoOrders(null, null));
        if (error is not null)
            return ApiProblem.Invalid([error]);
        var (system, count) = (wish!.System ?? SandboxSystems.Shop, wish.Count ?? 1);
        return sandbox.PlaceOrders(system, count) is { } refusal ? Problem([refusal]) : TypedResults.Ok(new PlacedDemoOrders(system, count));
    }

    /// <summary>Without the demo there is nothing to turn; and none of these takes parameters.</summary>
    private static ProblemHttpResult? Refused(HttpContext http, out ISandboxControl sandbox)
    {
        sandbox = http.RequestServices.GetService<ISandboxControl>()!;
        if (sandbox is null)
            return ApiProblem.Of(404, "demo.off", "The demo is off", "There are no simulated systems. Start with ControlPlane:Demo set to true.");
        return new ApiQuery(http.Request.Query).Errors() is { Count: > 0 } errors ? ApiProblem.Invalid(errors) : null;
    }

    private static DialsAnswer Answer(ISandboxControl sandbox) => new([.. sandbox.Dials.List().Select(DialDocument.Of)], DialPreset.All, sandbox.Statistics());

    /// <summary>404 for what does not exist, 400 for a value that does not fit.</summary>
    private static ProblemHttpResult Problem(IReadOnlyList<Refusal> refusals)
    {
        if (refusals.FirstOrDefault(r => r.Code is "dial.unknown" or "preset.unknown") is { } unknown)
            return ApiProblem.Of(404, unknown.Code, "Not found", $"{unknown.Field}: {unknown.Message}");
        return ApiProblem.Invalid([.. refusals.Select(r => new ApiError(r.Code, r.Field, r.Message))]);
    }
}

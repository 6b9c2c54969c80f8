using System.Security.Claims;
using ControlPlane.Runtime.Identity;
using ControlPlane.Runtime.Views;
using ControlPlane.Web.Features.Api;
using Microsoft.AspNetCore.Http.HttpResults;

namespace ControlPlane.Web.Features.Views;

/// <param name="Query">What follows the question mark in the address of the list.</param>
/// <param name="Count">What it shows now, at most 10,000; null where it was not asked for.</param>
/// <param name="Mine">True when the caller made it.</param>
public sealed record ViewItem(Guid Id, string Page, string Name, string Query, bool Shared, string Owner, bool Mine, bool IsDefault, int Revision, DateTimeOffset UpdatedAt, string UpdatedBy, ViewCountItem? Count)
{
    internal static ViewItem Of(SavedView v, ViewCountItem? count = null) => new(v.Id, v.Page, v.Name, v.Query, v.Shared, v.OwnerName, v.Mine, v.IsDefault, v.Revision, v.UpdatedAt, v.UpdatedBy, count);
}

/// <param name="AtLeast">True when there are that many or more.</param>
public sealed record ViewCountItem(int Value, bool AtLeast);

/// <param name="Page">transactions, cases or worklist.</param>
/// <param name="Name">1 to 60 characters.</param>
/// <param name="Shared">True: everybody sees it.</param>
public sealed record NewView(string? Page, string? Name, string? Query, bool? Shared);

/// <param name="Revision">The one that was looked at; a later one is refused. Left out: whatever is there.</param>
/// <param name="Move">Places to the right in the bar; negative = to the left.</param>
public sealed record ViewEdit(string? Name, string? Query, bool? Shared, int? Revision, int? Move);

/// <param name="View">Id; null = none.</param>
public sealed record DefaultView(string? Page, Guid? View);

/// <summary>Saved views for scripts and for keeping a team's views as code.</summary>
internal static class ViewsApi
{
    public static void MapViews(this RouteGroupBuilder api)
    {
        var views = api.MapGroup("/views").WithTags("Saved views");
        views.MapGet("", ListAsync).WithName("listViews").WithSummary("The caller's views and the shared ones of a list").WithParameters(("page", string.Join(", ", ViewPages.All)), ("count", "true: with what each shows now, counted up to 10,000"));
        views.MapPost("", CreateAsync).WithName("createView").WithSummary("Keeps a filtered list under a name").Write(typeof(NewView));
        views.MapPut("/default", DefaultAsync).WithName("setDefaultView").WithSummary("The view that the caller begins with on a list").Write(typeof(DefaultView));
        views.MapPut("/{id}", ChangeAsync).WithName("changeView").WithSummary("Renames, shares, moves a view, or gives it another filter").Write(typeof(ViewEdit));
        views.MapDelete("/{id}", (string id, HttpContext http, ViewStore store, CancellationToken ct) => RunAsync(id, http, key => store.DeleteAsync(http.Tenant(), Person(http.User), key, null, ct)))
            .WithName("deleteView").WithSummary("Deletes a view; it can be taken back for five minutes").Write(null);
        views.MapPost("/{id}/restore", (string id, HttpContext http, ViewStore store, CancellationToken ct) => RunAsync(id, http, key => store.RestoreAsync(http.Tenant(), Person(http.User), key, ct)))
            .WithName("restoreView").WithSummary("Takes a deletion back").Write(null);
    }

    /// <summary>Who is signed in, as the views see him.</summary>
    public static ViewPerson Person(ClaimsPrincipal user) => new(
        user.FindFirstValue(ClaimTypes.NameIdentifier) ?? "", user.FindFirstValue(PortalClaims.DisplayName) ?? user.Identity?.Name ?? "somebody",
        user.IsInRole(PortalRoles.Business) || user.IsInRole(PortalRoles.Operator) || user.IsInRole(PortalRoles.Admin));

    private static RouteHandlerBuilder Write(this RouteHandlerBuilder endpoint, Type? body)
    {
        endpoint.WithParameters().ProducesProblem(409).ProducesProblem(422).WithMetadata(new IdempotentWrite(Required: false));
        return body is null ? endpoint : endpoint.WithMetadata(new JsonBody(body, Required: true));
    }

    private static async Task<Results<Ok<Page<ViewItem>>, ProblemHttpResult>> ListAsync(HttpContext http, ViewStore store, ViewCounts counts, CancellationToken ct)
    {
        var query = new ApiQuery(http.Request.Query);
        var page = query.Choices("page", ViewPages.All, w => w) is [var one] ? one : null;
        var counted = query.Choices("count", ["true", "false"], w => w == "true") is [true, ..];
        if (page is null)
            query.Refuse("page", $"Allowed: one of {string.Join(", ", ViewPages.All)}.");
        if (query.Errors() is { Count: > 0 } errors)
            return ApiProblem.Invalid(errors);
        var views = await store.ListAsync(http.Tenant(), Person(http.User), page!, ct);
        var found = counted ? await counts.OfAsync(http.Tenant(), page!, [.. views.Select(v => v.Query)], TimeZoneInfo.Utc, ct) : [.. views.Select(_ => (Runtime.Transactions.Queries.CappedCount?)null)];
        return TypedResults.Ok(Paging.Answer<ViewItem>(http, [.. views.Zip(found, (v, c) => ViewItem.Of(v, c is null ? null : new(c.Value, c.AtLeast)))], null));
    }

    private static async Task<Results<Ok<ViewItem>, ProblemHttpResult>> CreateAsync(HttpContext http, ViewStore store, CancellationToken ct)
    {
        var (body, error) = await ApiBody.ReadAsync<NewView>(http.Request, null);
        if (Wrong(http, error) is { } wrong)
            return wrong;
        return Answer(await store.CreateAsync(http.Tenant(), Person(http.User), body!.Page ?? "", body.Name ?? "", body.Query ?? "", body.Shared ?? false, ct));
    }

    private static async Task<Results<Ok<ViewItem>, ProblemHttpResult>> ChangeAsync(string id, HttpContext http, ViewStore store, CancellationToken ct)
    {
        var (body, error) = await ApiBody.ReadAsync<ViewEdit>(http.Request, null);
        if (Wrong(http, error) is { } wrong)
            return wrong;
        if (!Guid.TryParse(id, out var key))
            return ApiProblem.NotFound("view");
        var outcome = await store.ChangeAsync(http.Tenant(), Person(http.User), key, body!.Revision, new(body.Name, body.Query, body.Shared), ct);
        return Answer(outcome is ViewOutcome.Done && body.Move is { } steps && steps != 0 ? await store.MoveAsync(http.Tenant(), Person(http.User), key, steps, ct) : outcome);
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> DefaultAsync(HttpContext http, ViewStore store, CancellationToken ct)
    {
        var (body, error) = await ApiBody.ReadAsync<DefaultView>(http.Request, null);
        if (Wrong(http, error) is { } wrong)
            return wrong;
        if (!ViewPages.All.Contains(body!.Page ?? ""))
            return ApiProblem.Invalid([new("view.page", "page", $"Allowed: {string.Join(", ", ViewPages.All)}.")]);
        return await store.SetDefaultAsync(http.Tenant(), Person(http.User), body.Page!, body.View, ct) is null ? TypedResults.NoContent() : ApiProblem.NotFound("view");
    }

    private static async Task<Results<Ok<ViewItem>, ProblemHttpResult>> RunAsync(string id, HttpContext http, Func<Guid, Task<ViewOutcome>> act)
    {
        if (Wrong(http, null) is { } wrong)
            return wrong;
        return Guid.TryParse(id, out var key) ? Answer(await act(key)) : ApiProblem.NotFound("view");
    }

    private static ProblemHttpResult? Wrong(HttpContext http, ApiError? error)
    {
        var errors = new ApiQuery(http.Request.Query).Errors().ToList();
        if (error is not null)
            errors.Add(error);
        return errors.Count > 0 ? ApiProblem.Invalid(errors) : null;
    }

    private static Results<Ok<ViewItem>, ProblemHttpResult> Answer(ViewOutcome outcome) => outcome switch
    {
        ViewOutcome.Done done => TypedResults.Ok(ViewItem.Of(done.View)),
        ViewOutcome.Refused refused => ApiProblem.Invalid([new("view." + refused.Field, refused.Field, refused.Message)]),
        ViewOutcome.NotAllowed no => ApiProblem.Of(403, "view.not_allowed", "Not allowed", no.Message),
        ViewOutcome.Changed other => ApiProblem.Of(409, "view.changed", "Somebody else changed it", ViewWords.Changed(other)),
        _ => ApiProblem.NotFound("view"),
    };
}

/// <summary>What people are told of views.</summary>
internal static class ViewWords
{
    public static string Changed(ViewOutcome.Changed other) => $"{other.By} changed “{other.Now.Name}” at {other.At.UtcDateTime:HH:mm} UTC, after you had opened it. Look at it as it is now, and change it again if you still want to.";

    public static string Of(ViewOutcome outcome) => outcome switch
    {
        ViewOutcome.Done => "",
        ViewOutcome.Refused refused => refused.Message,
        ViewOutcome.NotAllowed no => no.Message,
        ViewOutcome.Changed other => Changed(other),
        _ => "This view is gone: somebody deleted it, or took it away from the others.",
    };
}

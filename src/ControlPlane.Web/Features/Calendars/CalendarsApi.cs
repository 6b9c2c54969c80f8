using ControlPlane.Runtime.Silence;
using ControlPlane.Web.Features.Api;
using Microsoft.AspNetCore.Http.HttpResults;

namespace ControlPlane.Web.Features.Calendars;

/// <summary>Calendars come with the estate; here they are looked at.</summary>
internal static class CalendarsApi
{
    public static void MapCalendars(this RouteGroupBuilder api) =>
        api.MapGet("/calendars", ListAsync).WithTags("Calendars").WithName("listCalendars").WithSummary("When carriers fetch and systems are open, by name").WithParameters();

    private static async Task<Results<Ok<IReadOnlyList<CalendarItem>>, ProblemHttpResult>> ListAsync(HttpContext http, CalendarQueries queries, CancellationToken ct) =>
        new ApiQuery(http.Request.Query).Errors() is { Count: > 0 } errors ? ApiProblem.Invalid(errors) : TypedResults.Ok((await queries.ListAsync(http.Tenant(), ct)).Items);
}

using ControlPlane.Domain.Scorecard;
using ControlPlane.Runtime.Identity;
using ControlPlane.Runtime.Objectives;
using ControlPlane.Runtime.Scorecard;
using ControlPlane.Web.Features.Api;
using ControlPlane.Web.Shell;
using Microsoft.AspNetCore.Http.HttpResults;

namespace ControlPlane.Web.Features.Reports;

/// <param name="Rhythm">month, week or 4-4-5.</param>
public sealed record ReportPlanBody(string? Title, string? Rhythm, string? Zone, DateOnly? RetailYear, IReadOnlyList<string>? Recipients, string? Channel, string? Brand, string? Region, bool? Enabled)
{
    /// <param name="name">Of the address.</param>
    public ReportPlan Plan(string name) => new(
        name, Title ?? "", ReportWords.Rhythm(Rhythm) ?? default, Zone ?? "UTC", RetailYear, [.. (Recipients ?? []).Select(r => r.Trim()).Where(r => r.Length > 0)], new ObjectiveScope(Text(Channel), Text(Brand), Text(Region)), Enabled ?? true);

    private static string? Text(string? text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim();
}

public sealed record ReportPlanAnswer(string Name, string Title, string Rhythm, string Zone, DateOnly? RetailYear, IReadOnlyList<string> Recipients, string? Channel, string? Brand, string? Region, bool Enabled, DateTimeOffset Next, bool Document);

/// <param name="Note">Why there is no PDF, whom the mail did not reach; empty = nothing is to be said.</param>
public sealed record ReportAnswer(Guid Id, string Name, string Title, DateTimeOffset From, DateTimeOffset To, DateTimeOffset AsOf, string Zone, DateTimeOffset MadeAt, string MadeBy, bool Final, IReadOnlyList<string> Formats, string Digest, string Note, DateTimeOffset? SentAt);

public sealed record ReportMakeBody(string? Name);

/// <summary>The words of rhythms.</summary>
public static class ReportWords
{
    public static readonly IReadOnlyList<(ReportRhythm Rhythm, string Word, string Title)> Rhythms = [(ReportRhythm.Month, "month", "Every month"), (ReportRhythm.Week, "week", "Every Monday"), (ReportRhythm.Retail445, "4-4-5", "Every 4-4-5 period")];

    public static ReportRhythm? Rhythm(string? word) => Rhythms.FirstOrDefault(r => r.Word == word) is { Word: not null } found ? found.Rhythm : null;

    public static string Word(ReportRhythm rhythm) => Rhythms.FirstOrDefault(r => r.Rhythm == rhythm).Word ?? "";
}

/// <summary>Reports for scripts, and their files for browsers.</summary>
internal static class ReportsApi
{
    public static void MapReports(this RouteGroupBuilder api)
    {
        var reports = api.MapGroup("/reports").WithTags("Reports");
        reports.MapGet("", ListAsync).WithName("listReports").WithSummary("Reports that were made, newest first").WithParameters(Parameters.Limit, Parameters.Cursor);
        reports.MapPost("", MakeAsync).WithName("makeReport").WithSummary("Makes the report of a plan's last whole period now").Write(typeof(ReportMakeBody));
        reports.MapGet("/plans", async (HttpContext http, IReports store, CancellationToken ct) => (await store.PlansAsync(http.Tenant(), ct)).Select(Answer).ToList()).WithName("listReportPlans").WithSummary("Reports that are made again and again").WithParameters();
        reports.MapPut("/plans/{name}", SaveAsync).WithName("saveReportPlan").WithSummary("Makes or changes a plan").Write(typeof(ReportPlanBody));
        reports.MapDelete("/plans/{name}", async Task<Results<NoContent, ProblemHttpResult>> (string name, HttpContext http, IReports store, CancellationToken ct) => await store.RemoveAsync(http.Tenant(), name, ct) ? TypedResults.NoContent() : ApiProblem.NotFound("report plan"))
            .WithName("removeReportPlan").WithSummary("Removes a plan; what was made stays").WithParameters().RequireAuthorization(policy => policy.RequireRole(PortalRoles.Operator, PortalRoles.Admin)).WithMetadata(new IdempotentWrite(Required: false));
        reports.MapGet("/{id}/check", CheckAsync).WithName("checkReport").WithSummary("Makes a report again from what it was made of, and compares it byte for byte").WithParameters();
        reports.MapGet("/{id}/{format}", (string id, string format, HttpContext http, IReports store, CancellationToken ct) => FileAsync(id, format, http, store, ct)).WithName("getReportFile").WithSummary("A report as html, csv or pdf").WithParameters().Produces(200, contentType: "text/html");
    }

    /// <summary>With a session, for the portal's links.</summary>
    public static WebApplication MapReportFiles(this WebApplication app)
    {
        app.MapGet(PageUrls.Reports + "/{id}/{format}", (string id, string format, HttpContext http, IReports store, CancellationToken ct) => FileAsync(id, format, http, store, ct)).RequireAuthorization().ExcludeFromDescription();
        return app;
    }

    private static RouteHandlerBuilder Write(this RouteHandlerBuilder endpoint, Type body) =>
        endpoint.WithParameters().RequireAuthorization(policy => policy.RequireRole(PortalRoles.Operator, PortalRoles.Admin)).ProducesProblem(422).WithMetadata(new IdempotentWrite(Required: false), new JsonBody(body, Required: true));

    private static async Task<IResult> ListAsync(HttpContext http, IReports store, CancellationToken ct)
    {
        var query = new ApiQuery(http.Request.Query);
        var limit = query.Limit();
        var before = query.Cursor<Guid>(text => IdCursor.Parse(text));
        if (query.Errors() is { Count: > 0 } errors)
            return ApiProblem.Invalid(errors);
        var found = await store.ListAsync(http.Tenant(), before, Math.Min(limit + 1, 200), ct);
        var items = found.Take(limit).Select(Answer).ToList();
        return TypedResults.Ok(Paging.Answer(http, items, found.Count > limit ? IdCursor.Text(items[^1].Id) : null));
    }

    private static async Task<Results<Ok<ReportAnswer>, ProblemHttpResult>> MakeAsync(HttpContext http, IReports store, CancellationToken ct)
    {
        var (body, error) = await ApiBody.ReadAsync<ReportMakeBody>(http.Request, null);
        if (error is not null)
            return ApiProblem.Invalid([error]);
        return await store.MakeAsync(http.Tenant(), body!.Name ?? "", http.CallerName(), ct) is { } made ? TypedResults.Ok(Answer(made)) : ApiProblem.NotFound("report plan");
    }

    private static async Task<Results<Ok<ReportPlanAnswer>, ProblemHttpResult>> SaveAsync(string name, HttpContext http, IReports store, CancellationToken ct)
    {
        var (body, error) = await ApiBody.ReadAsync<ReportPlanBody>(http.Request, null);
        if (error is not null)
            return ApiProblem.Invalid([error]);
        var problems = await store.SaveAsync(http.Tenant(), body!.Plan(name), http.CallerName(), ct);
        return problems.Count > 0 ? ApiProblem.Invalid([.. problems.Select(p => new ApiError("report.invalid", p.Field, p.Message))]) : TypedResults.Ok(Answer((await store.PlansAsync(http.Tenant(), ct)).First(p => p.Plan.Name == name)));
    }

    private static async Task<Results<Ok<ReportCheck>, ProblemHttpResult>> CheckAsync(string id, HttpContext http, IReports store, CancellationToken ct) =>
        Guid.TryParse(id, out var key) && await store.CheckAsync(http.Tenant(), key, ct) is { } check ? TypedResults.Ok(check) : ApiProblem.NotFound("report");

    private static async Task<IResult> FileAsync(string id, string format, HttpContext http, IReports store, CancellationToken ct)
    {
        if (!Guid.TryParse(id, out var key) || await store.FileAsync(http.Tenant(), key, format, ct) is not { } file)
            return ApiProblem.NotFound("report");
        http.Response.Headers.CacheControl = "no-store";
        return Results.File(file.Bytes, file.Type, file.FileName);
    }

    private static ReportPlanAnswer Answer(ReportPlanItem i) =>
        new(i.Plan.Name, i.Plan.Title, ReportWords.Word(i.Plan.Rhythm), i.Plan.Zone, i.Plan.RetailYear, i.Plan.Recipients, i.Plan.Scope.Connection, i.Plan.Scope.Brand, i.Plan.Scope.Region, i.Plan.Enabled, i.Next, i.Document);

    private static ReportAnswer Answer(ReportItem r) =>
        new(r.Id, r.Name, r.Title, r.From, r.To, r.AsOf, r.Zone, r.MadeAt, r.MadeBy, r.Final, r.HasPdf ? ["html", "csv", "pdf"] : ["html", "csv"], r.Digest, r.Note, r.SentAt);
}

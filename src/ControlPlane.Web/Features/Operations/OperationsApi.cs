using ControlPlane.Domain.Operations;
using ControlPlane.Runtime.Identity;
using ControlPlane.Runtime.Operations;
using ControlPlane.Web.Features.Api;
using Microsoft.AspNetCore.Http.HttpResults;

namespace ControlPlane.Web.Features.Operations;

/// <summary>The figures of the dashboard, and what is behind them, for scripts.</summary>
internal static class OperationsApi
{
    private static readonly (string, string)[] Time = [("range", $"{string.Join(", ", OperationRange.Words)}; default {OperationRange.Default}"), ("from", "In place of a range: an instant with its offset"), ("to", "In place of a range: an instant with its offset")];

    public static void MapOperationsFigures(this RouteGroupBuilder api)
    {
        var operations = api.MapGroup("/operations").WithTags("Operations");
        operations.MapGet("", FiguresAsync).WithName("getOperations").WithSummary("Order backlog, inventory sync latency, failed transformations, rate-limit events, settlement mismatches").WithParameters(Time);
        operations.MapGet("/failures", FailuresAsync).WithName("listOperationFailures").WithSummary("The documents behind failed transformations or settlement mismatches, newest first")
            .WithParameters([("figure", "transformations (default) or settlements"), .. Time, ("kind", "document, schema, mapping, crosswalk, validation"), ("code", "Fault code"), ("connection", "Key of the connection"), Parameters.Limit, Parameters.Cursor]);
        operations.MapPost("/rebuild", RebuildAsync).WithName("rebuildOperations").WithSummary("Counts all figures anew from the journal; the product runs on").WithParameters()
            .RequireAuthorization(policy => policy.RequireRole(PortalRoles.Operator, PortalRoles.Admin)).ProducesProblem(409).WithMetadata(new IdempotentWrite(Required: false));
    }

    private static async Task<Results<Ok<OperationsAnswer>, ProblemHttpResult>> FiguresAsync(HttpContext http, OperationsQueries queries, TimeProvider clock, CancellationToken ct)
    {
        var query = new ApiQuery(http.Request.Query);
        var range = Range(query, clock);
        return query.Errors() is { Count: > 0 } errors ? ApiProblem.Invalid(errors) : TypedResults.Ok(OperationsAnswer.Of(await queries.ReadAsync(http.Tenant(), range!, ct)));
    }

    private static async Task<Results<Ok<Page<FailureAnswer>>, ProblemHttpResult>> FailuresAsync(HttpContext http, OperationsFailures failures, TimeProvider clock, CancellationToken ct)
    {
        var query = new ApiQuery(http.Request.Query);
        var range = Range(query, clock);
        var measures = query.Choices("figure", ["transformations", "settlements"], w => w == "settlements" ? OperationMeasure.SettlementMismatched : OperationMeasure.TransformationFailed);
        var kinds = query.Choices("kind", [.. Enum.GetValues<TransformationFault>().Select(k => k.Word())], w => Enum.GetValues<TransformationFault>().First(k => k.Word() == w));
        if (measures.Count > 1)
            query.Refuse("figure", "Allowed: one of transformations, settlements.");
        if (kinds.Count > 1)
            query.Refuse("kind", "Allowed: one of them.");
        var (code, connection, limit, cursor) = (query.Text("code"), query.Text("connection"), query.Limit(), query.Cursor(FailureCursor.Read));
        if (query.Errors() is { Count: > 0 } errors)
            return ApiProblem.Invalid(errors);
        var measure = measures.FirstOrDefault(OperationMeasure.TransformationFailed);
        var page = await failures.ListAsync(http.Tenant(), new(measure, range!.From, range.To, connection, code, kinds.Count == 0 ? null : kinds[0]), cursor, limit, ct);
        return TypedResults.Ok(Paging.Answer(http, [.. page.Items.Select(i => FailureAnswer.Of(i, measure))], page.Next?.Write()));
    }

    private static async Task<Results<Ok<RebuildAnswer>, ProblemHttpResult>> RebuildAsync(HttpContext http, IOperationsRebuild rebuild, CancellationToken ct)
    {
        if (new ApiQuery(http.Request.Query).Errors() is { Count: > 0 } errors)
            return ApiProblem.Invalid(errors);
        return await rebuild.RunAsync(ct) is { } done ? TypedResults.Ok(RebuildAnswer.Of(done)) : ApiProblem.Of(409, "operations.being_counted", "Somebody else counts", "The figures are being counted by another node or another request. Nothing was changed; try again in a minute.");
    }

    private static OperationRange? Range(ApiQuery query, TimeProvider clock)
    {
        var (word, from, to) = (query.Text("range"), query.Text("from"), query.Text("to"));
        var range = OperationRange.Read(word, from, to, clock.GetUtcNow(), out var field, out var problem);
        if (range is null)
            query.Refuse(field, problem);
        return range;
    }
}

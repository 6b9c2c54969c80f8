using System.Globalization;
using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Shared;
using ControlPlane.Runtime.Mappings;
using ControlPlane.Web.Features.Api;
using ControlPlane.Web.Features.CommandLine;
using Microsoft.AspNetCore.Http.HttpResults;

namespace ControlPlane.Web.Features.Catalogue;

/// <param name="Document">YAML of <c>kind: Connector</c>.</param>
public sealed record ConnectorVersionDetail(ConnectorVersion Version, string Document);

/// <param name="Lines">Begin with <c>-</c>, <c>+</c> or a space; <c>…</c> where equal lines are left out.</param>
public sealed record ConnectorDiff(int From, int To, IReadOnlyList<string> Lines);

/// <param name="Version">The old one that comes into service again, as a new version.</param>
/// <param name="Reason">1 to 300 characters.</param>
/// <param name="Waiver">Why it is right although tests fail or messages would be refused.</param>
public sealed record RollBackRequest(int Version, string? Reason = null, string? Waiver = null);

/// <param name="BasedOn">Version that was in service when the draft was begun; 0 = built in, or none.</param>
public sealed record ConnectorDraftItem(string Document, int BasedOn, DateTimeOffset SavedAt);

/// <summary>The history of a connector: versions, differences, the way back, and what the caller has not published yet.</summary>
internal static class ConnectorVersionsApi
{
    public static void MapVersions(this RouteGroupBuilder connectors, RouteGroupBuilder admin)
    {
        connectors.MapGet("/{name}/versions", ListAsync).WithName("listConnectorVersions").WithSummary("What was published of a connector, newest first: by whom, why, with which waiver").WithParameters();
        connectors.MapGet("/{name}/versions/{version}", FindAsync).WithName("getConnectorVersion").WithSummary("One version with its document").WithParameters();
        connectors.MapGet("/{name}/diff/{from}/{to}", DiffAsync).WithName("diffConnectorVersions").WithSummary("The lines that differ between any two versions").WithParameters();
        admin.MapPost("/{name}/roll-back", RollBackAsync).WithName("rollBackConnector").WithSummary("Publishes an old version anew; held up by what holds up a draft").WithParameters()
            .WithMetadata(new JsonBody(typeof(RollBackRequest), Required: true), new IdempotentWrite(Required: false));
        admin.MapGet("/{name}/draft", DraftAsync).WithName("getConnectorDraft").WithSummary("The caller's own draft").WithParameters();
        admin.MapPut("/{name}/draft", SaveDraftAsync).WithName("saveConnectorDraft").WithSummary("Keeps the caller's own draft, sound or not").WithParameters()
            .WithMetadata(new JsonBody(typeof(ConnectorDraft), Required: true), new IdempotentWrite(Required: false));
        admin.MapDelete("/{name}/draft", DropDraftAsync).WithName("dropConnectorDraft").WithSummary("Forgets the caller's own draft").WithParameters().WithMetadata(new IdempotentWrite(Required: false));
    }

    private static async Task<Results<Ok<IReadOnlyList<ConnectorVersion>>, ProblemHttpResult>> ListAsync(string name, HttpContext http, ConnectorVersions versions, IConnectorCatalog catalog, CancellationToken ct)
    {
        if (new ApiQuery(http.Request.Query).Errors() is { Count: > 0 } errors)
            return ApiProblem.Invalid(errors);
        var found = await versions.ListAsync(http.Tenant(), name, ct);
        return found.Count == 0 && catalog.Find(name) is null ? ApiProblem.NotFound("connector") : TypedResults.Ok(found);
    }

    private static async Task<Results<Ok<ConnectorVersionDetail>, ProblemHttpResult>> FindAsync(string name, string version, HttpContext http, ConnectorVersions versions, CancellationToken ct)
    {
        if (new ApiQuery(http.Request.Query).Errors() is { Count: > 0 } errors)
            return ApiProblem.Invalid(errors);
        var number = Number(version);
        var one = (await versions.ListAsync(http.Tenant(), name, ct)).FirstOrDefault(v => v.Version == number);
        return one is not null && await versions.DocumentAsync(http.Tenant(), name, number, ct) is { } document ? TypedResults.Ok(new ConnectorVersionDetail(one, document)) : ApiProblem.NotFound("version");
    }

    private static async Task<Results<Ok<ConnectorDiff>, ProblemHttpResult>> DiffAsync(string name, string from, string to, HttpContext http, ConnectorVersions versions, CancellationToken ct)
    {
        if (new ApiQuery(http.Request.Query).Errors() is { Count: > 0 } errors)
            return ApiProblem.Invalid(errors);
        return await versions.DocumentAsync(http.Tenant(), name, Number(from), ct) is { } before && await versions.DocumentAsync(http.Tenant(), name, Number(to), ct) is { } after
            ? TypedResults.Ok(new ConnectorDiff(Number(from), Number(to), TextDiff.Of(before, after)))
            : ApiProblem.NotFound("version");
    }

    private static async Task<Results<Ok<PublishOutcome>, ProblemHttpResult>> RollBackAsync(string name, HttpContext http, ConnectorDesk desk, CancellationToken ct)
    {
        var (body, error) = await ApiBody.ReadAsync<RollBackRequest>(http.Request, null);
        if (error is not null)
            return ApiProblem.Invalid([error]);
        var reason = (body!.Reason ?? "").Trim();
        if (reason.Length is 0 or > 300)
            return ApiProblem.Invalid([new("connector.reason", "reason", "Allowed: 1 to 300 characters.")]);
        if (await desk.RollBackAsync(http.Tenant(), name, body.Version, reason, body.Waiver, http.CallerName(), ct) is not { } outcome)
            return ApiProblem.NotFound("version");
        return outcome.Published ? TypedResults.Ok(outcome) : outcome.Problems.Count > 0 ? ConnectorsApi.Unsound(outcome.Problems) : ConnectorsApi.HeldUp(outcome);
    }

    private static async Task<Results<Ok<ConnectorDraftItem>, ProblemHttpResult>> DraftAsync(string name, HttpContext http, ConnectorVersions versions, CancellationToken ct)
    {
        if (new ApiQuery(http.Request.Query).Errors() is { Count: > 0 } errors)
            return ApiProblem.Invalid(errors);
        return await versions.DraftAsync(http.Tenant(), name, http.CallerId(), ct) is { } row
            ? TypedResults.Ok(new ConnectorDraftItem(row.Document, row.BasedOn, Instant.FromMicroseconds(row.SavedAt)))
            : ApiProblem.NotFound("draft");
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> SaveDraftAsync(string name, HttpContext http, ConnectorVersions versions, IConnectorCatalog catalog, CancellationToken ct)
    {
        var (body, problem) = await ConnectorsApi.BodyAsync<ConnectorDraft>(http, d => d.Document);
        if (problem is not null)
            return problem;
        if (name.Length > Runtime.Persistence.ColumnLengths.Key)
            return ApiProblem.NotFound("connector");
        await versions.SaveDraftAsync(http.Tenant(), name, http.CallerId(), body!.Document!, catalog.Find(name)?.Manifest.Published ?? 0, ct);
        return TypedResults.NoContent();
    }

    private static async Task<NoContent> DropDraftAsync(string name, HttpContext http, ConnectorVersions versions, CancellationToken ct)
    {
        await versions.DropDraftAsync(http.Tenant(), name, http.CallerId(), ct);
        return TypedResults.NoContent();
    }

    /// <summary>0, which no version has, for what is no number.</summary>
    private static int Number(string text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;
}

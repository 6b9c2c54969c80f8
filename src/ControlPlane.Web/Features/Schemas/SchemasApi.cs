using System.Globalization;
using ControlPlane.Domain.Schemas;
using ControlPlane.Domain.Schemas.Compatibility;
using ControlPlane.Domain.Shared;
using ControlPlane.Runtime.Identity;
using ControlPlane.Runtime.Schemas;
using ControlPlane.Web.Features.Api;
using Microsoft.AspNetCore.Http.HttpResults;

namespace ControlPlane.Web.Features.Schemas;

/// <param name="Document">JSON Schema 2020-12, as text.</param>
/// <param name="Reason">1 to 300 characters, kept with the version.</param>
public sealed record SchemaDraft(string? Document, string? Reason = null);

/// <param name="Document">JSON Schema 2020-12, as text.</param>
/// <param name="Mode">Null = what the subject promises.</param>
public sealed record SchemaTrial(string? Document, string? Mode = null);

/// <param name="To"><c>active</c>, <c>deprecated</c> or <c>retired</c>.</param>
/// <param name="GoneAt">For deprecated ones: from when on nobody should use it; default in 90 days.</param>
/// <param name="Waiver">Why a broken promise is right.</param>
public sealed record SchemaMove(string? To, string? Reason = null, DateTimeOffset? GoneAt = null, string? Waiver = null);

/// <param name="Mode"><c>none</c>, <c>backward</c>, <c>forward</c>, <c>full</c>, each also with <c>-transitive</c>.</param>
/// <param name="Use"><c>none</c>, <c>observe</c> or <c>enforce</c>.</param>
public sealed record SchemaPromise(string? Mode = null, string? Use = null, string? Owner = null, string? Reason = null);

public sealed record SchemaVersionItem(int Version, string State, string Document, string Digest, DateTimeOffset CreatedAt, string CreatedBy, string Reason, DateTimeOffset? GoneAt);

public sealed record SchemaSubjectDetail(string Name, string Mode, string Use, string Owner, IReadOnlyList<SchemaVersionItem> Versions);

/// <param name="Compatible">False also where nothing is proven: then somebody has to look.</param>
public sealed record SchemaVerdict(bool Compatible, IReadOnlyList<VersionFindings> Against, Impact? Impact);

/// <param name="State"><c>acknowledged</c> or <c>muted</c>.</param>
public sealed record DriftSettlement(string? State, string? Reason);

/// <summary>Subjects have a slash in their name; in an address it is written as <c>--</c>: <c>woocommerce--order.created</c>.</summary>
internal static class SchemasApi
{
    public static void MapSchemas(this RouteGroupBuilder api)
    {
        var schemas = api.MapGroup("/schemas").WithTags("Schemas");
        schemas.MapGet("", ListAsync).WithName("listSchemas").WithSummary("Subjects of the registry, by name").WithParameters();
        schemas.MapGet("/{subject}", FindAsync).WithName("getSchema").WithSummary("A subject with its versions").WithParameters();
        schemas.MapGet("/{subject}/impact", ImpactAsync).WithName("getSchemaImpact").WithSummary("Which mappings, connections, flows and objectives stand behind each field, and how often it comes").WithParameters();
        var admin = schemas.MapGroup("").RequireAuthorization(policy => policy.RequireRole(PortalRoles.Admin));
        admin.MapPost("/{subject}/check", CheckAsync).WithName("checkSchema").WithSummary("What a document would break, each with a document that proves it; changes nothing").WithParameters()
            .WithMetadata(new JsonBody(typeof(SchemaTrial), Required: true), new IdempotentWrite(Required: false));
        admin.MapPost("/{subject}/versions", DraftAsync).WithName("draftSchema").WithSummary("Keeps a draft").WithParameters()
            .WithMetadata(new JsonBody(typeof(SchemaDraft), Required: true), new IdempotentWrite(Required: false));
        admin.MapPost("/{subject}/versions/{version}/move", MoveAsync).WithName("moveSchema").WithSummary("Activates, deprecates or retires a version").WithParameters()
            .WithMetadata(new JsonBody(typeof(SchemaMove), Required: true), new IdempotentWrite(Required: false));
        admin.MapPut("/{subject}/promise", PromiseAsync).WithName("promiseSchema").WithSummary("What the subject promises, and what becomes of documents that break it").WithParameters()
            .WithMetadata(new JsonBody(typeof(SchemaPromise), Required: true), new IdempotentWrite(Required: false));
        var drift = api.MapGroup("/drift").WithTags("Schemas");
        drift.MapGet("", DriftAsync).WithName("listDrift").WithSummary("Changes of shape, newest first").WithParameters(Parameters.Limit, Parameters.Cursor, ("connection", "Key of a connection"), ("state", "open, acknowledged or muted"));
        drift.MapPost("/{id}/settle", SettleAsync).WithName("settleDrift").WithSummary("Says that a change of shape is known").WithParameters().RequireAuthorization(policy => policy.RequireRole(PortalRoles.Admin))
            .WithMetadata(new JsonBody(typeof(DriftSettlement), Required: true), new IdempotentWrite(Required: false));
    }

    private static string Name(string subject) => subject.Replace("--", "/", StringComparison.Ordinal);

    private static async Task<Results<Ok<IReadOnlyList<SchemaSubjectItem>>, ProblemHttpResult>> ListAsync(HttpContext http, SchemaDesk desk, CancellationToken ct) =>
        new ApiQuery(http.Request.Query).Errors() is { Count: > 0 } errors ? ApiProblem.Invalid(errors) : TypedResults.Ok((await desk.ListAsync(http.Tenant(), ct)).Subjects);

    private static async Task<Results<Ok<SchemaSubjectDetail>, ProblemHttpResult>> FindAsync(string subject, HttpContext http, SchemaRegistry registry, CancellationToken ct) =>
        await registry.FindAsync(http.Tenant(), Name(subject), ct) is { } found
            ? TypedResults.Ok(new SchemaSubjectDetail(found.Subject.Name, found.Subject.Mode.Word(), found.Subject.Use.ToString().ToLowerInvariant(), found.Subject.Owner, [.. found.Versions.Select(Item)]))
            : ApiProblem.NotFound("subject");

    private static async Task<Results<Ok<Impact>, ProblemHttpResult>> ImpactAsync(string subject, HttpContext http, SchemaDesk desk, CancellationToken ct) =>
        TypedResults.Ok(await desk.ImpactAsync(http.Tenant(), Name(subject), null, ct));

    private static async Task<Results<Ok<SchemaVerdict>, ProblemHttpResult>> CheckAsync(string subject, HttpContext http, SchemaRegistry registry, SchemaDesk desk, CancellationToken ct)
    {
        var (body, error) = await ApiBody.ReadAsync<SchemaTrial>(http.Request, null);
        if (error is not null)
            return ApiProblem.Invalid([error]);
        if (Unsound(body!.Document) is { } problem)
            return problem;
        var mode = CompatibilityModes.Parse(body.Mode);
        if (body.Mode is not null && mode is null)
            return ApiProblem.Invalid([new("schema.mode", "mode", $"Allowed: {CompatibilityModes.Allowed}.")]);
        if (await registry.FindAsync(http.Tenant(), Name(subject), ct) is null)
            return ApiProblem.NotFound("subject");
        var found = await registry.CheckAsync(http.Tenant(), Name(subject), body.Document!, mode, ct);
        return TypedResults.Ok(new SchemaVerdict(found.Count == 0, found, found.Count == 0 ? null : await desk.ImpactAsync(http.Tenant(), Name(subject), SchemaDesk.Places(found), ct)));
    }

    private static async Task<Results<Ok<SchemaVersionItem>, ProblemHttpResult>> DraftAsync(string subject, HttpContext http, SchemaRegistry registry, CancellationToken ct)
    {
        var (body, error) = await ApiBody.ReadAsync<SchemaDraft>(http.Request, null);
        if (error is not null)
            return ApiProblem.Invalid([error]);
        if (Unsound(body!.Document) is { } problem)
            return problem;
        return Answer(await registry.DraftAsync(http.Tenant(), Name(subject), body.Document!, http.CallerName(), (body.Reason ?? "").Trim(), ct));
    }

    private static async Task<Results<Ok<SchemaVersionItem>, ProblemHttpResult>> MoveAsync(string subject, string version, HttpContext http, SchemaRegistry registry, TimeProvider clock, CancellationToken ct)
    {
        var (body, error) = await ApiBody.ReadAsync<SchemaMove>(http.Request, null);
        if (error is not null)
            return ApiProblem.Invalid([error]);
        if (!int.TryParse(version, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            return ApiProblem.Invalid([new("request.parameter", "version", "Allowed: a whole number from 1.")]);
        var (name, reason, by) = (Name(subject), (body!.Reason ?? "").Trim(), http.CallerName());
        return body.To switch
        {
            "active" => Answer(await registry.ActivateAsync(http.Tenant(), name, number, by, reason, body.Waiver, ct)),
            "deprecated" => Answer(await registry.DeprecateAsync(http.Tenant(), name, number, body.GoneAt ?? clock.GetUtcNow().AddDays(90), by, reason, ct)),
            "retired" => Answer(await registry.RetireAsync(http.Tenant(), name, number, by, reason, ct)),
            _ => ApiProblem.Invalid([new("schema.move", "to", "Allowed: active, deprecated, retired.")]),
        };
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> PromiseAsync(string subject, HttpContext http, SchemaRegistry registry, CancellationToken ct)
    {
        var (body, error) = await ApiBody.ReadAsync<SchemaPromise>(http.Request, null);
        if (error is not null)
            return ApiProblem.Invalid([error]);
        var mode = CompatibilityModes.Parse(body!.Mode);
        if (body.Mode is not null && mode is null)
            return ApiProblem.Invalid([new("schema.mode", "mode", $"Allowed: {CompatibilityModes.Allowed}.")]);
        SchemaUse? use = body.Use switch { null => null, "none" => SchemaUse.None, "observe" => SchemaUse.Observe, "enforce" => SchemaUse.Enforce, _ => (SchemaUse)(-1) };
        if (use is (SchemaUse)(-1))
            return ApiProblem.Invalid([new("schema.use", "use", "Allowed: none, observe, enforce.")]);
        var outcome = await registry.PromiseAsync(http.Tenant(), Name(subject), mode, use, body.Owner, http.CallerName(), (body.Reason ?? "").Trim(), ct);
        return outcome.Done ? TypedResults.NoContent() : Refused(outcome);
    }

    private static async Task<Results<Ok<Page<DriftItem>>, ProblemHttpResult>> DriftAsync(HttpContext http, DriftDesk desk, CancellationToken ct)
    {
        var query = new ApiQuery(http.Request.Query);
        var (limit, connection, word, cursor) = (query.Limit(), query.Text("connection", 40), query.Text("state"), query.Text("cursor"));
        var errors = query.Errors().ToList();
        DriftState? state = word switch { null => null, "open" => DriftState.Open, "acknowledged" => DriftState.Acknowledged, "muted" => DriftState.Muted, _ => (DriftState)(-1) };
        if (state is (DriftState)(-1))
            errors.Add(new("request.parameter", "state", "Allowed: open, acknowledged, muted."));
        var before = cursor is null ? null : IdCursor.Parse(cursor);
        if (cursor is not null && before is null)
            errors.Add(new("request.parameter", "cursor", "It is none that was given out."));
        if (errors.Count > 0)
            return ApiProblem.Invalid(errors);
        var items = (await desk.ListAsync(http.Tenant(), connection, state, before, limit + 1, ct)).ToList();
        var more = items.Count > limit;
        if (more)
            items.RemoveAt(limit);
        return TypedResults.Ok(Paging.Answer(http, items, more ? IdCursor.Text(items[^1].Id) : null));
    }

    private static async Task<Results<Ok<DriftItem>, ProblemHttpResult>> SettleAsync(string id, HttpContext http, DriftDesk desk, CancellationToken ct)
    {
        var (body, error) = await ApiBody.ReadAsync<DriftSettlement>(http.Request, null);
        if (error is not null)
            return ApiProblem.Invalid([error]);
        DriftState? state = body!.State switch { "acknowledged" => DriftState.Acknowledged, "muted" => DriftState.Muted, _ => null };
        if (state is not { } wanted)
            return ApiProblem.Invalid([new("drift.state", "state", "Allowed: acknowledged, muted.")]);
        if (body.Reason is not { Length: > 0 and <= SchemaRegistry.LongestReason } reason)
            return ApiProblem.Invalid([new("drift.reason", "reason", $"Allowed: 1 to {SchemaRegistry.LongestReason} characters.")]);
        return Guid.TryParse(id, out var finding) && await desk.SettleAsync(http.Tenant(), finding, wanted, http.CallerName(), reason, ct) is { } item
            ? TypedResults.Ok(item)
            : ApiProblem.NotFound("change of shape");
    }

    private static ProblemHttpResult? Unsound(string? document) =>
        string.IsNullOrWhiteSpace(document) ? ApiProblem.Invalid([new("schema.document", "document", "The document is missing: a JSON Schema as text.")])
        : SchemaDesk.IsSchema(document, out var problems) ? null
        : ApiProblem.Invalid([.. problems.Select(p => new ApiError("schema.not_readable", $"document{p.Pointer}", p.Message))]);

    private static Results<Ok<SchemaVersionItem>, ProblemHttpResult> Answer(SchemaOutcome outcome) => outcome.Done ? TypedResults.Ok(Item(outcome.Version!)) : Refused(outcome);

    private static ProblemHttpResult Refused(SchemaOutcome outcome)
    {
        var first = outcome.Problems[0];
        if (first.Code == "schema.unknown")
            return ApiProblem.NotFound("subject or version");
        if (outcome.Findings.Count == 0)
            return ApiProblem.Invalid([.. outcome.Problems.Select(p => new ApiError(p.Code, p.Field, p.Message))]);
        var details = ApiProblem.Details(409, first.Code, "A promise would be broken", first.Message);
        details.Extensions["against"] = outcome.Findings;
        return TypedResults.Problem(details);
    }

    private static SchemaVersionItem Item(SchemaVersionRow row) => new(
        row.Version, row.State.Word(), row.Document, row.Digest, Instant.FromMicroseconds(row.CreatedAt), row.CreatedBy, row.Reason, row.GoneAt is { } gone ? Instant.FromMicroseconds(gone) : null);
}

using System.Globalization;
using ControlPlane.Runtime.EvidenceBundles;
using ControlPlane.Runtime.Identity;
using ControlPlane.Runtime.Transactions.Queries;
using ControlPlane.Web.Features.Api;
using Microsoft.AspNetCore.Http.HttpResults;

namespace ControlPlane.Web.Features.EvidenceBundles;

/// <summary>The signed bundle of a transaction, for scripts and for the button of the portal; and the keys it is signed with.</summary>
internal static class EvidenceApi
{
    private static readonly string[] Takers = [PortalRoles.Business, PortalRoles.Operator, PortalRoles.Admin];

    public static void MapEvidence(this RouteGroupBuilder api)
    {
        api.MapGet("/transactions/{id}/evidence", TakeAsync).WithTags("Evidence").WithName("getEvidence").WithSummary("Everything that is known of a transaction as a signed bundle (zip); who took it is noted in the journal").WithParameters()
            .RequireAuthorization(policy => policy.RequireRole(Takers)).Produces(200, contentType: "application/zip");
        var keys = api.MapGroup("/evidence/keys").WithTags("Evidence");
        keys.MapGet("", KeysAsync).WithName("listEvidenceKeys").WithSummary("Public keys with which bundles were signed, newest first: compare the one in a bundle with these").WithParameters();
        keys.MapPost("", RotateAsync).WithName("rotateEvidenceKey").WithSummary("Makes a new key pair; bundles are signed with it from now on, old keys stay published").WithParameters()
            .RequireAuthorization(policy => policy.RequireRole(PortalRoles.Admin)).WithMetadata(new IdempotentWrite(Required: true));
    }

    /// <summary>For the browser: the same, without the prefix of the API.</summary>
    public static void MapEvidenceDownload(this WebApplication app)
    {
        app.MapGet("/transactions/{id:guid}/evidence", (string id, HttpContext http, EvidenceExport export, CancellationToken ct) => TakeAsync(id, http, export, ct))
            .RequireAuthorization(policy => policy.RequireRole(Takers)).ExcludeFromDescription();
        app.MapGet("/transactions/{id:guid}/documents/{payload:guid}", BodyAsync).RequireAuthorization(policy => policy.RequireRole(Takers)).ExcludeFromDescription();
    }

    /// <summary>Always as an attachment and as bytes: what a partner sent is never shown as a page of ours.</summary>
    private static async Task<Results<FileContentHttpResult, ProblemHttpResult>> BodyAsync(Guid id, Guid payload, HttpContext http, RawBodies bodies, CancellationToken ct) =>
        await bodies.DownloadAsync(http.Tenant(), id, payload, http.User.IsInRole(PortalRoles.Admin), ct) switch
        {
            null => ApiProblem.NotFound("document"),
            { Content: null } => ApiProblem.Of(403, "access.role_missing", "This needs the role admin", "These bytes are no text, so that personal data in them cannot be hidden. Ask somebody with the role admin."),
            { Content: { } content } => TypedResults.File(content, "application/octet-stream", $"{payload:D}.bin"),
        };

    private static async Task<Results<EmptyHttpResult, ProblemHttpResult>> TakeAsync(string id, HttpContext http, EvidenceExport export, CancellationToken ct)
    {
        if (new ApiQuery(http.Request.Query).Errors() is { Count: > 0 } errors)
            return ApiProblem.Invalid(errors);
        if (!Guid.TryParse(id, out var key) || await export.BeginAsync(http.Tenant(), key, http.CallerName(), http.User.IsInRole(PortalRoles.Admin), ct) is not { } order)
            return ApiProblem.NotFound("transaction");
        http.Response.ContentType = "application/zip";
        http.Response.Headers.ContentDisposition = string.Create(CultureInfo.InvariantCulture, $"attachment; filename=\"{order.FileName}\"");
        http.Response.Headers.CacheControl = "no-store";
        await export.WriteAsync(order, http.Response.Body, ct);
        return TypedResults.Empty;
    }

    private static async Task<Results<Ok<IReadOnlyList<EvidenceKey>>, ProblemHttpResult>> KeysAsync(HttpContext http, EvidenceKeys keys, CancellationToken ct) =>
        new ApiQuery(http.Request.Query).Errors() is { Count: > 0 } errors ? ApiProblem.Invalid(errors) : TypedResults.Ok(await keys.ListAsync(http.Tenant(), ct));

    private static async Task<Results<Ok<EvidenceKey>, ProblemHttpResult>> RotateAsync(HttpContext http, EvidenceKeys keys, CancellationToken ct) =>
        new ApiQuery(http.Request.Query).Errors() is { Count: > 0 } errors ? ApiProblem.Invalid(errors) : TypedResults.Ok(await keys.RotateAsync(http.Tenant(), http.CallerName(), ct));
}

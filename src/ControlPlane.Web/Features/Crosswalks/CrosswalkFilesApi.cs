using System.Text;
using ControlPlane.Runtime.Crosswalks;
using ControlPlane.Runtime.Crosswalks.Csv;
using ControlPlane.Runtime.Identity;
using ControlPlane.Web.Features.Api;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace ControlPlane.Web.Features.Crosswalks;

/// <summary>Crosswalks as CSV files, out and in.</summary>
internal static class CrosswalkFilesApi
{
    private const string MediaType = "text/csv";

    public static void MapCrosswalkFiles(this RouteGroupBuilder all)
    {
        all.MapGet("/{table}/export", ExportAsync).WithName("exportCrosswalk").WithSummary("Entries as CSV (UTF-8), filtered like the list; text that a spreadsheet would take for a formula is escaped").WithParameters(
            ("q", "Part of either code"), ("scope", "global, role:…, connector:… or connection:…"), ("state", "approved (default), retired, or both parted by a comma"), ("at", "Only entries that count at this instant"),
            ("revision", "As it was at this revision"), ("unused", "true: only those that never answered")).Produces(200, contentType: MediaType);
        var admin = all.MapGroup("").RequireAuthorization(policy => policy.RequireRole(PortalRoles.Admin)).WithMetadata(new RequestSizeLimitAttribute(CsvBytes.Most));
        admin.MapPost("/{table}/import", ImportAsync).WithName("importCrosswalk").WithSummary("Applies a CSV file, or shows what it would do").WithParameters(
                ("dryRun", "true (default): only shows what it would do. false: does it"), ("reason", "Why, 1 to 300 characters; needed when it is applied"), ("digest", "Of the dry run that was looked at; what differs is not applied"),
                ("skipRefused", "true: the good lines are applied although others are not"), ("retireMissing", "true: entries that the file does not name are retired"), ("decimalComma", "true: factors are written 0,5"),
                ("encoding", "utf-8 or windows-1252; left out: what the bytes look like"))
            .WithMetadata(new IdempotentWrite(Required: false) { LargestBody = CsvBytes.Most }).Accepts<string>(MediaType);
        admin.MapPut("/{table}/master", MasterAsync).WithName("loadCrosswalkMaster").WithSummary("Replaces the list of our codes that entries are checked against: CSV with code, gtin and title").WithParameters()
            .WithMetadata(new IdempotentWrite(Required: false) { LargestBody = CsvBytes.Most }).Accepts<string>(MediaType);
    }

    private static async Task ExportAsync(string table, HttpContext http, CrosswalkQueries queries, CancellationToken ct)
    {
        var query = new ApiQuery(http.Request.Query);
        var filter = CrosswalksApi.Filter(query);
        if (query.Errors() is { Count: > 0 } errors)
        {
            await ApiProblem.Invalid(errors).ExecuteAsync(http);
            return;
        }

        if (await queries.PageAsync(http.Tenant(), table, filter, null, 1, ct) is null)
        {
            await ApiProblem.NotFound("crosswalk").ExecuteAsync(http);
            return;
        }

        http.Response.ContentType = MediaType + "; charset=utf-8";
        http.Response.Headers.ContentDisposition = $"attachment; filename=\"crosswalk-{table}.csv\"";
        // With a mark, or spreadsheets would read it in the code page of the machine.
        var text = new StringBuilder("\uFEFF");
        CrosswalkCsv.WriteHeader(text);
        await foreach (var entry in queries.AllAsync(http.Tenant(), table, filter, ct))
        {
            CrosswalkCsv.Write(text, entry);
            if (text.Length < 64 * 1024)
                continue;
            await http.Response.WriteAsync(text.ToString(), ct);
            text.Clear();
        }

        await http.Response.WriteAsync(text.ToString(), ct);
    }

    private static async Task<Results<Ok<CrosswalkResult>, Accepted<CrosswalkResult>, ProblemHttpResult>> ImportAsync(string table, HttpContext http, CrosswalkImport import, CancellationToken ct)
    {
        var query = new ApiQuery(http.Request.Query);
        bool Flag(string name, bool otherwise) => query.Choices(name, ["true", "false"], w => w == "true") is [var one, ..] ? one : otherwise;
        var (dryRun, skipRefused, reason, digest) = (Flag("dryRun", true), Flag("skipRefused", false), query.Text("reason", CrosswalkStore.LongestReason), query.Text("digest", 64));
        var options = new CrosswalkCsvOptions(query.Choices("encoding", ["utf-8", "windows-1252"], w => w) is [var encoding, ..] ? encoding : null, Flag("decimalComma", false), Flag("retireMissing", false));
        if (query.Errors() is { Count: > 0 } errors)
            return ApiProblem.Invalid(errors);
        if (await BodyAsync(http) is not { Length: > 0 } file)
            return ApiProblem.Invalid([new("crosswalk.file", "", $"A CSV file is expected as the body, with the header Content-Type: {MediaType}.")]);
        if (!dryRun)
            return CrosswalkChangesApi.Answer(await import.ApplyAsync(http.Tenant(), table, file, options, skipRefused, digest, http.Author(), reason ?? "", ct));
        if (await import.PreviewAsync(http.Tenant(), table, file, options, ct) is not { } preview)
            return ApiProblem.NotFound("crosswalk");
        return preview.Defect is { } defect
            ? ApiProblem.Invalid([new("crosswalk.file", defect.Line > 0 ? $"line {defect.Line}" : "", defect.Message)])
            : TypedResults.Ok(CrosswalkItems.Of(preview.Plan, "preview", null, null, preview.Digest, preview.Encoding));
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> MasterAsync(string table, HttpContext http, CrosswalkImport import, CrosswalkQueries queries, CancellationToken ct)
    {
        if (new ApiQuery(http.Request.Query).Errors() is { Count: > 0 } errors)
            return ApiProblem.Invalid(errors);
        if (await queries.PageAsync(http.Tenant(), table, new(), null, 1, ct) is null)
            return ApiProblem.NotFound("crosswalk");
        return await import.LoadMasterAsync(http.Tenant(), table, await BodyAsync(http), ct) is { } problem ? ApiProblem.Invalid([new("crosswalk.file", "", problem)]) : TypedResults.NoContent();
    }

    private static async Task<byte[]> BodyAsync(HttpContext http)
    {
        using var buffer = new MemoryStream();
        await http.Request.Body.CopyToAsync(buffer, http.RequestAborted);
        return buffer.ToArray();
    }
}

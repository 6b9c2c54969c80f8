using System.Globalization;
using System.Security.Claims;
using ControlPlane.Runtime.Exports;
using ControlPlane.Runtime.Identity;
using ControlPlane.Web.Features.Api;
using ControlPlane.Web.Shell;

namespace ControlPlane.Web.Features.Exports;

/// <param name="By">Name of the person or key.</param>
/// <param name="State"><c>running</c>, <c>done</c>, <c>cancelled</c> or <c>failed</c>.</param>
/// <param name="Masked">Personal data was hidden in it.</param>
public sealed record ExportRecord(Guid Id, string Source, string Format, string Filter, string Zone, string By, bool Masked, string State, DateTimeOffset At, DateTimeOffset? EndedAt, long Rows, long Bytes);

/// <summary>Addresses of the files, for the portal's buttons and for scripts.</summary>
internal static class ExportEndpoints
{
    /// <summary>Names that belong to every export, not to a filter.</summary>
    private static readonly (string, string)[] Common =
        [("format", "csv (default) or xlsx"), ("zone", "IANA name of the zone in which times are written and days begin; default UTC"), ("preamble", "false: CSV without the lines about itself")];

    public static WebApplicationBuilder AddExportSources(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<IExportSource, TransactionsExport>();
        builder.Services.AddSingleton<IExportSource, CasesExport>();
        builder.Services.AddSingleton<IExportSource, WorklistExport>();
        return builder;
    }

    /// <summary>With a session; the same filters as the page's address.</summary>
    public static WebApplication MapExportFiles(this WebApplication app)
    {
        foreach (var source in app.Services.GetServices<IExportSource>())
            app.MapGet($"/{source.Name}/export", (HttpContext http, Exporter exporter, TimeProvider clock) => PageAsync(http, source, exporter, clock)).RequireAuthorization().ExcludeFromDescription();
        return app;
    }

    public static void MapExports(this RouteGroupBuilder api)
    {
        foreach (var source in ((IEndpointRouteBuilder)api).ServiceProvider.GetServices<IExportSource>())
            api.MapGet($"/{source.Name}/export", (HttpContext http, Exporter exporter, TimeProvider clock) => ApiAsync(http, source, exporter, clock)).WithTags("Exports")
                .WithName($"export{char.ToUpperInvariant(source.Name[0])}{source.Name[1..]}").WithSummary($"The {source.Name} that pass the filters, as a file that is written while it is read; who took it is on record")
                .WithParameters([.. Common, .. source.Parameters]).Produces(200, contentType: "text/csv").ProducesProblem(503);
        api.MapGet("/exports", ListAsync).WithTags("Exports").WithName("listExports").WithSummary("Who took which rows out, newest first").WithParameters(Parameters.Limit, Parameters.Cursor).RequireAuthorization(PortalRoles.Admin);
    }

    private static async Task PageAsync(HttpContext http, IExportSource source, Exporter exporter, TimeProvider clock)
    {
        var query = http.Request.Query;
        string? Value(string name) => query[name] is { Count: > 0 } values ? values[0] : null;
        if (ExportFormats.Parse(Value("format") ?? "csv") is not { } format)
        {
            await ApiProblem.Invalid([new("request.parameter", "format", $"Allowed: {ExportFormats.Allowed}.")]).ExecuteAsync(http);
            return;
        }

        var zone = new ViewerTime(clock);
        zone.Apply(ViewerChoices.From(http.Request.Cookies));
        var ask = Ask(http, zone.Zone);
        await WriteAsync(http, source.Name, source.OfPage(ask, Value), format, ask, preamble: true, exporter, clock);
    }

    private static async Task ApiAsync(HttpContext http, IExportSource source, Exporter exporter, TimeProvider clock)
    {
        var query = new ApiQuery(http.Request.Query);
        var format = query.Choices("format", ["csv", "xlsx"], w => ExportFormats.Parse(w)!.Value) is [var one, ..] ? one : ExportFormat.Csv;
        var preamble = query.Choices("preamble", ["true", "false"], w => w == "true") is not [false, ..];
        var zone = TimeZoneInfo.Utc;
        if (query.Text("zone", 64) is { } name && !TimeZoneInfo.TryFindSystemTimeZoneById(name, out zone!))
            query.Refuse("zone", "Allowed: the IANA name of a zone, such as Europe/Berlin.");
        var ask = Ask(http, zone ?? TimeZoneInfo.Utc);
        var plan = source.OfApi(ask, query);
        if (query.Errors() is { Count: > 0 } errors)
            await ApiProblem.Invalid(errors).ExecuteAsync(http);
        else
            await WriteAsync(http, source.Name, plan, format, ask, preamble, exporter, clock);
    }

    private static async Task WriteAsync(HttpContext http, string source, ExportPlan plan, ExportFormat format, ExportAsk ask, bool preamble, Exporter exporter, TimeProvider clock)
    {
        using var place = exporter.TryTakePlace();
        if (place is null)
        {
            http.Response.Headers.RetryAfter = "30";
            await ApiProblem.Of(503, "export.busy", "Too many exports at once", "Other exports are being written. Try again in half a minute.").ExecuteAsync(http);
            return;
        }

        http.Response.ContentType = format == ExportFormat.Csv ? "text/csv; charset=utf-8" : "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
        http.Response.Headers.ContentDisposition = string.Create(CultureInfo.InvariantCulture, $"attachment; filename=\"{source}-{TimeZoneInfo.ConvertTime(clock.GetUtcNow(), ask.Viewer.Zone):yyyy-MM-dd-HHmm}.{format.Word()}\"");
        http.Response.Headers.CacheControl = "no-store";
        try
        {
            await exporter.WriteAsync(ask.Tenant, source, plan, format, ask.Viewer, preamble, http.Response.Body, ask.Cancel);
        }
        catch (OperationCanceledException) when (ask.Cancel.IsCancellationRequested)
        {
            // Nobody waits for an answer any more.
        }
        catch when (http.Response.HasStarted)
        {
            // A part must not look like the whole: the connection breaks off, and the browser says that the download failed.
            http.Abort();
            throw;
        }
    }

    private static async Task<IResult> ListAsync(HttpContext http, Exporter exporter, CancellationToken ct)
    {
        var query = new ApiQuery(http.Request.Query);
        var limit = query.Limit();
        var before = query.Cursor<Guid>(text => IdCursor.Parse(text));
        if (query.Errors() is { Count: > 0 } errors)
            return ApiProblem.Invalid(errors);
        var found = await exporter.ListAsync(http.Tenant(), before, limit + 1, ct);
        var items = found.Take(limit).Select(x => new ExportRecord(x.Id, x.Source, x.Format, x.Filter, x.Zone, x.By, x.Masked, x.State.ToString().ToLowerInvariant(), x.At, x.EndedAt, x.Rows, x.Bytes)).ToList();
        return TypedResults.Ok(Paging.Answer(http, items, found.Count > limit ? IdCursor.Text(items[^1].Id) : null));
    }

    private static ExportAsk Ask(HttpContext http, TimeZoneInfo zone) =>
        new(http.Tenant(), new(http.User.FindFirstValue(ClaimTypes.NameIdentifier) ?? "", http.CallerName(), zone, Reveal: http.User.IsInRole(PortalRoles.Admin)) { SignInName = http.User.Identity?.Name }, http.RequestAborted);
}

using System.Text.Json;
using Connectors.Sandbox.Dials;
using ControlPlane.Domain.Shared;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Connectors.Sandbox.Http;

/// <summary>What belongs to the sandbox and to no partner: <c>/_dials</c> and <c>/{system}/_ledger</c>. Never disturbed by dials.</summary>
internal static class SandboxEndpoints
{
    private static readonly JsonSerializerOptions Json = JsonSerializerOptions.Web;

    public static void Map(IEndpointRouteBuilder app, SandboxEstate estate)
    {
        app.MapGet("/_dials", (RequestDelegate)(context => WriteDialsAsync(context, estate)));
        app.MapPut("/_dials", (RequestDelegate)(context => TurnAsync(context, estate)));
        app.MapGet("/_statistics", (RequestDelegate)(context => context.Response.WriteAsJsonAsync(estate.Control.Statistics(), Json, context.RequestAborted)));
        foreach (var system in estate.Systems.Where(s => s.WebhookKey is not null))
            app.MapGet($"/{system.Name}/_key", (RequestDelegate)(context => context.Response.WriteAsync(system.WebhookKey!, context.RequestAborted)));
        foreach (var system in estate.Systems)
            app.MapGet($"/{system.Name}/_ledger", (RequestDelegate)(context => WriteLedgerAsync(context, system)));
    }

    private static Task WriteDialsAsync(HttpContext context, SandboxEstate estate) =>
        context.Response.WriteAsJsonAsync(new { dials = estate.World.Dials.List().Select(DialDocument.Of), presets = DialPreset.All }, Json, context.RequestAborted);

    private static async Task TurnAsync(HttpContext context, SandboxEstate estate)
    {
        IReadOnlyList<Refusal> refusals;
        try
        {
            var wish = await context.Request.ReadFromJsonAsync<DialsRequest>(Json, context.RequestAborted) ?? new(null, null);
            refusals = wish.Turn(estate.World.Dials);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            refusals = [DialsRequest.Unreadable];
        }

        if (refusals.Count == 0)
        {
            await WriteDialsAsync(context, estate);
            return;
        }

        context.Response.StatusCode = refusals.Any(r => r.Code.EndsWith(".unknown", StringComparison.Ordinal)) ? StatusCodes.Status404NotFound : StatusCodes.Status400BadRequest;
        await context.Response.WriteAsJsonAsync(new { refusals }, Json, context.RequestAborted);
    }

    private static Task WriteLedgerAsync(HttpContext context, SandboxSystem system)
    {
        var query = context.Request.Query;
        var (effects, duplicates) = system.Ledger.Sums();
        var operations = system.Ledger.Read(Text(query["operation"]), Text(query["reference"]));
        return context.Response.WriteAsJsonAsync(new { system = system.Name, effects, duplicates, operations }, Json, context.RequestAborted);

        static string? Text(string? value) => string.IsNullOrEmpty(value) ? null : value;
    }
}

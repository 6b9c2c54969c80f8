using System.Globalization;
using System.Threading.RateLimiting;
using Connectors.Protocols.Manifests.Schema;
using ControlPlane.Runtime.Api;
using ControlPlane.Runtime.Settings;
using ControlPlane.Web.Features.Alerts;
using ControlPlane.Web.Features.Api.Transactions;
using ControlPlane.Web.Features.Catalogue;
using ControlPlane.Web.Features.Connections;
using ControlPlane.Web.Features.Crosswalks;
using ControlPlane.Web.Features.Dials;
using ControlPlane.Web.Features.Engine;
using ControlPlane.Web.Features.EvidenceBundles;
using ControlPlane.Web.Features.ExceptionCases;
using ControlPlane.Web.Features.Calendars;
using ControlPlane.Web.Features.Objectives;
using ControlPlane.Web.Features.Changes;
using ControlPlane.Web.Features.Repair;
using ControlPlane.Web.Features.Operations;
using ControlPlane.Web.Features.Governance;
using ControlPlane.Web.Features.Ownership;
using ControlPlane.Web.Features.Reviews;
using ControlPlane.Web.Features.Reports;
using ControlPlane.Web.Features.Schemas;
using ControlPlane.Web.Features.Scorecard;
using ControlPlane.Web.Features.Worklist;
using ControlPlane.Web.Features.Exports;
using ControlPlane.Web.Features.IdentifierRules;
using ControlPlane.Web.Features.Views;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.Options;
using Microsoft.OpenApi;
using Scalar.AspNetCore;

namespace ControlPlane.Web.Features.Api;

/// <summary>
/// <c>/api/v1</c> for scripts and other programs: with an API key or a session, the same data as the portal within the
/// same roles. Its description is at <c>/openapi/v1.json</c>, readable at <c>/scalar</c>.
/// </summary>
public static class ApiFeature
{
    public const string Root = "/api/v1";

    public const string DocumentPath = "/openapi/v1.json";

    public const string ReferencePath = "/scalar";

    private const string RateLimit = "api";

    public static WebApplicationBuilder AddApi(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddSingleton<IdempotentAnswers>();
        services.AddProblemDetails(o => o.CustomizeProblemDetails = context => ApiProblem.Complete(context.ProblemDetails));
        services.AddRateLimiter(Limit);
        services.AddOpenApi("v1", o =>
        {
            o.ShouldInclude = description => description.RelativePath?.StartsWith(Root[1..], StringComparison.Ordinal) == true;
            o.AddOperationTransformer(Parameters.DescribeAsync);
            o.AddDocumentTransformer((document, _, _) =>
            {
                document.Info = new() { Title = "ControlPlane", Version = "v1", Description = "Transactions, messages, connections and flows of this installation. Send an API key as a bearer token." };
                // The address depends on where it is asked from; relative works everywhere.
                document.Servers = [new OpenApiServer { Url = "/" }];
                document.Components ??= new();
                document.Components.SecuritySchemes = new Dictionary<string, IOpenApiSecurityScheme> { ["apiKey"] = new OpenApiSecurityScheme { Type = SecuritySchemeType.Http, Scheme = "bearer", Description = "An API key, made by an admin" } };
                document.Security = [new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference("apiKey", document)] = [] }];
                return Task.CompletedTask;
            });
        });
        return builder;
    }

    /// <summary>After access: both need to know who asks.</summary>
    public static WebApplication UseApi(this WebApplication app)
    {
        app.UseRateLimiter();
        app.UseMiddleware<IdempotentWrites>();
        return app;
    }

    public static WebApplication MapApi(this WebApplication app)
    {
        var api = app.MapGroup(Root).RequireAuthorization().RequireRateLimiting(RateLimit).DisableAntiforgery()
            .ProducesProblem(400).ProducesProblem(401).ProducesProblem(403).ProducesProblem(404).ProducesProblem(429);
        api.MapTransactions();
        api.MapClaims();
        api.MapCases();
        api.MapWorklist();
        api.MapCauses();
        api.MapEvidence();
        api.MapViews();
        api.MapExports();
        api.MapIdentifierRules();
        api.MapOwnership();
        api.MapReviews();
        api.MapRunbooks();
        api.MapGovernance();
        api.MapScorecard();
        api.MapReports();
        api.MapAlerts();
        api.MapAlertChannels();
        api.MapObjectives();
        api.MapMessages();
        api.MapConnections();
        api.MapConnectionHealth();
        api.MapOnboarding();
        api.MapConnectors();
        api.MapCrosswalks();
        api.MapFlows();
        api.MapSchemas();
        api.MapCalendars();
        api.MapApiKeys();
        api.MapPrometheusRules();
        api.MapEngine();
        api.MapOperationsFigures();
        api.MapReplays();
        api.MapRepair();
        api.MapChanges();
        api.MapDialsApi();
        // Behind the same door as the rest; editors that send no key read docs/schemas/connector.schema.json of the repository.
        app.MapGet(ManifestSchema.Address, () => Results.Text(ManifestSchema.Text, "application/schema+json")).RequireAuthorization().RequireRateLimiting(RateLimit).ExcludeFromDescription();
        app.MapOpenApi("/openapi/{documentName}.json").RequireAuthorization().RequireRateLimiting(RateLimit);
        app.MapScalarApiReference(ReferencePath, o =>
        {
            o.Title = "ControlPlane API";
            o.OpenApiRoutePattern = DocumentPath;
            // Everything comes from here: no fonts, proxies or helpers of others.
            o.DefaultFonts = false;
            o.ProxyUrl = null;
        }).RequireAuthorization();
        return app;
    }

    private static void Limit(RateLimiterOptions options)
    {
        options.RejectionStatusCode = StatusCodes.Status429TooManyRequests;
        options.OnRejected = async (context, ct) =>
        {
            var wait = context.Lease.TryGetMetadata(MetadataName.RetryAfter, out var after) ? after : TimeSpan.FromSeconds(1);
            context.HttpContext.Response.Headers.RetryAfter = Math.Max(1, (int)Math.Ceiling(wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
            await ApiProblem.Of(429, "request.too_many", "Too many requests", "This key or person asks more often than is allowed. Wait as long as Retry-After says.").ExecuteAsync(context.HttpContext);
        };
        options.AddPolicy(RateLimit, http =>
        {
            var perMinute = http.RequestServices.GetRequiredService<IOptions<ApiOptions>>().Value.RequestsPerMinute;
            // A tenth of a minute's worth at once, then evenly.
            return RateLimitPartition.GetTokenBucketLimiter(http.CallerId(), _ => new()
            {
                TokenLimit = Math.Max(5, perMinute / 10),
                TokensPerPeriod = Math.Max(1, perMinute / 60),
                ReplenishmentPeriod = TimeSpan.FromSeconds(Math.Max(1, 60.0 / perMinute)),
                QueueLimit = 0,
                AutoReplenishment = true,
            });
        });
    }
}

using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Mappings.Incoming;
using ControlPlane.Domain.Shared;
using ControlPlane.Runtime.BackTests;
using ControlPlane.Runtime.Connections;
using ControlPlane.Runtime.Identity;
using ControlPlane.Runtime.Mappings;
using ControlPlane.Web.Features.Api;
using Microsoft.AspNetCore.Http.HttpResults;

namespace ControlPlane.Web.Features.Catalogue;

public sealed record ConnectorSettingItem(string Name, string Meaning, bool Required, bool Secret, string? Default);

public sealed record ConnectorOperationItem(string Name, string Title, string Write, bool CanLookUp);

/// <param name="Own">True when it was written here, or changed from the built-in one.</param>
/// <param name="Editable">True when all of it is data.</param>
public sealed record ConnectorItem(
    string Name, string Version, string Title, string Description, IReadOnlyList<string> Roles, bool Own, bool Editable, bool Webhooks, IReadOnlyList<string> Feeds,
    IReadOnlyList<ConnectorSettingItem> Settings, IReadOnlyList<ConnectorOperationItem> Operations, IReadOnlyDictionary<string, string> NotOffered, IReadOnlyList<string> UsedBy);

/// <param name="Document">YAML of <c>kind: Connector</c>; null when a part of it is code.</param>
public sealed record ConnectorDetail(ConnectorItem Connector, string? Document);

/// <param name="Document">YAML of <c>kind: Connector</c>.</param>
/// <param name="Reason">1 to 300 characters, kept with the version.</param>
/// <param name="Waiver">Why it is right that messages which were taken would be refused; empty holds such a draft up.</param>
/// <param name="Fix">What it mends, 1 to 100 characters, where it is a fix; while an error budget runs out nothing else is published.</param>
public sealed record ConnectorDraft(string? Document, string? Reason = null, string? Waiver = null, string? Fix = null);

/// <param name="Document">YAML of <c>kind: Connector</c>.</param>
/// <param name="Topic">Name of a feed, or the part of the address behind the connection.</param>
/// <param name="Body">The message as it came.</param>
/// <param name="Connection">Key of the connection whose settings count.</param>
public sealed record ConnectorTrial(string? Document, string? Body, string? Topic = null, string? Connection = null, Dictionary<string, string>? Headers = null);

/// <param name="Messages">1 to 20000; default 5000.</param>
public sealed record BackTestRequest(string? Document, int? Messages = null);

public sealed record DraftProblem(int Line, string Message);

/// <param name="Sound">The document can be read. Publishing asks for more: green tests, and no message refused that was taken.</param>
/// <param name="TestsPassed">Kept tests of this connector that the draft passes.</param>
/// <param name="TestsFailed">Names of those that it fails.</param>
public sealed record DraftCheck(bool Sound, IReadOnlyList<DraftProblem> Problems, int TestsPassed, IReadOnlyList<string> TestsFailed);

/// <summary>The catalogue, and everything that an admin does with a connector before it serves.</summary>
internal static class ConnectorsApi
{
    public static void MapConnectors(this RouteGroupBuilder api)
    {
        var connectors = api.MapGroup("/connectors").WithTags("Connectors");
        connectors.MapGet("", ListAsync).WithName("listConnectors").WithSummary("The catalogue of connectors, by title").WithParameters();
        connectors.MapGet("/{name}", FindAsync).WithName("getConnector").WithSummary("A connector and its document").WithParameters();
        var admin = connectors.MapGroup("").RequireAuthorization(policy => policy.RequireRole(PortalRoles.Admin));
        admin.MapPost("/check", CheckAsync).WithName("checkConnector").WithSummary("What is wrong with a draft, with its lines; changes nothing").WithParameters()
            .WithMetadata(new JsonBody(typeof(ConnectorDraft), Required: true), new IdempotentWrite(Required: false));
        admin.MapPost("/preview", PreviewAsync).WithName("previewConnector").WithSummary("What a draft would make of a message, and where each value came from; changes nothing").WithParameters()
            .WithMetadata(new JsonBody(typeof(ConnectorTrial), Required: true), new IdempotentWrite(Required: false));
        admin.MapPut("/{name}", PublishAsync).WithName("publishConnector").WithSummary("Brings a draft into service; held up when it would refuse messages that were taken").WithParameters()
            .WithMetadata(new JsonBody(typeof(ConnectorDraft), Required: true), new IdempotentWrite(Required: false));
        connectors.MapVersions(admin);
        connectors.MapTests(admin, api);
        var connections = api.MapGroup("/connections").WithTags("Connections").RequireAuthorization(policy => policy.RequireRole(PortalRoles.Admin));
        connections.MapPut("/{key}", SaveAsync).WithName("saveConnection").WithSummary("Makes or changes a connection; secrets go into the vault and are never shown again").WithParameters()
            .WithMetadata(new JsonBody(typeof(ConnectionForm), Required: true), new IdempotentWrite(Required: false));
        connections.MapPost("/{key}/test", ProbeAsync).WithName("testConnection").WithSummary("Tries settings, name, port, certificate, credentials, feeds, webhooks and queue; reads only").WithParameters()
            .WithMetadata(new IdempotentWrite(Required: false));
        connections.MapPost("/{key}/back-test", BackTestAsync).WithName("backTestConnector").WithSummary("What a draft would have made of the newest messages of a connection; changes nothing").WithParameters()
            .WithMetadata(new JsonBody(typeof(BackTestRequest), Required: true), new IdempotentWrite(Required: false));
    }

    private static async Task<Results<Ok<IReadOnlyList<ConnectorItem>>, ProblemHttpResult>> ListAsync(HttpContext http, ConnectorDesk desk, CancellationToken ct) =>
        new ApiQuery(http.Request.Query).Errors() is { Count: > 0 } errors ? ApiProblem.Invalid(errors) : TypedResults.Ok<IReadOnlyList<ConnectorItem>>([.. (await desk.ListAsync(http.Tenant(), ct)).Select(Item)]);

    private static async Task<Results<Ok<ConnectorDetail>, ProblemHttpResult>> FindAsync(string name, HttpContext http, ConnectorDesk desk, CancellationToken ct)
    {
        if (new ApiQuery(http.Request.Query).Errors() is { Count: > 0 } errors)
            return ApiProblem.Invalid(errors);
        return (await desk.ListAsync(http.Tenant(), ct)).FirstOrDefault(c => c.Manifest.Name == name) is { } entry
            ? TypedResults.Ok(new ConnectorDetail(Item(entry), await desk.DocumentAsync(http.Tenant(), name, ct)))
            : ApiProblem.NotFound("connector");
    }

    private static async Task<Results<Ok<DraftCheck>, ProblemHttpResult>> CheckAsync(HttpContext http, MappingTests tests, TimeProvider clock, CancellationToken ct)
    {
        var (body, problem) = await BodyAsync<ConnectorDraft>(http, d => d.Document);
        if (problem is not null)
            return problem;
        var (draft, problems) = ConnectorDesk.Read(body!.Document!, clock);
        var results = draft is null ? [] : tests.Run(await tests.RowsAsync(http.Tenant(), draft.Manifest.Name, ct), draft);
        return TypedResults.Ok(new DraftCheck(problems.Count == 0, [.. problems.Select(p => new DraftProblem(p.Line, p.Message))], results.Count(r => r.Passed), [.. results.Where(r => !r.Passed).Select(r => r.Test.Name)]));
    }

    private static async Task<Results<Ok<PreviewResult>, ProblemHttpResult>> PreviewAsync(HttpContext http, IConnectionRegistry connections, TimeProvider clock)
    {
        var (body, problem) = await BodyAsync<ConnectorTrial>(http, d => d.Document);
        if (problem is not null)
            return problem;
        if (string.IsNullOrEmpty(body!.Body))
            return ApiProblem.Invalid([new("connector.body", "body", "The message is missing: the document as the system sends it.")]);
        var (draft, problems) = ConnectorDesk.Read(body.Document!, clock);
        if (draft is null)
            return Unsound(problems);
        return TypedResults.Ok(ConnectorDesk.Preview(draft, body.Connection is null ? null : connections.Find(body.Connection), new()
        {
            Topic = body.Topic ?? "", Body = System.Text.Encoding.UTF8.GetBytes(body.Body), ReceivedAt = clock.GetUtcNow(), Polled = draft.Feeds.Any(f => f.Name == body.Topic),
            Headers = new Dictionary<string, string>(body.Headers ?? [], StringComparer.OrdinalIgnoreCase),
        }));
    }

    private static async Task<Results<Ok<PublishOutcome>, ProblemHttpResult>> PublishAsync(string name, HttpContext http, ConnectorDesk desk, TimeProvider clock, CancellationToken ct)
    {
        var (body, problem) = await BodyAsync<ConnectorDraft>(http, d => d.Document);
        if (problem is not null)
            return problem;
        var reason = (body!.Reason ?? "").Trim();
        if (reason.Length is 0 or > 300)
            return ApiProblem.Invalid([new("connector.reason", "reason", "Allowed: 1 to 300 characters.")]);
        if (body.Fix?.Trim().Length > 100)
            return ApiProblem.Invalid([new("connector.fix", "fix", "Allowed: 1 to 100 characters.")]);
        var (draft, problems) = ConnectorDesk.Read(body.Document!, clock);
        if (draft is null)
            return Unsound(problems);
        if (draft.Manifest.Name != name)
            return ApiProblem.Invalid([new("connector.name", "document", $"The document's metadata.name is '{draft.Manifest.Name}', and the address says '{name}'.")]);
        var outcome = await desk.PublishAsync(http.Tenant(), body.Document!, reason, body.Waiver, body.Fix, http.CallerName(), ct);
        if (outcome.Published)
            return TypedResults.Ok(outcome);
        if (outcome.Problems.Count > 0)
            return Unsound(outcome.Problems);
        return HeldUp(outcome);
    }

    /// <summary>409: sound, and something stands against it that a person has to judge.</summary>
    internal static ProblemHttpResult HeldUp(PublishOutcome outcome)
    {
        var details = outcome switch
        {
            { Budget: { } budget } => ApiProblem.Details(409, budget.Code, budget.Measure == ControlPlane.Domain.Objectives.BudgetMeasure.Freeze ? "The error budget is used up" : "The error budget is running out", outcome.Message),
            { RedTests: not null } => ApiProblem.Details(409, "connector.tests_fail", "Kept tests fail", outcome.Message),
            { Report: not null } => ApiProblem.Details(409, "connector.newly_refused", "The draft would refuse messages that were taken", outcome.Message),
            _ => ApiProblem.Details(409, "connector.published_meanwhile", "Somebody else published", outcome.Message),
        };
        if (outcome.Report is not null)
            details.Extensions["report"] = outcome.Report;
        if (outcome.RedTests is not null)
            details.Extensions["tests"] = outcome.RedTests;
        return TypedResults.Problem(details);
    }

    private static async Task<Results<Ok<ConnectionForm>, ProblemHttpResult>> SaveAsync(string key, HttpContext http, ConnectorDesk desk, CancellationToken ct)
    {
        var (form, error) = await ApiBody.ReadAsync<ConnectionForm>(http.Request, null);
        if (error is not null)
            return ApiProblem.Invalid([error]);
        if (form!.Key.Length == 0)
            form.Key = key;
        if (form.Key != key)
            return ApiProblem.Invalid([new("connection.key", "key", $"The body says '{form.Key}', and the address says '{key}'.")]);
        var problems = await desk.SaveAsync(http.Tenant(), form, http.CallerName(), "by the API", ct);
        if (problems.Count > 0)
            return ApiProblem.Invalid([.. problems.Select(p => new ApiError("connection.invalid", p.Split(':')[0], p))]);
        // What went in as a secret does not come out again.
        form.Secrets = form.Secrets.Keys.ToDictionary(k => k, _ => "");
        return TypedResults.Ok(form);
    }

    private static async Task<Results<Ok<IReadOnlyList<ProbeStep>>, ProblemHttpResult>> ProbeAsync(string key, HttpContext http, ConnectorDesk desk, CancellationToken ct) =>
        await desk.ProbeAsync(http.Tenant(), key, ct) is { } steps ? TypedResults.Ok(steps) : ApiProblem.NotFound("connection");

    private static async Task<Results<Ok<BackTestReport>, ProblemHttpResult>> BackTestAsync(string key, HttpContext http, ConnectorDesk desk, TimeProvider clock, CancellationToken ct)
    {
        var (body, problem) = await BodyAsync<BackTestRequest>(http, d => d.Document);
        if (problem is not null)
            return problem;
        if (body!.Messages is < 1 or > BackTests.Most)
            return ApiProblem.Invalid([new("backtest.messages", "messages", $"Allowed: 1 to {BackTests.Most}.")]);
        var (draft, problems) = ConnectorDesk.Read(body.Document!, clock);
        if (draft is null)
            return Unsound(problems);
        return await desk.BackTestAsync(http.Tenant(), key, draft, body.Messages ?? 5_000, ct) is { } report ? TypedResults.Ok(report) : ApiProblem.NotFound("connection");
    }

    internal static async Task<(T? Body, ProblemHttpResult? Problem)> BodyAsync<T>(HttpContext http, Func<T, string?> document)
        where T : class
    {
        var (body, error) = await ApiBody.ReadAsync<T>(http.Request, null);
        if (error is not null)
            return (null, ApiProblem.Invalid([error]));
        return string.IsNullOrWhiteSpace(document(body!))
            ? (null, ApiProblem.Invalid([new("connector.document", "document", "The document is missing: YAML with kind: Connector.")]))
            : (body, null);
    }

    internal static ProblemHttpResult Unsound(IReadOnlyList<global::Connectors.Protocols.Manifests.ManifestProblem> problems) =>
        ApiProblem.Invalid([.. problems.Select(p => new ApiError("connector.invalid", p.Line > 0 ? $"document, line {p.Line}" : "document", p.Message))]);

    private static ConnectorItem Item(CatalogueEntry entry) => new(
        entry.Manifest.Name, entry.Manifest.Version, entry.Manifest.Title, entry.Manifest.Description, [.. entry.Manifest.Roles.Select(r => r.Word())], entry.Own, entry.Editable, entry.Webhooks, entry.Feeds,
        [.. entry.Manifest.Settings.Select(s => new ConnectorSettingItem(s.Name, s.Meaning, s.Required, s.Secret, s.Default))],
        [.. entry.Manifest.Operations.Select(o => new ConnectorOperationItem(o.Name, o.Title, o.Write.ToString().ToLowerInvariant(), o.CanLookUp))], entry.Manifest.NotOffered, entry.UsedBy);
}

using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Shared;
using ControlPlane.Runtime.Connections;
using ControlPlane.Runtime.Mappings;
using ControlPlane.Web.Features.Api;
using Microsoft.AspNetCore.Http.HttpResults;

namespace ControlPlane.Web.Features.Catalogue;

/// <param name="Reason">1 to 300 characters: why this message is worth keeping.</param>
/// <param name="Name">As people will see it; null = topic and time.</param>
/// <param name="Taken">True: all that is expected is that it is not refused, for a message that is refused today and must not be.</param>
public sealed record KeepRequest(string? Reason = null, string? Name = null, bool Taken = false);

/// <param name="Document">A draft; null = what is in service.</param>
/// <param name="Reason">For renewing what is expected: 1 to 300 characters.</param>
public sealed record MappingTestRun(string? Document = null, string? Reason = null);

/// <param name="Transaction">A real one; what it holds is kept without personal data.</param>
/// <param name="Connection">Key of the connection that it goes to.</param>
/// <param name="Operation">Whose document is kept: confirmShipment.</param>
/// <param name="Shipment">Counted from 1; null = the last there is.</param>
/// <param name="Reason">1 to 300 characters: why it is worth keeping.</param>
/// <param name="Name">As people will see it; null = operation and order number.</param>
/// <param name="Taken">True: all that is expected is that it can be sent.</param>
public sealed record KeepSentRequest(Guid Transaction, string? Connection = null, string? Operation = null, int? Shipment = null, string? Reason = null, string? Name = null, bool Taken = false);

public sealed record MappingTestRunResult(int Passed, int Failed, IReadOnlyList<MappingTestResult> Results);

/// <param name="Transaction">A real one; nothing is sent and nothing is stored.</param>
/// <param name="Mapping">Name of one of the draft's mappings.</param>
/// <param name="Connection">Key of the connection that it would go to.</param>
/// <param name="Shipment">Counted from 1; null = the last there is.</param>
public sealed record OutgoingTrialRequest(string? Document, Guid Transaction, string? Mapping, string? Connection, int? Shipment = null);

/// <summary>Messages kept as tests, and the other way round: what a draft would send for a real transaction.</summary>
internal static class MappingTestsApi
{
    public static void MapTests(this RouteGroupBuilder connectors, RouteGroupBuilder admin, RouteGroupBuilder api)
    {
        connectors.MapGet("/{name}/tests", ListAsync).WithName("listMappingTests").WithSummary("Messages that were kept as tests of a connector").WithParameters();
        admin.MapPost("/{name}/tests", KeepSentAsync).WithName("keepTransactionAsTest").WithSummary("Keeps what an operation was asked for in a transaction, without personal data, with what has to be sent for it").WithParameters()
            .WithMetadata(new JsonBody(typeof(KeepSentRequest), Required: true), new IdempotentWrite(Required: false));
        admin.MapPost("/{name}/tests/run", RunAsync).WithName("runMappingTests").WithSummary("Runs the kept tests on a draft, or on what is in service; changes nothing").WithParameters()
            .WithMetadata(new JsonBody(typeof(MappingTestRun), Required: true), new IdempotentWrite(Required: false));
        admin.MapPut("/{name}/tests/{id}/expected", RefreshAsync).WithName("renewMappingTest").WithSummary("From now on that is right which a draft, or what is in service, makes of it").WithParameters()
            .WithMetadata(new JsonBody(typeof(MappingTestRun), Required: true), new IdempotentWrite(Required: false));
        admin.MapDelete("/{name}/tests/{id}", RemoveAsync).WithName("removeMappingTest").WithSummary("Removes a kept test").WithParameters().WithMetadata(new IdempotentWrite(Required: false));
        admin.MapPost("/preview-outgoing", PreviewAsync).WithName("previewOutgoing").WithSummary("What a draft would send for a real transaction, and where each value came from; sends nothing").WithParameters()
            .WithMetadata(new JsonBody(typeof(OutgoingTrialRequest), Required: true), new IdempotentWrite(Required: false));
        api.MapGroup("/messages").WithTags("Messages").RequireAuthorization(policy => policy.RequireRole(Runtime.Identity.PortalRoles.Admin))
            .MapPost("/{id}/keep-as-test", KeepAsync).WithName("keepMessageAsTest").WithSummary("Keeps a message, without its personal data, with what has to become of it").WithParameters()
            .WithMetadata(new JsonBody(typeof(KeepRequest), Required: true), new IdempotentWrite(Required: false));
    }

    private static async Task<Results<Ok<IReadOnlyList<MappingTest>>, ProblemHttpResult>> ListAsync(string name, HttpContext http, MappingTests tests, CancellationToken ct) =>
        new ApiQuery(http.Request.Query).Errors() is { Count: > 0 } errors
            ? ApiProblem.Invalid(errors)
            : TypedResults.Ok<IReadOnlyList<MappingTest>>([.. (await tests.RowsAsync(http.Tenant(), name, ct)).Select(MappingTests.Of)]);

    private static async Task<Results<Ok<MappingTestRunResult>, ProblemHttpResult>> RunAsync(string name, HttpContext http, MappingTests tests, IConnectorCatalog catalog, TimeProvider clock, CancellationToken ct)
    {
        var (connector, _, problem) = await ConnectorAsync(name, http, catalog, clock);
        if (problem is not null)
            return problem;
        var results = tests.Run(await tests.RowsAsync(http.Tenant(), name, ct), connector!);
        return TypedResults.Ok(new MappingTestRunResult(results.Count(r => r.Passed), results.Count(r => !r.Passed), results));
    }

    private static async Task<Results<Ok<MappingTest>, ProblemHttpResult>> RefreshAsync(string name, string id, HttpContext http, MappingTests tests, IConnectorCatalog catalog, TimeProvider clock, CancellationToken ct)
    {
        var (connector, body, problem) = await ConnectorAsync(name, http, catalog, clock);
        if (problem is not null)
            return problem;
        if (Reason(body!.Reason) is not { } reason)
            return ApiProblem.Invalid([new("test.reason", "reason", "Allowed: 1 to 300 characters.")]);
        if (!Guid.TryParse(id, out var key) || (await tests.FindAsync(http.Tenant(), key, ct))?.Connector != name)
            return ApiProblem.NotFound("test");
        return await tests.RefreshAsync(http.Tenant(), key, connector!, http.CallerName(), reason, ct) is { } test ? TypedResults.Ok(test) : ApiProblem.NotFound("test");
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> RemoveAsync(string name, string id, HttpContext http, MappingTests tests, CancellationToken ct) =>
        Guid.TryParse(id, out var key) && (await tests.FindAsync(http.Tenant(), key, ct))?.Connector == name && await tests.RemoveAsync(http.Tenant(), key, ct) ? TypedResults.NoContent() : ApiProblem.NotFound("test");

    private static async Task<Results<Ok<MappingTest>, ProblemHttpResult>> KeepAsync(string id, HttpContext http, MappingTests tests, CancellationToken ct)
    {
        var (body, error) = await ApiBody.ReadAsync<KeepRequest>(http.Request, null);
        if (error is not null)
            return ApiProblem.Invalid([error]);
        if (Reason(body!.Reason) is not { } reason)
            return ApiProblem.Invalid([new("test.reason", "reason", "Allowed: 1 to 300 characters.")]);
        if (!Guid.TryParse(id, out var message))
            return ApiProblem.NotFound("message");
        var (test, problem) = await tests.KeepAsync(http.Tenant(), message, body.Name, body.Taken, http.CallerName(), reason, ct);
        return test is not null ? TypedResults.Ok(test)
            : problem!.Code == "test.no_message" ? ApiProblem.NotFound("message")
            : ApiProblem.Invalid([new(problem.Code, problem.Field, problem.Message)]);
    }

    private static async Task<Results<Ok<MappingTest>, ProblemHttpResult>> KeepSentAsync(string name, HttpContext http, MappingTests tests, OutgoingTrials trials, IConnectionRegistry connections, CancellationToken ct)
    {
        var (body, error) = await ApiBody.ReadAsync<KeepSentRequest>(http.Request, null);
        if (error is not null)
            return ApiProblem.Invalid([error]);
        if (Reason(body!.Reason) is not { } reason)
            return ApiProblem.Invalid([new("test.reason", "reason", "Allowed: 1 to 300 characters.")]);
        if (body.Connection is null || connections.Find(body.Connection) is not { } connection || connection.Connector != name)
            return ApiProblem.Invalid([new("test.no_connection", "connection", $"'{body.Connection}' is no connection of {name}. There are: {string.Join(", ", connections.All.Where(c => c.Connector == name).Select(c => c.Key).Order(StringComparer.Ordinal))}.")]);
        if (await trials.RequestAsync(http.Tenant(), body.Transaction, connection, body.Shipment, ct) is not { } request)
            return ApiProblem.NotFound("transaction");
        var (test, problem) = await tests.KeepSentAsync(http.Tenant(), request, body.Operation ?? "", body.Name, body.Taken, http.CallerName(), reason, ct);
        return test is not null ? TypedResults.Ok(test) : ApiProblem.Invalid([new(problem!.Code, problem.Field, problem.Message)]);
    }

    private static async Task<Results<Ok<OutgoingPreview>, ProblemHttpResult>> PreviewAsync(HttpContext http, OutgoingTrials trials, IConnectionRegistry connections, TimeProvider clock, CancellationToken ct)
    {
        var (body, problem) = await ConnectorsApi.BodyAsync<OutgoingTrialRequest>(http, d => d.Document);
        if (problem is not null)
            return problem;
        var (draft, problems) = ConnectorDesk.Read(body!.Document!, clock);
        if (draft is null)
            return ConnectorsApi.Unsound(problems);
        if (body.Mapping is null || !draft.Definition.Mappings.ContainsKey(body.Mapping))
            return ApiProblem.Invalid([new("preview.mapping", "mapping", $"There is no mapping '{body.Mapping}'. There are: {string.Join(", ", draft.Definition.Mappings.Keys.Order(StringComparer.Ordinal))}.")]);
        var connection = (body.Connection is null ? null : connections.Find(body.Connection)) ?? OutgoingPreview.Stranger(draft);
        return await trials.RequestAsync(http.Tenant(), body.Transaction, connection, body.Shipment, ct) is { } request
            ? TypedResults.Ok(OutgoingPreview.Of(draft, body.Mapping, request))
            : ApiProblem.NotFound("transaction");
    }

    private static async Task<(IConnector? Connector, MappingTestRun? Body, ProblemHttpResult? Problem)> ConnectorAsync(string name, HttpContext http, IConnectorCatalog catalog, TimeProvider clock)
    {
        var (body, error) = await ApiBody.ReadAsync<MappingTestRun>(http.Request, null);
        if (error is not null)
            return (null, null, ApiProblem.Invalid([error]));
        if (string.IsNullOrWhiteSpace(body!.Document))
            return catalog.Find(name) is { } inService ? (inService, body, null) : (null, body, ApiProblem.NotFound("connector"));
        var (draft, problems) = ConnectorDesk.Read(body.Document, clock);
        return draft is null ? (null, body, ConnectorsApi.Unsound(problems)) : (draft, body, null);
    }

    private static string? Reason(string? text) => (text ?? "").Trim() is { Length: > 0 and <= 300 } reason ? reason : null;
}

using System.Text.Json;
using Connectors.Protocols.Http;
using Connectors.Protocols.Manifests;
using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Effects;
using ControlPlane.Domain.Faults;

namespace Connectors.Catalog.BusinessCentral;

/// <summary>Calls of one operation: addresses within the company, and answers as a document or a fault.</summary>
internal sealed class BusinessCentralApi(ConnectorDefinition definition, TimeProvider clock, string operation, WriteKind write)
{
    private readonly AnswerFaults _faults = new(definition.Manifest.Title, definition.Errors, clock);

    /// <summary>The address of a collection or a record, with the company before it.</summary>
    public static string Path(OperationRequest request, string rest) => $"/companies({Uri.EscapeDataString(request.Connection.Setting("companyId") ?? "")})/{rest}";

    /// <summary>A text within an OData filter, ready for the address.</summary>
    public static string Literal(string text) => Uri.EscapeDataString($"'{text.Replace("'", "''", StringComparison.Ordinal)}'");

    public async Task<BusinessCentralAnswer> GetAsync(string path, IExchange exchange, CancellationToken ct)
    {
        var answer = await exchange.SendAsync(Request(HttpMethod.Get, path), ct);
        return Read(answer, WriteKind.Read, needsBody: true);
    }

    /// <param name="etag">The version that is to be changed; any other is refused. Null where nothing is changed in place.</param>
    public async Task<BusinessCentralAnswer> WriteAsync(HttpMethod method, string path, byte[]? body, string? etag, IExchange exchange, CancellationToken ct)
    {
        var call = Request(method, path, body, writes: true);
        if (etag is not null)
            call.Headers["If-Match"] = etag;
        return Read(await exchange.SendAsync(call, ct), write, needsBody: false);
    }

    private ExchangeRequest Request(HttpMethod method, string path, byte[]? body = null, bool writes = false) => new()
    {
        Method = method,
        Path = path,
        Operation = operation,
        Writes = writes,
        Body = body ?? [],
        ContentType = body is null ? null : "application/json",
        Headers = { ["Accept"] = "application/json" },
    };

    private BusinessCentralAnswer Read(ExchangeAnswer answer, WriteKind kind, bool needsBody)
    {
        using var body = AnswerBody.Read(answer);
        if (!answer.IsSuccess)
            return new(answer.Status, default, _faults.From(answer, body, kind));
        if (body.IsMarkup)
            return new(answer.Status, default, _faults.Markup(answer, kind));
        if (needsBody && body.Root.ValueKind != JsonValueKind.Object)
            return new(answer.Status, default, _faults.Unreadable(answer, kind));
        return new(answer.Status, body.IsJson ? body.Root.Clone() : default, null);
    }
}

/// <param name="Root">Undefined when there was no body.</param>
/// <param name="Fault">Null when it succeeded.</param>
internal sealed record BusinessCentralAnswer(int Status, JsonElement Root, Fault? Fault)
{
    public bool IsGone => Status == 404;

    /// <summary>A stale version: 409 today, 412 from older servers.</summary>
    public bool IsStale => Fault?.Code == "erp.record_changed";
}

using System.Text.Json.Nodes;
using Connectors.Sandbox.Http;

namespace Connectors.Sandbox.Erp;

/// <summary>A call is refused. Codes and sentences as Business Central writes them; the status is part of the wording there.</summary>
internal sealed class ErpRefusalException(int status, string code, string message) : Exception(message)
{
    public int Status => status;

    public string Code => code;

    /// <summary>The application says no: wrong values, blocked customers, nothing to post.</summary>
    public static ErpRefusalException Dialog(string message) => new(400, "Application_DialogException", message);

    public static ErpRefusalException Relation(string field, string table, string value, string related) => new(
        400,
        "Internal_InvalidTableRelation",
        $"The field {field} of table {table} contains a value ({value}) that cannot be found in the related table ({related}).");

    public static ErpRefusalException BadRequest(string message) => new(400, "BadRequest", message);

    public static ErpRefusalException NoRecord(string table, string id) =>
        new(404, "Internal_RecordNotFound", $"The {table} does not exist. Identification fields and values: Id='{{{id}}}'");

    public static ErpRefusalException Changed() => new(412, "Request_EntityChanged", "Another user has already changed the record.");

    public static ErpRefusalException NoToken() => new(
        400,
        "BadRequest_InvalidToken",
        "Could not validate the client concurrency token required by the service. Please provide a valid token in the client request.");
}

internal static class ErpErrors
{
    /// <summary>Every message ends with the id under which Microsoft's telemetry has the call.</summary>
    public static SandboxAnswer Of(int status, string code, string message, Guid correlation) => SandboxAnswer.Of(status, new JsonObject
    {
        ["error"] = new JsonObject { ["code"] = code, ["message"] = $"{message}  CorrelationId:  {correlation}." },
    });
}

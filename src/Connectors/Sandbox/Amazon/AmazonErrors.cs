using System.Text.Json.Nodes;
using Connectors.Sandbox.Http;

namespace Connectors.Sandbox.Amazon;

/// <summary>The error list of the Selling Partner API; codes and sentences as its users quote them.</summary>
internal static class AmazonErrors
{
    public static SandboxAnswer Of(int status, string code, string message, string details = "") => SandboxAnswer.Of(status, new JsonObject
    {
        ["errors"] = new JsonArray(new JsonObject { ["code"] = code, ["message"] = message, ["details"] = details }),
    });

    public static SandboxAnswer Invalid(string message) => Of(400, "InvalidInput", message);

    public static SandboxAnswer InvalidType(string field) =>
        Invalid($"The input you have submitted is not valid. Please check the fields with invalid type [{field}].");

    public static SandboxAnswer QuotaExceeded() => Of(429, "QuotaExceeded", "You exceeded your quota for the requested resource.");

    public static SandboxAnswer Unauthorized(string details) => Of(403, "Unauthorized", "Access to requested resource is denied.", details);

    public static SandboxAnswer NotFound(string message = "The resource you requested was not found.") => Of(404, "NotFound", message);
}

using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace ControlPlane.Web.Features.Api;

/// <summary>One thing that is wrong with a request.</summary>
/// <param name="Code">Stable, lower-case, dotted.</param>
/// <param name="Field">Name of the parameter, or path in the body.</param>
/// <param name="Message">What is wrong and what is allowed.</param>
public sealed record ApiError(string Code, string Field, string Message);

/// <summary>Refusals as problem details (RFC 9457). <c>code</c> is stable; the texts are for people and may change.</summary>
internal static class ApiProblem
{
    public static ProblemHttpResult Of(int status, string code, string title, string detail) => TypedResults.Problem(Details(status, code, title, detail));

    public static ProblemHttpResult NotFound(string what) => Of(404, "request.not_found", "Not found", $"There is no such {what}, or it is not yours to see.");

    /// <summary>Every error at once, so that nobody has to ask ten times.</summary>
    public static ProblemHttpResult Invalid(IReadOnlyList<ApiError> errors)
    {
        var details = Details(400, errors[0].Code, "The request cannot be understood", string.Join(' ', errors.Select(e => $"{e.Field}: {e.Message}")));
        details.Extensions["errors"] = errors;
        return TypedResults.Problem(details);
    }

    public static ProblemDetails Details(int status, string code, string title, string detail) =>
        new() { Status = status, Title = title, Detail = detail, Type = TypeOf(code), Extensions = { ["code"] = code } };

    public static string TypeOf(string code) => $"/errors/{code}";

    /// <summary>For what the framework answers itself: an unknown path, a wrong method, a defect.</summary>
    public static void Complete(ProblemDetails problem)
    {
        if (problem.Extensions.ContainsKey("code"))
        {
            problem.Type ??= TypeOf((string)problem.Extensions["code"]!);
            return;
        }

        var (code, detail) = problem.Status switch
        {
            400 => ("request.invalid", "The request cannot be understood."),
            404 => ("request.no_such_path", "Nothing answers at this path. The paths are listed at /openapi/v1.json."),
            405 => ("request.method", "This path does not take this method. The Allow header names those that it takes."),
            413 => ("request.too_large", "The body is too large."),
            415 => ("request.content_type", "The Content-Type is not taken here. Send application/json."),
            429 => ("request.too_many", "Too many requests. Wait as long as Retry-After says."),
            500 => ("internal", "ControlPlane has a defect here. Give the traceId to whoever runs this installation."),
            503 => ("server.busy", "Not now. Try again in a moment."),
            _ => ($"http.{problem.Status}", problem.Detail ?? ""),
        };
        problem.Extensions["code"] = code;
        problem.Type = TypeOf(code);
        problem.Detail ??= detail.Length > 0 ? detail : null;
    }
}

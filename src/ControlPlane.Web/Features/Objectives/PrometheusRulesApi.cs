using ControlPlane.Runtime.Objectives;
using ControlPlane.Web.Features.Api;
using ControlPlane.Web.Features.CommandLine;
using Microsoft.AspNetCore.Http.HttpResults;

namespace ControlPlane.Web.Features.Objectives;

/// <param name="Documents">OpenSLO v1 as YAML text, several documents parted by <c>---</c>; at most 500,000 characters. Empty: rules for our own health alone.</param>
/// <param name="Job">The job under which Prometheus scrapes this installation; null = <c>controlplane</c>.</param>
public sealed record PrometheusRulesBody(string? Documents, string? Job = null);

/// <param name="Rules">A rule file for Prometheus.</param>
public sealed record PrometheusRulesAnswer(IReadOnlyList<string> Objectives, string Rules);

/// <summary>The verb <c>prometheus-rules</c> for scripts that have no shell beside the product.</summary>
internal static class PrometheusRulesApi
{
    private const int Longest = 500_000;
    private const int LongestJob = 100;

    public static void MapPrometheusRules(this RouteGroupBuilder api) =>
        api.MapPost("/objectives/prometheus-rules", MakeAsync).WithTags("Objectives").WithName("makePrometheusRules").WithSummary("Recording and alerting rules for Prometheus from OpenSLO documents; changes nothing")
            .WithParameters().WithMetadata(new JsonBody(typeof(PrometheusRulesBody), Required: true), new IdempotentWrite(Required: false) { LargestBody = 2 * Longest });

    private static async Task<Results<Ok<PrometheusRulesAnswer>, ProblemHttpResult>> MakeAsync(HttpContext http, CancellationToken ct)
    {
        var (body, error) = await ApiBody.ReadAsync<PrometheusRulesBody>(http.Request, null);
        if (error is not null)
            return ApiProblem.Invalid([error]);
        ct.ThrowIfCancellationRequested();
        var (documents, job) = (body!.Documents ?? "", body.Job ?? "controlplane");
        if (documents.Length > Longest)
            return ApiProblem.Invalid([new("objectives.too_long", "documents", $"At most {Longest} characters.")]);
        if (!PrometheusRules.IsJob(job) || job.Length > LongestJob)
            return ApiProblem.Invalid([new("objectives.job", "job", "A name as in the scrape configuration, at most 100 characters without quotation marks: controlplane.")]);
        var read = OpenSloFolder.Read(documents.Trim().Length > 0 ? [("documents", documents)] : []);
        var errors = read.Problems.Select(p => new ApiError("objectives.invalid", p.Field.Length > 0 ? p.Field : "documents", p.ToString()!)).ToList();
        if (errors.Count == 0)
            errors.AddRange(PrometheusRules.Problems(read.Objectives).Select(p => new ApiError("objectives.invalid", "documents", p)));
        return errors.Count > 0 ? ApiProblem.Invalid(errors) : TypedResults.Ok(new PrometheusRulesAnswer([.. read.Objectives.Select(o => o.Name)], PrometheusRules.Write(read.Objectives, job)));
    }
}

using ControlPlane.Web.Shell;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Authorization.Infrastructure;
using Microsoft.AspNetCore.Authorization.Policy;

namespace ControlPlane.Web.Features.Access;

/// <summary>How a refusal is told: problem details to scripts, a page to people, and both name the role that is missing.</summary>
public sealed class AccessAnswers(IProblemDetailsService problems) : IAuthorizationMiddlewareResultHandler
{
    private readonly AuthorizationMiddlewareResultHandler _default = new();

    public async Task HandleAsync(RequestDelegate next, HttpContext context, AuthorizationPolicy policy, PolicyAuthorizationResult authorizeResult)
    {
        if (authorizeResult.Succeeded)
        {
            await next(context);
            return;
        }

        var roles = policy.Requirements.OfType<RolesAuthorizationRequirement>().SelectMany(r => r.AllowedRoles).Distinct(StringComparer.Ordinal).ToList();
        if (!AccessFeature.WantsProblem(context.Request))
        {
            if (authorizeResult.Challenged)
                await _default.HandleAsync(next, context, policy, authorizeResult);
            else
                context.Response.Redirect(PageUrls.AccessDeniedTo(context.Request.Path, roles));
            return;
        }

        if (authorizeResult.Challenged)
        {
            context.Response.Headers.WWWAuthenticate = "Bearer";
            await WriteAsync(context, StatusCodes.Status401Unauthorized, "access.not_signed_in", "Not signed in",
                "Send an API key that is neither revoked nor expired as 'Authorization: Bearer KEY', or sign in to the portal. An admin makes keys.");
        }
        else
        {
            await WriteAsync(context, StatusCodes.Status403Forbidden, "access.missing_role", "Role missing",
                roles.Count == 0
                    ? "This key or person may not do this. An admin gives roles."
                    : $"This needs the role {string.Join(" or ", roles)}. An admin gives roles.");
        }
    }

    private async Task WriteAsync(HttpContext context, int status, string code, string title, string detail)
    {
        context.Response.StatusCode = status;
        await problems.WriteAsync(new ProblemDetailsContext
        {
            HttpContext = context,
            ProblemDetails = { Status = status, Title = title, Detail = detail, Extensions = { ["code"] = code } },
        });
    }
}

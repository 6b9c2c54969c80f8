using ControlPlane.Web.Features.Access;
using Microsoft.AspNetCore.Diagnostics;

namespace ControlPlane.Web.Shell;

/// <summary>What a person sees when an address leads nowhere or a page breaks before it opens. Scripts get problem details.</summary>
public static class PortalErrors
{
    private const string FailedPage = "/failed";
    private const string NotFoundPage = "/not-found";

    public static WebApplicationBuilder AddPortalErrors(this WebApplicationBuilder builder)
    {
        builder.Services.AddExceptionHandler<ScriptErrors>();
        return builder;
    }

    public static WebApplication UsePortalErrors(this WebApplication app)
    {
        app.UseExceptionHandler(new ExceptionHandlerOptions { ExceptionHandlingPath = FailedPage, CreateScopeForErrors = true });
        app.UseStatusCodePagesWithReExecute(NotFoundPage, createScopeForStatusCodePages: true);
        app.Use(async (context, next) =>
        {
            var pages = context.Features.Get<IStatusCodePagesFeature>();
            await next(context);
            // Only "not found" leads to the page; a refusal without words means something else.
            if (pages is not null && context.Response.StatusCode != StatusCodes.Status404NotFound)
                pages.Enabled = false;
        });
        app.UseWhen(context => AccessFeature.WantsProblem(context.Request), scripts => scripts.UseStatusCodePages());
        return app;
    }

    private sealed class ScriptErrors(IProblemDetailsService problems) : IExceptionHandler
    {
        public async ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
        {
            if (!AccessFeature.WantsProblem(httpContext.Request))
                return false;
            httpContext.Response.StatusCode = StatusCodes.Status500InternalServerError;
            return await problems.TryWriteAsync(new ProblemDetailsContext
            {
                HttpContext = httpContext,
                ProblemDetails =
                {
                    Status = StatusCodes.Status500InternalServerError,
                    Title = "Internal error",
                    Detail = "ControlPlane has a defect here, or its database does not answer. Try again; if it stays like this, send an operator the traceId.",
                    Extensions = { ["code"] = "internal" },
                },
            });
        }
    }
}

using ControlPlane.Web.Features.Access;

namespace ControlPlane.Web.Shell;

/// <summary>What a person sees when an address leads nowhere or a page breaks before it opens. Scripts get problem details.</summary>
public static class PortalErrors
{
    public const string FailedPage = "/failed";
    public const string NotFoundPage = "/not-found";

    public static WebApplication UsePortalErrors(this WebApplication app)
    {
        app.UseWhen(context => AccessFeature.WantsProblem(context.Request), scripts =>
        {
            scripts.UseExceptionHandler();
            scripts.UseStatusCodePages();
        });
        app.UseWhen(context => !AccessFeature.WantsProblem(context.Request), people =>
        {
            people.UseExceptionHandler(new ExceptionHandlerOptions { ExceptionHandlingPath = FailedPage, CreateScopeForErrors = true });
            people.UseStatusCodePagesWithReExecute(NotFoundPage, createScopeForStatusCodePages: true);
        });
        return app;
    }
}

using ControlPlane.Runtime.Identity;
using Hangfire;
using Hangfire.Dashboard;

namespace ControlPlane.Web.Features.Engine;

/// <summary>Hangfire's own dashboard at <c>/hangfire</c>: pumps, schedules and jobs, for those who run the engine.</summary>
public static class JobsDashboard
{
    public static WebApplication MapJobsDashboard(this WebApplication app)
    {
        app.MapHangfireDashboard("/hangfire", new DashboardOptions
        {
            DashboardTitle = "ControlPlane engine jobs",
            DisplayStorageConnectionString = false,
            Authorization = [new RolesOnly()],
        }).RequireAuthorization();
        return app;
    }

    private sealed class RolesOnly : IDashboardAuthorizationFilter
    {
        public bool Authorize(DashboardContext context)
        {
            var user = context.GetHttpContext().User;
            return user.IsInRole(PortalRoles.Admin) || user.IsInRole(PortalRoles.Operator);
        }
    }
}

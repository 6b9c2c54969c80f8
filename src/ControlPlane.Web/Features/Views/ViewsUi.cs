using ControlPlane.Runtime.Views;

namespace ControlPlane.Web.Features.Views;

public static class ViewsUi
{
    /// <summary>A list that can be counted brings its counter here.</summary>
    public static WebApplicationBuilder AddViewCounters(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<IViewCounter, TransactionsViewCounter>();
        builder.Services.AddSingleton<IViewCounter, CasesViewCounter>();
        builder.Services.AddSingleton<IViewCounter, WorklistViewCounter>();
        return builder;
    }
}

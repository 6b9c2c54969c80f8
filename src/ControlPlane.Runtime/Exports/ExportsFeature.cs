using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace ControlPlane.Runtime.Exports;

/// <summary>Files of filtered lists. Each list brings its own source.</summary>
public static class ExportsFeature
{
    public static IHostApplicationBuilder AddExports(this IHostApplicationBuilder builder)
    {
        builder.Services.AddOptions<ExportOptions>().BindConfiguration(ExportOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        builder.Services.AddSingleton<Exporter>().AddSingleton<IExportRecords>(s => s.GetRequiredService<Exporter>());
        return builder;
    }
}

using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;

namespace ControlPlane.Runtime.Persistence;

public static class PersistenceFeature
{
    public static IHostApplicationBuilder AddPersistence(this IHostApplicationBuilder builder)
    {
        var options = builder.Configuration.GetSection(DatabaseOptions.Section).Get<DatabaseOptions>() ?? new();
        var db = new ControlPlaneDb(options, builder.Environment.ContentRootPath);
        builder.Services.TryAddSingleton(TimeProvider.System);
        builder.Services.AddSingleton(db);
        builder.Services.AddSingleton<IControlPlaneDb>(db);
        builder.Services.AddSingleton<DatabaseStart>();
        // Until several tenants are switched on, every circuit and request works for the one there is.
        builder.Services.TryAddScoped(_ => TenantScope.Default);
        builder.Services.AddScoped(services => db.CreateContext(services.GetRequiredService<TenantScope>()));
        builder.Services.AddDataProtection().SetApplicationName("ControlPlane").PersistKeysToDbContext<ControlPlaneDbContext>();
        return builder;
    }
}

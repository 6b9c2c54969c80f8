using ControlPlane.Runtime.Persistence;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Web.Features.CommandLine;

/// <summary>The product's services without its server: built, never started.</summary>
internal static class CommandHost
{
    public static WebApplication Build(Command command, Action<WebApplicationBuilder>? look = null) => ControlPlaneHost.Compose(command.Settings, builder =>
    {
        // The output belongs to the verb; logs of warnings and worse go where errors go.
        builder.Logging.ClearProviders();
        builder.Logging.AddSimpleConsole(o => o.SingleLine = true);
        builder.Services.Configure<Microsoft.Extensions.Logging.Console.ConsoleLoggerOptions>(o => o.LogToStandardErrorThreshold = LogLevel.Trace);
        builder.Logging.SetMinimumLevel(LogLevel.Warning).AddFilter("Microsoft", LogLevel.Error)
            // The verbs tell these problems themselves.
            .AddFilter("ControlPlane.Runtime.Estate", LogLevel.None);
        look?.Invoke(builder);
    });

    /// <summary>Null when the database is there with the schema of this version; otherwise what is missing.</summary>
    public static async Task<string?> MissingSchemaAsync(ControlPlaneDb db, CancellationToken ct)
    {
        // Looking must not make an empty file.
        if (db.SqliteFile is { } file && file != ":memory:" && !File.Exists(file))
            return $"There is no database at {db.Address} yet. Run migrate, or start the server once.";
        await using var context = db.CreateContext();
        if (!await context.Database.CanConnectAsync(ct))
            return $"The {db.Provider} database at {db.Address} cannot be reached. Check {DatabaseOptions.Section}:ConnectionString, and that the server runs.";
        var pending = (await context.Database.GetPendingMigrationsAsync(ct)).Count();
        return pending == 0 ? null : $"The schema at {db.Address} lacks {pending} migrations. Run migrate, or start the server once.";
    }
}

using ControlPlane.Runtime.Persistence;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Web.Features.CommandLine;

/// <summary>For installations whose server runs under an account that may not create tables.</summary>
internal static class MigrateVerb
{
    public static async Task<int> RunAsync(Command command, CommandAnswer answer, CancellationToken ct)
    {
        await using var app = CommandHost.Build(command);
        var db = app.Services.GetRequiredService<ControlPlaneDb>();
        IReadOnlyList<string> before = [];
        if (db.SqliteFile is not { } file || File.Exists(file))
            before = await AppliedAsync(db, ct);
        await app.Services.GetRequiredService<DatabaseStart>().RunAsync(ct);
        var applied = (await AppliedAsync(db, ct)).Except(before).ToList();
        if (answer.Json)
            return await answer.JsonAsync(new { provider = db.Provider.ToString(), address = db.Address, applied }, CommandLineFeature.Done);
        await answer.LineAsync(applied.Count == 0 ? $"The schema at {db.Address} is up to date." : $"Applied {applied.Count} migrations at {db.Address}: {string.Join(", ", applied)}.");
        return CommandLineFeature.Done;
    }

    private static async Task<IReadOnlyList<string>> AppliedAsync(ControlPlaneDb db, CancellationToken ct)
    {
        await using var context = db.CreateContext();
        return await context.Database.CanConnectAsync(ct) ? [.. await context.Database.GetAppliedMigrationsAsync(ct)] : [];
    }
}

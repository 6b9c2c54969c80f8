using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace ControlPlane.Runtime.Settings;

/// <summary>Settings come first: whatever is wrong with them is told at once, before anything is opened.</summary>
public static class SettingsFeature
{
    /// <exception cref="StartProblem">Names every setting that is wrong, and what is allowed.</exception>
    public static IHostApplicationBuilder AddSettings(this IHostApplicationBuilder builder)
    {
        var (options, problems, warnings) = SettingsReader.Read(builder.Configuration, builder.Environment.IsDevelopment(), builder.Environment.ContentRootPath);
        if (problems.Count > 0)
            throw new StartProblem(Text(problems));
        // Whoever reads the key itself sees the same as whoever reads the options.
        if (builder.Configuration[DemoKey] is not { Length: > 0 })
            builder.Configuration[DemoKey] = options.Demo ? "true" : "false";
        NodeRoles.TryParse(options.Roles, out var roles);
        builder.Services.AddSingleton(Options.Create(options));
        builder.Services.AddSingleton(roles);
        builder.Services.AddSingleton(Options.Create(options.Api));
        builder.Services.AddSingleton(Options.Create(options.Health));
        builder.Services.AddSingleton(Options.Create(options.Telemetry));
        builder.Services.AddSingleton(Options.Create(options.Notifications));
        builder.Services.AddSingleton(Options.Create(options.Alerts));
        builder.Services.AddSingleton(Options.Create(options.Scorecard));
        builder.Services.AddHostedService(s => new SettingWarnings(warnings, s.GetRequiredService<ILogger<SettingWarnings>>()));
        return builder;
    }

    private const string DemoKey = $"{ControlPlaneOptions.Section}:{nameof(ControlPlaneOptions.Demo)}";

    public static string Text(IReadOnlyList<SettingProblem> problems) => problems.Count == 1
        ? $"The setting {problems[0]}"
        : $"{problems.Count} settings are wrong:{string.Concat(problems.Select(p => $"{Environment.NewLine}  - {p}"))}";
}

/// <summary>Says once what has no effect.</summary>
internal sealed partial class SettingWarnings(IReadOnlyList<SettingProblem> warnings, ILogger<SettingWarnings> log) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        foreach (var warning in warnings)
            Warn(log, warning.ToString());
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    [LoggerMessage(2701, LogLevel.Warning, "The setting {Warning}")]
    private static partial void Warn(ILogger logger, string warning);
}

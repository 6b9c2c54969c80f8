using ControlPlane.Runtime.Connections;
using ControlPlane.Runtime.Connections.Secrets;
using ControlPlane.Runtime.Flows;
using ControlPlane.Runtime.Mappings;
using ControlPlane.Runtime.Persistence;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace ControlPlane.Runtime.Estate;

/// <summary>Configuration as code: documents in, versions kept, registries in memory.</summary>
public static class EstateFeature
{
    public static IHostApplicationBuilder AddEstate(this IHostApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddSingleton<ConnectionRegistry>();
        services.AddSingleton<IConnectionRegistry>(s => s.GetRequiredService<ConnectionRegistry>());
        services.AddSingleton<FlowCatalog>();
        services.AddSingleton<IFlowCatalog>(s => s.GetRequiredService<FlowCatalog>());
        services.TryAddSingleton<IReferenceResolver, ConfigurationReferences>();
        services.AddSingleton<SecretVault>();
        services.AddSingleton<Domain.Connections.IKeptTokens, VaultTokens>();
        services.AddSingleton<Silence.CalendarBoard>();
        services.AddSingleton<Silence.CalendarQueries>();
        services.AddSingleton<EstateReader>();
        services.AddSingleton<EstateVersions>();
        services.AddSingleton<EstateStore>();
        services.AddSingleton<EstateService>();
        services.AddSingleton<EstateStart>();
        services.AddSingleton<ConnectorVersions>();
        services.AddSingleton<MappingTests>();
        services.AddSingleton<OutgoingTrials>();
        services.AddHostedService<EstateWatch>();
        return builder;
    }
}

/// <summary><c>env:</c> from the environment, <c>secret:</c> from <c>ControlPlane:Secrets</c>, then from what is stored.</summary>
public sealed class ConfigurationReferences(IConfiguration configuration, SecretVault? vault = null) : IReferenceResolver
{
    public string? Resolve(string reference) => reference.Split(':', 2) switch
    {
        ["env", var name] => Environment.GetEnvironmentVariable(name),
        ["secret", var name] => configuration[$"ControlPlane:Secrets:{name}"] ?? vault?.Resolve(name),
        _ => null,
    };
}

/// <summary>Documents that come with the product or its demo, before those of the user.</summary>
public sealed record ShippedEstate(IReadOnlyList<EstateDocument> Documents);

/// <summary>At start: what is shipped, then the folder <c>ControlPlane:Estate</c>, come into service.</summary>
public sealed class EstateStart(EstateService estate, IEnumerable<ShippedEstate> shipped, IConfiguration configuration, IHostEnvironment host, ILogger<EstateStart> log)
{
    public async Task RunAsync(CancellationToken ct)
    {
        var folder = configuration["ControlPlane:Estate"];
        var own = folder is { Length: > 0 } ? Folder(Path.Combine(host.ContentRootPath, folder)) : [];
        var ownEvents = own.Any(d => d.Text.Contains("kind: Flow", StringComparison.Ordinal));
        // A user's own flows stand alone: two flows for one event would be a puzzle.
        var returns = own.Any(d => d.Text.Contains(Changes.LateReturns.Trigger, StringComparison.Ordinal));
        var documents = Flows().Where(f => !ownEvents || (!returns && f.Text.Contains(Changes.LateReturns.Trigger, StringComparison.Ordinal)))
            .Concat(Shipped("Objectives")).Concat(shipped.SelectMany(s => s.Documents)).Concat(own).ToList();
        var (applied, problems) = await estate.ApplyAsync(TenantScope.Default, documents, "system", "start", ct);
        foreach (var problem in problems)
            EstateLog.Problem(log, problem.ToString());
        foreach (var item in applied.Where(i => i.Change != EstateChange.Unchanged))
            EstateLog.Applied(log, item.Kind, item.Name, item.Change, item.Source);
    }

    /// <exception cref="StartProblem">The folder does not exist.</exception>
    public static IReadOnlyList<EstateDocument> Folder(string folder)
    {
        if (!Directory.Exists(folder))
            throw new StartProblem($"The setting ControlPlane:Estate names the folder {folder}, which does not exist.");
        return [.. Directory.EnumerateFiles(folder, "*.y*ml", SearchOption.AllDirectories).Order(StringComparer.Ordinal).Select(f => new EstateDocument(Path.GetRelativePath(folder, f), File.ReadAllText(f)))];
    }

    /// <summary>The flows that are part of the product.</summary>
    public static IReadOnlyList<EstateDocument> Flows() => Shipped("Flows");

    /// <summary>Documents that are part of the product.</summary>
    private static IReadOnlyList<EstateDocument> Shipped(string capability)
    {
        var assembly = typeof(EstateStart).Assembly;
        return [.. assembly.GetManifestResourceNames().Where(n => n.Contains($".{capability}.Shipped.", StringComparison.Ordinal)).Order(StringComparer.Ordinal).Select(name =>
        {
            using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!);
            return new EstateDocument("shipped/" + name[(name.IndexOf(".Shipped.", StringComparison.Ordinal) + 9)..], reader.ReadToEnd());
        })];
    }
}

using System.Globalization;
using ControlPlane.Runtime.BackTests;
using ControlPlane.Runtime.Connections;
using ControlPlane.Runtime.Estate;
using ControlPlane.Runtime.Persistence;
using ControlPlane.Web.Features.Catalogue;

namespace ControlPlane.Web.Features.CommandLine;

/// <summary>What a draft of a connector would have made of the newest messages of a connection. Exit code 1 when it would refuse what was taken.</summary>
internal static class BackTestVerb
{
    public static async Task<int> RunAsync(Command command, CommandAnswer answer, CancellationToken ct)
    {
        if (command.Folder is not { Length: > 0 } path || !command.Options.TryGetValue("connection", out var key))
            return await WrongAsync(answer, "Name the file with the draft, and the connection: backtest my-connector.yaml --connection shop-eu");
        var messages = 5_000;
        if (command.Options.TryGetValue("messages", out var text) && (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out messages) || messages is < 1 or > BackTests.Most))
            return await WrongAsync(answer, $"--messages takes a number from 1 to {BackTests.Most}.");
        var file = Command.Absolute(path);
        if (!File.Exists(file))
            return await WrongAsync(answer, $"There is no file {path}.");
        await using var app = CommandHost.Build(command);
        if (await CommandHost.MissingSchemaAsync(app.Services.GetRequiredService<ControlPlaneDb>(), ct) is { } missing)
            return await answer.FailAsync(missing);
        var (draft, problems) = ConnectorDesk.Read(await File.ReadAllTextAsync(file, ct), TimeProvider.System);
        if (draft is null)
        {
            foreach (var problem in problems)
                await answer.ErrorAsync(problem.Line > 0 ? $"{path}, line {problem.Line}: {problem.Message}" : $"{path}: {problem.Message}");
            return CommandLineFeature.Problem;
        }

        await app.Services.GetRequiredService<EstateService>().ReloadAsync(TenantScope.Default, ct);
        if (await app.Services.GetRequiredService<ConnectorDesk>().BackTestAsync(TenantScope.Default, key, draft, messages, ct) is not { } report)
            return await answer.FailAsync($"There is no connection '{key}' in service. There are: {string.Join(", ", app.Services.GetRequiredService<IConnectionRegistry>().All.Select(c => c.Key).Order(StringComparer.Ordinal))}.");
        var code = report.HoldsUp ? CommandLineFeature.Problem : CommandLineFeature.Done;
        if (answer.Json)
            return await answer.JsonAsync(report, code);
        await TellAsync(answer, report, $"{report.Messages} messages");
        if (report.Sent is { } sent)
            await TellAsync(answer, sent, $"{sent.Messages} documents sent");
        return code;
    }

    private static async Task TellAsync(CommandAnswer answer, BackTestReport report, string what)
    {
        await answer.LineAsync($"{what}: {report.Unchanged} unchanged, {report.Changed} changed, {report.NewlyRefused} newly refused, {report.NewlyTaken} newly taken, {report.Otherwise} otherwise.");
        foreach (var field in report.Fields)
            await answer.LineAsync($"  {field.Field}: {field.Count}");
        foreach (var money in report.Money)
            await answer.LineAsync($"  totals: {new Domain.Shared.Money(money.Minor, money.Currency)} over {money.Orders} orders");
        foreach (var sample in report.Samples)
            await answer.LineAsync($"  {sample.Kind} {sample.Document} {sample.Field}: {sample.Before} -> {sample.After}");
    }

    private static async Task<int> WrongAsync(CommandAnswer answer, string message)
    {
        await answer.ErrorAsync(message);
        return CommandLineFeature.WrongUse;
    }
}

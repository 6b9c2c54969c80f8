using System.Globalization;
using Connectors.Protocols.OpenApi;

namespace ControlPlane.Web.Features.CommandLine;

/// <summary>
/// Makes a draft of an OpenAPI description and prints it; what is left to decide goes to the error stream, so that the draft can go into a file.
/// Needs no database. Exit code 1 when the description cannot be read.
/// </summary>
internal static class OpenApiVerb
{
    private const string Example = "openapi-import shop.yaml --choose list-orders=listOrders,other=setPrice";

    public static async Task<int> RunAsync(Command command, CommandAnswer answer, CancellationToken ct)
    {
        if (command.Folder is not { Length: > 0 } path)
            return await WrongAsync(answer, $"Name the file: {Example}");
        var file = Command.Absolute(path);
        if (!File.Exists(file))
            return await WrongAsync(answer, $"There is no file {path}.");
        if (new FileInfo(file).Length > 4L * OpenApiReader.MostCharacters)
            return await answer.FailAsync($"{path} is too large. Allowed: {OpenApiReader.MostCharacters} characters.");
        var reading = OpenApiReader.Read(await File.ReadAllTextAsync(file, ct), path);
        if (reading.Description is not { } description)
        {
            if (answer.Json)
                return await answer.JsonAsync(new { read = false, problems = reading.Problems.Select(p => new { p.Line, p.Message }) }, CommandLineFeature.Problem);
            foreach (var problem in reading.Problems)
                await answer.ErrorAsync(problem.ToString());
            return CommandLineFeature.Problem;
        }

        var proposals = OpenApiProposals.For(description);
        var choices = OpenApiProposals.Best(proposals).Select(p => new OpenApiChoice(p.Operation, p.Purpose)).ToList();
        if (command.Options.TryGetValue("choose", out var chosen))
        {
            choices = [];
            foreach (var pair in chosen.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
            {
                if (pair.Split('=', 2) is not [var word, var id] || OpenApiPurpose.Find(word) is not { } purpose)
                    return await WrongAsync(answer, $"'{pair}' is no choice. Write a purpose and an operation, such as {Example}. Purposes: {string.Join(", ", OpenApiPurpose.All.Append(OpenApiPurpose.Other).Select(p => p.Name))}.");
                if (description.Operations.FirstOrDefault(o => o.Id == id) is not { } operation)
                    return await WrongAsync(answer, $"There is no operation '{id}'. There are: {string.Join(", ", description.Operations.Take(40).Select(o => o.Id))}{(description.Operations.Count > 40 ? $" and {(description.Operations.Count - 40).ToString(CultureInfo.InvariantCulture)} more" : "")}.");
                choices.Add(new(operation, purpose));
            }
        }

        var draft = OpenApiDraftMaker.Make(description, choices);
        if (answer.Json)
            return await answer.JsonAsync(new
            {
                read = true, description.Title, openApi = description.Version, description.Address, operations = description.Operations.Count,
                proposals = proposals.Select(p => new { purpose = p.Purpose.Name, operation = p.Operation.Id, p.Operation.Method, p.Operation.Path, p.Score, p.Reason }),
                draft = draft.Document, draft.Topic, draft.Sample, decisions = draft.Decisions,
            }, CommandLineFeature.Done);
        await answer.LineAsync(draft.Document.TrimEnd());
        foreach (var choice in choices)
            await answer.ErrorAsync($"{choice.Purpose.Name}: {choice.Operation.Method} {choice.Operation.Path}. {proposals.FirstOrDefault(p => p.Operation == choice.Operation && p.Purpose == choice.Purpose)?.Reason}".TrimEnd());
        foreach (var decision in draft.Decisions)
            await answer.ErrorAsync($"decide, line {decision.Line.ToString(CultureInfo.InvariantCulture)}: {decision.Text}");
        return CommandLineFeature.Done;
    }

    private static async Task<int> WrongAsync(CommandAnswer answer, string message)
    {
        await answer.ErrorAsync(message);
        return CommandLineFeature.WrongUse;
    }
}

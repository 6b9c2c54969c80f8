using ControlPlane.Runtime.EvidenceBundles;

namespace ControlPlane.Web.Features.CommandLine;

/// <summary>Checks a bundle of evidence; needs neither a database nor the installation that made it.</summary>
internal static class EvidenceVerb
{
    public static async Task<int> VerifyAsync(Command command, CommandAnswer answer, CancellationToken ct)
    {
        if (command.Folder is not { Length: > 0 } path)
            return await WrongAsync(answer, "Name the bundle: verify-evidence evidence-1001.zip --key public-key.pem");
        var file = Command.Absolute(path);
        if (!File.Exists(file))
            return await WrongAsync(answer, $"There is no file {path}.");
        string? trusted = null;
        if (command.Options.TryGetValue("key", out var keyFile))
        {
            if (!File.Exists(Command.Absolute(keyFile)))
                return await WrongAsync(answer, $"There is no file {keyFile}.");
            trusted = await File.ReadAllTextAsync(Command.Absolute(keyFile), ct);
        }

        EvidenceCheck check;
        try
        {
            await using var stream = File.OpenRead(file);
            check = await EvidenceVerifier.CheckAsync(stream, trusted, ct);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return await answer.FailAsync($"{path} cannot be read: {e.Message}");
        }

        var code = check.Sound ? CommandLineFeature.Done : CommandLineFeature.Problem;
        if (answer.Json)
            return await answer.JsonAsync(new { sound = check.Sound, trusted = trusted is not null, transaction = check.Manifest?.Transaction, created = check.Manifest?.Created, keyId = check.Manifest?.KeyId, files = check.Manifest?.Files.Count, problems = check.Problems }, code);
        foreach (var problem in check.Problems)
            await answer.ErrorAsync(problem);
        await answer.LineAsync(!check.Sound ? $"{path} is not what was signed: {check.Problems.Count} problems."
            : $"{path}: {check.Manifest!.Files.Count} files of transaction {check.Manifest.Transaction}, as they were signed at {check.Manifest.Created}.");
        if (check.Sound && trusted is null)
            await answer.LineAsync($"Nobody vouches for the key yet: compare {check.Manifest!.KeyId} with the keys that the installation publishes (/api/v1/evidence/keys), or name one with --key.");
        return code;
    }

    private static async Task<int> WrongAsync(CommandAnswer answer, string message)
    {
        await answer.ErrorAsync(message);
        return CommandLineFeature.WrongUse;
    }
}

using System.Diagnostics;

namespace ControlPlane.Runtime.Tests.Objectives;

/// <summary>Prometheus' own judgement of rule files, where it is installed.</summary>
internal static class Promtool
{
    /// <summary>0 when it is content; else what it said.</summary>
    public static async Task<(int Code, string Said)> RunAsync(IReadOnlyDictionary<string, string> files, string[] arguments, CancellationToken ct)
    {
        var binary = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Append("/usr/bin").Select(f => Path.Combine(f, "promtool")).FirstOrDefault(File.Exists);
        if (binary is null)
        {
            Assert.False(Environment.GetEnvironmentVariable("CI") == "true", "CI must check the rules with promtool: it is not installed.");
            Assert.Skip("promtool is not installed (package prometheus): the rules were not checked by Prometheus.");
        }

        var folder = Directory.CreateTempSubdirectory("cp-rules-").FullName;
        try
        {
            foreach (var (name, text) in files)
                await File.WriteAllTextAsync(Path.Combine(folder, name), text, ct);
            using var process = Process.Start(new ProcessStartInfo(binary, arguments) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true })!;
            var (output, errors) = (process.StandardOutput.ReadToEndAsync(ct), process.StandardError.ReadToEndAsync(ct));
            await process.WaitForExitAsync(ct);
            return (process.ExitCode, await output + await errors);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}

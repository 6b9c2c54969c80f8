namespace ControlPlane.Web.Features.CommandLine;

/// <summary>What was typed, taken apart.</summary>
/// <param name="Settings">Passed on to the configuration: <c>--ControlPlane:Demo=false</c>.</param>
internal sealed record Command(string? Folder, IReadOnlyDictionary<string, string> Options, bool Json, string[] Settings)
{
    /// <returns>Null when it cannot be understood; then <paramref name="wrong"/> says why.</returns>
    public static Command? Parse(Verb verb, string[] args, out string wrong)
    {
        string? folder = null;
        var options = new Dictionary<string, string>(StringComparer.Ordinal);
        var settings = new List<string>();
        var json = false;
        wrong = "";
        for (var i = 0; i < args.Length; i++)
        {
            var arg = args[i];
            var name = arg.StartsWith("--", StringComparison.Ordinal) ? arg[2..].Split('=')[0] : null;
            if (arg == "--json")
            {
                json = true;
            }
            else if (name is not null && verb.Options.Contains(name))
            {
                var value = arg.Length > name.Length + 2 ? arg[(name.Length + 3)..] : ++i < args.Length ? args[i] : "";
                if (value.Length == 0)
                {
                    wrong = $"--{name} needs a value.";
                    return null;
                }

                options[name] = value;
            }
            else if (name is not null && arg.Contains('=', StringComparison.Ordinal) && (name.Contains(':', StringComparison.Ordinal) || name is "environment"))
            {
                settings.Add(arg);
            }
            else if (arg.StartsWith('-'))
            {
                wrong = $"The option {arg} is not known to {verb.Name}.";
                return null;
            }
            else if (!verb.Usage.Contains("folder", StringComparison.Ordinal))
            {
                wrong = $"{verb.Name} takes no folder.";
                return null;
            }
            else if (folder is not null)
            {
                wrong = "One folder at a time.";
                return null;
            }
            else
            {
                folder = arg;
            }
        }

        return new(folder, options, json, [.. settings]);
    }

    /// <summary>
    /// A relative folder is meant from where the person stands. `dotnet run` moves the process into the project's folder and
    /// leaves the shell's own in PWD.
    /// </summary>
    public static string Absolute(string folder)
    {
        var moved = File.Exists("ControlPlane.Web.csproj") && Environment.GetEnvironmentVariable("PWD") is { Length: > 0 } pwd && Directory.Exists(pwd) ? pwd : Directory.GetCurrentDirectory();
        return Path.GetFullPath(folder, moved);
    }
}

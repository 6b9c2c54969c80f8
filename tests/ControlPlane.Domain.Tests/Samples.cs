namespace ControlPlane.Domain.Tests;

/// <summary>Documents of real systems, kept beside the repository because their licences do not all let us ship them.</summary>
public static class Samples
{
    /// <summary>Names of what lies in a folder of them, for theories; empty where they are not there.</summary>
    public static IReadOnlyList<string> In(string folder, string pattern) =>
        Directory.Exists(Place(folder)) ? [.. Directory.GetFiles(Place(folder), pattern, SearchOption.AllDirectories).Select(f => folder + "/" + Path.GetRelativePath(Place(folder), f)).Order(StringComparer.Ordinal)] : [];

    /// <summary>Skips the test, visibly, where the samples are not there; fails it in continuous integration.</summary>
    public static string Find(string path)
    {
        var file = Place(path);
        if (!File.Exists(file))
            Assert.SkipUnless(Environment.GetEnvironmentVariable("CI") == "true", $"The sample documents are not beside the repository: ../shared/samples/{path}");
        return file;
    }

    private static string Place(string path)
    {
        var root = new DirectoryInfo(AppContext.BaseDirectory);
        while (root is not null && !File.Exists(Path.Combine(root.FullName, "ControlPlane.sln")))
            root = root.Parent;
        return root is null ? path : Path.GetFullPath(Path.Combine(root.FullName, "..", "shared", "samples", path));
    }
}

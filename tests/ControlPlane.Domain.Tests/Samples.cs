namespace ControlPlane.Domain.Tests;

/// <summary>Documents of real systems, kept beside the repository because their licences do not all let us ship them.</summary>
public static class Samples
{
    /// <summary>Skips the test, visibly, where the samples are not there; fails it in continuous integration.</summary>
    public static string Find(string path)
    {
        var root = new DirectoryInfo(AppContext.BaseDirectory);
        while (root is not null && !File.Exists(Path.Combine(root.FullName, "ControlPlane.sln")))
            root = root.Parent;
        var file = root is null ? path : Path.GetFullPath(Path.Combine(root.FullName, "..", "shared", "samples", path));
        if (!File.Exists(file))
            Assert.SkipUnless(Environment.GetEnvironmentVariable("CI") == "true", $"The sample documents are not beside the repository: ../shared/samples/{path}");
        return file;
    }
}

using System.Xml.Linq;

namespace ControlPlane.ArchitectureTests;

/// <summary>What keeps a clone reproducible.</summary>
public sealed class RepositoryTests
{
    private static readonly string Root = FindRoot();

    [Fact]
    public void Every_package_has_one_exact_version_in_one_place()
    {
        foreach (var project in Directory.EnumerateFiles(Root, "*.csproj", SearchOption.AllDirectories).Where(p => !p.Contains("/bench/harness/", StringComparison.Ordinal) && !p.Contains("/bench/ceiling/", StringComparison.Ordinal)))
            Assert.All(Xml(project).Descendants("PackageReference"), reference => Assert.Null(reference.Attribute("Version")));
        Assert.All(Xml(Path.Combine(Root, "Directory.Packages.props")).Descendants("PackageVersion"), version =>
            Assert.Matches(@"^\d+\.\d+\.\d+(\.\d+)?(-[a-z0-9.]+)?$", version.Attribute("Version")!.Value));
    }

    [Fact]
    public void Every_project_of_the_solution_has_a_lock_file()
    {
        var projects = File.ReadLines(Path.Combine(Root, "ControlPlane.sln")).Where(l => l.StartsWith("Project(", StringComparison.Ordinal))
            .Select(l => l.Split('"')[5].Replace('\\', '/')).Where(p => p.EndsWith(".csproj", StringComparison.Ordinal)).ToList();
        Assert.True(projects.Count >= 10);
        Assert.All(projects, project => Assert.True(File.Exists(Path.Combine(Root, Path.GetDirectoryName(project)!, "packages.lock.json")), project));
    }

    private static XDocument Xml(string file)
    {
        using var reader = System.Xml.XmlReader.Create(file);
        return XDocument.Load(reader);
    }

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "ControlPlane.sln")))
            folder = folder.Parent ?? throw new DirectoryNotFoundException("ControlPlane.sln");
        return folder.FullName;
    }
}

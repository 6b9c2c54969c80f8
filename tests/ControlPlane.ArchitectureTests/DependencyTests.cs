using ArchUnitNET.Domain;
using ArchUnitNET.Loader;

namespace ControlPlane.ArchitectureTests;

/// <summary>References point one way: Web → Runtime → Domain and Web → Connectors → Domain.</summary>
public sealed class DependencyTests
{
    private static readonly System.Reflection.Assembly Domain = typeof(ControlPlane.Domain.Orders.CanonicalOrder).Assembly;
    private static readonly System.Reflection.Assembly Runtime = typeof(ControlPlane.Runtime.StartProblem).Assembly;
    private static readonly System.Reflection.Assembly ConnectorAssembly = typeof(global::Connectors.ConnectorCatalog).Assembly;
    private static readonly System.Reflection.Assembly Web = typeof(ControlPlane.Web.ControlPlaneHost).Assembly;

    private static readonly Architecture All = new ArchLoader().LoadAssemblies(Domain, Runtime, ConnectorAssembly, Web).Build();

    public static TheoryData<string, string> Forbidden => new()
    {
        { "ControlPlane.Domain", "ControlPlane.Runtime" },
        { "ControlPlane.Domain", "Connectors" },
        { "ControlPlane.Domain", "ControlPlane.Web" },
        { "ControlPlane.Runtime", "Connectors" },
        { "ControlPlane.Runtime", "ControlPlane.Web" },
        { "Connectors", "ControlPlane.Runtime" },
        { "Connectors", "ControlPlane.Web" },
    };

    [Theory, MemberData(nameof(Forbidden))]
    public void No_reference_points_the_wrong_way(string from, string to)
    {
        Assert.Empty(Violations(from, to));
    }

    [Fact]
    public void The_rule_sees_the_references_that_are_allowed() => Assert.NotEmpty(Violations("ControlPlane.Runtime", "ControlPlane.Domain"));

    private static List<string> Violations(string from, string to) =>
        [.. All.Types.Where(t => Within(t.Assembly.Name, from)).SelectMany(t => t.Dependencies, (type, dependency) => (type, dependency.Target))
            .Where(d => d.Target.Assembly is { } assembly && Within(assembly.Name, to)).Select(d => $"{d.type.FullName} → {d.Target.FullName}").Distinct()];

    private static bool Within(string assembly, string name) => assembly == name || assembly.StartsWith(name + ",", StringComparison.Ordinal);

    [Theory]
    [InlineData("Microsoft.EntityFrameworkCore")]
    [InlineData("Microsoft.AspNetCore")]
    [InlineData("YamlDotNet")]
    [InlineData("Hangfire")]
    public void The_domain_knows_no_infrastructure(string forbidden) =>
        Assert.DoesNotContain(Domain.GetReferencedAssemblies(), a => a.Name!.StartsWith(forbidden, StringComparison.Ordinal));

    [Fact]
    public void The_domain_asks_no_clock()
    {
        // TimeProvider is handed in where a key is made; nothing else in the domain may know what time it is.
        var asking = All.Types.Where(t => t.Assembly.Name.StartsWith("ControlPlane.Domain", StringComparison.Ordinal))
            .Where(t => t.Dependencies.Any(d => d.Target.FullName == "System.TimeProvider")).Select(t => t.Name).Distinct().Order(StringComparer.Ordinal);
        Assert.Equal(["EntityId"], asking);
    }

    [Fact]
    public void The_assemblies_are_the_ones_meant() =>
        Assert.Equal(4, new[] { Domain, Runtime, ConnectorAssembly, Web }.Select(a => a.GetName().Name).Distinct().Count());
}

using ControlPlane.Runtime.Objectives;

namespace ControlPlane.Runtime.Tests.Objectives;

/// <summary>As the product ships them: an objective that is defined otherwise one day is proven otherwise.</summary>
internal static class ShippedObjectives
{
    public static string[] Documents()
    {
        using var reader = new StreamReader(typeof(ObjectiveStore).Assembly.GetManifestResourceStream("ControlPlane.Runtime.Objectives.Shipped.objectives.yaml")!);
        return [.. reader.ReadToEnd().Split("\n---\n").Select(d => string.Join('\n', d.Split('\n').Where(l => !l.StartsWith('#'))))];
    }
}

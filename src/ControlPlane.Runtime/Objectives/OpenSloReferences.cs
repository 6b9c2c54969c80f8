using ControlPlane.Runtime.Estate;
using YamlDotNet.RepresentationModel;

namespace ControlPlane.Runtime.Objectives;

/// <summary>What the objects of a file name of each other, to be looked up once all are read.</summary>
internal sealed class OpenSloReferences
{
    private readonly List<(StrictYaml At, string Key, OpenSloKind Kind, string Name, YamlMappingNode Object)> _all = [];

    /// <summary>Objects that name what is not there.</summary>
    public HashSet<YamlMappingNode> Broken { get; } = [];

    public void Add(StrictYaml at, string key, OpenSloKind kind, string name, YamlMappingNode owner) => _all.Add((at, key, kind, name, owner));

    public void Check(IReadOnlyCollection<OpenSloObject> objects, IReadOnlySet<(OpenSloKind, string)>? known)
    {
        var here = objects.Select(o => (o.Kind, o.Name)).ToHashSet();
        foreach (var (at, key, kind, name, owner) in _all)
            if (!here.Contains((kind, name)) && known?.Contains((kind, name)) != true)
            {
                at.Problem(key, $"There is no {kind} {name}.");
                Broken.Add(owner);
            }
    }
}

using Connectors.Protocols.Http;

namespace Connectors.Protocols.Manifests;

/// <summary>Reads <c>budgetIn:</c>.</summary>
internal static class BudgetInBodyReader
{
    public static BudgetInBody? Read(YamlMap? map)
    {
        if (map is null)
            return null;
        var (left, most, perSecond) = (Path(map, "left"), Path(map, "most"), Path(map, "perSecond"));
        if (left is null && most is null && perSecond is null)
            map.Problem("left", "It says nothing. Give left, most, perSecond, or several of them, each as a path into the answer.");
        map.Done();
        return new(left, most, perSecond, (left ?? most ?? perSecond)?.LastName ?? "");
    }

    private static JsonPath? Path(YamlMap map, string key) => map.Has(key) ? ErrorReader.Paths(map, key).FirstOrDefault() : null;
}

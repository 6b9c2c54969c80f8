using Connectors.Protocols.Http;
using Connectors.Protocols.Http.Feeds;

namespace Connectors.Protocols.Manifests;

/// <summary>Reads <c>answers:</c>.</summary>
internal static class AnswersReader
{
    private const string Name = "answer.name";

    public static AnswersSpec? Read(YamlMap? map)
    {
        if (map is null)
            return null;
        var method = map.Choice("method", HttpMethod.Put, ("PUT", HttpMethod.Put), ("POST", HttpMethod.Post));
        if (!map.Has("method"))
            map.Problem("method", "A value is missing. Allowed: PUT, POST.");
        var path = FeedPath.TryParse(map.Required("path"), "iso", [Name], out var problem);
        if (path is null)
            map.Problem("path", problem);
        else if (method == HttpMethod.Put && !path.Names.Contains(Name))
            map.Problem("path", "Each answer needs a place of its own: put {answer.name} into the path.");
        map.Done();
        return path is null ? null : new(method, path);
    }
}

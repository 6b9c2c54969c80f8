using System.Globalization;
using Connectors.Protocols.Manifests;

namespace Connectors.Protocols.OpenApi;

/// <summary>Either a description, or what stands in its way.</summary>
public sealed record OpenApiReading(OpenApiDescription? Description, IReadOnlyList<ManifestProblem> Problems);

/// <summary>Reads OpenAPI 3.0 and 3.1, and Swagger 2.0, as JSON or YAML. Pure and bounded; fetches nothing.</summary>
public static class OpenApiReader
{
    public const int MostCharacters = ApiTreeReader.MostCharacters;
    private const int MostOperations = 2_000;
    private static readonly string[] Methods = ["get", "post", "put", "patch", "delete"];

    /// <param name="source">The document as its owner knows it; begins each problem.</param>
    public static OpenApiReading Read(string text, string source)
    {
        var problems = new ManifestProblems(source);
        if (ApiTreeReader.Read(text, problems) is not { } root)
            return new(null, problems.Found);
        var version = root.Text("openapi") ?? root.Text("swagger") ?? "";
        if (!(root["openapi"] is not null && (version.StartsWith("3.0", StringComparison.Ordinal) || version.StartsWith("3.1", StringComparison.Ordinal)) || root["swagger"] is not null && version == "2.0"))
            problems.Add((root["openapi"] ?? root["swagger"] ?? root).Line, version.Length == 0
                ? "openapi: It is missing. Allowed: openapi: 3.0.x or 3.1.x, or swagger: \"2.0\"."
                : $"openapi: '{ApiTreeReader.Short(version)}' is not read. Allowed: openapi: 3.0.x or 3.1.x, or swagger: \"2.0\".");
        if (problems.Found.Count == 0 && root["paths"] is not { IsMap: true } && root["webhooks"] is not { IsMap: true })
            problems.Add((root["paths"] ?? root).Line, "paths: It is missing. A mapping of paths to operations is expected.");
        var references = new ApiReferences(root);
        if (problems.Found.Count == 0)
            references.Check(problems);
        if (problems.Found.Count > 0)
            return new(null, problems.Found);
        var schemas = new ApiSchemas(references);
        var servers = ApiServers.Of(root).ToList();
        return new(new(schemas)
        {
            Version = version,
            Title = Line(root["info"]?.Text("title")) is { Length: > 0 } title ? title : "My system",
            Summary = Line(root["info"]?.Text("summary") ?? root["info"]?.Text("description")),
            Address = servers.FirstOrDefault(),
            OtherAddresses = [.. servers.Skip(1).Distinct().Take(5)],
            Schemes = ApiSecurity.Of(root, references),
            Operations = Operations(root, references, version == "2.0"),
        }, []);
    }

    private static List<OpenApiOperation> Operations(ApiNode root, ApiReferences references, bool two)
    {
        var found = new List<OpenApiOperation>();
        var ids = new HashSet<string>(StringComparer.Ordinal);
        void Take(string method, string path, ApiNode node, IReadOnlyList<ApiNode> shared)
        {
            if (found.Count == MostOperations)
                return;
            var id = node.Text("operationId") is { Length: > 0 } given ? Line(given) : $"{method} {path}";
            while (!ids.Add(id))
                id = $"{method} {path}{(ids.Contains($"{method} {path}") ? " " + ids.Count.ToString(CultureInfo.InvariantCulture) : "")}";
            found.Add(new ApiOperationReader(root, references, two).Read(id, method, path, node, shared));
        }

        foreach (var (path, at) in root["paths"]?.Fields ?? [])
            if (references.Of(at) is { IsMap: true } item)
                foreach (var method in Methods)
                    if (references.Of(item[method]) is { IsMap: true } node)
                        Take(method.ToUpperInvariant(), path, node, item["parameters"]?.Items ?? []);
        foreach (var (name, at) in (root["webhooks"] ?? root["x-webhooks"])?.Fields ?? [])
            if (references.Of(at) is { IsMap: true } item && references.Of(item["post"]) is { IsMap: true } node)
                Take("WEBHOOK", name, node, []);
        return found;
    }

    /// <summary>One line of at most 300 characters.</summary>
    internal static string Line(string? text)
    {
        var line = string.Join(' ', (text ?? "").Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        return line.Length <= 300 ? line : line[..299] + "…";
    }
}

using System.Globalization;

namespace Connectors.Protocols.OpenApi;

/// <summary>Reads one operation, in the form of OpenAPI 3 or Swagger 2.</summary>
internal sealed class ApiOperationReader(ApiNode root, ApiReferences references, bool two)
{
    public OpenApiOperation Read(string id, string method, string path, ApiNode node, IReadOnlyList<ApiNode> shared)
    {
        var parameters = new Dictionary<string, ApiNode>(StringComparer.Ordinal);
        // What stands at the operation goes before what all of the path have.
        foreach (var parameter in shared.Concat(node["parameters"]?.Items ?? []).Select(references.Of).OfType<ApiNode>().Take(200))
            parameters[$"{parameter.Text("in")} {parameter.Text("name")}"] = parameter;
        var body = two ? parameters.Values.FirstOrDefault(p => p.Text("in") == "body") : references.Of(node["requestBody"]);
        var (requestType, request, requestExample) = two
            ? body is null ? (null, null, null) : (First(node, "consumes"), body["schema"], null)
            : Content(body);
        if (two && body is null && parameters.Values.Any(p => p.Text("in") == "formData"))
            requestType = "application/x-www-form-urlencoded";
        var answers = (node["responses"]?.Fields ?? []).Select(f => (f.Name, Node: references.Of(f.Node))).ToList();
        var success = answers.Where(a => a.Name.StartsWith('2')).ToList();
        var best = success.FirstOrDefault(a => Content2(a.Node).Schema is not null) is { Node: not null } with ? with : success.FirstOrDefault();
        var (responseType, response, responseExample) = Content2(best.Node);
        var failure = answers.Where(a => a.Name.StartsWith('4') || a.Name == "default").Select(a => Content2(a.Node).Schema).FirstOrDefault(s => s is not null);
        return new()
        {
            Id = id, Method = method, Path = path, Line = node.Line,
            Summary = OpenApiReader.Line(node.Text("summary") ?? node.Text("description")),
            Tags = [.. (node["tags"]?.Items ?? []).Select(t => t.Value).OfType<string>().Take(10)],
            Deprecated = node.Flag("deprecated"),
            Parameters = [.. parameters.Values.Where(p => p.Text("in") is "path" or "query" or "header" && p.Text("name") is { Length: > 0 }).Select(Parameter)],
            RequestType = requestType, Request = request, RequestExample = requestExample,
            Success = [.. success.Select(a => int.TryParse(a.Name, NumberStyles.None, CultureInfo.InvariantCulture, out var status) ? status : 0).Where(s => s is >= 200 and <= 299)],
            ResponseType = responseType, Response = response, ResponseExample = responseExample, Failure = failure,
            LinkHeader = best.Node?["headers"]?.Fields.Any(h => h.Name.Equals("link", StringComparison.OrdinalIgnoreCase)) == true,
        };
    }

    private OpenApiParameter Parameter(ApiNode node)
    {
        var schema = references.Of(node["schema"]) ?? node;
        return new()
        {
            Name = node.Text("name")!, Where = node.Text("in")!, Required = node.Flag("required"), Schema = schema,
            Sample = node.Text("example") ?? schema.Text("example") ?? schema.Text("default") ?? node.Text("x-example") ?? schema["enum"]?.Items.FirstOrDefault()?.Value,
        };
    }

    /// <summary>JSON before all other kinds.</summary>
    private (string? Type, ApiNode? Schema, ApiNode? Example) Content(ApiNode? body)
    {
        var kinds = body?["content"]?.Fields.ToList() ?? [];
        if (kinds.Count == 0)
            return (null, null, null);
        var (type, node) = kinds.FirstOrDefault(k => k.Name.Contains("json", StringComparison.OrdinalIgnoreCase)) is { Node: not null } json ? json : kinds[0];
        return (type, node["schema"], node["example"] ?? references.Of(node["examples"]?.Fields.Select(f => f.Node).FirstOrDefault())?["value"]);
    }

    private (string? Type, ApiNode? Schema, ApiNode? Example) Content2(ApiNode? answer)
    {
        if (!two)
            return Content(answer);
        var examples = answer?["examples"]?.Fields.ToList() ?? [];
        return answer?["schema"] is { } schema ? ("application/json", schema, examples.FirstOrDefault(e => e.Name.Contains("json", StringComparison.OrdinalIgnoreCase)).Node) : (null, null, null);
    }

    private string First(ApiNode node, string name)
    {
        var kinds = (node[name] ?? root[name])?.Items.Select(i => i.Value).OfType<string>().ToList() ?? [];
        return kinds.Find(k => k.Contains("json", StringComparison.OrdinalIgnoreCase)) ?? kinds.FirstOrDefault() ?? "application/json";
    }
}

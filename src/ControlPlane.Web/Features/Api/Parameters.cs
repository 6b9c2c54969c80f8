using System.Text.Json.Nodes;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace ControlPlane.Web.Features.Api;

/// <summary>Query parameters of an endpoint, for its description. They are read by <see cref="ApiQuery"/>.</summary>
internal sealed record QueryParameters(IReadOnlyList<(string Name, string Meaning)> All);

/// <summary>What <see cref="ApiBody"/> reads. Not the framework's own metadata: that would refuse other types before we can say why.</summary>
internal sealed record JsonBody(Type Type, bool Required);

internal static class Parameters
{
    public static readonly (string, string) Limit = ("limit", "Rows of a page, 1 to 200; default 50");

    public static readonly (string, string) Cursor = ("cursor", "next of the page before");

    public static RouteHandlerBuilder WithParameters(this RouteHandlerBuilder endpoint, params (string Name, string Meaning)[] all) => endpoint.WithMetadata(new QueryParameters(all));

    /// <summary>Writes what the code above knows into the OpenAPI document.</summary>
    public static async Task DescribeAsync(OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken ct)
    {
        var metadata = context.Description.ActionDescriptor.EndpointMetadata;
        operation.Parameters ??= [];
        foreach (var (name, meaning) in metadata.OfType<QueryParameters>().SelectMany(q => q.All))
            operation.Parameters.Add(new OpenApiParameter { Name = name, In = ParameterLocation.Query, Description = meaning, Schema = Schema(name) });
        if (metadata.OfType<IdempotentWrite>().FirstOrDefault() is { } write)
            operation.Parameters.Add(new OpenApiParameter
            {
                Name = IdempotentWrites.Header,
                In = ParameterLocation.Header,
                Required = write.Required,
                Description = "A value of your own for this write; the same one when you repeat it. Answers are kept for 24 hours.",
                Schema = new OpenApiSchema { Type = JsonSchemaType.String, MaxLength = 128, MinLength = 1 },
            });
        if (metadata.OfType<JsonBody>().FirstOrDefault() is { } body)
            operation.RequestBody = new OpenApiRequestBody
            {
                Required = body.Required,
                Content = new Dictionary<string, OpenApiMediaType> { ["application/json"] = new() { Schema = await context.GetOrCreateSchemaAsync(body.Type, null, ct) } },
            };
    }

    private static OpenApiSchema Schema(string name) => name switch
    {
        "limit" => new() { Type = JsonSchemaType.Integer, Minimum = "1", Maximum = "200", Default = JsonValue.Create(Paging.DefaultLimit) },
        "from" or "to" => new() { Type = JsonSchemaType.String, Format = "date-time" },
        "transaction" or "parent" => new() { Type = JsonSchemaType.String, Format = "uuid" },
        _ => new() { Type = JsonSchemaType.String },
    };
}

namespace Connectors.Protocols.OpenApi;

/// <summary>What an OpenAPI or Swagger document says, as far as a connector needs it.</summary>
public sealed class OpenApiDescription
{
    internal OpenApiDescription(ApiSchemas schemas) => Schemas = schemas;

    /// <summary><c>2.0</c>, <c>3.0.1</c>, <c>3.1.0</c>.</summary>
    public required string Version { get; init; }

    public required string Title { get; init; }

    /// <summary>One line; empty when it says nothing.</summary>
    public string Summary { get; init; } = "";

    /// <summary>Address of the first server, with the defaults of its variables; null when it is relative or not there.</summary>
    public string? Address { get; init; }

    public IReadOnlyList<string> OtherAddresses { get; init; } = [];

    public IReadOnlyList<OpenApiScheme> Schemes { get; init; } = [];

    public IReadOnlyList<OpenApiOperation> Operations { get; init; } = [];

    internal ApiSchemas Schemas { get; }
}

/// <summary>How requests prove who they are.</summary>
/// <param name="Name">As the document calls it.</param>
/// <param name="Kind"><c>bearer</c>, <c>basic</c>, <c>api-key</c>, <c>oauth2-client</c>, <c>oauth2-person</c>, or empty when it is of another kind.</param>
/// <param name="Header">Of an API key.</param>
/// <param name="TokenAddress">Of OAuth 2.</param>
/// <param name="Told">What it is, for people.</param>
public sealed record OpenApiScheme(string Name, string Kind, string Header, string TokenAddress, IReadOnlyList<string> Scopes, string Told);

/// <param name="Where"><c>path</c>, <c>query</c>, <c>header</c>.</param>
public sealed record OpenApiParameter
{
    public required string Name { get; init; }

    public required string Where { get; init; }

    public bool Required { get; init; }

    internal ApiNode? Schema { get; init; }

    /// <summary>From example, default or the first allowed word; null when there is none.</summary>
    internal string? Sample { get; init; }
}

/// <summary>One operation: a method at a path.</summary>
public sealed record OpenApiOperation
{
    /// <summary>Its operationId, or method and path; unique within the document.</summary>
    public required string Id { get; init; }

    /// <summary>In capital letters; <c>WEBHOOK</c> for what the system sends.</summary>
    public required string Method { get; init; }

    public required string Path { get; init; }

    public string Summary { get; init; } = "";

    public IReadOnlyList<string> Tags { get; init; } = [];

    public IReadOnlyList<OpenApiParameter> Parameters { get; init; } = [];

    public int Line { get; init; }

    /// <summary>Media type of the request; null when it has no body.</summary>
    public string? RequestType { get; init; }

    public IReadOnlyList<int> Success { get; init; } = [];

    /// <summary>Media type of the answer; null when it has no body.</summary>
    public string? ResponseType { get; init; }

    public bool Deprecated { get; init; }

    public bool IsWebhook => Method == "WEBHOOK";

    internal ApiNode? Request { get; init; }

    internal ApiNode? RequestExample { get; init; }

    internal ApiNode? Response { get; init; }

    internal ApiNode? ResponseExample { get; init; }

    internal ApiNode? Failure { get; init; }

    internal bool LinkHeader { get; init; }
}

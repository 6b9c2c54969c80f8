using Connectors.Protocols.Http;

namespace Connectors.Protocols.Manifests;

/// <summary>Which keys of a request go together: each way of writing it excludes the others.</summary>
internal static class RequestShape
{
    public static void Check(YamlMap map, RequestSpec request)
    {
        var file = request.Format is not (null or Formats.JsonFormat);
        if (request.GraphQl is not null && (request.Encoding != RequestEncoding.Json || file || request.Batch is not null))
            map.Problem("graphql", "A query travels as JSON. Leave out encoding, format and batch.");
        if (request.Multipart is not null && request.Encoding != RequestEncoding.Multipart)
            map.Problem("multipart", "It needs encoding: multipart.");
        if (request is { Encoding: RequestEncoding.Multipart, Multipart: null } && file)
            map.Problem("multipart", "A document that is not JSON is one part. Name it: multipart: { part: file, fileName: \"{reference}.csv\" }.");
        if (request.Encoding == RequestEncoding.Form && file)
            map.Problem("encoding", "A form holds fields, and the format writes a file. Use encoding: multipart, or leave the format out.");
        if (request.Batch is not null && (request.Encoding != RequestEncoding.Json || file || request.Mapping is null))
            map.Problem("batch", "A batch is made of what a mapping writes as JSON. Give a mapping, and leave out encoding and format.");
        if ((request.Encoding != RequestEncoding.Json || request.Compress) && request is { Mapping: null, GraphQl: null })
            map.Problem("mapping", "There is nothing to be encoded or compressed without a mapping.");
        if (map.Has("contentType") && (request.Encoding != RequestEncoding.Json || request.GraphQl is not null || request.Batch is not null))
            map.Problem("contentType", "It follows from how the request is written. Leave it out.");
    }
}

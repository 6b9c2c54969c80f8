using ControlPlane.Domain.Mappings.Suggestions;

namespace Connectors.Protocols.OpenApi;

/// <summary>How what an earlier try wrote is found: by the list that stands at the same address, where its entries have a tracking number or our reference.</summary>
internal static class DraftLookUp
{
    /// <summary>Null when the description has no such list.</summary>
    public static IReadOnlyList<string>? Of(OpenApiDescription description, OpenApiOperation operation, OpenApiPurpose purpose, Func<string, string> fill)
    {
        var list = description.Operations.FirstOrDefault(o => o.Method == "GET" && o.Path == operation.Path && !o.Parameters.Any(p => p.Where is "query" or "header" && p.Required && !DraftOperation.IsOurs(p.Name)));
        if (list is null || purpose != OpenApiPurpose.ConfirmShipment || ApiPlaces.Lists(description.Schemas, list.Response).FirstOrDefault() is not { Path: { } at, Items: { } items })
            return null;
        var tracking = ApiPlaces.Scalars(description.Schemas, items, lists: false).FirstOrDefault(p => FieldNames.Words(p.Name) is var words && words.Contains("tracking") && !words.Contains("url") && !words.Contains("link"));
        if (tracking.Path is null)
            return null;
        return
        [
            "  lookUp:",
            $"    path: {DraftText.Value(DraftFeed.PathOf(list, (name, _) => fill(name)))}",
            $"    found: {DraftText.Value(at + "[0]")}",
            $"    matches: {{ at: {DraftText.Value($"{at}[]{tracking.Path[1..]}")}, is: \"{{shipment.trackingNumber}}\" }}",
        ];
    }
}

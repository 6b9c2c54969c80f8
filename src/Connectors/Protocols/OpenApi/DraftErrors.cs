using ControlPlane.Domain.Mappings.Suggestions;

namespace Connectors.Protocols.OpenApi;

/// <summary>Writes <c>errors:</c> from the schemas of failed answers.</summary>
internal static class DraftErrors
{
    public static void Write(DraftText text, OpenApiDescription description, IReadOnlyList<OpenApiChoice> choices)
    {
        var failure = choices.Select(c => c.Operation.Failure).FirstOrDefault(f => f is not null);
        var places = failure is null ? [] : ApiPlaces.Scalars(description.Schemas, failure).ToList();
        var code = places.FirstOrDefault(p => FieldNames.Words(p.Name) is [.., "code"] or ["error"] or [.., "type"]);
        var message = places.FirstOrDefault(p => FieldNames.Words(p.Name) is [.., "message" or "description" or "detail" or "title" or "reason"]);
        if (code.Path is null && message.Path is null)
            return;
        text.Line(2, "errors:");
        if (code.Path is not null)
            text.Line(4, $"code: {DraftText.Value(code.Path)}");
        if (message.Path is not null)
            text.Line(4, $"message: {DraftText.Value(message.Path)}");
        text.Line(4, "", "which of its codes has a person to correct? map: [{ code: unknown_sku, kind: data, as: channel.sku_unknown, message: … }]");
        text.Gap();
    }
}

using System.Text.Json;
using System.Text.Json.Nodes;

namespace Connectors.Protocols.OpenApi;

/// <summary>
/// Makes a connector's document of a description and of what a person chose from it. Pure; the same choice gives the same text. What it reads of the
/// description it writes; what it cannot derive it leaves as a comment that begins with <c>decide:</c>.
/// </summary>
public static class OpenApiDraftMaker
{
    private static readonly JsonSerializerOptions Lines = new() { WriteIndented = true, NewLine = "\n", Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <param name="choices">At most one for each purpose that comes in; operations of the same name get a number.</param>
    public static OpenApiDraft Make(OpenApiDescription description, IReadOnlyList<OpenApiChoice> choices)
    {
        var settings = new DraftSettings();
        var security = DraftSecurity.Write(description, settings);
        var feed = choices.FirstOrDefault(c => c.Purpose == OpenApiPurpose.ListOrders) is { } list
            ? DraftFeed.Of(description, list.Operation, choices.FirstOrDefault(c => c.Purpose == OpenApiPurpose.GetOrder)?.Operation, settings) : null;
        var webhooks = choices.Where(c => c.Purpose == OpenApiPurpose.OrderWebhook && c.Operation.IsWebhook).Select(c => c.Operation).DistinctBy(o => o.Path).Take(5).ToList();
        var received = DraftReceive.Write(description, feed, webhooks, settings, out var sample, out var topic);
        var written = new List<DraftOperation>();
        foreach (var choice in choices.Where(c => !c.Operation.IsWebhook && c.Purpose != OpenApiPurpose.ListOrders && (c.Purpose != OpenApiPurpose.GetOrder || feed is null)))
            written.Add(DraftOperation.Of(description, choice, settings, [.. written.Select(w => w.Name)]));

        var text = new DraftText();
        text.Note(0, $"Made of the OpenAPI description \"{description.Title}\" (version {description.Version} of OpenAPI). What it does not say is marked \"decide:\"; change it from the top to the bottom.");
        if (description.Address is { } address)
            text.Note(0, $"{OpenApiDraft.AddressMarker[2..]}{address}{(description.OtherAddresses.Count > 0 ? $"; the description also names {string.Join(", ", description.OtherAddresses)}" : "")}");
        else
            text.Line(0, "", "the description names no address; it is that of the connection.");
        text.Line(0, "kind: Connector");
        text.Line(0, "metadata:");
        text.Line(2, $"name: {DraftText.Value(DraftText.Slug(description.Title))}", "the name; connections refer to it, so choose once.");
        text.Line(0, "spec:");
        text.Line(2, $"title: {DraftText.Value(description.Title.Length > 80 ? description.Title[..80] : description.Title)}");
        text.Line(2, $"description: {DraftText.Value(description.Summary.Length > 0 ? description.Summary : description.Title)}");
        var role = feed is not null || webhooks.Count > 0 ? "marketplace" : written.Any(w => w.Purpose == OpenApiPurpose.CreateOrder) ? "erp" : "wms";
        text.Line(2, $"roles: [{role}]", "what it is to you: storefront, marketplace, point-of-sale, b2b, erp, wms, 3pl.");
        text.Gap();
        settings.Write(text);
        foreach (var line in security)
            text.Line(2, line.Text, line.Decide);
        text.Gap();
        DraftErrors.Write(text, description, choices);
        feed?.Write(text);
        foreach (var line in received)
            text.Line(line.Indent, line.Text, line.Decide);
        if (received.Count > 0)
            text.Gap();
        if (written.Any(w => w.Rows.Count > 0))
            text.Line(2, "mappings:");
        foreach (var operation in written)
            operation.WriteMapping(text);
        if (written.Count > 0)
            text.Line(2, "operations:");
        foreach (var operation in written)
            operation.Write(text);
        return OpenApiDraft.Of(text.ToString().TrimEnd() + "\n", sample is null ? "" : JsonSerializer.Serialize(sample, Lines), topic, description.Address);
    }

    /// <summary>What nobody said otherwise about: the likeliest operation for each purpose.</summary>
    public static OpenApiDraft Make(OpenApiDescription description) =>
        Make(description, [.. OpenApiProposals.Best(OpenApiProposals.For(description)).Select(p => new OpenApiChoice(p.Operation, p.Purpose))]);

    internal static JsonElement Element(JsonNode node) => JsonSerializer.SerializeToElement(node);
}

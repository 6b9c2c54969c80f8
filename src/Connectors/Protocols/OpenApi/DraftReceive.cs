using System.Text.Json.Nodes;
using ControlPlane.Domain.Mappings.Incoming;
using ControlPlane.Domain.Mappings.Suggestions;

namespace Connectors.Protocols.OpenApi;

/// <summary>Writes <c>receive:</c>: what an order of the feed, or of a webhook, means, with the rows that its fields suggest.</summary>
internal static class DraftReceive
{
    public static List<DraftLine> Write(OpenApiDescription description, DraftFeed? feed, IReadOnlyList<OpenApiOperation> webhooks, DraftSettings settings, out JsonNode? sample, out string topic)
    {
        (sample, topic) = (feed?.Sample, feed is null ? "" : DraftFeed.Name);
        var lines = new List<DraftLine>();
        if (feed is null && webhooks.Count == 0)
            return lines;
        lines.Add(new(2, "receive:"));
        if (webhooks.Count > 0)
        {
            settings.Add("webhookSecret", "Secret that signs the webhooks.", secret: true);
            lines.Add(new(4, "signature: { scheme: hmac, header: X-Signature, encoding: hex, secret: webhookSecret }", "how does a webhook prove its sender? Descriptions do not say it. Allowed: standard-webhooks, hmac, timestamped, public-key, token, basic."));
            lines.Add(new(4, "topic: header:X-Event", "where does a webhook say what it is about? header:Name, or a path such as $.event."));
        }

        lines.Add(new(4, "documents:"));
        var documents = new List<(List<string> Topics, List<DraftLine> Lines)>();
        void Add(string about, JsonNode? document)
        {
            var read = Order(document);
            // A webhook often brings the very document that the list has.
            if (documents.Find(d => d.Lines.SequenceEqual(read)) is { Topics: { } topics })
                topics.Add(about);
            else
                documents.Add(([about], read));
        }

        if (feed is not null)
            Add(DraftFeed.Name, feed.Sample);
        foreach (var webhook in webhooks)
        {
            var document = (webhook.RequestExample is { } example ? ApiSchemas.Literal(example) : null) ?? description.Schemas.Example(webhook.Request);
            if (sample is null)
                (sample, topic) = (document, webhook.Path);
            Add(webhook.Path, document);
        }

        foreach (var (topics, read) in documents)
        {
            lines.Add(new(6, $"- topics: [{string.Join(", ", topics.Select(DraftText.Value))}]"));
            lines.AddRange(read);
        }

        return lines;
    }

    private static List<DraftLine> Order(JsonNode? sample)
    {
        var lines = new List<DraftLine>();
        var profile = new DocumentProfile();
        if (sample is JsonObject)
            profile.Add(OpenApiDraftMaker.Element(sample));
        var at = RowSuggestions.Lines(profile).FirstOrDefault(l => DocumentPath.TryParse(l) is not null);
        var guesses = new DraftGuesses(profile, at);
        lines.Add(new(8, "order:"));
        lines.Add(new(10, $"lines: {{ at: {DraftText.Value(at ?? "$.lines[]")} }}", at is null ? "where do the lines of an order stand? The description shows no list with quantities." : null));
        lines.Add(new(10, "rows:"));
        foreach (var target in IncomingTargets.All(IncomingKind.Order).OrderBy(t => t.OfLine).ThenByDescending(t => t.Needed || t.Path == "number"))
            if (guesses.For(target.Path) is { } row)
                lines.Add(new(12, $"- {{ to: {DraftText.Value(target.Path)}, from: {DraftText.Value(row.From)}{(row.Convert is null ? "" : $", convert: {DraftText.Value(row.Convert)}")} }}", row.Sure ? null : $"is it this? {row.Reason}."));
            else if (target.Needed || target.Path == "lines[].sku")
                lines.Add(Missing(target));
        return lines;
    }

    private static DraftLine Missing(IncomingTarget target)
    {
        var (from, meant) = target.Path switch
        {
            "externalId" => ("from: $.id", "which field is the order's own id?"),
            "placedAt" => ("from: receivedAt", "which field says when the order was placed? Until then it is when it came."),
            "currency" => ("value: EUR", "which field, or which currency, is it?"),
            "lines[].channelLineRef" => ("from: position", "which field is the id of a line? Until then it is its place."),
            "lines[].quantity" => ("from: \"@.quantity\"", "which field is the quantity of a line?"),
            _ => ("from: \"@.sku\"", "which field says what is sold?"),
        };
        return new(12, $"- {{ to: {DraftText.Value(target.Path)}, {from} }}", meant);
    }
}

using System.Text.Json;
using Connectors.Protocols.Http.Receiving;
using Connectors.Protocols.Manifests.Editing;
using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Mappings.Incoming;
using ControlPlane.Domain.Mappings.Suggestions;
using ControlPlane.Runtime.BackTests;
using ControlPlane.Runtime.Persistence;

namespace ControlPlane.Web.Features.Catalogue;

/// <summary>Experience for whoever maps: what came over the last messages, and what other connectors do with fields of the same name.</summary>
public sealed class MappingDesk(BackTests backTests, IConnectorCatalog catalog)
{
    /// <summary>Messages that a suggestion looks at.</summary>
    public const int Looked = 50;

    /// <param name="bench">Its message counts, too, when no message of the connection is kept.</param>
    public async Task<IReadOnlyList<RowSuggestion>> SuggestAsync(TenantScope tenant, Bench bench, CancellationToken ct)
    {
        if (bench.List is not { Direction: not RowDirection.Outgoing } list)
            return [];
        var profile = new DocumentProfile();
        if (bench.Source() is { } shown)
            profile.Add(shown);
        if (bench.Connection is { } connection && bench.Draft is { Receiver: DeclarativeReceiver receiver } draft)
        {
            var feeds = draft.Feeds.Select(f => f.Name).ToHashSet(StringComparer.Ordinal);
            await foreach (var (_, request) in backTests.MessagesAsync(tenant, connection.Key, feeds, Looked, ct))
                if (request.Topic == bench.Topic && receiver.Readable(request, connection) is { } json)
                    profile.Add(JsonSerializer.Deserialize<JsonElement>(json));
        }

        var lines = list.LinesAt ?? RowSuggestions.Lines(profile).FirstOrDefault();
        return RowSuggestions.For(Bench.Kind(list), profile, [.. list.Rows.Select(r => r.Edit.To)], [.. list.Rows.SelectMany(r => r.Edit.From)], lines, Precedents(bench.Draft?.Manifest.Name));
    }

    /// <summary>What every other connector that is data maps to each target.</summary>
    public IReadOnlyList<MappingPrecedent> Precedents(string? except)
    {
        var found = new List<MappingPrecedent>();
        foreach (var connector in catalog.All.Where(c => c.Manifest.Name != except))
            if (connector.Receiver is DeclarativeReceiver receiver)
                foreach (var row in receiver.Spec.Documents.SelectMany(d => new[] { d.Order, d.Shipment }).OfType<CompiledIncoming>().SelectMany(m => m.Template.Rows).Where(r => r.Sources.Count == 1))
                    if (Last(row.Sources[0]) is { Length: > 0 } name)
                        found.Add(new(row.Target, name, connector.Manifest.Title));
        return found;
    }

    private static string Last(string path) => path.Length > 1 && path[0] is '$' or '@' ? path[(path.LastIndexOf('.') + 1)..].Trim('\'', ']', '[') : "";
}

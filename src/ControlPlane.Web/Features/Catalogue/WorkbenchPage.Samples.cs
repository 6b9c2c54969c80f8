using System.Text;
using System.Text.Json;
using Connectors.Protocols.Manifests;
using Connectors.Protocols.OpenApi;
using ControlPlane.Domain.Connections;
using ControlPlane.Runtime.BackTests;
using ControlPlane.Runtime.Mappings;

namespace ControlPlane.Web.Features.Catalogue;

/// <summary>What lies on the bench: a recorded message, a sample, or a transaction that goes out.</summary>
public sealed partial class WorkbenchPage
{
    private async Task ConnectionChosenAsync()
    {
        (_bench.Connection, _message) = (Connections.Find(_connection), null);
        if (_transaction is { } id)
            await TakeTransactionAsync(id);
        ShowAll();
    }

    private async Task TakeAsync(Guid id)
    {
        var feeds = _bench.Draft?.Feeds.Select(f => f.Name).ToHashSet(StringComparer.Ordinal) ?? [];
        if (await BackTests.FindAsync(Tenant, id, _ => feeds, CancellationToken.None) is not { } found)
            return;
        (_bench.Message, _bench.Original, _bench.Topic, _message) = (Readable(found.Request.Body), found.Request, found.Request.Topic, id);
        if (_of.Any(c => c.Key == found.Connection))
            (_connection, _bench.Connection) = (found.Connection, Connections.Find(found.Connection));
        _keepSaid = null;
        ShowAll();
    }

    /// <summary>Until a message came, the sample of a built-in connector stands for it.</summary>
    private void TakeSample()
    {
        if (EmbeddedCatalog.FirstSample(Name) is not { } sample)
            return;
        var topic = _bench.Draft?.Feeds.FirstOrDefault()?.Name ?? "";
        (_bench.Message, _bench.Topic) = (Readable(sample), topic);
        _bench.Original = new() { Topic = topic, Body = sample, ReceivedAt = Clock.GetUtcNow(), Polled = topic.Length > 0 };
    }

    /// <summary>The sample of the start, or the message that a description shows.</summary>
    private void TakeStart()
    {
        if (From is { } start)
        {
            (_bench.Message, _bench.Topic) = (Readable(start.Sample), start.Topic);
            _bench.Connection = _bench.Draft is { } draft ? start.SampleConnection(draft.Manifest) : null;
        }
        else if (OpenApiDraft.SampleIn(_bench.Text) is { } shown)
            (_bench.Message, _bench.Topic) = (shown.Sample, shown.Topic);
    }

    private async Task FindTransactionsAsync()
    {
        _transactions = await Trials.ListAsync(Tenant, _search.Trim().Length > 0 ? _search.Trim() : null, 8, CancellationToken.None);
        if (_transaction is null && _transactions.Count > 0)
            await TakeTransactionAsync(_transactions[0].Id);
    }

    private async Task TakeTransactionAsync(Guid id)
    {
        var connection = Connections.Find(_connection) ?? (_bench.Draft is { } draft ? OutgoingPreview.Stranger(draft) : null);
        if (connection is null)
            return;
        (_transaction, _bench.Transaction) = (id, await Trials.RequestAsync(Tenant, id, connection, null, CancellationToken.None));
        ShowAll();
    }

    /// <summary>In lines, when it is JSON: systems send it in one.</summary>
    private static string Readable(ReadOnlyMemory<byte> body)
    {
        try
        {
            return JsonSerializer.Serialize(JsonSerializer.Deserialize<JsonElement>(body.Span), Lines);
        }
        catch (JsonException)
        {
            return Encoding.UTF8.GetString(body.Span);
        }
    }
}

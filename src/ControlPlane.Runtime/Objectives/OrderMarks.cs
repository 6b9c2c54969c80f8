using System.Collections.Concurrent;
using System.Text.Json;
using ControlPlane.Runtime.Ingestion;
using ControlPlane.Runtime.Persistence;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Runtime.Objectives;

/// <summary>Brand and region of an order, from its canonical document. A document never changes, so nothing that is kept is ever stale.</summary>
internal sealed class OrderMarks(IControlPlaneDb db)
{
    private const int Generation = 20_000;

    private ConcurrentDictionary<Guid, (string Brand, string Region)> _young = new();

    private ConcurrentDictionary<Guid, (string Brand, string Region)> _old = new();

    /// <summary>Empty where the order does not say, or was erased.</summary>
    public (string Brand, string Region) Of(Guid? payload) => payload is { } id && (_young.TryGetValue(id, out var marks) || _old.TryGetValue(id, out marks)) ? marks : ("", "");

    /// <summary>Before the lock is taken: reading and unpacking documents takes longer than counting.</summary>
    public async Task LoadAsync(IEnumerable<Guid> payloads, CancellationToken ct)
    {
        var missing = payloads.Where(p => !_young.ContainsKey(p) && !_old.ContainsKey(p)).Distinct().ToList();
        if (missing.Count == 0)
            return;
        await using var context = db.CreateContext();
        foreach (var chunk in missing.Chunk(250))
            foreach (var row in await context.Payloads.IgnoreQueryFilters().AsNoTracking().Where(p => chunk.Contains(p.Id)).ToListAsync(ct))
                Keep(row.Id, Read(row));
    }

    private void Keep(Guid id, (string, string) marks)
    {
        if (_young.Count >= Generation)
            (_old, _young) = (_young, new());
        _young[id] = marks;
    }

    private static (string, string) Read(PayloadRow row)
    {
        if (row.Content.Length == 0)
            return ("", "");
        try
        {
            using var order = JsonDocument.Parse(PayloadRows.Unpack(row));
            return (Text(order.RootElement, "extensions", "brand"), Text(order.RootElement, "shipTo", "countryCode"));
        }
        catch (Exception e) when (e is JsonException or InvalidDataException or InvalidOperationException)
        {
            return ("", "");
        }
    }

    private static string Text(JsonElement order, string of, string name) =>
        order.ValueKind == JsonValueKind.Object && order.TryGetProperty(of, out var part) && part.ValueKind == JsonValueKind.Object && part.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
            ? PayloadRows.Cut(value.GetString(), ColumnLengths.Key)! : "";
}

using System.Text.Json;
using ControlPlane.Domain.Repair;
using ControlPlane.Domain.Shared;
using ControlPlane.Runtime.Ingestion;
using ControlPlane.Runtime.Persistence;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace ControlPlane.Runtime.Repair;

/// <summary>
/// Asks for the figures that held orders wait for, each question once however many wait for its answer, at most so many questions at a time,
/// and not before its time unless something came about the order. On several nodes whoever moves the next time asks.
/// </summary>
internal sealed class FigureWatch(FigureDesk desk, IOptions<RepairOptions> options, TimeProvider clock)
{
    /// <summary>In one look; the others have their turn in the next.</summary>
    private const int MostQuestions = 20;

    /// <summary>Something came about the order: but not sooner than this after the last time.</summary>
    private static readonly TimeSpan Soonest = TimeSpan.FromSeconds(10);

    /// <returns>Why a hold is over, by its id.</returns>
    public async Task<Dictionary<Guid, string>> LookAsync(ControlPlaneDbContext context, IReadOnlyList<OrderHoldRow> waiting, CancellationToken ct)
    {
        var over = new Dictionary<Guid, string>();
        if (waiting.Count == 0)
            return over;
        var now = clock.GetUtcNow();
        var early = await SpokenOfAsync(context, [.. waiting.Where(h => h.NextLookAt > now.ToMicroseconds() && h.LookedAt < (now - Soonest).ToMicroseconds())], ct);
        var due = waiting.Where(h => h.NextLookAt <= now.ToMicroseconds() || early.Contains(h.Id)).GroupBy(h => (h.TenantId, h.Figure)).Take(MostQuestions).ToList();
        foreach (var same in due)
        {
            var next = (now + TimeSpan.FromSeconds(options.Value.AskFiguresSeconds)).ToMicroseconds();
            var mine = new List<OrderHoldRow>();
            foreach (var hold in same)
                if (await context.OrderHolds.IgnoreQueryFilters().Where(h => h.Id == hold.Id && h.NextLookAt == hold.NextLookAt && h.EndedAt == null).ExecuteUpdateAsync(s => s.SetProperty(h => h.NextLookAt, next), ct) == 1)
                    mine.Add(hold);
            if (mine.Count == 0)
                continue;
            var figure = Read(same.Key.Figure!);
            var answer = await desk.AskAsync(same.Key.TenantId, figure, ct);
            var said = PayloadRows.Cut(answer.Value ?? answer.Problem, ColumnLengths.Identifier);
            foreach (var hold in mine)
            {
                await context.OrderHolds.IgnoreQueryFilters().Where(h => h.Id == hold.Id).ExecuteUpdateAsync(s => s.SetProperty(h => h.LastFigure, said).SetProperty(h => h.LookedAt, now.ToMicroseconds()), ct);
                if (answer.Value is { } value && figure.IsMetBy(value))
                    over[hold.Id] = $"{figure.Figure} is {value}, which it was held for; it goes on by itself";
            }
        }

        return over;
    }

    public static FigureCondition Read(string json) => JsonSerializer.Deserialize(json, FigureJson.Default.FigureCondition)!;

    public static string Write(FigureCondition figure) => JsonSerializer.Serialize(figure, FigureJson.Default.FigureCondition);

    private static async Task<HashSet<Guid>> SpokenOfAsync(ControlPlaneDbContext context, List<OrderHoldRow> holds, CancellationToken ct)
    {
        var found = new HashSet<Guid>();
        foreach (var chunk in holds.Chunk(500))
        {
            var ids = chunk.Select(h => (Guid?)h.TransactionId).ToList();
            var newest = await context.Signals.IgnoreQueryFilters().AsNoTracking().Where(s => ids.Contains(s.TransactionId) && s.ConsumedAt == null).GroupBy(s => s.TransactionId).Select(g => new { g.Key, At = g.Max(s => s.ReceivedAt) }).ToListAsync(ct);
            found.UnionWith(chunk.Where(h => newest.Exists(n => n.Key == h.TransactionId && n.At >= h.LookedAt)).Select(h => h.Id));
        }

        return found;
    }
}

[System.Text.Json.Serialization.JsonSourceGenerationOptions(JsonSerializerDefaults.Web, UseStringEnumConverter = true)]
[System.Text.Json.Serialization.JsonSerializable(typeof(FigureCondition))]
internal sealed partial class FigureJson : System.Text.Json.Serialization.JsonSerializerContext;

using System.Diagnostics;
using ControlPlane.Domain.IdentifierRules;
using ControlPlane.Domain.Transactions;
using ControlPlane.Runtime.Connections;
using ControlPlane.Runtime.Ingestion;
using ControlPlane.Runtime.Persistence;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Runtime.IdentifierRules;

/// <param name="Document">Id of the message, or of the transaction whose order was read.</param>
/// <param name="Value">Masked: it finds nobody.</param>
/// <param name="Count">Numbers that the rule takes from this document.</param>
public sealed record TrialExample(Guid Document, bool IsOrder, string Value, int Count);

/// <param name="Documents">Read; at most what was asked for.</param>
/// <param name="WithValue">Of them, those that give a number.</param>
/// <param name="Distinct">Different numbers.</param>
/// <param name="Unreadable">No JSON although the rule has a path, or not kept any more.</param>
/// <param name="Warning">Why the rule would be of little use; null when nothing speaks against it.</param>
public sealed record TrialReport(int Documents, int WithValue, int Values, int Distinct, int Unreadable, IReadOnlyList<TrialExample> Examples, string? Warning, TimeSpan Took);

/// <summary>Tries a rule on what came lately. Reads only.</summary>
public sealed class RuleTrial(IControlPlaneDb db, IConnectionRegistry connections)
{
    public const int Usual = 500;

    private const int MostExamples = 6;

    /// <summary>So many of the newest messages are looked at for a rare topic: then it is called rare.</summary>
    private const int MostLooked = 20_000;

    private const int Bodies = 50;

    /// <param name="count">1 to <see cref="Usual"/>.</param>
    public async Task<TrialReport> RunAsync(TenantScope tenant, IdentifierRule rule, int count, CancellationToken ct)
    {
        var from = Stopwatch.GetTimestamp();
        var compiled = new CompiledRule(rule);
        await using var context = db.CreateContext(tenant);
        var places = rule.Document == RuleDocument.Order ? await OrdersAsync(context, rule, count, ct) : await MessagesAsync(context, rule, count, ct);
        var tally = new TrialTally(rule);
        foreach (var part in places.Chunk(Bodies))
        {
            var payloads = part.Select(p => p.Payload).ToList();
            var bodies = await context.Payloads.AsNoTracking().Where(p => payloads.Contains(p.Id)).ToDictionaryAsync(p => p.Id, ct);
            foreach (var (document, payload) in part)
            {
                if (!bodies.TryGetValue(payload, out var body) || body.Content.Length == 0)
                {
                    tally.Unreadable();
                    continue;
                }

                using var text = new RuleText(PayloadRows.Unpack(body));
                if (rule.Path is not null && text.Json is null)
                    tally.Unreadable();
                else
                    tally.Add(document, compiled.Read(text));
            }
        }

        return tally.Report(MostExamples, Stopwatch.GetElapsedTime(from));
    }

    private async Task<List<(Guid Document, Guid Payload)>> OrdersAsync(ControlPlaneDbContext context, IdentifierRule rule, int count, CancellationToken ct)
    {
        var rows = context.Transactions.AsNoTracking().Where(t => t.CanonicalPayloadId != null);
        if (Keys(rule) is { } keys)
            rows = rows.OrderByDescending(t => t.Id).Take(MostLooked).Where(t => keys.Contains(t.Connection));
        return [.. (await rows.OrderByDescending(t => t.Id).Take(Math.Clamp(count, 1, Usual)).Select(t => new { t.Id, Payload = t.CanonicalPayloadId!.Value }).ToListAsync(ct)).Select(t => (t.Id, t.Payload))];
    }

    private async Task<List<(Guid Document, Guid Payload)>> MessagesAsync(ControlPlaneDbContext context, IdentifierRule rule, int count, CancellationToken ct)
    {
        // Of a delivery the parts are read, each as it was translated.
        var rows = context.Messages.AsNoTracking().Where(m => m.State != MessageState.Unpacked && m.State != MessageState.Unpacking);
        if (rule.Connection is { } connection)
            rows = rows.Where(m => m.Connection == connection);
        if (rule.Topic is not null || rule.Connector is not null)
            rows = rows.OrderByDescending(m => m.Id).Take(MostLooked);
        if (Keys(rule) is { } keys)
            rows = rows.Where(m => keys.Contains(m.Connection));
        if (rule.Topic is { } topic)
            rows = rows.Where(m => m.Topic == topic);
        return [.. (await rows.OrderByDescending(m => m.Id).Take(Math.Clamp(count, 1, Usual)).Select(m => new { m.Id, m.PayloadId }).ToListAsync(ct)).Select(m => (m.Id, m.PayloadId))];
    }

    /// <summary>Connections that the rule reads; null = every one.</summary>
    private List<string>? Keys(IdentifierRule rule) => rule switch
    {
        { Connection: null, Connector: null } => null,
        { Connector: null, Connection: { } key } => [key],
        _ => [.. connections.All.Where(c => c.Connector == rule.Connector && (rule.Connection is null || rule.Connection == c.Key)).Select(c => c.Key)],
    };
}

/// <summary>Counts what a rule finds, and judges it.</summary>
internal sealed class TrialTally(IdentifierRule rule)
{
    /// <summary>A number that so many documents share leads to nobody in particular.</summary>
    private const double Shared = 0.25;

    private readonly Dictionary<string, int> _values = new(StringComparer.Ordinal);
    private readonly List<TrialExample> _examples = [];
    private int _documents, _with, _count, _unreadable;

    public void Unreadable() => (_documents, _unreadable) = (_documents + 1, _unreadable + 1);

    public void Add(Guid document, IReadOnlyList<string> values)
    {
        _documents++;
        if (values.Count == 0)
            return;
        _with++;
        _count += values.Count;
        foreach (var value in values.Select(Identifier.Normalize))
            _values[value] = _values.GetValueOrDefault(value) + 1;
        _examples.Add(new(document, rule.Document == RuleDocument.Order, rule.Hash ? "kept as a digest" : ExampleMask.Of(values[0]), values.Count));
    }

    public TrialReport Report(int examples, TimeSpan took)
    {
        var most = _values.Count == 0 ? 0 : _values.Values.Max();
        var warning = _documents == 0 ? "Nothing that this rule reads came lately, so nothing can be said of it."
            : _with == 0 ? "None of these documents gives a number."
            : _documents >= 20 && most > _documents * Shared ? $"One number stands in {most} of {_documents} documents: whoever searches it finds them all."
            : _count > _with * 20 ? $"{_count / _with} numbers a document: the rule takes more than somebody would search for."
            : null;
        return new(_documents, _with, _count, _values.Count, _unreadable, [.. _examples.DistinctBy(e => e.Value).Take(examples)], warning, took);
    }
}

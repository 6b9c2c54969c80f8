using System.Globalization;
using ControlPlane.Domain.Objectives;
using ControlPlane.Domain.Scorecard;
using ControlPlane.Runtime.Objectives;

namespace ControlPlane.Runtime.Scorecard;

/// <summary>One stretch of a list of misses.</summary>
/// <param name="Party">Null = any.</param>
internal sealed record MissedStretch(string Indicator, ObjectivePeriod Period, string? Party);

/// <summary>Walks misses through several indicators, hours and parties as one list. Stretches that hold nothing are known from the sums and left out.</summary>
internal sealed class MissedWalk(IObjectiveFigures figures, ScorecardListAsk ask)
{
    public async Task<(long Total, IReadOnlyList<MissedStretch> Stretches)> PlanAsync(IReadOnlyList<string> indicators, ObjectivePeriod period, CancellationToken ct)
    {
        var (total, stretches) = (0L, new List<MissedStretch>());
        var hours = ask.Hour is { } hour ? HeatMap.Stretches(period, hour, ask.Ask.Zone) : [period];
        foreach (var indicator in indicators)
            foreach (var stretch in hours)
            {
                if (ask.Party is null)
                {
                    Add(new(indicator, stretch, null), (await figures.TalliesAsync(indicator, stretch, TimeSpan.FromMinutes(15), ask.Ask.Scope, ct)).Sum(t => t.Bad));
                    continue;
                }

                var members = PartyGroup.Find(ask.Party).Members;
                foreach (var party in (await figures.TalliesByAsync(indicator, ObjectiveDimension.Party, stretch, TimeSpan.FromMinutes(15), ask.Ask.Scope, ct)).Where(t => members.Contains(t.Key)).GroupBy(t => t.Key).OrderBy(g => g.Key, StringComparer.Ordinal))
                    Add(new(indicator, stretch, party.Key), party.Sum(t => t.Tally.Bad));
            }

        return (total, stretches);

        void Add(MissedStretch stretch, long missed)
        {
            total += missed;
            if (missed > 0)
                stretches.Add(stretch);
        }
    }

    public async Task<(IReadOnlyList<(MissedStretch At, MissedEvent Event)> Items, string? Next)> PageAsync(IReadOnlyList<MissedStretch> stretches, string? cursor, int size, CancellationToken ct)
    {
        var (index, inner) = Parse(cursor);
        var items = new List<(MissedStretch, MissedEvent)>();
        while (index < stretches.Count && items.Count < size)
        {
            var stretch = stretches[index];
            var page = await figures.MissedAsync(stretch.Indicator, stretch.Period, ask.Ask.Scope, stretch.Party, null, inner, size - items.Count, ct);
            items.AddRange(page.Items.Select(e => (stretch, e)));
            inner = page.Next;
            if (inner is null)
                index++;
            else if (page.Items.Count == 0)
                break;
        }

        return (items, index < stretches.Count ? FormattableString.Invariant($"{index}~{inner}") : null);
    }

    /// <summary>Whether a page of this walk could have given it out as its next.</summary>
    public static bool IsCursor(string text) => text.IndexOf('~', StringComparison.Ordinal) is > 0 and var at
        && int.TryParse(text.AsSpan(0, at), NumberStyles.None, CultureInfo.InvariantCulture, out _) && (text.Length == at + 1 || ObjectiveFigures.IsCursor(text[(at + 1)..]));

    private static (int Index, string? Inner) Parse(string? cursor) =>
        cursor?.IndexOf('~', StringComparison.Ordinal) is > 0 and var at && int.TryParse(cursor.AsSpan(0, at), NumberStyles.None, CultureInfo.InvariantCulture, out var index) ? (index, cursor.Length == at + 1 ? null : cursor[(at + 1)..]) : (0, null);
}

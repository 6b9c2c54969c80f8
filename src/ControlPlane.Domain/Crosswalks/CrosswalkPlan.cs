namespace ControlPlane.Domain.Crosswalks;

public enum CrosswalkChange : byte
{
    Added,
    Changed,
    Retired,
    Unchanged,
    Refused,
}

/// <summary>What somebody wants of one entry.</summary>
/// <param name="Entry">As it should be; its state says whether it is retired.</param>
/// <param name="Line">In the file that it came from; 0 when it came from none.</param>
/// <param name="Known">Its id is that of an entry which must be there.</param>
/// <param name="IfRevision">The entry must still be at this revision: what the person saw when deciding. Null = whatever it is.</param>
public sealed record CrosswalkWish(CrosswalkEntry Entry, int Line = 0, bool Known = false, long? IfRevision = null);

/// <summary>What becomes of one wish.</summary>
/// <param name="Before">As it was; null for a new one, or when it is refused before that was known.</param>
public sealed record CrosswalkStep(CrosswalkChange Change, int Line, CrosswalkEntry? Before, CrosswalkEntry After, IReadOnlyList<CrosswalkProblem> Problems);

/// <summary>What a set of wishes would do to a table: the diff that people see before anything is applied.</summary>
public sealed record CrosswalkPlan(IReadOnlyList<CrosswalkStep> Steps)
{
    private const int MostPasses = 20;

    private static readonly CrosswalkProblem Entangled = new("", "crosswalk.entangled", "Too many of these changes depend on others that are refused. Correct those first, or apply them in parts.");

    public int Count(CrosswalkChange change) => Steps.Count(s => s.Change == change);

    public bool HasRefusals => Steps.Any(s => s.Change == CrosswalkChange.Refused);

    public IEnumerable<CrosswalkStep> Effective => Steps.Where(s => s.Change is CrosswalkChange.Added or CrosswalkChange.Changed or CrosswalkChange.Retired);

    /// <summary>
    /// Wishes are taken in their order; what they change or retire makes room first, so that a file may replace one entry by another. Where
    /// an entry without a known id answers for the same code in the same scope from the same day as one in force, it is that one.
    /// </summary>
    /// <param name="inForce">Entries that the wishes can touch or collide with; retired ones too where they may be revived.</param>
    public static CrosswalkPlan Make(CrosswalkTable table, IReadOnlyCollection<CrosswalkEntry> inForce, IReadOnlyList<CrosswalkWish> wishes, Func<string, bool>? knowsOurs = null)
    {
        var matched = Match(inForce, wishes);
        var refused = new Dictionary<int, CrosswalkStep>();
        for (var pass = 1; ; pass++)
        {
            // An entry whose change is refused stays as it is, and may then stand in the way of what took its place: that is looked at again.
            var (steps, stays) = Pass(table, inForce, matched, refused, knowsOurs);
            if (stays.Count == 0)
                return new(steps);
            if (pass == MostPasses)
                return new([.. steps.Select(s => s.Change is CrosswalkChange.Unchanged or CrosswalkChange.Refused ? s : s with { Change = CrosswalkChange.Refused, Problems = [Entangled] })]);
            foreach (var index in stays)
                refused[index] = steps[index];
        }
    }

    private static List<(CrosswalkWish Wish, CrosswalkEntry? Before)> Match(IReadOnlyCollection<CrosswalkEntry> inForce, IReadOnlyList<CrosswalkWish> wishes)
    {
        var byId = inForce.ToDictionary(e => e.Id);
        var byCode = new Dictionary<(CrosswalkScope, CrosswalkDirection, string, DateTimeOffset?), CrosswalkEntry>();
        foreach (var entry in inForce.Where(e => e.State == CrosswalkState.Approved))
            byCode.TryAdd(Code(entry), entry);
        return [.. wishes.Select(w => (w, byId.GetValueOrDefault(w.Entry.Id) ?? (w.Known ? null : byCode.GetValueOrDefault(Code(w.Entry)))))];
    }

    private static (CrosswalkStep[] Steps, List<int> Stays) Pass(
        CrosswalkTable table, IReadOnlyCollection<CrosswalkEntry> inForce, List<(CrosswalkWish Wish, CrosswalkEntry? Before)> matched, Dictionary<int, CrosswalkStep> refused, Func<string, bool>? knowsOurs)
    {
        var neighbours = new CrosswalkNeighbours(inForce);
        for (var i = 0; i < matched.Count; i++)
            if (matched[i] is { Before: { } before, Wish.Entry: var wanted } && !refused.ContainsKey(i) && !before.SaysSameAs(wanted))
                neighbours.Remove(before);
        var seen = new Dictionary<Guid, int>();
        var steps = new CrosswalkStep[matched.Count];
        var stays = new List<int>();
        for (var i = 0; i < matched.Count; i++)
        {
            var (wish, before) = matched[i];
            steps[i] = refused.GetValueOrDefault(i) ?? Step(table, neighbours, wish, before, seen, knowsOurs);
            if (before is not null && steps[i].Change == CrosswalkChange.Refused && !refused.ContainsKey(i))
                stays.Add(i);
        }

        return (steps, stays);
    }

    private static CrosswalkStep Step(CrosswalkTable table, CrosswalkNeighbours neighbours, CrosswalkWish wish, CrosswalkEntry? before, Dictionary<Guid, int> seen, Func<string, bool>? knowsOurs)
    {
        var after = before is null ? wish.Entry : wish.Entry with { Id = before.Id };
        if (wish.Known && before is null)
            return Refused([new("id", "crosswalk.unknown_entry", $"There is no entry with the id {wish.Entry.Id:D}.")]);
        if (before is null && after.State == CrosswalkState.Retired)
            return Refused([new("state", "crosswalk.nothing_to_retire", $"There is no entry for {after.Theirs} in {after.Scope} that could be retired.")]);
        if (before is not null && wish.IfRevision is { } expected && before.Revision != expected)
            return Refused([new("", "crosswalk.changed_meanwhile", $"Somebody else changed '{before}' in the meantime. Look at it again.")]);
        if (before is not null && !seen.TryAdd(before.Id, wish.Line))
            return Refused([new("theirs", "crosswalk.twice", seen[before.Id] > 0 ? $"Line {seen[before.Id]} says something about the same entry already." : "The same entry is named twice.")]);
        if (before is not null && before.SaysSameAs(after))
            return new(CrosswalkChange.Unchanged, wish.Line, before, before, []);
        if (after.State == CrosswalkState.Retired)
            return new(CrosswalkChange.Retired, wish.Line, before, before! with { State = CrosswalkState.Retired }, []);
        var problems = CrosswalkRules.Check(table, after, knowsOurs).ToList();
        if (problems.Count == 0 && neighbours.Problem(after) is { } clash)
            problems.Add(clash);
        if (problems.Count > 0)
            return Refused(problems);
        neighbours.Add(after);
        return new(before is null ? CrosswalkChange.Added : CrosswalkChange.Changed, wish.Line, before, after, []);

        CrosswalkStep Refused(IReadOnlyList<CrosswalkProblem> why) => new(CrosswalkChange.Refused, wish.Line, before, after, why);
    }

    /// <summary>The code that it answers for: an entry that only goes to theirs is known by ours.</summary>
    private static (CrosswalkScope, CrosswalkDirection, string, DateTimeOffset?) Code(CrosswalkEntry entry) => entry.Directions.Has(CrosswalkDirection.ToOurs)
        ? (entry.Scope, CrosswalkDirection.ToOurs, entry.Theirs.ToUpperInvariant(), entry.From)
        : (entry.Scope, CrosswalkDirection.ToTheirs, entry.Ours.ToUpperInvariant(), entry.From);
}

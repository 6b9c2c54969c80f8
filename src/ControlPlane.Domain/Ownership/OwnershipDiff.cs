namespace ControlPlane.Domain.Ownership;

/// <summary>What a version changed, in sentences.</summary>
public static class OwnershipDiff
{
    public static IReadOnlyList<string> Between(OwnershipSetup before, OwnershipSetup after)
    {
        var lines = new List<string>();
        var (old, now) = (before.Rules.Select(r => r.ToString()).ToList(), after.Rules.Select(r => r.ToString()).ToList());
        lines.AddRange(old.Except(now).Select(r => $"rule removed: {r}"));
        lines.AddRange(now.Except(old).Select(r => $"rule added: {r}"));
        if (old.Where(now.Contains).SequenceEqual(now.Where(old.Contains)) == false)
            lines.Add("rules in another order");
        if (before.Fallback != after.Fallback)
            lines.Add($"what no rule fits: {before.Fallback ?? "nobody"} → {after.Fallback ?? "nobody"}");
        if (before.Waiver != after.Waiver)
            lines.Add(after.Waiver is { Length: > 0 } waiver ? $"waiver: {waiver}" : "waiver taken back");
        foreach (var key in before.Teams.Select(t => t.Key).Union(after.Teams.Select(t => t.Key)))
            lines.AddRange(Of($"team {key}", before.FindTeam(key), after.FindTeam(key), Parts));
        foreach (var name in before.Calendars.Select(c => c.Name).Union(after.Calendars.Select(c => c.Name)))
            lines.AddRange(Of($"calendar {name}", before.Calendars.FirstOrDefault(c => c.Name == name), after.Calendars.FirstOrDefault(c => c.Name == name), c =>
                [("zone", c.Zone), ("hours", string.Join(", ", c.Hours)), ("holidays", string.Join(", ", c.Holidays))]));
        return lines;
    }

    private static IEnumerable<string> Of<T>(string what, T? before, T? after, Func<T, IReadOnlyList<(string Name, string Value)>> parts)
        where T : class
    {
        if (before is null || after is null)
            return [$"{what} {(before is null ? "added" : "removed")}"];
        return parts(before).Zip(parts(after)).Where(p => p.First.Value != p.Second.Value)
            .Select(p => $"{what}, {p.First.Name}: {(p.First.Value.Length == 0 ? "nothing" : p.First.Value)} → {(p.Second.Value.Length == 0 ? "nothing" : p.Second.Value)}");
    }

    private static IReadOnlyList<(string, string)> Parts(Team t) =>
    [
        ("name", t.Name), ("members", string.Join(", ", t.Members)), ("leads", string.Join(", ", t.Leads)), ("managers", string.Join(", ", t.Managers)), ("calendar", t.Calendar),
        ("told at", string.Join(", ", t.Notify)), ("ladder", string.Join(", ", t.Ladder)), ("urgent within", t.UrgentWithin.ToString()),
    ];
}

using ControlPlane.Domain.Orders;

namespace ControlPlane.Domain.Repair;

/// <summary>One value that a person changed, kept with the flow so that a newer version from the channel never silently overwrites it.</summary>
/// <param name="Path">See <see cref="OrderPaths"/>.</param>
/// <param name="Old">What the channel said; null = nothing.</param>
/// <param name="New">What counts; null = nothing.</param>
/// <param name="By">Who changed it.</param>
public sealed record FieldEdit(string Path, string? Old, string? New, string By)
{
    /// <summary>What a newer version of the channel says, while nobody has decided between the two; null = there is no conflict.</summary>
    public string? Theirs { get; init; }

    public bool InConflict { get; init; }
}

/// <summary>The channel's newer version with the edits of people.</summary>
/// <param name="Edits">Those that still count, each with the channel's value where the two are in conflict.</param>
public sealed record MergedOrder(CanonicalOrder Order, IReadOnlyList<FieldEdit> Edits)
{
    public IEnumerable<FieldEdit> Conflicts => Edits.Where(e => e.InConflict);
}

/// <summary>How edits and versions of an order go together. Pure.</summary>
public static class FieldEdits
{
    /// <summary>Later edits of the same field replace earlier ones; the oldest value stays the old one.</summary>
    public static List<FieldEdit> Add(IEnumerable<FieldEdit>? known, IEnumerable<FieldEdit> more)
    {
        var all = (known ?? []).ToList();
        foreach (var edit in more)
        {
            var at = all.FindIndex(e => e.Path == edit.Path);
            if (at < 0)
                all.Add(edit);
            else
                all[at] = edit with { Old = all[at].InConflict ? all[at].Theirs : all[at].Old };
        }

        return all;
    }

    /// <summary>
    /// The channel's newer version: a field that it did not touch keeps the edit, one that says the same needs no edit any more, one that it
    /// changed to something else is a conflict, and a person decides.
    /// </summary>
    public static MergedOrder Merge(CanonicalOrder newer, IReadOnlyList<FieldEdit> edits)
    {
        var kept = new List<FieldEdit>();
        foreach (var edit in edits)
        {
            if (edit.Path.StartsWith("lines[", StringComparison.Ordinal) && !OrderPaths.Expand(newer, OrderPaths.Pattern(edit.Path)).Contains(edit.Path))
                // The line is gone, and what was changed about it with it.
                continue;
            var theirs = OrderPaths.Read(newer, edit.Path);
            if (theirs == edit.New)
                continue;
            kept.Add(theirs == edit.Old ? edit with { Theirs = null, InConflict = false } : edit with { Theirs = theirs, InConflict = true });
        }

        return new(OrderPaths.Write(newer, kept.Where(e => !e.InConflict).Select(e => (e.Path, e.New))), kept);
    }

    /// <summary>A person decided: ours counts from now on over what the channel says now, or the channel's does.</summary>
    public static List<FieldEdit> Decide(IReadOnlyList<FieldEdit> edits, bool keepOurs) => keepOurs
        ? [.. edits.Select(e => e.InConflict ? e with { Old = e.Theirs, Theirs = null, InConflict = false } : e)]
        : [.. edits.Where(e => !e.InConflict)];
}

using ControlPlane.Domain.Mappings.Incoming;

namespace ControlPlane.Domain.Schemas.Impact;

/// <summary>A row of a mapping that reads a field of a received document.</summary>
/// <param name="Field">JSON Pointer with <c>*</c> for entries of lists, as schemas and profiles name it.</param>
/// <param name="Target">What becomes of it: <c>lines[].sku</c>; for a condition, what it decides.</param>
/// <param name="Row">Counted from 1; 0 for conditions and places outside of rows.</param>
public sealed record FieldRead(string Field, string Target, int Row);

/// <summary>Which fields of a document a mapping reads. Pure.</summary>
public static class MappingReads
{
    /// <param name="at">Where the document stands within what was sent; null = it is the whole.</param>
    public static IReadOnlyList<FieldRead> Of(IncomingTemplate template, string? at)
    {
        var root = at is null ? "" : Pointer(at, "", "");
        var lines = template.Lines is { } l ? Pointer(l.At, root, root) : root;
        var reads = new List<FieldRead>();
        void Add(string path, string target, int row)
        {
            if (path.Length > 0 && path[0] is '$' or '@')
                reads.Add(new(Pointer(path, root, lines), target, row));
        }

        if (template.Lines is { } of)
        {
            Add(of.At, "lines", 0);
            foreach (var condition in of.Only)
                Add(condition.At, "which lines are taken", 0);
        }

        for (var i = 0; i < template.Rows.Count; i++)
        {
            var row = template.Rows[i];
            foreach (var source in row.Sources.Concat(row.With.Values).Concat(row.When.Select(w => w.At)))
                Add(source, row.Target, i + 1);
        }

        return [.. reads.Distinct()];
    }

    /// <summary><c>$.lines[0].sku</c> as <c>/lines/*/sku</c>: which entry it is makes no difference to what a change breaks.</summary>
    public static string Pointer(string path, string root, string line)
    {
        var pointer = new System.Text.StringBuilder(path[0] == '@' ? line : root);
        for (var i = 1; i < path.Length;)
        {
            if (path[i] == '.')
            {
                var end = path.AsSpan(i + 1).IndexOfAny('.', '[');
                var name = end < 0 ? path[(i + 1)..] : path.Substring(i + 1, end);
                pointer.Append('/').Append(JsonPointers.Escape(name));
                i += name.Length + 1;
            }
            else
            {
                var quoted = path.AsSpan(i).StartsWith("['");
                var close = path.IndexOf(quoted ? "']" : "]", i, StringComparison.Ordinal);
                if (close < 0)
                    break;
                pointer.Append('/').Append(quoted ? JsonPointers.Escape(path[(i + 2)..close]) : "*");
                i = close + (quoted ? 2 : 1);
            }
        }

        return pointer.ToString();
    }

    /// <summary>Whether a change at the one place can touch what is read at the other: the same, or one within the other.</summary>
    public static bool Touches(string changed, string read) =>
        changed == read || read.StartsWith(changed + "/", StringComparison.Ordinal) || changed.StartsWith(read + "/", StringComparison.Ordinal) || changed.Length == 0;
}

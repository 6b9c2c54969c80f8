namespace ControlPlane.Web.Features.CommandLine;

/// <summary>The lines that differ between two texts, with one line around them.</summary>
internal static class TextDiff
{
    /// <summary>Beyond it the table of the comparison would be large, and nobody reads such a difference.</summary>
    private const int MostLines = 2_000;

    /// <returns>Lines that begin with <c>-</c>, <c>+</c> or a space; <c>…</c> where equal lines are left out.</returns>
    public static IReadOnlyList<string> Of(string before, string after)
    {
        var (a, b) = (Lines(before), Lines(after));
        if (a.Length > MostLines || b.Length > MostLines)
            return [$"- {a.Length} lines", $"+ {b.Length} lines"];
        return Shorten(Walk(a, b, Table(a, b)));
    }

    /// <summary>Length of the longest common part of what follows each pair of lines.</summary>
    private static int[,] Table(string[] a, string[] b)
    {
        var table = new int[a.Length + 1, b.Length + 1];
        for (var i = a.Length - 1; i >= 0; i--)
            for (var j = b.Length - 1; j >= 0; j--)
                table[i, j] = a[i] == b[j] ? table[i + 1, j + 1] + 1 : Math.Max(table[i + 1, j], table[i, j + 1]);
        return table;
    }

    private static List<string> Walk(string[] a, string[] b, int[,] table)
    {
        var lines = new List<string>();
        int i = 0, j = 0;
        while (i < a.Length || j < b.Length)
        {
            if (i < a.Length && j < b.Length && a[i] == b[j])
            {
                lines.Add("  " + a[i++]);
                j++;
            }
            else if (i < a.Length && (j == b.Length || table[i + 1, j] >= table[i, j + 1]))
                lines.Add("- " + a[i++]);
            else
                lines.Add("+ " + b[j++]);
        }

        return lines;
    }

    private static List<string> Shorten(List<string> lines)
    {
        var shown = new List<string>();
        for (var i = 0; i < lines.Count; i++)
            if (lines[i][0] != ' ' || (i > 0 && lines[i - 1][0] != ' ') || (i + 1 < lines.Count && lines[i + 1][0] != ' '))
                shown.Add(lines[i]);
            else if (shown is [] or [.., not "…"])
                shown.Add("…");
        return shown;
    }

    private static string[] Lines(string text) => text.Split('\n');
}

namespace ControlPlane.Domain.Mappings;

/// <summary>Which lines a row is about: all that it reads must repeat over the same.</summary>
internal sealed class RowLines(bool repeats)
{
    public bool Repeats => repeats;

    public LineScope Lines { get; private set; }

    /// <param name="together">Outside of lines all lines are read; otherwise a source that repeats needs a target that does.</param>
    public string? Find(string name, bool together, out SourcePath? source)
    {
        source = SourcePaths.Find(name);
        if (source is null)
            return $"'{name}' cannot be read. {SourcePaths.Allowed(name)}";
        if (source.Lines == LineScope.None)
            return null;
        if (!repeats)
            return together ? null : "The source repeats for each line, and the target does not. Put [] behind the list's name in the target, or put all lines together with join: or convert: sum.";
        if (Lines != LineScope.None && Lines != source.Lines)
            return "The sources of one row repeat over different lines. Use one of order.lines[], order.shippableLines[] and shipment.lines[].";
        Lines = source.Lines;
        return null;
    }
}

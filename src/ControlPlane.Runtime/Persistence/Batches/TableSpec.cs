namespace ControlPlane.Runtime.Persistence.Batches;

internal enum DbKind
{
    Id,
    Short,
    Int,
    Long,
    Double,
    Text,
    Bytes,
    Bool,
}

internal enum OnConflict
{
    Fail,

    /// <summary>A row with the key is there already: leave it, and say so.</summary>
    Ignore,

    /// <summary>Overwrite all but the key.</summary>
    Replace,

    /// <summary>Add the numbers of the new row to the old one's; of a <see cref="Column{T}.Largest"/> the larger one stays.</summary>
    Add,
}

internal sealed record Column<T>(string Name, DbKind Kind, Func<T, object?> Value, bool Largest = false);

/// <summary>How rows of one kind are written: the dialects make their statements from it once.</summary>
/// <param name="KeyCount">The first so many columns are the key; the update matches on them.</param>
/// <param name="MatchCount">So many columns after the key must match as well, or the update changes nothing: the fence.</param>
internal sealed record TableSpec<T>(string Table, int KeyCount, OnConflict Conflict, Column<T>[] Columns, int MatchCount = 0);

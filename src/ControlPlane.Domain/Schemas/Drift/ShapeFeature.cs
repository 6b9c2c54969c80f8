namespace ControlPlane.Domain.Schemas.Drift;

/// <summary>What can be true of a document at a place. Stored; do not renumber.</summary>
public enum ShapeKind : byte
{
    /// <summary>The field is there, where the object around it is.</summary>
    Present = 1,

    /// <summary>It is there and null, or an empty text.</summary>
    Empty = 2,

    /// <summary>It is there with the type that <see cref="ShapeFeature.Detail"/> names.</summary>
    Type = 3,

    /// <summary>It is there with the code that <see cref="ShapeFeature.Detail"/> holds. Only kept for fields whose values look like codes and are few.</summary>
    Value = 4,
}

/// <param name="Path">JSON Pointer with <c>*</c> for every entry of a list: <c>/lines/*/sku</c>.</param>
/// <param name="Detail">Type or code; empty otherwise.</param>
public readonly record struct ShapeFeature(string Path, ShapeKind Kind, string Detail = "");

/// <summary>How often a feature held on one day.</summary>
/// <param name="Day">Days since 1970-01-01, UTC.</param>
/// <param name="Of">Documents in which it could have held.</param>
/// <param name="Held">Documents in which it did.</param>
public readonly record struct ShapeDay(int Day, int Of, int Held)
{
    public double Rate => Of == 0 ? 0 : (double)Held / Of;
}

public enum DriftKind : byte
{
    NewField = 1,
    NewValue = 2,
    TypeChange = 3,
    NullRate = 4,
    Vanished = 5,
}

/// <summary>Something that documents do since today and did not do before.</summary>
/// <param name="Before">Highest (or, for what became rarer, lowest) share of documents on a day before, 0 to 1.</param>
/// <param name="Now">Share of documents today, 0 to 1.</param>
/// <param name="Samples">Messages that show it, at most five.</param>
public sealed record DriftFinding(DriftKind Kind, string Path, string Detail, double Before, double Now, int Documents, IReadOnlyList<Guid> Samples)
{
    /// <summary>The same for the same change, however often it is found.</summary>
    public string Key => $"{(byte)Kind}:{Path}:{Detail}";
}

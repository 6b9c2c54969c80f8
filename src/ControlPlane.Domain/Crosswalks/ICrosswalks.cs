namespace ControlPlane.Domain.Crosswalks;

/// <summary>
/// The code equivalences as one connection sees them: its account's entries go before its channel's, and those before the global ones.
/// What it answers does not change while a document is mapped.
/// </summary>
public interface ICrosswalks
{
    /// <param name="table">Name of a crosswalk: <c>sku</c>, <c>uom</c>, <c>carrier</c>.</param>
    /// <param name="value">The code to translate, as the sender writes it.</param>
    /// <param name="direction">From the partner's code to ours, or the other way.</param>
    /// <param name="at">Entries are dated; this instant's counts.</param>
    /// <returns>Null when there is no entry.</returns>
    CrosswalkHit? Find(string table, string value, CrosswalkDirection direction, DateTimeOffset at);

    /// <summary>Whether there is a crosswalk of this name at all.</summary>
    bool Knows(string table);

    /// <summary>The same as it is at this moment: for the length of one document, so that two of its rows never see two versions.</summary>
    ICrosswalks Pinned() => this;

    /// <summary>The same without being counted as use: for previews, back-tests and everything else that only looks.</summary>
    ICrosswalks Uncounted() => this;
}

public enum CrosswalkDirection : byte
{
    /// <summary>Their code is known, ours is wanted: for what comes in.</summary>
    ToOurs,

    /// <summary>Our code is known, theirs is wanted: for what goes out.</summary>
    ToTheirs,
}

/// <param name="Factor">How many of our units one of theirs is, for units of measure; 1 for other codes.</param>
/// <param name="Entry">Names the entry for people: table, scope and revision.</param>
public sealed record CrosswalkHit(string Value, decimal Factor, string Entry);

/// <summary>No crosswalks: nothing is found.</summary>
public sealed class NoCrosswalks : ICrosswalks
{
    public static NoCrosswalks Instance { get; } = new();

    public CrosswalkHit? Find(string table, string value, CrosswalkDirection direction, DateTimeOffset at) => null;

    public bool Knows(string table) => false;
}

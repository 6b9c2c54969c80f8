namespace ControlPlane.Runtime.Persistence;

/// <summary>Lengths in characters, each bounded by the smallest index key of the three databases (SQL Server: 1,700 bytes, two bytes a character).</summary>
public static class ColumnLengths
{
    /// <summary>Connection, flow, step and stage keys; also part of compound keys.</summary>
    public const int Key = 64;

    /// <summary>Delivery ids and business keys. Longer ones are replaced by their hash before they are stored.</summary>
    public const int InboxKey = 200;

    public const int Identifier = 128;

    /// <summary>A connection's key and an operation's name.</summary>
    public const int HoldKey = 140;

    public const int Code = 100;

    /// <summary>Sentences for people: never indexed.</summary>
    public const int Summary = 500;

    /// <summary>Longest address path that is kept of a call.</summary>
    public const int Path = 1000;
}

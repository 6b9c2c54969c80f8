using System.Text.RegularExpressions;
using ControlPlane.Domain.Connections;

namespace ControlPlane.Domain.Crosswalks;

/// <summary>How far an entry reaches, from everybody to one account. The narrowest that has an answer counts.</summary>
public enum CrosswalkLevel : byte
{
    Global,

    /// <summary>All systems of one kind: every marketplace.</summary>
    Role,

    /// <summary>All connections of one connector: every Amazon account.</summary>
    Connector,

    /// <summary>One connection.</summary>
    Connection,
}

/// <summary>Written <c>global</c>, <c>role:marketplace</c>, <c>connector:amazon</c> or <c>connection:amazon-de</c>.</summary>
public readonly partial record struct CrosswalkScope(CrosswalkLevel Level, string Key)
{
    /// <summary>Longest text of a scope: the word, a colon, and a connector's name.</summary>
    public const int LongestText = 64;

    public const string Allowed = "global, role:<kind of system>, connector:<name> or connection:<key>";

    public static CrosswalkScope Global { get; } = new(CrosswalkLevel.Global, "");

    public static CrosswalkScope Of(SystemRole role) => new(CrosswalkLevel.Role, role.Word());

    public static CrosswalkScope OfConnector(string name) => new(CrosswalkLevel.Connector, name);

    public static CrosswalkScope OfConnection(string key) => new(CrosswalkLevel.Connection, key);

    /// <summary>The scopes that count for a connection, the narrowest first.</summary>
    public static IReadOnlyList<CrosswalkScope> ChainOf(string connection, string connector, SystemRole role) =>
        [OfConnection(connection), OfConnector(connector), Of(role), Global];

    public static bool TryParse(string? text, out CrosswalkScope scope)
    {
        scope = Global;
        if (text is null or "" or "global")
            return true;
        if (text.Length > LongestText || text.Split(':', 2) is not [var word, var key] || !KeyForm().IsMatch(key))
            return false;
        switch (word)
        {
            case "role" when SystemRoles.TryParse(key, out var role):
                scope = Of(role);
                return true;
            case "connector":
                scope = OfConnector(key);
                return true;
            case "connection" when key.Length <= 40:
                scope = OfConnection(key);
                return true;
            default:
                return false;
        }
    }

    public override string ToString() => Level switch
    {
        CrosswalkLevel.Role => "role:" + Key,
        CrosswalkLevel.Connector => "connector:" + Key,
        CrosswalkLevel.Connection => "connection:" + Key,
        _ => "global",
    };

    [GeneratedRegex("^[a-z0-9][a-z0-9-]{0,52}$")]
    private static partial Regex KeyForm();
}

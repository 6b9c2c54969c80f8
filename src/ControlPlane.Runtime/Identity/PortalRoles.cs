namespace ControlPlane.Runtime.Identity;

/// <summary>The four jobs. A person has one or more.</summary>
public static class PortalRoles
{
    /// <summary>Frees stuck orders; sees personal data masked.</summary>
    public const string Business = "business";

    /// <summary>Connects systems, turns the demo's dials, manages people and keys.</summary>
    public const string Admin = "admin";

    /// <summary>Reads objectives and money; changes nothing.</summary>
    public const string Executive = "executive";

    /// <summary>Runs the engine: replays, windows, limits; sees the Hangfire dashboard.</summary>
    public const string Operator = "operator";

    public static readonly IReadOnlyList<string> All = [Business, Admin, Executive, Operator];
}

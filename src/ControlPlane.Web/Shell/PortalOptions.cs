namespace ControlPlane.Web.Shell;

/// <summary>What the portal says of the installation it belongs to. Section <c>ControlPlane</c>.</summary>
public sealed class PortalOptions
{
    public const string Section = "ControlPlane";

    /// <summary>As people call it: <c>production</c>, <c>staging</c>. Default: <c>demo</c> in the demo, otherwise the host's environment name.</summary>
    public string Environment { get; set; } = "";

    /// <summary>Whose installation it is; empty leaves it out.</summary>
    public string Tenant { get; set; } = "";

    /// <summary>True starts the demo estate, with personas that sign in by one click.</summary>
    public bool Demo { get; set; }

    /// <summary>Origins, as <c>https://host:port</c>, that may open the live connections besides the portal's own; for a proxy that changes the host name.</summary>
    public IReadOnlyList<string> AllowedOrigins { get; set; } = [];

    public bool IsProduction => Environment.Equals("production", StringComparison.OrdinalIgnoreCase) || Environment.Equals("prod", StringComparison.OrdinalIgnoreCase);
}

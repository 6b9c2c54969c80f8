using System.ComponentModel.DataAnnotations;
using ControlPlane.Runtime.Alerts;
using ControlPlane.Runtime.Engine;
using ControlPlane.Runtime.Exports;
using ControlPlane.Runtime.IdentifierRules;
using ControlPlane.Runtime.Ingestion;
using ControlPlane.Runtime.Ownership;
using ControlPlane.Runtime.Persistence;
using ControlPlane.Runtime.Repair;
using ControlPlane.Runtime.Reviews;

namespace ControlPlane.Runtime.Settings;

/// <summary>
/// Section <c>ControlPlane</c>: every setting of the product, by walking down from here. What is not reachable from this
/// type is not a setting: <c>doctor</c>, the sample file and the check at start all read this tree.
/// </summary>
public sealed class ControlPlaneOptions
{
    public const string Section = "ControlPlane";

    /// <summary>True starts the simulated partners and the personas that sign in by one click. Default: true in the host environment Development, false in any other.</summary>
    public bool Demo { get; set; }

    /// <summary>As people call this installation: <c>production</c>, <c>staging</c>. Default: <c>demo</c> in the demo, otherwise the host's environment.</summary>
    [MaxLength(40)]
    public string Environment { get; set; } = "";

    /// <summary>Whose installation it is; empty leaves it out.</summary>
    [MaxLength(60)]
    public string Tenant { get; set; } = "";

    /// <summary>What this process does, parted by commas; see <see cref="NodeRoles"/>. Default: everything.</summary>
    public string Roles { get; set; } = NodeRoles.Everything;

    /// <summary>An API key with the role admin, for installing by script. Empty: none. Remove it when people can sign in.</summary>
    [Secret, MaxLength(256)]
    public string BootstrapApiKey { get; set; } = "";

    /// <summary>Folder of YAML documents that are applied at each start; relative to the content root. Empty: none.</summary>
    public string Estate { get; set; } = "";

    /// <summary>A Redis, as <c>host:port,password=…</c>, over which several nodes tell each other at once what changed. Empty: they look at each other's counts every few seconds.</summary>
    [Secret]
    public string Redis { get; set; } = "";

    /// <summary>Where others reach this installation, as <c>https://integration.example.com</c>: webhooks are subscribed to with it. Empty: subscriptions are left to people.</summary>
    [MaxLength(300)]
    public string PublicAddress { get; set; } = "";

    /// <summary>Origins, as <c>https://host:port</c>, that may open the live connections besides the portal's own.</summary>
    public IReadOnlyList<string> AllowedOrigins { get; set; } = [];

    public DatabaseOptions Database { get; set; } = new();

    public EngineOptions Engine { get; set; } = new();

    public ReceiveOptions Receive { get; set; } = new();

    public ApiOptions Api { get; set; } = new();

    public BackfillOptions IdentifierRules { get; set; } = new();

    public ExportOptions Exports { get; set; } = new();

    public HealthOptions Health { get; set; } = new();

    public TelemetryOptions Telemetry { get; set; } = new();

    public RetentionOptions Retention { get; set; } = new();

    public OnboardingOptions Onboarding { get; set; } = new();

    public NotificationOptions Notifications { get; set; } = new();

    public AlertOptions Alerts { get; set; } = new();
    public Scorecard.ScorecardOptions Scorecard { get; set; } = new();

    public RepairOptions Repair { get; set; } = new();

    public ReviewOptions Reviews { get; set; } = new();

    public SandboxPlace Sandbox { get; set; } = new();

    /// <summary>What <c>${secret:NAME}</c> in configuration documents stands for, by name.</summary>
    [Secret]
    public IReadOnlyDictionary<string, string> Secrets { get; set; } = new Dictionary<string, string>();
}

/// <summary>Section <c>ControlPlane:Api</c>.</summary>
public sealed class ApiOptions
{
    public const string Section = "ControlPlane:Api";

    /// <summary>Requests a minute that one key or person may send to the API, 10 to 1,000,000. Beyond it: 429 with Retry-After.</summary>
    [Range(10, 1_000_000)]
    public int RequestsPerMinute { get; set; } = 6000;
}

/// <summary>Section <c>ControlPlane:Health</c>.</summary>
public sealed class HealthOptions
{
    public const string Section = "ControlPlane:Health";

    /// <summary>Work that is ready and older than this many seconds makes <c>/health</c> degraded, 5 to 86,400.</summary>
    [Range(5, 86_400)]
    public int OldestWorkSeconds { get; set; } = 300;

    /// <summary>Less free space than this, in MB, beside the SQLite file makes <c>/health</c> degraded, 0 to 1,000,000. A quarter of it: not ready.</summary>
    [Range(0, 1_000_000)]
    public int FreeDiskMegabytes { get; set; } = 512;
}

/// <summary>Section <c>ControlPlane:Telemetry</c>. Where telemetry goes is said by the standard <c>OTEL_*</c> variables.</summary>
public sealed class TelemetryOptions
{
    public const string Section = "ControlPlane:Telemetry";

    /// <summary>What stands in an address in place of the trace's id.</summary>
    public const string Place = "{traceId}";

    /// <summary>Where people look at traces, with <c>{traceId}</c>: <c>https://traces.example.com/trace/{traceId}</c>. An order's page links to it. Empty: it shows the id alone.</summary>
    [MaxLength(500)]
    public string TraceUrl { get; set; } = "";

    /// <summary>Null where no address is set, or the trace context is none.</summary>
    public string? LinkTo(string? traceParent) => TraceUrl.Length > 0 && IdOf(traceParent) is { } id ? TraceUrl.Replace(Place, id, StringComparison.Ordinal) : null;

    /// <summary>The 32 hexadecimal digits of a W3C trace context.</summary>
    public static string? IdOf(string? traceParent) => traceParent is { Length: 55 } && traceParent[3..35].All(char.IsAsciiHexDigitLower) ? traceParent[3..35] : null;
}

/// <summary>Section <c>ControlPlane:Retention</c>.</summary>
public sealed class RetentionOptions
{
    public const string Section = "ControlPlane:Retention";

    /// <summary>So many days the history of a connection is kept: subscriptions that were made, renewed, lost, 1 to 3650. Older lines are removed once an hour.</summary>
    [Range(1, 3650)]
    public int ConnectionHistoryDays { get; set; } = 90;
}

/// <summary>Section <c>ControlPlane:Onboarding</c>: what a new connection has to show before it goes live.</summary>
public sealed class OnboardingOptions
{
    /// <summary>Orders that must have been understood, 1 to 1,000.</summary>
    [Range(1, 1_000)]
    public int SampleOrders { get; set; } = 20;

    /// <summary>Of recent messages, how many in a hundred must need no crosswalk entry that is missing, 0 to 100.</summary>
    [Range(0, 100)]
    public int CrosswalkPercent { get; set; } = 98;

    /// <summary>Hours that it must have taken messages without starting anything, 0 to 720.</summary>
    [Range(0, 720)]
    public int ShadowHours { get; set; } = 24;
}

/// <summary>Section <c>ControlPlane:Sandbox</c>: the simulated partners of the demo.</summary>
public sealed class SandboxPlace
{
    /// <summary>Port on 127.0.0.1, 0 to 65,535; 0 takes a free one.</summary>
    [Range(0, 65_535)]
    public int Port { get; set; } = 5090;

    /// <summary>Orders a minute that the shop's customers place while its dial rests, 0 to 3,000.</summary>
    [Range(0.0, 3_000.0)]
    public double OrdersPerMinute { get; set; } = 30;

    /// <summary>The same for the marketplace, 0 to 600.</summary>
    [Range(0.0, 600.0)]
    public double MarketplaceOrdersPerMinute { get; set; } = 6;
}

/// <summary>Its value is never printed: <c>doctor</c> says <i>set</i> or <i>not set</i>.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class SecretAttribute : Attribute;
